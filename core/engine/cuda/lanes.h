// SPDX-License-Identifier: GPL-3.0-or-later
// The bodies of the kernels are written once, for a group of lanes that work on one row together. nvcc compiles them
// for warps and blocks of a GPU, a test with the host's compiler for a group of one lane.
#pragma once
#include <cmath>
#include <cstdint>

#ifdef __CUDACC__
#define MNEMO_BODY __device__ __forceinline__
#else
#define MNEMO_BODY inline
#endif

namespace mnemo::cuda {

/// A group of one lane. Of another group all lanes call sum, max and from together, and all get the answer.
struct OneLane {
    MNEMO_BODY int lane() const { return 0; }
    MNEMO_BODY int lanes() const { return 1; }

    template <typename T>
    MNEMO_BODY T sum(T x) const
    {
        return x;
    }

    template <typename T>
    MNEMO_BODY T max(T x) const
    {
        return x;
    }

    /// The x of another lane.
    template <typename T>
    MNEMO_BODY T from(T x, int) const
    {
        return x;
    }
};

/// A sum of many terms: sixteen at a time in their own type, the rest in double.
template <typename T>
class LongSum
{
public:
    MNEMO_BODY void add(T term)
    {
        m_part += term;
        if (++m_terms % 16 == 0) {
            m_whole += double(m_part);
            m_part = 0;
        }
    }
    MNEMO_BODY double total() const { return m_whole + double(m_part); }

private:
    double m_whole = 0;
    T m_part = 0;
    int m_terms = 0;
};

}  // namespace mnemo::cuda
