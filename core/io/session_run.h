// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"
#include "core/io/safetensors.h"

#include <functional>

namespace mnemo {

/// The entry of one result in a session's "runs": everything but the numbers, which are in tensors that it names.
/// @param extra as runFromJson() gave it; null when there is none
Json runToJson(const Result& result, const std::string& id, const Json& extra = {});

/// @param tensorOf the session's tensor of that name, or null
/// @param extra receives the keys this program does not know; those of arrays are below "arrays", by their names
/// @throws Failure Damaged naming `what` and the array
Result runFromJson(const Json& json, const std::function<const TensorView*(const std::string&)>& tensorOf,
                   const std::string& what, Json& extra);

/// Names of an array's tensors: values F64, states U8, both in the array's shape. Different for all arrays of a run.
std::string valuesTensor(const std::string& id, const Array& array);
std::string statesTensor(const std::string& id, const Array& array);

}  // namespace mnemo
