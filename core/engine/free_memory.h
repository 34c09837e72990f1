// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <c10/core/Device.h>
#include <cstdint>

namespace mnemo {

/// Bytes that can still be taken on a device without pushing others out: of the machine's memory, or of what this
/// process is allowed (control groups) where that is less. 0 when the system does not say.
std::int64_t freeMemory(at::Device device);

/// The budget of a job's activations. @param asked by the user; 0: 80 % of what is free, 1 GiB where that is unknown
std::int64_t memoryBudget(std::int64_t asked, at::Device device);

}  // namespace mnemo
