// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/trace_store.h"

namespace mnemo {

/// Starts, stops and resumes traces, and writes what the engine says of them into the store.
class TraceDesk : public JobDesk
{
    Q_OBJECT

public:
    TraceDesk(EngineClient& engine, TraceStore& store, QObject* parent = nullptr);

    /// @return the trace's id; 0 when the form cannot be traced (refused() says why)
    int trace(const FactForm& form, const QString& window);

    /// The same with the engine's second model, beside it; nothing where there is none. Its failure is its own. Where
    /// edits are compared with the base, the base weights stand beside a trace with edits instead.
    void traceBeside(int first);
    void setComparesBase(bool compares) { m_comparesBase = compares; }
    bool comparesSites(const Trace& trace) const;  ///< has those that the second model's trace shows, as far as it can
    void resume();  ///< the current trace: computes it again and keeps what is there meanwhile

Q_SIGNALS:
    void refused(const mnemo::Error& error);

private:
    void traceBase(const Trace& edited);

    TraceStore& m_store;
    bool m_comparesBase = false;
};

}  // namespace mnemo
