// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/error.h"
#include "core/data/json.h"
#include "core/io/atomic_file.h"
#include "core/io/safetensors.h"

#include <algorithm>
#include <cstring>

namespace mnemo {
namespace {

void check(const TensorView& tensor)
{
    std::uint64_t size = dtypeSize(tensor.dtype);
    for (const std::int64_t extent : tensor.shape)
        size *= std::uint64_t(extent);
    if (size != tensor.bytes.size())
        throw Failure(ErrorCode::Internal,
                      "The tensor " + tensor.name + " has " + std::to_string(tensor.bytes.size()) +
                          " bytes and by its shape " + std::to_string(size) + ".",
                      "Report this.");
}

/// The header with its length in front, padded so that the data start at a multiple of 8.
std::string headerOf(const std::vector<TensorView>& tensors, const TensorMetadata& metadata)
{
    nlohmann::json header = nlohmann::json::object();  // sorted: the ordered one is quadratic in the number of tensors
    if (!metadata.empty())
        header["__metadata__"] = metadata;
    std::uint64_t at = 0;
    for (const TensorView& tensor : tensors) {
        check(tensor);
        if (header.contains(tensor.name))
            throw Failure(ErrorCode::Internal, "Two tensors are named " + tensor.name + ".", "Report this.");
        const std::uint64_t end = at + tensor.bytes.size();
        header[tensor.name] = {
            {"dtype", dtypeName(tensor.dtype)}, {"shape", tensor.shape}, {"data_offsets", {at, end}}};
        at = end;
    }
    std::string text = header.dump();
    text.resize((text.size() + 7) / 8 * 8, ' ');
    const std::uint64_t length = text.size();
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &length, 8);
    return bytes + text;
}

}  // namespace

void writeSafetensors(const std::filesystem::path& path, std::vector<TensorView> tensors,
                      const TensorMetadata& metadata)
{
    // Wide elements first: every tensor then starts at a multiple of its element size without gaps.
    std::ranges::sort(tensors, [](const TensorView& a, const TensorView& b) {
        return std::pair(-int(dtypeSize(a.dtype)), std::string_view(a.name)) <
               std::pair(-int(dtypeSize(b.dtype)), std::string_view(b.name));
    });
    const std::string header = headerOf(tensors, metadata);
    AtomicFile file(path);
    file.write(header);
    for (const TensorView& tensor : tensors)
        file.write(tensor.bytes);
    file.commit();
}

}  // namespace mnemo
