// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/session.h"

namespace mnemo {

/// What a session holds, "mnemo.session.info/1" (docs/json.md). @param file where it was read; its size is told
Json describeSession(const Session& session, const std::filesystem::path& file);

}  // namespace mnemo
