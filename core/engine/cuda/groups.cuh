// SPDX-License-Identifier: GPL-3.0-or-later
// Groups of lanes on a GPU, as lanes.h describes them.
#pragma once
#include <cstdint>

namespace mnemo::cuda {

/// The 32 threads of a warp.
struct Warp {
    __device__ int lane() const { return int(threadIdx.x % 32); }
    __device__ int lanes() const { return 32; }

    template <typename T>
    __device__ T sum(T x) const
    {
        for (int step = 16; step > 0; step /= 2)
            x += __shfl_xor_sync(~0U, x, step);
        return x;
    }

    template <typename T>
    __device__ T max(T x) const
    {
        for (int step = 16; step > 0; step /= 2) {
            const T other = __shfl_xor_sync(~0U, x, step);
            x = other > x ? other : x;
        }
        return x;
    }

    template <typename T>
    __device__ T from(T x, int lane) const
    {
        return __shfl_sync(~0U, x, lane);
    }
};

/// All threads of a block, a multiple of 32.
struct Block {
    __device__ int lane() const { return int(threadIdx.x); }
    __device__ int lanes() const { return int(blockDim.x); }

    template <typename T>
    __device__ T sum(T x) const
    {
        return combine(Warp().sum(x), [](T a, T b) { return a + b; });
    }

    template <typename T>
    __device__ T max(T x) const
    {
        return combine(Warp().max(x), [](T a, T b) { return b > a ? b : a; });
    }

private:
    /// Of the warps' values, the same in every thread.
    template <typename T, class Operation>
    __device__ T combine(T x, Operation operation) const
    {
        __shared__ T parts[32];
        __syncthreads();  // whoever still reads the parts of the call before
        if (threadIdx.x % 32 == 0)
            parts[threadIdx.x / 32] = x;
        __syncthreads();
        T all = parts[0];
        for (unsigned warp = 1; warp < blockDim.x / 32; ++warp)
            all = operation(all, parts[warp]);
        return all;
    }
};

}  // namespace mnemo::cuda
