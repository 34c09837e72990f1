// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/json.h"

#include <cstdint>
#include <optional>
#include <string>

namespace mnemo {

/// A process of this machine, also after its number was given to another one or the machine was started again.
struct ProcessId {
    std::int64_t pid = 0;
    std::uint64_t started = 0;  ///< clock ticks after the machine's start; 0 where nobody can tell
    std::string boot;           ///< names this run of the machine; empty where nobody can tell

    bool operator==(const ProcessId&) const = default;

    Json toJson() const;  ///< {"pid","started","boot"}
};

ProcessId thisProcess();
std::optional<ProcessId> processFrom(const Json& json);  ///< nothing where that is none
bool isRunning(const ProcessId& process);

}  // namespace mnemo
