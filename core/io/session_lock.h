// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/process_id.h"

#include <filesystem>
#include <optional>
#include <string>

namespace mnemo {

/// Who has a session open.
struct LockHolder {
    std::string user;   ///< empty: not known
    std::string host;   ///< empty: not known
    ProcessId process;  ///< pid 0: not known
    std::string since;  ///< UTC, RFC 3339; empty: not known

    bool operator==(const LockHolder&) const = default;
};

/// Says to others that a session is open: a file `.~lock.NAME#` beside it, JSON of the holder, for as long as this
/// object lives. Only a sign: nobody is kept from reading or writing. What a process of this machine left that is gone
/// is taken over; of other machines nobody can tell. A symbolic link counts as the file it leads to.
class SessionLock
{
public:
    /// Takes the lock if nobody has it. Where it cannot be written (a folder that is read-only), nobody has it.
    explicit SessionLock(const std::filesystem::path& session);
    SessionLock(SessionLock&& other) noexcept;
    SessionLock& operator=(SessionLock&& other) noexcept;
    ~SessionLock();  ///< gives it back

    bool isHeld() const { return m_isHeld; }
    const std::filesystem::path& file() const { return m_file; }          ///< the sign itself
    const std::optional<LockHolder>& holder() const { return m_holder; }  ///< who has it instead

    /// Takes it whoever has it: the user knows better. @return isHeld()
    bool takeOver();

    static std::filesystem::path fileFor(const std::filesystem::path& session);

private:
    void take();
    void release();

    std::filesystem::path m_file;
    std::string m_text;  ///< what we wrote; another text is another one's
    bool m_isHeld = false;
    std::optional<LockHolder> m_holder;
};

}  // namespace mnemo
