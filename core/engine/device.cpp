// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/device.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>
#include <dlfcn.h>
#include <malloc.h>

#include <charconv>
#include <new>

#include "core/data/error.h"
#include "core/io/paths.h"

namespace mnemo {
namespace {

/// Why CUDA cannot be used; empty when it can. The module is opened once, whoever asks.
const std::string& cudaProblem()
{
    static const std::string problem = [] {
        const auto module = executableDir() / ".." / "lib" / "libmnemo_cuda.so";
        if (!dlopen(module.c_str(), RTLD_NOW | RTLD_GLOBAL))
            return std::string(dlerror());
        try {
            if (at::globalContext().hasCUDA() && at::detail::getCUDAHooks().getNumGPUs() > 0)
                return std::string();
        } catch (const std::exception& error) {
            return std::string(error.what());
        }
        return std::string("no NVIDIA driver or no GPU was found");
    }();
    return problem;
}

int cudaDevices()
{
    return cudaProblem().empty() ? at::detail::getCUDAHooks().getNumGPUs() : 0;
}

}  // namespace

std::vector<std::string> devices()
{
    std::vector<std::string> names{"cpu"};
    for (int i = 0; i < cudaDevices(); ++i)
        names.push_back("cuda:" + std::to_string(i));
    return names;
}

at::Device openDevice(std::string_view name)
{
    if (name == "cpu")
        return at::kCPU;
    if (name == "auto")
        return cudaDevices() > 0 ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
    int index = 0;
    const std::string_view digits = name.size() > 5 ? name.substr(5) : std::string_view("0");
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
    const bool number = error == std::errc() && end == digits.data() + digits.size() && index >= 0;
    if (!number || (name != "cuda" && !name.starts_with("cuda:")))
        throw Failure(ErrorCode::Usage, "There is no device \"" + std::string(name) + "\".",
                      "Use auto, cpu, cuda or cuda:n.");
    if (!cudaProblem().empty())
        throw Failure(ErrorCode::NotFound, "CUDA cannot be used: " + cudaProblem() + ".",
                      "Use the device cpu, or build with MNEMO_CUDA=ON on a machine with a GPU.");
    if (index >= cudaDevices())
        throw Failure(
            ErrorCode::NotFound,
            "There is no device \"" + std::string(name) + "\"; this machine has " + std::to_string(cudaDevices()) + ".",
            "Choose a smaller number.");
    return {at::kCUDA, at::DeviceIndex(index)};
}

bool isOutOfMemory(const std::exception& error)
{
    const std::string text = error.what();
    return dynamic_cast<const c10::OutOfMemoryError*>(&error) || dynamic_cast<const std::bad_alloc*>(&error) ||
           text.find("DefaultCPUAllocator: not enough memory") != std::string::npos ||
           text.find("DefaultCPUAllocator: can't allocate memory") != std::string::npos;
}

void keepFreedMemory()
{
#ifdef __GLIBC__
    mallopt(M_ARENA_MAX, 1);  // the computing thread is not the main one, and other arenas are cut into 64 MiB
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
}

void returnFreedMemory()
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

at::ScalarType dtypeFromText(std::string_view name)
{
    if (name == "f32")
        return at::kFloat;
    if (name == "bf16")
        return at::kBFloat16;
    if (name == "f64")
        return at::kDouble;
    throw Failure(ErrorCode::Usage, "There is no number type \"" + std::string(name) + "\".", "Use f32 or bf16.");
}

}  // namespace mnemo
