// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/atomic_file.h"

#include "core/data/error.h"
#include "core/io/utf8.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>
#include <utility>

namespace mnemo {
namespace {

std::filesystem::path folderOf(const std::filesystem::path& path)
{
    return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

constexpr std::string_view partSuffix = ".part";

/// Temporary files of a path are called ".NAME.NUMBER.part".
std::string partName(const std::filesystem::path& path, std::string_view number)
{
    return "." + path.filename().string() + "." + std::string(number) + std::string(partSuffix);
}

bool isPartOf(const std::filesystem::path& path, const std::string& name)
{
    const std::size_t begin = path.filename().string().size() + 2, rest = begin + partSuffix.size();
    if (name.size() <= rest)
        return false;
    const std::string number = name.substr(begin, name.size() - rest);
    return number.find_first_not_of("0123456789") == std::string::npos && name == partName(path, number);
}

/// Waits until it has the lock; nothing where a file system has none.
void lock(int file)
{
    while (::flock(file, LOCK_EX) != 0 && errno == EINTR) {
    }
}

}  // namespace

void AtomicFile::fail(int error) const
{
    throw Failure(ErrorCode::WriteFailed,
                  "The file " + shown(m_path) + " cannot be written in the folder " + shown(folderOf(m_path)) + ": " +
                      std::strerror(error) + ".",
                  "Choose a folder that you may write to and that has space left.");
}

AtomicFile::AtomicFile(const std::filesystem::path& path) : m_path(path)
{
    std::error_code none;
    if (std::filesystem::is_symlink(path, none))
        m_path = std::filesystem::weakly_canonical(path, none);
    if (std::filesystem::is_directory(m_path, none))
        fail(EISDIR);
    removeLeftovers();
    for (int tries = 0; !create(); ++tries)
        if (tries == 16)
            fail(EEXIST);
    struct stat old = {};
    if (::stat(m_path.c_str(), &old) == 0)
        (void)!::fchmod(m_file, old.st_mode & 07777);
}

bool AtomicFile::create()
{
    m_temporary = folderOf(m_path) / partName(m_path, std::to_string(std::random_device()()));
    // open() with O_EXCL rather than mkstemp(): the file then gets the permissions of the user's umask.
    m_file = ::open(m_temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (m_file < 0 && errno != EEXIST)
        fail(errno);
    if (m_file < 0)
        return false;
    // The lock says that somebody writes; it goes with the process. Before it was there, another writer may have taken
    // the file for a leftover.
    struct stat made = {};
    lock(m_file);
    if (::fstat(m_file, &made) == 0 && made.st_nlink > 0)
        return true;
    ::close(std::exchange(m_file, -1));
    return false;
}

void AtomicFile::removeLeftovers() const
{
    std::error_code none;
    for (auto it = std::filesystem::directory_iterator(folderOf(m_path), none);
         !none && it != std::filesystem::directory_iterator(); it.increment(none)) {
        if (!isPartOf(m_path, it->path().filename().string()))
            continue;
        const int left = ::open(it->path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
        if (left < 0)
            continue;
        if (::flock(left, LOCK_EX | LOCK_NB) == 0)
            ::unlink(it->path().c_str());
        ::close(left);
    }
}

AtomicFile::~AtomicFile()
{
    if (m_file < 0)
        return;
    ::close(m_file);
    ::unlink(m_temporary.c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(m_file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            fail(errno);
        bytes = bytes.subspan(std::size_t(written));
    }
}

void AtomicFile::write(std::string_view text)
{
    write(std::as_bytes(std::span(text.data(), text.size())));
}

void AtomicFile::commit()
{
    if (::fsync(m_file) != 0 || ::rename(m_temporary.c_str(), m_path.c_str()) != 0)
        fail(errno);
    ::close(m_file);
    m_file = -1;
    // The new name itself must survive a power cut; a folder that cannot be opened does not undo the rename.
    const int folder = ::open(folderOf(m_path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        ::fsync(folder);
        ::close(folder);
    }
}

void writeFileAtomically(const std::filesystem::path& path, std::string_view text)
{
    AtomicFile file(path);
    file.write(text);
    file.commit();
}

}  // namespace mnemo
