// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/session_backup.h"

#include "core/data/error.h"
#include "core/io/atomic_file.h"
#include "core/io/mapped_file.h"
#include "core/io/session.h"

#include <mutex>
#include <set>

namespace mnemo {
namespace {

std::filesystem::path real(const std::filesystem::path& path)
{
    std::error_code none;
    const std::filesystem::path found = std::filesystem::weakly_canonical(path, none);
    return none ? path : found;
}

bool isSession(const std::filesystem::path& path)
{
    try {
        readSession(path);
        return true;
    } catch (const Failure&) {
        return false;
    }
}

}  // namespace

std::filesystem::path backupOf(const std::filesystem::path& session)
{
    return real(session).string() + ".bak";
}

bool keepBackup(const std::filesystem::path& session)
{
    static std::mutex mutex;
    static std::set<std::filesystem::path> kept;
    const std::lock_guard guard(mutex);
    const std::filesystem::path path = real(session);
    if (kept.contains(path) || !isSession(path))
        return false;
    AtomicFile copy(backupOf(path));
    copy.write(MappedFile(path).bytes());
    copy.commit();
    kept.insert(path);
    return true;
}

}  // namespace mnemo
