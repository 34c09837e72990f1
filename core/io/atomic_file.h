// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace mnemo {

/// A file that appears whole or not at all: written beside its place under a temporary name, flushed to the disk and
/// renamed by commit(). Without commit() the temporary file is removed and an older file stays as it was. A symbolic
/// link is followed; an older file's permissions are kept. What a writer of the same file left that was killed is
/// removed. Every function throws Failure WriteFailed naming the folder.
class AtomicFile
{
public:
    explicit AtomicFile(const std::filesystem::path& path);
    AtomicFile(const AtomicFile&) = delete;
    AtomicFile& operator=(const AtomicFile&) = delete;
    ~AtomicFile();

    void write(std::span<const std::byte> bytes);
    void write(std::string_view text);
    void commit();

private:
    [[noreturn]] void fail(int error) const;
    bool create();  ///< under a name of its own, locked; false: another try is needed
    void removeLeftovers() const;

    std::filesystem::path m_path;
    std::filesystem::path m_temporary;
    int m_file = -1;
};

/// One AtomicFile with this text. @throws Failure WriteFailed
void writeFileAtomically(const std::filesystem::path& path, std::string_view text);

}  // namespace mnemo
