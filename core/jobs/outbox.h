// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/event.h"

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

namespace mnemo {

/// What waits to be written to the pipe. A slow reader at the other end costs snapshots, not memory: of a job's
/// snapshots, progress and pauses only the newest of each waits, and its last event drops them all. Events become text
/// on the writing thread, so a snapshot that is overtaken costs nothing. All functions from any thread, replies from
/// one.
class Outbox
{
public:
    /// Writes one frame's bytes, blocking; false: the pipe is closed for good. Called on the outbox's own thread.
    using Write = std::function<bool(std::string_view bytes)>;

    explicit Outbox(Write write);
    ~Outbox();  ///< writes what waits, unless the pipe is closed

    void pushEvent(JobId id, Event event);

    /// Between the two calls events are held back, so that the reply with a job's id comes before its first event.
    void beginReply();
    void endReply(std::optional<std::string> text);

    std::size_t replyBytes() const;  ///< waiting: reading on while the other side reads nothing would fill the memory
    std::size_t size() const;        ///< messages waiting

private:
    struct Item {
        JobId id = 0;  ///< 0: a reply
        std::string reply;
        Event event;
    };

    void append(JobId id, Event event);
    void work();

    const Write m_write;
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    std::list<Item> m_items;
    std::list<Item> m_held;
    bool m_holding = false;
    bool m_closing = false;
    bool m_broken = false;
    std::size_t m_replyBytes = 0;
    std::jthread m_thread;
};

}  // namespace mnemo
