// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/trace_heading.h"
#include "ui/trace_pair_view.h"

namespace mnemo {

/// A trace with the one beside it: each with what it answers and in which state it is, also while only one has numbers.
class TracePairPanel : public QWidget
{
    Q_OBJECT

public:
    explicit TracePairPanel(QWidget* parent = nullptr);

    void setTraces(const Trace& first, const Trace& second, Metric metric);
    void setColourMap(const QString& name);
    TracePairView* view() const { return m_view; }

Q_SIGNALS:
    void resumeRequested(mnemo::TraceComparison::Column column);
    void pinRequested();

private:
    void setTrace(TraceComparison::Column column, const Trace& trace);

    std::array<TraceHeading*, 2> m_headings;
    TracePairView* m_view;
};

}  // namespace mnemo
