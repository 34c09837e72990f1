// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/mnemo/model_store.h"
#include "app/mnemo/serve.h"
#include "core/jobs/framing.h"
#include "core/jobs/job_queue.h"
#include "core/jobs/outbox.h"
#include "core/jobs/rpc_server.h"

namespace mnemo {

/// Everything between the pipe's two ends: what the requests of docs/protocol.md do here. `onItem`, `ended` and
/// `isStuck` from the reader thread; jobs run on the queue's thread.
class ServeEngine
{
public:
    /// @param options outlives the engine
    ServeEngine(const ServeOptions& options, Outbox::Write write);

    void onItem(const FrameReader::Item& item);  ///< a message, or bytes that are none; queues the reply
    bool ended() const { return m_shutdown; }
    bool isStuck() const;  ///< the window asks without reading the answers

private:
    ServerHooks hooks();
    Json describe() const;
    JobId submit(Job job);
    JobId submitLoad(LoadRequest request);
    Prompt tokenize(const std::string& hash, const std::string& text, Prefix prefix);
    const Experiment& experiment(const std::string& key) const;
    ResultPtr runJob(const Job& job, Reporter& reporter);
    Result runLoad(const Job& job, Reporter& reporter);
    Result runExperiment(const Job& job, Reporter& reporter);

    const ServeOptions& m_options;
    ModelStore m_store;
    Outbox m_outbox;
    JobQueue m_queue;  ///< after the outbox: its last events are still written
    RpcServer m_server;
    bool m_shutdown = false;
};

}  // namespace mnemo
