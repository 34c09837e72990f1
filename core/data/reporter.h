// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"

#include <cstdint>
#include <functional>
#include <string>

namespace mnemo {

/// How running code talks to whoever waits for it. Called on the compute thread only.
class Reporter
{
public:
    virtual ~Reporter() = default;

    /// Call at least every 50 ms of work. May run a more urgent job before it returns.
    /// @throws Cancelled when the job was asked to stop
    virtual void checkStop() = 0;

    virtual void progress(std::int64_t done, std::int64_t total, const std::string& unit) = 0;

    /// Offers a snapshot; `make` is called only when one is wanted (at most about 20 times a second).
    virtual void partial(const std::function<Result()>& make) = 0;

    /// One line for the log ("retried with batch 8").
    virtual void note(const std::string& line) = 0;
};

/// Reports to nobody and is never stopped: for tests and one-shot calls.
class SilentReporter : public Reporter
{
public:
    void checkStop() override {}
    void progress(std::int64_t, std::int64_t, const std::string&) override {}
    void partial(const std::function<Result()>&) override {}
    void note(const std::string&) override {}
};

}  // namespace mnemo
