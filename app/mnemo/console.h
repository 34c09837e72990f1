// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/reporter.h"

#include <chrono>
#include <string>

namespace mnemo {

/// From now on Ctrl+C asks the running command to stop; a second one ends the program at once.
/// Call it before any other thread is started.
void stopOnInterrupt();
/// After it, from the same thread: Ctrl+C ends the program at once.
void endOnInterrupt();
bool stopRequested();

/// Progress on stderr: a bar on a terminal, JSON lines with --json, nothing with -q or in a pipe.
/// Keeps the newest snapshot, so that what is done can be written when the user stops.
class ConsoleReporter : public Reporter
{
public:
    enum class Style { Silent, Bar, JsonLines };

    ConsoleReporter(Style style, bool showNotes) : m_style(style), m_showNotes(showNotes) {}
    ~ConsoleReporter() override { clearBar(); }

    void checkStop() override;
    void progress(std::int64_t done, std::int64_t total, const std::string& unit) override;
    void partial(const std::function<Result()>& make) override;
    void note(const std::string& line) override;

    void clearBar();
    ResultPtr snapshot() const { return m_snapshot; }

private:
    using Clock = std::chrono::steady_clock;

    Style m_style;
    bool m_showNotes;
    bool m_barDrawn = false;
    Clock::time_point m_begin = Clock::now();
    Clock::time_point m_lastProgress{};
    Clock::time_point m_lastSnapshot{};
    ResultPtr m_snapshot;
};

/// JsonLines with --json, else a bar where stderr is a terminal.
ConsoleReporter::Style progressStyle(bool json, bool quiet);

}  // namespace mnemo
