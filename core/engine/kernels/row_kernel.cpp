// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kernels/row_kernel.h"

#include "core/engine/kernels/lanes.h"
#include "core/engine/kernels/vector_exp.h"

namespace mnemo {
namespace {

template <typename T>
MNEMO_INLINE void rmsNormAny(const T* x_XD, const T* __restrict weight, T* y_XD, double epsilon, std::int64_t channels,
                             std::int64_t begin, std::int64_t end)
{
    for (std::int64_t row = begin; row < end; ++row) {
        const T* __restrict x = x_XD + row * channels;
        T* __restrict y = y_XD + row * channels;
        const T scale = T(1 / std::sqrt(double(dot(x, x, channels)) / double(channels) + epsilon));
        for (std::int64_t d = 0; d < channels; ++d)
            y[d] = x[d] * scale * weight[d];
    }
}

/// With r = 1 / √(mean x² + ε): ∂x = r w ∂y − x r³ / D · Σ w x ∂y, ∂w = Σ r x ∂y.
template <typename T>
MNEMO_INLINE void rmsNormBackwardAny(const T* x_XD, const T* __restrict weight, const T* gradY_XD, T* gradX_XD,
                                     T* __restrict gradWeight, double epsilon, std::int64_t channels,
                                     std::int64_t begin, std::int64_t end)
{
    for (std::int64_t row = begin; row < end; ++row) {
        const T* __restrict x = x_XD + row * channels;
        const T* __restrict gradY = gradY_XD + row * channels;
        T* __restrict gradX = gradX_XD + row * channels;
        const double r = 1 / std::sqrt(double(dot(x, x, channels)) / double(channels) + epsilon);
        for (std::int64_t d = 0; d < channels; ++d) {
            gradWeight[d] += T(r) * x[d] * gradY[d];
            gradX[d] = weight[d] * gradY[d];
        }
        const T along = T(r * r * r / double(channels) * double(dot(x, gradX, channels)));
        for (std::int64_t d = 0; d < channels; ++d)
            gradX[d] = T(r) * gradX[d] - along * x[d];
    }
}

template <typename T>
MNEMO_INLINE void siluBackwardAny(const T* __restrict x, const T* __restrict gradY, T* __restrict gradX,
                                  std::int64_t begin, std::int64_t end)
{
    for (std::int64_t i = begin; i < end; ++i) {
        const T s = sigmoid(x[i]);
        gradX[i] = gradY[i] * (s + x[i] * s * (T(1) - s));
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

MNEMO_VECTOR_CLONES void rmsNormBackward(const float* x_XD, const float* weight_D, const float* gradY_XD,
                                         float* gradX_XD, float* gradWeight_D, double epsilon, std::int64_t channels,
                                         std::int64_t begin, std::int64_t end)
{
    rmsNormBackwardAny(x_XD, weight_D, gradY_XD, gradX_XD, gradWeight_D, epsilon, channels, begin, end);
}

MNEMO_VECTOR_CLONES void rmsNormBackward(const double* x_XD, const double* weight_D, const double* gradY_XD,
                                         double* gradX_XD, double* gradWeight_D, double epsilon, std::int64_t channels,
                                         std::int64_t begin, std::int64_t end)
{
    rmsNormBackwardAny(x_XD, weight_D, gradY_XD, gradX_XD, gradWeight_D, epsilon, channels, begin, end);
}

MNEMO_VECTOR_CLONES void siluBackward(const float* x, const float* gradY, float* gradX, std::int64_t begin,
                                      std::int64_t end)
{
    siluBackwardAny(x, gradY, gradX, begin, end);
}

MNEMO_VECTOR_CLONES void siluBackward(const double* x, const double* gradY, double* gradX, std::int64_t begin,
                                      std::int64_t end)
{
    siluBackwardAny(x, gradY, gradX, begin, end);
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
