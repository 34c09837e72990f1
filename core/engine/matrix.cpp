// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/matrix.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <mutex>
#include <string>
#include <utility>

#include "core/engine/free_memory.h"
#include "core/engine/gradients.h"

namespace mnemo {
namespace {

/// LibTorch's own way to oneDNN, which it does not export otherwise; absent when it was built without.
struct OneDnn {
    std::optional<c10::OperatorHandle> pack, multiply;

    static const OneDnn& get()
    {
        static const OneDnn operators{c10::Dispatcher::singleton().findSchema({"mkldnn::_reorder_linear_weight", ""}),
                                      c10::Dispatcher::singleton().findSchema({"mkldnn::_linear_pointwise", ""})};
        return operators;
    }
};

at::Tensor packed(const at::Tensor& weight_OI)
{
    c10::Stack stack{weight_OI, c10::IValue()};
    OneDnn::get().pack->callBoxed(stack);
    return stack.front().toTensor();
}

at::Tensor multiplied(const at::Tensor& x_XI, const at::Tensor& packed, const at::Tensor& bias_O)
{
    c10::Stack stack{x_XI,
                     packed,
                     bias_O.defined() ? c10::IValue(bias_O) : c10::IValue(),
                     std::string("none"),
                     c10::List<std::optional<at::Scalar>>(),
                     c10::IValue()};
    OneDnn::get().multiply->callBoxed(stack);
    return stack.front().toTensor();
}

/// oneDNN writes a program of its own for each number of rows, which takes a millisecond or more. Few rows, as while
/// somebody types, are filled up to a multiple of 16, so that the next prompt finds its program; many are not worth it.
at::Tensor multipliedFilledUp(const at::Tensor& x_XI, const at::Tensor& packed, const at::Tensor& bias_O)
{
    const std::int64_t rows = x_XI.size(0), missing = rows < 256 ? (16 - rows % 16) % 16 : 0;
    if (missing == 0)
        return multiplied(x_XI, packed, bias_O);
    return multiplied(at::constant_pad_nd(x_XI, {0, 0, 0, missing}), packed, bias_O).narrow(0, 0, rows);
}

/// Whether this processor multiplies packed matrices of a type: bfloat16 asks for newer ones. Tried once.
bool multiplies(at::ScalarType dtype)
{
    if (!OneDnn::get().pack || !OneDnn::get().multiply)
        return false;
    try {
        const at::Tensor one = at::ones({16, 16}, dtype);
        return multiplied(one, packed(one), {}).scalar_type() == dtype;
    } catch (const c10::Error&) {
        return false;
    }
}

bool isPackedOn(at::ScalarType dtype, at::Device device)
{
    static const bool single = multiplies(at::kFloat), half = multiplies(at::kBFloat16);
    return device.is_cpu() && ((dtype == at::kFloat && single) || (dtype == at::kBFloat16 && half));
}

/// A second copy of a weight is made as long as so many times its size is free.
constexpr std::int64_t enoughCopies = 64;

}  // namespace

/// The transposed weight, packed by the first product on the way back and kept: searches and Jacobians go that way many
/// times, and the plain weight is copied anew by every product with few rows.
struct Matrix::WayBack {
    std::once_flag once;
    at::Tensor packed_IO;  ///< undefined: nobody came this way, or there is not the memory

    /// g W, [X, I]. @param plain_OI as in the file
    at::Tensor product(const at::Tensor& gradient_XO, const at::Tensor& plain_OI, at::ScalarType dtype)
    {
        std::call_once(once, [&] {
            const std::int64_t bytes = plain_OI.numel() * std::int64_t(c10::elementSize(dtype));
            if (enoughCopies * bytes < freeMemory(at::kCPU))
                packed_IO = packed(plain_OI.to(dtype).t().contiguous());
        });
        if (!packed_IO.defined())
            return at::mm(gradient_XO, plain_OI.to(dtype));
        return multiplied(gradient_XO.contiguous(), packed_IO, {});
    }
};

std::int64_t flopsBetweenStops()
{
    constexpr std::int64_t each = 3'000'000'000;
    return each * (at::in_parallel_region() ? 1 : at::get_num_threads());
}

Matrix::Matrix(at::Tensor source_OI, at::ScalarType dtype, at::Device device)
    : m_plain_OI(std::move(source_OI)), m_dtype(dtype)
{
    const bool learns = isRecorded({m_plain_OI});
    if (isPackedOn(dtype, device) && !learns) {
        m_packed = packed(m_plain_OI.to(dtype).contiguous());
        m_wayBack = std::make_shared<WayBack>();
    } else if (!learns)
        m_plain_OI = m_plain_OI.to(device, dtype).contiguous();
}

at::Tensor Matrix::plain_OI() const
{
    return m_plain_OI.to(m_dtype);
}

at::Tensor Matrix::product(const at::Tensor& x_XI, const at::Tensor& bias_O) const
{
    if (isRecorded({x_XI, m_plain_OI, bias_O}))
        return twin(x_XI, bias_O);
    const at::Tensor x = x_XI.to(m_dtype);
    if (!isPacked())
        return at::linear(x, plain_OI(), bias_O);
    return multipliedFilledUp(x.contiguous(), m_packed, bias_O);
}

/// By the packed matrix on the way there, by its transpose on the way back.
at::Tensor Matrix::twin(const at::Tensor& x_XI, const at::Tensor& bias_O) const
{
    const at::Tensor x = x_XI.detach().to(m_dtype), W = m_plain_OI.detach();
    const at::Tensor bias = bias_O.defined() ? bias_O.detach() : bias_O;
    // What is recorded is mostly run again with as many rows.
    const at::Tensor y_XO =
        isPacked() ? multiplied(x.contiguous(), m_packed, bias) : at::linear(x, W.to(m_dtype), bias);
    const at::ScalarType typeOfX = x_XI.scalar_type(), typeOfW = m_plain_OI.scalar_type();
    return recorded(
        {x_XI, m_plain_OI, bias_O}, y_XO,
        [=, dtype = m_dtype, back = m_wayBack](const at::Tensor& gradient_XO, const std::vector<bool>& wanted) {
            std::vector<at::Tensor> found(3);
            if (wanted[0])
                found[0] = (back ? back->product(gradient_XO, W, dtype) : at::mm(gradient_XO, W.to(dtype))).to(typeOfX);
            if (wanted[1])
                found[1] = at::mm(gradient_XO.t(), x).to(typeOfW);
            if (wanted[2])
                found[2] = gradient_XO.sum(0);
            return found;
        });
}

}  // namespace mnemo
