// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/atomic_file.h"

#include "core/data/error.h"
#include "core/io/utf8.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <random>

namespace mnemo {
namespace {

std::filesystem::path folderOf(const std::filesystem::path& path)
{
    return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
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
    std::random_device random;
    // open() with O_EXCL rather than mkstemp(): the file then gets the permissions of the user's umask.
    for (int tries = 0; tries < 16 && m_file < 0; ++tries) {
        const std::string name = "." + m_path.filename().string() + "." + std::to_string(random()) + ".part";
        m_temporary = folderOf(m_path) / name;
        m_file = ::open(m_temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (m_file < 0 && errno != EEXIST)
            fail(errno);
    }
    if (m_file < 0)
        fail(EEXIST);
    struct stat old = {};
    if (::stat(m_path.c_str(), &old) == 0)
        (void)!::fchmod(m_file, old.st_mode & 07777);
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
