// SPDX-License-Identifier: GPL-3.0-or-later
// What is not saved yet is on disk all the same: one folder for all windows, two files for each.
#pragma once
#include "core/io/session.h"

#include <filesystem>
#include <vector>

namespace mnemo {

/// What a process that is gone did not save.
struct LeftBehind {
    std::filesystem::path session;   ///< NAME.mnemo
    std::filesystem::path original;  ///< the file that was open; empty: it had no name yet
    std::filesystem::file_time_type saved;
};

/// The unsaved state of one window: NAME.mnemo, and NAME.json which says whose it is. The NAME is its own.
class Autosave
{
public:
    /// Nothing is written before save().
    explicit Autosave(std::filesystem::path folder);

    /// @param original the file that is open; empty: none
    /// @throws Failure WriteFailed
    void save(const Session& session, const std::filesystem::path& original);

    /// Takes over what another process left: it is this one's from now on, and no other process is offered it.
    /// @return its session's file, to be read
    /// @throws Failure NotFound when another process was faster, WriteFailed
    std::filesystem::path adopt(const LeftBehind& left);

    void remove();  ///< all is saved, or not wanted

    const std::filesystem::path& file() const { return m_file; }

private:
    void writeOwner(const std::filesystem::path& original) const;

    std::filesystem::path m_folder;
    std::filesystem::path m_file;
    std::filesystem::path m_owner;
};

/// Sessions of processes that are gone, the newest first. Files that cannot be told apart from those of a running
/// process are left alone.
std::vector<LeftBehind> leftBehind(const std::filesystem::path& folder);

void discard(const LeftBehind& left);

}  // namespace mnemo
