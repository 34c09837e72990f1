// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/jobs/framing.h"
#include "core/jobs/json_rpc.h"
#include "core/jobs/rpc_values.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace mnemo {

/// The window's half of the pipe, without a transport: calls add to the outgoing bytes, incoming bytes become replies
/// and events. One thread. After any call hand `takeOutgoing()` to the process. Callbacks run inside `onBytes` or
/// `onLost` and may make further calls, but may not destroy the client.
class RpcClient
{
public:
    using Refused = std::function<void(const Error&)>;  ///< UnknownModel: load or upload it and ask again
    using EventHandler = std::function<void(JobId, Event)>;
    using FaultHandler = std::function<void(const Error&)>;  ///< the engine sent something that is no message

    RpcClient(EventHandler onEvent, FaultHandler onFault);

    /// `then` gets the server's half (docs/protocol.md: experiments, architectures, catalog, …).
    void initialize(const std::string& name, const std::string& version, std::function<void(const Json&)> then,
                    Refused refused);

    /// The id of a job whose Finished result has kind "model" and the description in `model`. The id always arrives
    /// before the job's first event.
    void loadModel(const LoadRequest& request, std::function<void(JobId)> then, Refused refused);
    void submit(const Job& job, std::function<void(JobId)> then, Refused refused);

    /// Answered at once, also while a job runs. The prompt comes back with its text.
    void tokenize(const std::string& modelHash, const std::string& text, Prefix prefix,
                  std::function<void(const Prompt&)> then, Refused refused);
    void putEdit(const EditTerm& edit, std::function<void()> then, Refused refused);

    void cancel(JobId id);  ///< the job ends in Stopped; unknown ids are ignored
    void cancelTag(const std::string& tag);
    void cancelAll();
    void shutdown();

    /// Anything else; returns the request's id.
    std::int64_t request(const std::string& method, Json params, std::function<void(const Json&)> then,
                         Refused refused);

    void onBytes(std::string_view bytes);
    std::string takeOutgoing();  ///< framed; empty when there is nothing to write

    /// The pipe is gone: every pending call is refused with `error`, half-read and unwritten bytes are dropped. The
    /// client may then serve a new engine process.
    void onLost(const Error& error);

    std::size_t pending() const { return m_pending.size(); }

private:
    struct Pending {
        std::function<void(const Json&)> then;
        Refused refused;
    };

    void onMessage(const std::string& body);
    void onResponse(const RpcResponse& response);
    void onNotification(const RpcRequest& notification);
    void notifyFault(const Error& error);

    EventHandler m_onEvent;
    FaultHandler m_onFault;
    FrameReader m_reader;
    std::map<std::int64_t, Pending> m_pending;
    std::int64_t m_nextId = 1;
    std::string m_outgoing;
};

}  // namespace mnemo
