// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/serve.h"

#include "app/mnemo/console.h"
#include "app/mnemo/serve_engine.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <thread>
#include <vector>

namespace mnemo {
namespace {

constexpr std::chrono::milliseconds lastBreath{800};  ///< from the end of stdin to the end of the process

/// The real stdout, taken away from everybody else: a library that prints cannot garble the pipe.
int takeStdout()
{
    const int out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    if (out < 0)
        throw Failure(ErrorCode::WriteFailed, "Standard output is closed.", "Start `mnemo serve` with a pipe.");
    if (dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        close(STDOUT_FILENO);  // no stderr: what is printed goes nowhere
    return out;
}

bool writeAll(int fd, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t n = write(fd, bytes.data(), bytes.size());
        if (n < 0 && errno != EINTR)
            return false;
        bytes.remove_prefix(n > 0 ? std::size_t(n) : 0);
    }
    return true;
}

/// Waits while the other side asks and does not read the answers. @return false when it has gone meanwhile
bool waitForReader(const ServeEngine& engine)
{
    while (engine.isStuck()) {
        pollfd in{STDIN_FILENO, 0, 0};
        if (poll(&in, 1, 20) > 0 && (in.revents & (POLLHUP | POLLERR | POLLNVAL)))
            return false;
    }
    return true;
}

void readRequests(ServeEngine& engine)
{
    FrameReader reader;
    std::vector<char> buffer(std::size_t(1) << 16);
    while (!engine.ended() && waitForReader(engine)) {
        const ssize_t n = read(STDIN_FILENO, buffer.data(), buffer.size());
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        for (const FrameReader::Item& item : reader.feed({buffer.data(), std::size_t(n)}))
            if (!engine.ended())
                engine.onItem(item);
    }
}

/// Jobs stop at their next stop check, but a library call or a full pipe may hold a thread longer than anyone waits.
void endSoon()
{
    std::thread([] {
        std::this_thread::sleep_for(lastBreath);
        _exit(0);
    }).detach();
}

}  // namespace

int serveStdio(const ServeOptions& options)
{
    std::signal(SIGPIPE, SIG_IGN);  // a window that is gone shows as a failed write
    endOnInterrupt();
    const int out = takeStdout();
    ServeEngine engine(options, [out](std::string_view bytes) { return writeAll(out, bytes); });
    readRequests(engine);
    endSoon();
    return 0;  // the engine goes first: jobs stop, their last events are written
}

}  // namespace mnemo
