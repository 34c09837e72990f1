// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: E channels, N states per channel.
#include "core/engine/cuda/launch.h"
#include "core/engine/cuda/scan_body.h"

namespace mnemo::cuda {
namespace {

constexpr int scanThreads = 128;

/// One thread per channel of a segment: neighbours read neighbouring channels, and all of a block the same B and C.
template <int N, typename T>
__global__ void scanKernel(const __grid_constant__ ScanArgs<T> args, std::int64_t firstSegment,
                           unsigned blocksPerSegment)
{
    const ScanSegment segment = args.segments[firstSegment + blockIdx.x / blocksPerSegment];
    const std::int64_t channel = std::int64_t(blockIdx.x % blocksPerSegment) * blockDim.x + threadIdx.x;
    if (channel < args.channels)
        scanChannel<N>(args, segment, channel);
}

template <typename T>
bool inPacks(const T* pointer)
{
    return reinterpret_cast<std::uintptr_t>(pointer) % alignof(Pack<T>) == 0;
}

/// Level by level: what a segment starts from was saved by an earlier launch on the same stream.
template <typename T>
void scan(const ScanArgs<T>& args, const std::int64_t* levelEnds, std::int64_t levels)
{
    const bool usual = args.states == usualStates && inPacks(args.B_XN) && inPacks(args.C_XN);
    const unsigned blocksPerSegment = blocksFor(args.channels, scanThreads);
    std::int64_t begin = 0;
    for (std::int64_t level = 0; level < levels; begin = levelEnds[level++]) {
        const unsigned blocks = unsigned(levelEnds[level] - begin) * blocksPerSegment;
        if (usual)
            scanKernel<usualStates><<<blocks, scanThreads, 0, currentStream()>>>(args, begin, blocksPerSegment);
        else
            scanKernel<0><<<blocks, scanThreads, 0, currentStream()>>>(args, begin, blocksPerSegment);
        checkLaunch("scan");
    }
}

}  // namespace

template <typename T>
void addScanKernels(CudaKernelSet<T>& kernels)
{
    kernels.scan = scan<T>;
}

template void addScanKernels(CudaKernelSet<float>&);
template void addScanKernels(CudaKernelSet<double>&);

}  // namespace mnemo::cuda
