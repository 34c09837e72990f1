// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kernels/row_kernel.h"

#include "core/engine/kernels/vector_exp.h"

namespace mnemo {
namespace {

constexpr std::int64_t lanes = 16;  // partial sums that do not wait for each other

template <typename T>
MNEMO_INLINE void rmsNormAny(const T* x_XD, const T* __restrict weight, T* y_XD, double epsilon, std::int64_t channels,
                             std::int64_t begin, std::int64_t end)
{
    for (std::int64_t row = begin; row < end; ++row) {
        const T* __restrict x = x_XD + row * channels;
        T* __restrict y = y_XD + row * channels;
        T part[lanes] = {};
        std::int64_t d = 0;
        for (; d + lanes <= channels; d += lanes)
            for (std::int64_t e = 0; e < lanes; ++e)
                part[e] += x[d + e] * x[d + e];
        for (; d < channels; ++d)
            part[0] += x[d] * x[d];
        double sum = 0;
        for (const T one : part)
            sum += double(one);
        const T scale = T(1 / std::sqrt(sum / double(channels) + epsilon));
        for (d = 0; d < channels; ++d)
            y[d] = x[d] * scale * weight[d];
    }
}

template <typename T>
MNEMO_INLINE void gateAny(const T* __restrict s, const T* __restrict z, T* __restrict y, std::int64_t begin,
                          std::int64_t end)
{
    for (std::int64_t i = begin; i < end; ++i)
        y[i] = s[i] * silu(z[i]);
}

template <typename T>
MNEMO_INLINE void softplusAny(const T* __restrict x, T* __restrict y, std::int64_t begin, std::int64_t end)
{
    for (std::int64_t i = begin; i < end; ++i)
        y[i] = softplus(x[i]);
}

}  // namespace

MNEMO_VECTOR_CLONES void softplusEntries(const float* x, float* y, std::int64_t begin, std::int64_t end)
{
    softplusAny(x, y, begin, end);
}

MNEMO_VECTOR_CLONES void softplusEntries(const double* x, double* y, std::int64_t begin, std::int64_t end)
{
    softplusAny(x, y, begin, end);
}

MNEMO_VECTOR_CLONES void rmsNormRows(const float* x_XD, const float* weight_D, float* y_XD, double epsilon,
                                     std::int64_t channels, std::int64_t begin, std::int64_t end)
{
    rmsNormAny(x_XD, weight_D, y_XD, epsilon, channels, begin, end);
}

MNEMO_VECTOR_CLONES void rmsNormRows(const double* x_XD, const double* weight_D, double* y_XD, double epsilon,
                                     std::int64_t channels, std::int64_t begin, std::int64_t end)
{
    rmsNormAny(x_XD, weight_D, y_XD, epsilon, channels, begin, end);
}

MNEMO_VECTOR_CLONES void gateEntries(const float* s_XE, const float* z_XE, float* y_XE, std::int64_t begin,
                                     std::int64_t end)
{
    gateAny(s_XE, z_XE, y_XE, begin, end);
}

MNEMO_VECTOR_CLONES void gateEntries(const double* s_XE, const double* z_XE, double* y_XE, std::int64_t begin,
                                     std::int64_t end)
{
    gateAny(s_XE, z_XE, y_XE, begin, end);
}

}  // namespace mnemo
