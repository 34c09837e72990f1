// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/npy.h"

#include "core/data/error.h"
#include "core/io/atomic_file.h"
#include "core/io/mapped_file.h"
#include "core/io/utf8.h"

#include <charconv>
#include <cstring>

// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
namespace mnemo {
namespace {

constexpr std::string_view magic("\x93NUMPY", 6);
constexpr std::size_t headerLimit = 1 << 16;

/// The three fields of the header's Python dictionary.
struct Header {
    bool wide = false;  ///< float64
    std::vector<std::int64_t> shape;
    std::size_t dataAt = 0;
};

class Reader
{
public:
    explicit Reader(const std::filesystem::path& path) : m_name(shown(path)), m_file(path) {}

    Header header() const
    {
        const std::string_view all = text();
        if (all.size() < 10 || !all.starts_with(magic))
            damaged("it is no NumPy array");
        const auto version = static_cast<unsigned char>(all[6]);
        if (version < 1 || version > 3)
            damaged("its format " + std::to_string(version) + " is not known");
        std::uint32_t length = 0;
        const std::size_t at = version == 1 ? 10 : 12;
        if (all.size() < at)
            damaged("it ends within its header");
        std::memcpy(&length, all.data() + 8, at - 8);
        if (length > headerLimit || length > all.size() - at)
            damaged("its header of " + std::to_string(length) + " bytes does not fit");
        Header header = parse(all.substr(at, length));
        header.dataAt = at + length;
        checkSize(header);
        return header;
    }

    template <typename To>
    std::vector<To> values(const Header& header) const
    {
        const std::string_view data = text().substr(header.dataAt);
        const std::size_t width = header.wide ? 8 : 4;
        std::vector<To> values(data.size() / width);
        for (std::size_t i = 0; i < values.size(); ++i) {
            float narrow = 0;
            double wide = 0;
            if (header.wide)
                std::memcpy(&wide, data.data() + i * width, width);
            else
                std::memcpy(&narrow, data.data() + i * width, width);
            values[i] = header.wide ? To(wide) : To(narrow);
        }
        return values;
    }

private:
    [[noreturn]] void damaged(const std::string& why) const
    {
        throw Failure(ErrorCode::Damaged, m_name + " cannot be read as an array: " + why + ".",
                      "Save it with numpy.save as float32 or float64.");
    }

    std::string_view text() const
    {
        return {reinterpret_cast<const char*>(m_file.bytes().data()), m_file.bytes().size()};
    }

    /// What follows `'key':`, without leading spaces.
    std::string_view field(std::string_view dictionary, std::string_view key) const
    {
        const std::string quoted = "'" + std::string(key) + "'";
        const std::size_t at = dictionary.find(quoted);
        const std::size_t colon = at == std::string::npos ? at : dictionary.find(':', at + quoted.size());
        const std::size_t value = colon == std::string::npos ? colon : dictionary.find_first_not_of(' ', colon + 1);
        if (value == std::string::npos)
            damaged("its header has no " + std::string(key));
        return dictionary.substr(value);
    }

    Header parse(std::string_view dictionary) const
    {
        Header header;
        const std::string_view type = field(dictionary, "descr");
        if (type.starts_with("'<f8'"))
            header.wide = true;
        else if (!type.starts_with("'<f4'"))
            damaged("its type is " + repairUtf8(type.substr(0, type.find(','))) + ", not float32 or float64");
        if (!field(dictionary, "fortran_order").starts_with("False"))
            damaged("it is stored by columns (fortran_order)");
        std::string_view shape = field(dictionary, "shape");
        const std::size_t close = shape.find(')');
        if (!shape.starts_with('(') || close == std::string::npos)
            damaged("its shape is not a tuple");
        shape = shape.substr(1, close - 1);
        while (!shape.empty()) {
            const std::size_t comma = std::min(shape.find(','), shape.size());
            header.shape.push_back(extent(shape.substr(0, comma)));
            shape.remove_prefix(std::min(comma + 1, shape.size()));
            shape.remove_prefix(std::min(shape.find_first_not_of(' '), shape.size()));
        }
        return header;
    }

    std::int64_t extent(std::string_view digits) const
    {
        std::int64_t value = 0;
        const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (error != std::errc() || end != digits.data() + digits.size() || value < 0)
            damaged("its shape holds \"" + repairUtf8(digits) + "\"");
        return value;
    }

    void checkSize(const Header& header) const
    {
        std::int64_t size = header.wide ? 8 : 4;
        for (const std::int64_t count : header.shape)
            if (__builtin_mul_overflow(size, count, &size))
                damaged("its shape is larger than any memory");
        if (std::uint64_t(size) != text().size() - header.dataAt)
            damaged("its shape needs " + std::to_string(size) + " bytes and " +
                    std::to_string(text().size() - header.dataAt) + " are there");
    }

    std::string m_name;
    MappedFile m_file;
};

void write(const std::filesystem::path& path, const char* type, const std::vector<std::int64_t>& shape,
           std::span<const std::byte> data)
{
    std::string dictionary = "{'descr': '" + std::string(type) + "', 'fortran_order': False, 'shape': (";
    for (const std::int64_t extent : shape)
        dictionary += std::to_string(extent) + ",";
    dictionary += "), }";
    const std::size_t whole = (10 + dictionary.size() + 1 + 63) / 64 * 64;  // the data start at a multiple of 64
    dictionary.resize(whole - 11, ' ');
    dictionary += '\n';
    const auto length = std::uint16_t(dictionary.size());
    std::string head(magic);
    head += {'\x01', '\x00', char(length & 0xFF), char(length >> 8)};
    AtomicFile file(path);
    file.write(head + dictionary);
    file.write(data);
    file.commit();
}

void checkProduct(const std::vector<std::int64_t>& shape, std::size_t values)
{
    std::int64_t size = 1;
    for (const std::int64_t extent : shape)
        size *= extent;
    if (size != std::int64_t(values))
        throw Failure(ErrorCode::Internal, "An array's shape does not fit its values.", "Report this.");
}

}  // namespace

HostTensor readNpy(const std::filesystem::path& path)
{
    const Reader reader(path);
    const Header header = reader.header();
    return {header.shape, reader.values<float>(header)};
}

std::vector<double> readNpyDoubles(const std::filesystem::path& path, std::vector<std::int64_t>& shape)
{
    const Reader reader(path);
    const Header header = reader.header();
    shape = header.shape;
    return reader.values<double>(header);
}

void writeNpy(const std::filesystem::path& path, const HostTensor& tensor)
{
    checkProduct(tensor.shape, tensor.values.size());
    write(path, "<f4", tensor.shape, std::as_bytes(std::span(tensor.values)));
}

void writeNpy(const std::filesystem::path& path, const std::vector<std::int64_t>& shape,
              const std::vector<double>& values)
{
    checkProduct(shape, values.size());
    write(path, "<f8", shape, std::as_bytes(std::span(values)));
}

}  // namespace mnemo
