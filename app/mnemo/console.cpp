// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/console.h"

#include "core/data/error.h"
#include "core/data/event.h"

#include <pthread.h>
#include <unistd.h>
#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <thread>

namespace mnemo {
namespace {

std::atomic<bool> interrupted = false;

/// For this thread and those that it starts from now on. @param how SIG_BLOCK or SIG_UNBLOCK
sigset_t maskInterrupts(int how)
{
    sigset_t interrupts;
    sigemptyset(&interrupts);
    sigaddset(&interrupts, SIGINT);
    pthread_sigmask(how, &interrupts, nullptr);
    return interrupts;
}

bool colourWanted()
{
    const char* noColour = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    return (!noColour || !*noColour) && terminal && std::string_view(terminal) != "dumb";
}

std::string barLine(std::int64_t done, std::int64_t total, const std::string& unit, double seconds)
{
    constexpr int width = 30;
    const double share = total > 0 ? std::clamp(double(done) / double(total), 0.0, 1.0) : 0;
    std::string bar(std::size_t(share * width), '#');
    const std::string rest(std::size_t(width) - bar.size(), '-');
    if (colourWanted())
        bar = "\033[36m" + bar + "\033[0m";
    char numbers[96];
    std::snprintf(numbers, sizeof numbers, "] %3.0f %%  %lld/%lld %s  %.1f s", share * 100,
                  static_cast<long long>(done), static_cast<long long>(total), unit.c_str(), seconds);
    return "[" + bar + rest + numbers;
}

}  // namespace

// A thread of its own waits, as no thread that calculates may be interrupted: oneDNN's products move the stack pointer
// into their buffer, and the frame of a handler would be written over whatever lies below it on the heap.
void stopOnInterrupt()
{
    const sigset_t interrupts = maskInterrupts(SIG_BLOCK);
    std::thread([interrupts] {
        int signal = 0;
        sigwait(&interrupts, &signal);
        interrupted = true;
        maskInterrupts(SIG_UNBLOCK);  // the second Ctrl+C is the system's
        for (;;)
            pause();
    }).detach();
}

void endOnInterrupt()
{
    maskInterrupts(SIG_UNBLOCK);
}

bool stopRequested()
{
    return interrupted;
}

void ConsoleReporter::checkStop()
{
    if (stopRequested())
        throw Cancelled{};
}

void ConsoleReporter::progress(std::int64_t done, std::int64_t total, const std::string& unit)
{
    const auto now = Clock::now();
    const bool first = m_lastProgress == Clock::time_point{};
    if (m_style == Style::Silent || (!first && done < total && now - m_lastProgress < std::chrono::milliseconds(100)))
        return;
    m_lastProgress = now;
    const double seconds = std::chrono::duration<double>(now - m_begin).count();
    if (m_style == Style::JsonLines) {
        std::fprintf(stderr, "%s\n", toJson(Event{Progress{done, total, unit, seconds}}).dump().c_str());
        return;
    }
    std::fprintf(stderr, "\r\033[K%s", barLine(done, total, unit, seconds).c_str());
    m_barDrawn = true;
}

void ConsoleReporter::partial(const std::function<Result()>& make)
{
    // The snapshot offered while stopping is the last one, and the one that is written.
    const auto now = Clock::now();
    if (!stopRequested() && now - m_lastSnapshot < std::chrono::milliseconds(500))
        return;
    m_snapshot = std::make_shared<const Result>(make());
    m_lastSnapshot = now;
}

void ConsoleReporter::note(const std::string& line)
{
    if (!m_showNotes)
        return;
    clearBar();
    if (m_style == Style::JsonLines)
        std::fprintf(stderr, "%s\n", Json{{"event", "note"}, {"line", line}}.dump().c_str());
    else
        std::fprintf(stderr, "%s\n", line.c_str());
}

void ConsoleReporter::clearBar()
{
    if (m_barDrawn)
        std::fprintf(stderr, "\r\033[K");
    m_barDrawn = false;
}

ConsoleReporter::Style progressStyle(bool json, bool quiet)
{
    if (quiet)
        return ConsoleReporter::Style::Silent;
    if (json)
        return ConsoleReporter::Style::JsonLines;
    return isatty(STDERR_FILENO) ? ConsoleReporter::Style::Bar : ConsoleReporter::Style::Silent;
}

}  // namespace mnemo
