// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/error.h"
#include "core/data/result.h"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace mnemo {

using JobId = std::int64_t;

/// Lower runs first. A job of a higher class runs nested inside a lower one, at that one's next stop check.
enum class JobClass { Selection = 0, Visible = 1, Background = 2, Batch = 3 };
std::string_view className(JobClass jobClass);  ///< "selection", "visible", "background", "batch"
JobClass classFromName(std::string_view name);  ///< @throws Failure Usage

/// A rank-one edit that is on, by the hash it was uploaded under.
struct EditRef {
    std::string hash;
    double alpha = 1;

    bool operator==(const EditRef&) const = default;
};

/// Plain data: what to do, how urgent, and which older job it replaces.
struct Job {
    std::string experiment;  ///< key in the table of experiments; "model/load" for loading
    Json parameters;
    std::string model;  ///< hash of a loaded model; empty for model/load
    JobClass jobClass = JobClass::Visible;
    std::string tag;             ///< a newer job with the same non-empty tag stops the older one
    std::vector<EditRef> edits;  ///< in the order they were made
};

struct Started {
};
struct Progress {
    std::int64_t done = 0;
    std::int64_t total = 0;
    std::string unit;    ///< "cells", "tensors", …
    double seconds = 0;  ///< since the job started, pauses left out: rate and ETA are derived from it
};
struct Partial {
    ResultPtr result;  ///< an immutable snapshot of everything so far
};
struct Paused {
    JobId by = 0;  ///< the job that runs meanwhile; a Progress or Partial says that it goes on
};
struct Finished {
    ResultPtr result;
};
struct Stopped {
    ResultPtr result;  ///< what was done, or null
};
struct Failed {
    Error error;
};

using Event = std::variant<Started, Progress, Partial, Paused, Finished, Stopped, Failed>;

std::string_view eventName(const Event& event);  ///< "started", "progress", …
bool isLast(const Event& event);                 ///< finished, stopped, failed
Json toJson(const Event& event);                 ///< {"event": name, …}
Event eventFromJson(const Json& json);           ///< @throws Failure BadMessage
Json toJson(const Error& error);
Error errorFromJson(const Json& json);

}  // namespace mnemo
