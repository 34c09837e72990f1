// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace mnemo {

/// A regular file mapped read-only into memory, for as long as this object lives. Movable, not copyable. The bytes are
/// read when they are touched: a file that shrinks meanwhile ends the program, so weights are replaced by renaming.
class MappedFile
{
public:
    MappedFile() = default;
    /// @throws Failure NotFound, Unreadable (no permission, a folder, a device)
    explicit MappedFile(const std::filesystem::path& path);
    MappedFile(MappedFile&& other) noexcept;
    MappedFile& operator=(MappedFile&& other) noexcept;
    ~MappedFile();

    std::span<const std::byte> bytes() const { return {m_data, m_size}; }

private:
    const std::byte* m_data = nullptr;
    std::size_t m_size = 0;
};

/// A whole small file as text, unchecked bytes.
/// @throws Failure NotFound, Unreadable, Damaged when it is longer than `limit` bytes
std::string readTextFile(const std::filesystem::path& path, std::size_t limit = 64u << 20);

}  // namespace mnemo
