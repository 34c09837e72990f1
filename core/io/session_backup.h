// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <filesystem>

namespace mnemo {

/// NAME.mnemo.bak, the session as it was before this process wrote over it.
std::filesystem::path backupOf(const std::filesystem::path& session);

/// Keeps the file as its backup, the first time this process is about to write over it; later calls for the same file
/// do nothing. A file that is no session that can be read does not replace a backup. May be called from any thread.
/// @return whether a backup was made now
/// @throws Failure WriteFailed naming the folder
bool keepBackup(const std::filesystem::path& session);

}  // namespace mnemo
