// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/mapped_file.h"

#include "core/data/error.h"
#include "core/io/utf8.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace mnemo {
namespace {

[[noreturn]] void cannotOpen(const std::filesystem::path& path, int error)
{
    if (error == ENOENT || error == ENOTDIR)
        throw Failure(ErrorCode::NotFound, "The file " + shown(path) + " does not exist.", "Check the path.");
    throw Failure(ErrorCode::Unreadable, "The file " + shown(path) + " cannot be read: " + std::strerror(error) + ".",
                  "Check the file's permissions.");
}

/// Closes the descriptor however the scope is left.
struct Descriptor {
    int fd;
    explicit Descriptor(int opened) : fd(opened) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor()
    {
        if (fd >= 0)
            ::close(fd);
    }
};

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path)
{
    // O_NONBLOCK: opening a named pipe must not wait for a writer.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat info = {};
    if (file.fd < 0 || ::fstat(file.fd, &info) != 0)
        cannotOpen(path, errno);
    if (!S_ISREG(info.st_mode))
        throw Failure(ErrorCode::Unreadable, shown(path) + " is not a file.", "Name a file.");
    m_size = std::size_t(info.st_size);
    if (m_size == 0)
        return;
    void* data = ::mmap(nullptr, m_size, PROT_READ, MAP_PRIVATE, file.fd, 0);
    if (data == MAP_FAILED)
        cannotOpen(path, errno);
    m_data = static_cast<const std::byte*>(data);
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : m_data(std::exchange(other.m_data, nullptr)), m_size(std::exchange(other.m_size, 0))
{
}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept
{
    std::swap(m_data, other.m_data);
    std::swap(m_size, other.m_size);
    return *this;
}

MappedFile::~MappedFile()
{
    if (m_data)
        ::munmap(const_cast<std::byte*>(m_data), m_size);
}

std::string readTextFile(const std::filesystem::path& path, std::size_t limit)
{
    const MappedFile file(path);
    const auto bytes = file.bytes();
    if (bytes.size() > limit)
        throw Failure(ErrorCode::Damaged,
                      shown(path) + " is " + std::to_string(bytes.size()) + " bytes long; at most " +
                          std::to_string(limit) + " are read.",
                      "Check that this is the file you meant.");
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace mnemo
