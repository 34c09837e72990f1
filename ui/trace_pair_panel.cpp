// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace_pair_panel.h"

#include <QVBoxLayout>

namespace mnemo {

TracePairPanel::TracePairPanel(QWidget* parent) : QWidget(parent), m_view(new TracePairView)
{
    setObjectName("tracePairPanel");
    for (const auto column : {TraceComparison::A, TraceComparison::B}) {
        auto* heading = m_headings[column] = new TraceHeading;
        heading->setShort(true);
        m_view->setHeading(column, heading);
        connect(heading, &TraceHeading::resumeRequested, this, [this, column] { Q_EMIT resumeRequested(column); });
        connect(heading, &TraceHeading::pinRequested, this, &TracePairPanel::pinRequested);
    }
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(6, 4, 6, 2);
    box->addWidget(m_view);
}

void TracePairPanel::setTraces(const Trace& first, const Trace& second, Metric metric)
{
    m_view->setMetric(metric);
    m_view->setTraces(visibleResult(first), visibleResult(second));
    setTrace(TraceComparison::A, first);
    setTrace(TraceComparison::B, second);
}

void TracePairPanel::setTrace(TraceComparison::Column column, const Trace& trace)
{
    m_headings[column]->setTrace(trace);
    m_view->setWaiting(column, waitingText(trace));
    showState(trace, *m_view->grid(column));
}

void TracePairPanel::setColourMap(const QString& name)
{
    m_view->setColourMap(name);
}

}  // namespace mnemo
