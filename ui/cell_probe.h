// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/event.h"
#include "ui/trace_store.h"
#include "widgets/cell.h"

#include <QObject>
#include <QString>

namespace mnemo {

class EngineClient;

/// The patch of one cell, or of a rectangle of cells, of a trace: "layers.3-5.s@7=clean". Windows as in the trace: w
/// layers around ℓ are ℓ−⌊w/2⌋ … ℓ−⌊w/2⌋+w−1, cut at the ends.
QString patchText(const Trace& trace, const QString& site, CellRange cells);

/// Asks the engine, ahead of everything else, for what one click needs: the patched run of a cell, or a token's column
/// of a trace that has not come to it yet.
class CellProbe : public QObject
{
    Q_OBJECT

public:
    CellProbe(EngineClient& engine, TraceStore& store, QObject* parent = nullptr);

    void patch(const Trace& trace, const QString& site, CellRange cells);
    void column(const Trace& trace, int pos);
    void cancel();
    bool busy() const { return m_patchTicket != 0; }

Q_SIGNALS:
    void patchStarted(const QString& what);
    void patchStopped();
    void patchReady(const QString& what, const mnemo::ResultPtr& result);
    void failed(const mnemo::Error& error);

private:
    void onPatch(const Event& event);
    void onColumn(const Event& event);

    EngineClient& m_engine;
    TraceStore& m_store;
    JobId m_patchTicket = 0;
    JobId m_columnTicket = 0;
    int m_patchTrace = 0;
    int m_columnTrace = 0;
    int m_columnPos = -1;
    QString m_what;
};

/// Parameters with which a trace is submitted.
Json traceParameters(const FactForm& form, const QString& window);

/// For another vocabulary: answers are known by their text only.
FactForm withoutIds(FactForm form);

/// Of a trace that is there: with everything it was made with, also what the window has no field for.
Json traceParameters(const Trace& trace);

}  // namespace mnemo
