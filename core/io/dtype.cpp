// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/error.h"
#include "core/io/safetensors.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

namespace mnemo {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors are read without swapping bytes");

struct Row {
    Dtype dtype;
    std::string_view name;
    std::size_t size;
};

constexpr std::array rows{
    Row{Dtype::Bool, "BOOL", 1}, Row{Dtype::U8, "U8", 1},   Row{Dtype::I8, "I8", 1},     Row{Dtype::U16, "U16", 2},
    Row{Dtype::I16, "I16", 2},   Row{Dtype::F16, "F16", 2}, Row{Dtype::BF16, "BF16", 2}, Row{Dtype::U32, "U32", 4},
    Row{Dtype::I32, "I32", 4},   Row{Dtype::F32, "F32", 4}, Row{Dtype::U64, "U64", 8},   Row{Dtype::I64, "I64", 8},
    Row{Dtype::F64, "F64", 8},
};
static_assert(rows.size() == std::size_t(Dtype::F64) + 1);

/// Elements of type Bits, converted one by one; the source may be unaligned.
template <typename Bits, typename To, typename Convert>
std::vector<To> converted(const TensorView& tensor, Convert convert)
{
    std::vector<To> values(tensor.bytes.size() / sizeof(Bits));
    for (std::size_t i = 0; i < values.size(); ++i) {
        Bits bits;
        std::memcpy(&bits, tensor.bytes.data() + i * sizeof(Bits), sizeof(Bits));
        values[i] = To(convert(bits));
    }
    return values;
}

template <typename To>
std::vector<To> toNumbers(const TensorView& tensor, ErrorCode refusal)
{
    switch (tensor.dtype) {
        case Dtype::F32:
            return converted<float, To>(tensor, [](float value) { return value; });
        case Dtype::F64:
            return converted<double, To>(tensor, [](double value) { return value; });
        case Dtype::BF16:
            return converted<std::uint16_t, To>(tensor, floatFromBF16);
        case Dtype::F16:
            return converted<std::uint16_t, To>(tensor, floatFromF16);
        default:
            throw Failure(refusal,
                          "The tensor " + tensor.name + " is of type " + std::string(dtypeName(tensor.dtype)) +
                              "; a floating-point type is needed.",
                          "Choose a checkpoint in F32, F16 or BF16.");
    }
}

}  // namespace

std::string_view dtypeName(Dtype dtype)
{
    return rows[std::size_t(dtype)].name;
}

std::optional<Dtype> dtypeFromName(std::string_view name)
{
    for (const Row& row : rows)
        if (row.name == name)
            return row.dtype;
    return std::nullopt;
}

std::size_t dtypeSize(Dtype dtype)
{
    return rows[std::size_t(dtype)].size;
}

std::int64_t TensorView::size() const
{
    return std::int64_t(bytes.size() / dtypeSize(dtype));
}

std::vector<float> toFloats(const TensorView& tensor)
{
    return toNumbers<float>(tensor, ErrorCode::UnsupportedModel);
}

std::vector<double> toDoubles(const TensorView& tensor)
{
    return toNumbers<double>(tensor, ErrorCode::Damaged);
}

float floatFromBF16(std::uint16_t bits)
{
    return std::bit_cast<float>(std::uint32_t(bits) << 16);
}

float floatFromF16(std::uint16_t bits)
{
    const std::uint32_t sign = std::uint32_t(bits & 0x8000) << 16;
    const std::uint32_t exponent = (bits >> 10) & 0x1F;
    const std::uint32_t mantissa = bits & 0x3FF;
    if (exponent == 0) {  // zero and subnormals: mantissa · 2⁻²⁴, exact in a float
        const float magnitude = float(mantissa) * 0x1p-24F;
        return sign ? -magnitude : magnitude;
    }
    const std::uint32_t wide = exponent == 0x1F ? 0xFF : exponent + 112;  // infinities and NaN keep their mantissa
    return std::bit_cast<float>(sign | (wide << 23) | (mantissa << 13));
}

std::uint16_t bf16FromFloat(float value)
{
    const auto bits = std::bit_cast<std::uint32_t>(value);
    if (std::isnan(value))
        return std::uint16_t((bits >> 16) | 0x40);  // the quiet bit: a NaN must not become an infinity
    return std::uint16_t((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
}

std::uint16_t f16FromFloat(float value)
{
    const auto sign = std::uint16_t((std::bit_cast<std::uint32_t>(value) >> 16) & 0x8000);
    if (std::isnan(value))
        return std::uint16_t(sign | 0x7E00);
    const double magnitude = std::abs(double(value));
    if (magnitude == 0)
        return sign;
    if (magnitude >= 65520)  // halfway between the largest and what would follow it
        return std::uint16_t(sign | 0x7C00);
    int exponent = 0;
    std::frexp(magnitude, &exponent);  // magnitude = f · 2^exponent, ½ ≤ f < 1
    exponent = std::max(exponent, -13);
    const double step = std::ldexp(1.0, exponent - 11);  // of the numbers around here
    const auto steps = std::uint32_t(std::nearbyint(magnitude / step));
    // 1024 … 2047 steps are a normal number, fewer a subnormal; 2048 carry into the next exponent by themselves.
    const int biased = exponent + 14;
    return std::uint16_t(sign | (std::uint32_t(biased - 1) * 1024 + steps));
}

std::vector<std::byte> fromFloats(std::span<const float> values, Dtype dtype)
{
    const std::size_t size = dtypeSize(dtype);
    std::vector<std::byte> bytes(values.size() * size);
    if (dtype == Dtype::F32) {
        std::memcpy(bytes.data(), values.data(), bytes.size());
        return bytes;
    }
    if (dtype != Dtype::BF16 && dtype != Dtype::F16)
        throw Failure(ErrorCode::UnsupportedModel,
                      "Numbers cannot be written as " + std::string(dtypeName(dtype)) + ".", "Choose F32.");
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::uint16_t bits = dtype == Dtype::BF16 ? bf16FromFloat(values[i]) : f16FromFloat(values[i]);
        std::memcpy(bytes.data() + i * size, &bits, size);
    }
    return bytes;
}

}  // namespace mnemo
