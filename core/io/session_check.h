// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace mnemo {

/// What a close look at a session file found. Each is one sentence.
struct SessionCheck {
    std::vector<std::string> problems;  ///< the file breaks its own rules
    std::vector<std::string> remarks;   ///< allowed, and worth knowing: what is not known here, what is not checked
};

/// Checks all that readSession() does, every run by itself, and what it lets pass: versions, that runs are what their
/// kind asks for, and that edits, pairs, notes, facts and tables name runs that are there.
/// @throws Failure NotFound, Unreadable; whatever else is wrong is a problem
SessionCheck checkSession(const std::filesystem::path& file);

}  // namespace mnemo
