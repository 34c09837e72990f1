// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace mnemo {

/// Threads of every tensor operation; call before the first one.
void setThreads(int count);

}  // namespace mnemo
