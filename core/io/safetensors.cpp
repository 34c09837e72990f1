// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/safetensors.h"

#include "core/data/error.h"
#include "core/io/strict_json.h"
#include "core/io/utf8.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace mnemo {
namespace {

/// The place of one tensor in the data that follow the header.
struct Entry {
    TensorView view;
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
};

class HeaderReader
{
public:
    HeaderReader(std::string file, std::span<const std::byte> data) : m_file(std::move(file)), m_data(data) {}

    [[noreturn]] void damaged(const std::string& why) const
    {
        throw Failure(ErrorCode::Damaged, m_file + " is damaged: " + why + ".",
                      "Get the file again from where it came from.");
    }

    std::vector<TensorView> tensors(const SortedJson& header) const
    {
        std::vector<Entry> entries;
        for (const auto& [name, value] : header.items())
            if (name != "__metadata__")
                entries.push_back(entry(name, value));
        checkCover(entries);
        std::vector<TensorView> views;
        for (Entry& e : entries)
            views.push_back(std::move(e.view));
        std::ranges::sort(views, {}, &TensorView::name);
        return views;
    }

    TensorMetadata metadata(const SortedJson& header) const
    {
        TensorMetadata metadata;
        if (!header.contains("__metadata__"))
            return metadata;
        const SortedJson& given = header["__metadata__"];
        if (!given.is_object())
            damaged("__metadata__ is not an object");
        for (const auto& [key, value] : given.items()) {
            if (!value.is_string())
                damaged("the value of \"" + key + "\" in __metadata__ is not a text");
            metadata[key] = value.get<std::string>();
        }
        return metadata;
    }

private:
    Entry entry(const std::string& name, const SortedJson& value) const
    {
        const std::string tensor = "the tensor \"" + name + "\"";
        if (!value.is_object() || value.size() != 3)
            damaged(tensor + " is not described by dtype, shape and data_offsets");
        for (const char* key : {"dtype", "shape", "data_offsets"})
            if (!value.contains(key))
                damaged(tensor + " has no " + key);
        Entry e;
        e.view.name = name;
        const std::string dtype = value["dtype"].is_string() ? value["dtype"].get<std::string>() : "(not a text)";
        const auto known = dtypeFromName(dtype);
        if (!known)
            throw Failure(ErrorCode::Damaged, m_file + ": " + tensor + " is of the unknown type " + dtype + ".",
                          "Convert the file to F32, F16 or BF16.");
        e.view.dtype = *known;
        const std::uint64_t size = shapeSize(value["shape"], e.view, tensor);
        readOffsets(value["data_offsets"], e, tensor);
        if (size != e.end - e.begin)
            damaged(tensor + " needs " + std::to_string(size) + " bytes by its shape and has " +
                    std::to_string(e.end - e.begin));
        e.view.bytes = m_data.subspan(e.begin, size);
        return e;
    }

    /// Bytes by shape and type; fills in the shape.
    std::uint64_t shapeSize(const SortedJson& shape, TensorView& view, const std::string& tensor) const
    {
        if (!shape.is_array())
            damaged("the shape of " + tensor + " is not a list");
        std::uint64_t size = dtypeSize(view.dtype);
        for (const SortedJson& extent : shape) {
            if (!extent.is_number_unsigned())
                damaged("the shape of " + tensor + " holds " + extent.dump() + ", which is no size");
            std::int64_t checked = 0;
            const auto count = extent.get<std::uint64_t>();
            if (count > std::uint64_t(std::numeric_limits<std::int64_t>::max()) ||
                __builtin_mul_overflow(std::int64_t(size), std::int64_t(count), &checked))
                damaged("the shape of " + tensor + " is larger than any memory");
            size = std::uint64_t(checked);
            view.shape.push_back(std::int64_t(count));
        }
        return size;
    }

    void readOffsets(const SortedJson& offsets, Entry& e, const std::string& tensor) const
    {
        if (!offsets.is_array() || offsets.size() != 2 || !offsets[0].is_number_unsigned() ||
            !offsets[1].is_number_unsigned())
            damaged("data_offsets of " + tensor + " are not two positions");
        e.begin = offsets[0].get<std::uint64_t>();
        e.end = offsets[1].get<std::uint64_t>();
        if (e.begin > e.end)
            damaged(tensor + " ends before it begins");
        if (e.end > m_data.size())
            damaged(tensor + " ends at byte " + std::to_string(e.end) + " of " + std::to_string(m_data.size()) +
                    " (is the file complete?)");
    }

    /// Every byte of the data belongs to exactly one tensor.
    void checkCover(std::vector<Entry>& entries) const
    {
        std::ranges::sort(entries, {}, [](const Entry& e) { return std::pair(e.begin, e.end); });
        std::uint64_t covered = 0;
        for (const Entry& e : entries) {
            if (e.begin < covered)
                damaged("the tensor \"" + e.view.name + "\" overlaps another one");
            if (e.begin > covered)
                damaged("no tensor holds the bytes before \"" + e.view.name + "\"");
            covered = e.end;
        }
        if (covered != m_data.size())
            damaged(std::to_string(m_data.size() - covered) + " bytes follow the last tensor");
    }

    std::string m_file;
    std::span<const std::byte> m_data;
};

}  // namespace

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path, std::uint64_t limit) : m_path(path), m_file(path)
{
    const std::string name = shown(path);
    const auto bytes = m_file.bytes();
    const HeaderReader reader(name, {});
    if (bytes.size() < 8)
        reader.damaged("it is only " + std::to_string(bytes.size()) + " bytes long");
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), 8);
    if (length > limit)
        reader.damaged("its header would be " + std::to_string(length) + " bytes long; at most " +
                       std::to_string(limit) + " are read");
    if (length > bytes.size() - 8)
        reader.damaged("its header of " + std::to_string(length) + " bytes is longer than the file");
    m_header = bytes.subspan(8, length);
    const std::string_view text(reinterpret_cast<const char*>(m_header.data()), m_header.size());
    if (!text.starts_with('{'))
        reader.damaged("its header does not start with {");
    const SortedJson header = parseStrict(text, "The header of " + name);
    const HeaderReader body(name, bytes.subspan(8 + length));
    m_metadata = body.metadata(header);
    m_tensors = body.tensors(header);
}

const TensorView* SafetensorsFile::find(std::string_view name) const
{
    const auto found = std::ranges::lower_bound(m_tensors, name, {}, &TensorView::name);
    return found != m_tensors.end() && found->name == name ? &*found : nullptr;
}

}  // namespace mnemo
