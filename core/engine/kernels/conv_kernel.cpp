// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kernels/conv_kernel.h"

#include "core/engine/kernels/vector_exp.h"

namespace mnemo {
namespace {

template <typename T>
MNEMO_INLINE void convRowsAny(const ConvArgs<T>& args, std::int64_t begin, std::int64_t end)
{
    const std::int64_t channels = args.channels;
    for (std::int64_t row = begin; row < end; ++row) {
        T* __restrict u = args.u_XE + row * channels;
        for (std::int64_t e = 0; e < channels; ++e)
            u[e] = args.bias_E[e];
        for (int tap = 0; tap < args.taps; ++tap) {
            const std::int64_t source = args.sourceRows[tap][row];
            if (source == args.rows)
                continue;
            const T* __restrict a = args.a_XE + source * channels;
            const T* __restrict weight = args.weight_KE + tap * channels;
            for (std::int64_t e = 0; e < channels; ++e)
                u[e] += weight[e] * a[e];
        }
        if (args.silu)
            for (std::int64_t e = 0; e < channels; ++e)
                u[e] = silu(u[e]);
    }
}

template <typename T>
MNEMO_INLINE void convBackwardAny(const ConvArgs<T>& args, const ConvGradients<T>& gradients, std::int64_t begin,
                                  std::int64_t end)
{
    const std::int64_t channels = args.channels;
    for (std::int64_t row = 0; row < args.rows; ++row) {
        const T* __restrict g = gradients.u_XE + row * channels;
        T* __restrict bias = gradients.bias_E;
        for (std::int64_t e = begin; e < end; ++e)
            bias[e] += g[e];
        for (int tap = 0; tap < args.taps; ++tap) {
            const std::int64_t source = args.sourceRows[tap][row];
            if (source == args.rows)
                continue;
            const T* __restrict a = args.a_XE + source * channels;
            const T* __restrict weight = args.weight_KE + tap * channels;
            T* __restrict gradA = gradients.a_XE + source * channels;
            T* __restrict gradWeight = gradients.weight_KE + tap * channels;
            for (std::int64_t e = begin; e < end; ++e) {
                gradA[e] += weight[e] * g[e];
                gradWeight[e] += a[e] * g[e];
            }
        }
    }
}

}  // namespace

MNEMO_VECTOR_CLONES void convBackward(const ConvArgs<float>& args, const ConvGradients<float>& gradients,
                                      std::int64_t begin, std::int64_t end)
{
    convBackwardAny(args, gradients, begin, end);
}

MNEMO_VECTOR_CLONES void convBackward(const ConvArgs<double>& args, const ConvGradients<double>& gradients,
                                      std::int64_t begin, std::int64_t end)
{
    convBackwardAny(args, gradients, begin, end);
}

MNEMO_VECTOR_CLONES void convRows(const ConvArgs<float>& args, std::int64_t begin, std::int64_t end)
{
    convRowsAny(args, begin, end);
}

MNEMO_VECTOR_CLONES void convRows(const ConvArgs<double>& args, std::int64_t begin, std::int64_t end)
{
    convRowsAny(args, begin, end);
}

}  // namespace mnemo
