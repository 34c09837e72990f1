// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/jobs/json_rpc.h"
#include "core/jobs/rpc_values.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace mnemo {

/// What the requests of docs/protocol.md do; each may throw Failure, which becomes the reply. Called inside `handle`.
struct ServerHooks {
    std::function<Json()> initialize;  ///< the server's half, without the protocol number
    std::function<JobId(const LoadRequest&)> load;
    std::function<Prompt(const std::string& modelHash, const std::string& text, Prefix prefix)> tokenize;
    std::function<void(EditTerm)> putEdit;
    std::function<JobId(Job)> submit;  ///< @throws Failure UnknownModel, Usage
    std::function<void(JobId)> cancel;
    std::function<void(const std::string& tag)> cancelTag;
    std::function<void()> cancelAll;
    std::function<void()> shutdown;  ///< only note it: the reply is still to be written
};

/// The engine's half of the pipe, without a transport: text of a message in, text of the reply out. Never throws for
/// what the other side sends. One thread (the reader).
class RpcServer
{
public:
    explicit RpcServer(ServerHooks hooks) : m_hooks(std::move(hooks)) {}

    /// The reply's text; none to a notification.
    std::optional<std::string> handle(std::string_view body);

    /// The reply to bytes that are no message (FrameReader's errors).
    static std::string refuse(const Error& error);

    /// The text of a `job/event` notification. Any thread.
    static std::string eventText(JobId id, const Event& event);

private:
    Json call(const std::string& method, const Json& params);
    Json initialize(const Json& params);
    Json cancel(const Json& params);

    ServerHooks m_hooks;
};

}  // namespace mnemo
