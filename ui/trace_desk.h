// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/engine_client.h"
#include "ui/trace_store.h"

#include <QObject>
#include <map>

namespace mnemo {

/// Starts, stops and resumes traces, and writes what the engine says of them into the store.
class TraceDesk : public QObject
{
    Q_OBJECT

public:
    TraceDesk(EngineClient& engine, TraceStore& store, QObject* parent = nullptr);

    /// @return the trace's id; 0 when the form cannot be traced (refused() says why)
    int trace(const FactForm& form, const QString& window);
    void resume();  ///< the current trace: computes it again and keeps what is there meanwhile
    bool stop();    ///< the running trace, at once; false when there is none

Q_SIGNALS:
    void refused(const mnemo::Error& error);
    void failed(const mnemo::Error& error);
    void finished(int id);
    void stopped(int id);

private:
    JobId submit(Json parameters, const std::string& model);
    void onJobChanged(JobId ticket, const Event& event);
    void onLast(int id, const Event& event);

    EngineClient& m_engine;
    TraceStore& m_store;
    std::map<JobId, int> m_running;  ///< ticket → trace
};

}  // namespace mnemo
