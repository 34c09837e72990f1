// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows, D and E channels. No torch in this folder: plain pointers.
#pragma once
#include <cstdint>

namespace mnemo {

/// y = x / √(mean x² + ε) ⊙ weight, for rows begin … end − 1.
void rmsNormRows(const float* x_XD, const float* weight_D, float* y_XD, double epsilon, std::int64_t channels,
                 std::int64_t begin, std::int64_t end);
void rmsNormRows(const double* x_XD, const double* weight_D, double* y_XD, double epsilon, std::int64_t channels,
                 std::int64_t begin, std::int64_t end);

/// The backward of rmsNormRows: gradX is written, gradWeight added to.
void rmsNormBackward(const float* x_XD, const float* weight_D, const float* gradY_XD, float* gradX_XD,
                     float* gradWeight_D, double epsilon, std::int64_t channels, std::int64_t begin, std::int64_t end);
void rmsNormBackward(const double* x_XD, const double* weight_D, const double* gradY_XD, double* gradX_XD,
                     double* gradWeight_D, double epsilon, std::int64_t channels, std::int64_t begin, std::int64_t end);

/// gradX = gradY · silu'(x), for entries begin … end − 1.
void siluBackward(const float* x, const float* gradY, float* gradX, std::int64_t begin, std::int64_t end);
void siluBackward(const double* x, const double* gradY, double* gradX, std::int64_t begin, std::int64_t end);

/// y = log(1 + eˣ), for entries begin … end − 1.
void softplusEntries(const float* x, float* y, std::int64_t begin, std::int64_t end);
void softplusEntries(const double* x, double* y, std::int64_t begin, std::int64_t end);

/// y = s ⊙ silu(z), for entries begin … end − 1.
void gateEntries(const float* s_XE, const float* z_XE, float* y_XE, std::int64_t begin, std::int64_t end);
void gateEntries(const double* s_XE, const double* z_XE, double* y_XE, std::int64_t begin, std::int64_t end);

}  // namespace mnemo
