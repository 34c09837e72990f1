// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X rows, O outputs, I inputs of the matrix.
#pragma once
#include <ATen/core/Tensor.h>
#include <memory>

namespace mnemo {

/// FLOP of products that may pass between two stop checks: 20 to 50 ms on the threads there are.
std::int64_t flopsBetweenStops();

/// A weight matrix [O, I], ready for products. On a CPU it is packed once in the layout of oneDNN, which multiplies
/// faster than the library behind at::linear (tests/bench/RESULTS.md); the plain matrix then stays where it was read
/// from, for a checkpoint the mapped file. Const after construction, any thread.
class Matrix
{
public:
    Matrix() = default;
    /// @param source_OI of any float type, on the host. One that is learnt (recorded by autograd) is never packed
    /// @param dtype of the products: float, bfloat16, double
    Matrix(at::Tensor source_OI, at::ScalarType dtype, at::Device device);

    std::int64_t outputs() const { return m_plain_OI.size(0); }
    std::int64_t inputs() const { return m_plain_OI.size(1); }
    at::ScalarType dtype() const { return m_dtype; }
    bool isPacked() const { return m_packed.defined(); }

    /// [O, I] in the type of the products: converted at each call when the file has another type.
    at::Tensor plain_OI() const;

    /// x Wᵀ + b, [X, O], in the type of the products; recorded where gradients are wanted.
    /// @param bias_O in the type of the products, or undefined
    at::Tensor product(const at::Tensor& x_XI, const at::Tensor& bias_O = {}) const;

private:
    struct WayBack;

    at::Tensor twin(const at::Tensor& x_XI, const at::Tensor& bias_O) const;

    at::Tensor m_plain_OI;               ///< as in the file, or converted where nothing is packed
    at::Tensor m_packed;                 ///< opaque; undefined where oneDNN is not used
    std::shared_ptr<WayBack> m_wayBack;  ///< null where nothing is packed
    at::ScalarType m_dtype = at::kFloat;
};

}  // namespace mnemo
