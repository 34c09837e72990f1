// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/mapped_file.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

/// Element types of a safetensors file. Others (8-bit floats, …) are refused by name.
enum class Dtype { Bool, U8, I8, U16, I16, F16, BF16, U32, I32, F32, U64, I64, F64 };

std::string_view dtypeName(Dtype dtype);  ///< "F32", as in the file
std::optional<Dtype> dtypeFromName(std::string_view name);
std::size_t dtypeSize(Dtype dtype);  ///< bytes of one element

/// One tensor: row-major, little-endian, not necessarily aligned. The bytes belong to the file (or to the caller, when
/// writing).
struct TensorView {
    std::string name;
    Dtype dtype = Dtype::F32;
    std::vector<std::int64_t> shape;  ///< empty: a scalar
    std::span<const std::byte> bytes;

    std::int64_t size() const;  ///< number of elements
};

/// F32, F16 and BF16 exactly; F64 rounded to the nearest float. @throws Failure UnsupportedModel for other types
std::vector<float> toFloats(const TensorView& tensor);

/// F64, F32, F16 and BF16 exactly. @throws Failure Damaged for other types
std::vector<double> toDoubles(const TensorView& tensor);

/// The bytes of a tensor: F32 exactly, F16 and BF16 rounded to the nearest, ties to even.
/// @throws Failure UnsupportedModel for other types
std::vector<std::byte> fromFloats(std::span<const float> values, Dtype dtype);

float floatFromBF16(std::uint16_t bits);
float floatFromF16(std::uint16_t bits);
std::uint16_t bf16FromFloat(float value);
std::uint16_t f16FromFloat(float value);

using TensorMetadata = std::map<std::string, std::string>;

/// A safetensors file mapped into memory. The whole header is checked before the first tensor is handed out: nothing in
/// it can make a later read leave the file. Format: https://github.com/huggingface/safetensors (UX.md §D.1).
class SafetensorsFile
{
public:
    static constexpr std::uint64_t headerLimit = 100'000'000;

    /// @param limit longest header that is accepted, in bytes
    /// @throws Failure NotFound, Unreadable; Damaged naming the file and, where it is one, the tensor
    explicit SafetensorsFile(const std::filesystem::path& path, std::uint64_t limit = headerLimit);

    const std::vector<TensorView>& tensors() const { return m_tensors; }  ///< sorted by name
    const TensorView* find(std::string_view name) const;                  ///< null when absent
    const TensorMetadata& metadata() const { return m_metadata; }
    const std::filesystem::path& path() const { return m_path; }
    std::span<const std::byte> header() const { return m_header; }  ///< the JSON text, with its padding

private:
    std::filesystem::path m_path;
    MappedFile m_file;
    std::span<const std::byte> m_header;
    std::vector<TensorView> m_tensors;
    TensorMetadata m_metadata;
};

/// Writes a file that every safetensors reader takes: tensors aligned to their element size, the header padded with
/// spaces, whole or not at all (AtomicFile). Equal input gives equal bytes.
/// @throws Failure WriteFailed naming the folder; Internal when a shape does not fit its bytes or a name occurs twice
void writeSafetensors(const std::filesystem::path& path, std::vector<TensorView> tensors,
                      const TensorMetadata& metadata = {});

}  // namespace mnemo
