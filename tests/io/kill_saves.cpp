// SPDX-License-Identifier: GPL-3.0-or-later
// Kills processes that save sessions, one after the other, and looks at the file each time. tst_session_kills runs it:
// a program of its own, because only one without threads may fork without a thought.
//
//     kill_saves FILE KILLS SEED
//
// prints {"kills","saves","in_flight","broken","lost","leftovers","most_leftovers"} and ends with 0.
#include "core/data/error.h"
#include "core/io/session.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <random>

using namespace mnemo;

namespace {

constexpr int numbers = 4000;  // 36 KB and a header: long enough to be interrupted

Session sessionOf(std::uint64_t number)
{
    Result result;
    result.kind = "of-the-test";
    for (Json* part : {&result.parameters, &result.model, &result.head, &result.provenance})
        *part = Json::object();
    Array array = Array::make("n", {{"i", std::vector<std::string>(numbers, "")}}, "");
    std::ranges::fill(array.values, double(number));
    std::ranges::fill(array.states, CellState::Computed);
    result.arrays = {std::make_shared<const Array>(std::move(array))};
    Session session;
    session.results = {std::make_shared<const Result>(std::move(result))};
    session.document["number"] = number;
    return session;
}

/// Saves number `from`, the next, and so on; tells each that is saved. Never returns.
[[noreturn]] void saveForEver(const std::filesystem::path& file, std::uint64_t from, int told)
{
    Session session = sessionOf(from);
    for (std::uint64_t number = from;; session = sessionOf(++number)) {
        try {
            writeSession(session, file);
        } catch (const Failure& failure) {
            std::fprintf(stderr, "%s\n", failure.what());
            _exit(1);
        }
        if (write(told, &number, sizeof number) != sizeof number)
            _exit(1);
    }
}

/// The last number that the process told; `before` when it told none.
std::uint64_t lastTold(int told, std::uint64_t before)
{
    std::uint64_t number = before;
    while (read(told, &number, sizeof number) == sizeof number) {
    }
    return number;
}

struct Tally {
    std::uint64_t saves = 0, inFlight = 0, broken = 0, lost = 0, mostLeftovers = 0;
};

std::uint64_t leftovers(const std::filesystem::path& file)
{
    const auto entries = std::filesystem::directory_iterator(file.parent_path());
    return std::uint64_t(
        std::count_if(begin(entries), end(entries), [&](const auto& entry) { return entry.path() != file; }));
}

/// @return the number that the file holds, whole; −1: it does not
std::int64_t numberIn(const std::filesystem::path& file)
{
    try {
        const Session session = readSession(file);
        const Array& array = *session.results.at(0)->arrays.at(0);
        const auto number = session.document["number"].get<std::int64_t>();
        const bool whole =
            array.values.size() == numbers && std::ranges::count(array.values, double(number)) == numbers;
        return whole ? number : -1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return -1;
    }
}

/// @param wait microseconds until the kill, from the start on, or from the first save on
void killOnce(const std::filesystem::path& file, std::uint64_t& number, useconds_t wait, bool afterSave, Tally& tally)
{
    int ends[2];
    if (pipe(ends) != 0)
        std::exit(1);
    const pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        saveForEver(file, number + 1, ends[1]);
    }
    close(ends[1]);
    if (afterSave) {
        pollfd first{ends[0], POLLIN, 0};
        poll(&first, 1, 10'000);
    }
    usleep(wait);
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    if (!WIFSIGNALED(status))  // it ended by itself: a save failed
        ++tally.broken;
    const std::uint64_t told = lastTold(ends[0], number);
    close(ends[0]);
    const std::int64_t there = numberIn(file);
    const std::uint64_t left = leftovers(file);
    tally.saves += told - number;
    tally.inFlight += left > 0;
    tally.mostLeftovers = std::max(tally.mostLeftovers, left);
    tally.broken += there < 0;
    tally.lost += there >= 0 && std::uint64_t(there) != told && std::uint64_t(there) != told + 1;
    number = std::max(told, std::uint64_t(std::max<std::int64_t>(there, 0)));
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc != 4)
        return 2;
    const std::filesystem::path file = argv[1];
    const int kills = std::atoi(argv[2]);
    std::mt19937 random(unsigned(std::atoi(argv[3])));
    std::uniform_int_distribution<useconds_t> wait(0, 12'000);
    std::uint64_t number = 0;
    writeSession(sessionOf(number), file);
    Tally tally;
    for (int i = 0; i < kills; ++i)
        killOnce(file, number, wait(random), i % 3 == 0, tally);
    writeSession(sessionOf(number), file);  // a save that nobody interrupts clears up
    std::printf("%s\n", Json{{"kills", kills},
                             {"saves", tally.saves},
                             {"in_flight", tally.inFlight},
                             {"broken", tally.broken},
                             {"lost", tally.lost},
                             {"leftovers", leftovers(file)},
                             {"most_leftovers", tally.mostLeftovers}}
                            .dump()
                            .c_str());
    return 0;
}
