// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/outbox.h"

#include "core/jobs/framing.h"
#include "core/jobs/rpc_server.h"

namespace mnemo {
namespace {

/// The newest of these says all that the earlier ones said.
bool isReplaceable(const Event& event)
{
    return std::holds_alternative<Progress>(event) || std::holds_alternative<Partial>(event) ||
           std::holds_alternative<Paused>(event);
}

bool replaces(const Event& newer, const Event& older)
{
    return isReplaceable(older) && (isLast(newer) || newer.index() == older.index());
}

}  // namespace

Outbox::Outbox(Write write) : m_write(std::move(write)), m_thread([this] { work(); }) {}

Outbox::~Outbox()
{
    {
        const std::lock_guard lock(m_mutex);
        m_closing = true;
    }
    m_wake.notify_all();
    m_thread.join();
}

void Outbox::pushEvent(JobId id, Event event)
{
    const std::lock_guard lock(m_mutex);
    if (m_holding)
        m_held.push_back({id, {}, std::move(event)});
    else
        append(id, std::move(event));
    m_wake.notify_all();
}

void Outbox::beginReply()
{
    const std::lock_guard lock(m_mutex);
    m_holding = true;
}

void Outbox::endReply(std::optional<std::string> text)
{
    const std::lock_guard lock(m_mutex);
    m_holding = false;
    if (text && !m_broken) {
        m_replyBytes += text->size();
        m_items.push_back({0, std::move(*text), Started{}});
    }
    for (Item& item : m_held)
        append(item.id, std::move(item.event));
    m_held.clear();
    m_wake.notify_all();
}

/// Under the lock. The newer event goes to the end, not to the older one's place: it may follow a pause.
void Outbox::append(JobId id, Event event)
{
    if (m_broken)
        return;
    m_items.remove_if([&](const Item& older) { return older.id == id && replaces(event, older.event); });
    m_items.push_back({id, {}, std::move(event)});
}

std::size_t Outbox::replyBytes() const
{
    const std::lock_guard lock(m_mutex);
    return m_replyBytes;
}

std::size_t Outbox::size() const
{
    const std::lock_guard lock(m_mutex);
    return m_items.size() + m_held.size();
}

void Outbox::work()
{
    std::unique_lock lock(m_mutex);
    while (true) {
        m_wake.wait(lock, [this] { return m_closing || !m_items.empty(); });
        if (m_items.empty())
            return;
        const Item item = std::move(m_items.front());
        m_items.pop_front();
        m_replyBytes -= item.reply.size();
        lock.unlock();
        const bool written = m_write(writeFrame(item.id == 0 ? item.reply : RpcServer::eventText(item.id, item.event)));
        lock.lock();
        if (!written) {
            m_broken = true;
            m_items.clear();
            m_replyBytes = 0;
        }
    }
}

}  // namespace mnemo
