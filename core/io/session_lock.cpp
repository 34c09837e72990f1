// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/session_lock.h"

#include "core/data/error.h"
#include "core/io/atomic_file.h"
#include "core/io/mapped_file.h"
#include "core/io/time_stamp.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <utility>

namespace mnemo {
namespace {

constexpr std::size_t longest = 4096;

std::string hostName()
{
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

std::string userName()
{
    const passwd* user = ::getpwuid(::geteuid());
    return user ? user->pw_name : std::to_string(::geteuid());
}

/// Different for every lock, also of one process.
std::string textOfOurs()
{
    static std::atomic<unsigned> number = 0;
    Json json = thisProcess().toJson();
    json.update({{"user", userName()}, {"host", hostName()}, {"since", timeStamp()}, {"number", ++number}});
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// What a lock says; a holder of whom nothing is known where it says nothing that we understand.
LockHolder holderIn(const std::string& text)
{
    const Json json = Json::parse(text, nullptr, false);
    const auto word = [&](const char* key) {
        const Json value = json.is_object() ? json.value(key, Json()) : Json();
        return value.is_string() ? value.get<std::string>() : std::string();
    };
    return {word("user"), word("host"), processFrom(json).value_or(ProcessId()), word("since")};
}

bool isGone(const LockHolder& holder)
{
    return holder.process.pid != 0 && !holder.host.empty() && holder.host == hostName() && !isRunning(holder.process);
}

/// Absent where there is no lock that can be read.
std::optional<std::string> textOf(const std::filesystem::path& file)
{
    try {
        return readTextFile(file, longest);
    } catch (const Failure& failure) {
        return failure.error().code == ErrorCode::NotFound ? std::nullopt : std::optional<std::string>("");
    }
}

/// Makes the file with this text, at once and only if it is not there. @return 0 or errno
int create(const std::filesystem::path& file, const std::string& text)
{
    static std::atomic<unsigned> number = 0;
    const std::filesystem::path part =
        file.string() + "." + std::to_string(::getpid()) + "." + std::to_string(++number);
    ::unlink(part.c_str());
    const int descriptor = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (descriptor < 0)
        return errno;
    const bool written = ::write(descriptor, text.data(), text.size()) == ssize_t(text.size());
    ::close(descriptor);
    int error = written ? 0 : EIO;
    if (written && ::link(part.c_str(), file.c_str()) != 0)
        error = errno;
    if (error != 0 && error != EEXIST && written) {  // a file system without links
        const int whole = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
        error = whole < 0 ? errno : ::write(whole, text.data(), text.size()) == ssize_t(text.size()) ? 0 : EIO;
        if (whole >= 0)
            ::close(whole);
    }
    ::unlink(part.c_str());
    return error;
}

/// Removes the lock of a process that is gone, and no other: whoever comes second waits, and finds the first one's.
void removeStale(const std::filesystem::path& file, const std::string& stale)
{
    const int guard = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (guard < 0)
        return;
    ::flock(guard, LOCK_EX);
    if (textOf(file) == stale)
        ::unlink(file.c_str());
    ::close(guard);
}

}  // namespace

std::filesystem::path SessionLock::fileFor(const std::filesystem::path& session)
{
    std::error_code none;
    const std::filesystem::path real = std::filesystem::weakly_canonical(session, none);
    const std::filesystem::path path = none ? session : real;
    return path.parent_path() / (".~lock." + path.filename().string() + "#");
}

SessionLock::SessionLock(const std::filesystem::path& session) : m_file(fileFor(session)), m_text(textOfOurs())
{
    take();
}

SessionLock::SessionLock(SessionLock&& other) noexcept
    : m_file(std::move(other.m_file)),
      m_text(std::move(other.m_text)),
      m_isHeld(std::exchange(other.m_isHeld, false)),
      m_holder(std::move(other.m_holder))
{
}

SessionLock& SessionLock::operator=(SessionLock&& other) noexcept
{
    if (this != &other) {
        release();
        m_file = std::move(other.m_file);
        m_text = std::move(other.m_text);
        m_isHeld = std::exchange(other.m_isHeld, false);
        m_holder = std::move(other.m_holder);
    }
    return *this;
}

SessionLock::~SessionLock()
{
    release();
}

void SessionLock::take()
{
    constexpr int mostTries = 8;  // others take and give back meanwhile
    for (int tries = 0; tries < mostTries && !m_isHeld; ++tries) {
        m_holder.reset();
        const int error = create(m_file, m_text);
        m_isHeld = error == 0;
        if (error != EEXIST)
            return;
        const std::optional<std::string> text = textOf(m_file);
        if (!text)
            continue;
        m_holder = holderIn(*text);
        if (!isGone(*m_holder))
            return;
        removeStale(m_file, *text);
    }
}

bool SessionLock::takeOver()
{
    try {
        writeFileAtomically(m_file, m_text);
        m_isHeld = true;
        m_holder.reset();
    } catch (const Failure&) {
        // as in a folder that is read-only: it is opened all the same
    }
    return m_isHeld;
}

void SessionLock::release()
{
    if (m_isHeld && textOf(m_file) == m_text)
        ::unlink(m_file.c_str());
    m_isHeld = false;
}

}  // namespace mnemo
