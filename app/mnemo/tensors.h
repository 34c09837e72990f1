// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/error.h"

#include <exception>
#include <optional>

namespace mnemo {

/// Memory, threads and exactness of the tensor library; call before its first operation.
/// @param threads 0: as many as it likes
/// @param tf32 whether a GPU may round the factors of products of floats
void prepareTensors(int threads, bool tf32);

/// The error behind an exception of the tensor library, without its stack trace: OutOfMemory or Internal; absent when
/// it is not one of that library's.
std::optional<Error> tensorError(const std::exception& e);

}  // namespace mnemo
