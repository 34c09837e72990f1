// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <c10/core/Device.h>
#include <c10/core/ScalarType.h>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

/// "cpu", and "cuda:0" … when a GPU can be used. Opens the CUDA module beside the program at the first call: before
/// anything else in the process asks LibTorch about CUDA, which remembers the first answer. Any thread.
std::vector<std::string> devices();

/// Why no GPU can be used, in words; empty when one can. Opens the module, as devices().
const std::string& cudaProblem();

/// "auto" (the first GPU, else the CPU), "cpu", "cuda" or "cuda:n".
/// @throws Failure NotFound saying why CUDA is not there, Usage for another word
at::Device openDevice(std::string_view name);

/// Lets a GPU round the factors of its products of floats to 11 bits (TF32): several times faster, errors near 1e−3
/// instead of 1e−7. Off unless asked for; for the whole process, before the first product.
void allowTf32(bool allow);

/// Whether products of this type on this device are rounded so.
bool usesTf32(at::Device device, at::ScalarType dtype);

/// Lets the allocator keep what a layer frees for the next one, which is as large, instead of giving it back to the
/// system page by page. Call once, before the first tensor.
void keepFreedMemory();

/// Gives what is kept and unused back to the system.
void returnFreedMemory();

/// Whether LibTorch's allocators, of the CPU or a GPU, or the C++ library's found no room.
bool isOutOfMemory(const std::exception& error);

/// "f32", "bf16" or "f64". @throws Failure Usage
at::ScalarType dtypeFromText(std::string_view name);

}  // namespace mnemo
