// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/device.h"

#include <ATen/ATen.h>
#include <c10/util/Exception.h>
#include <dlfcn.h>
#include <malloc.h>

#include <charconv>
#include <new>

#include "core/data/error.h"
#include "core/engine/cuda_call.h"
#include "core/io/paths.h"

namespace mnemo {
namespace {

/// The module beside the program, or why CUDA cannot be used.
struct CudaModule {
    std::string problem;
    const CudaKernels* kernels = nullptr;
};

const CudaKernels* tableOf(void* module)
{
    const auto function = reinterpret_cast<CudaKernelsFunction>(dlsym(module, cudaKernelsSymbol));
    return function ? function() : nullptr;
}

CudaModule openModule()
{
    const auto path = executableDir() / ".." / "lib" / "libmnemo_cuda.so";
    void* const module = dlopen(path.c_str(), RTLD_NOW | RTLD_GLOBAL);
    if (!module)
        return {dlerror()};
    try {
        if (!at::globalContext().hasCUDA() || at::detail::getCUDAHooks().getNumGPUs() == 0)
            return {"no NVIDIA driver or no GPU was found"};
    } catch (const std::exception& error) {
        return {error.what()};
    }
    at::globalContext().setAllowBF16ReductionCuBLAS(false);  // products of bfloat16 are summed in float throughout
    const CudaKernels* const kernels = tableOf(module);
    return {cudaTableProblem(kernels), kernels};
}

/// Opened once, whoever asks.
const CudaModule& cudaModule()
{
    static const CudaModule module = openModule();
    return module;
}

int cudaDevices()
{
    return cudaProblem().empty() ? at::detail::getCUDAHooks().getNumGPUs() : 0;
}

}  // namespace

const std::string& cudaProblem()
{
    return cudaModule().problem;
}

const CudaKernels* cudaKernels()
{
    return cudaProblem().empty() ? cudaModule().kernels : nullptr;
}

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

void allowTf32(bool allow)
{
    at::globalContext().setAllowTF32CuBLAS(allow);
}

bool usesTf32(at::Device device, at::ScalarType dtype)
{
    return device.is_cuda() && dtype == at::kFloat && at::globalContext().allowTF32CuBLAS();
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
