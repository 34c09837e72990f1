// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/plan.h"

#include <filesystem>
#include <vector>

namespace mnemo {

/// Reads a NumPy array, format 1 to 3, of little-endian float32 or float64 in C order; float64 is rounded to float.
/// @throws Failure NotFound, Unreadable, Damaged naming the file and what is wrong with it
HostTensor readNpy(const std::filesystem::path& path);

/// Writes float32, format 1, whole or not at all. @throws Failure WriteFailed naming the folder
void writeNpy(const std::filesystem::path& path, const HostTensor& tensor);

/// The same in float64. @param shape its product is values.size()
void writeNpy(const std::filesystem::path& path, const std::vector<std::int64_t>& shape,
              const std::vector<double>& values);

/// float64 without rounding (float32 is widened).
std::vector<double> readNpyDoubles(const std::filesystem::path& path, std::vector<std::int64_t>& shape);

}  // namespace mnemo
