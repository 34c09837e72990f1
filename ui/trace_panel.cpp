// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace_panel.h"

#include <QLabel>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace mnemo {

TracePanel::TracePanel(QWidget* parent)
    : QWidget(parent),
      m_heading(new TraceHeading(this)),
      m_pages(new QStackedWidget(this)),
      m_waiting(new QLabel(this)),
      m_view(new TraceView),
      m_maps(m_view->grid())
{
    setObjectName("tracePanel");
    m_waiting->setAlignment(Qt::AlignCenter);
    m_maps->setObjectName("traceMaps");
    m_maps->setAccessibleName(tr("Maps of the trace"));

    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(m_view);
    m_pages->addWidget(m_waiting);
    m_pages->addWidget(scroll);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(6, 4, 6, 2);
    column->setSpacing(4);
    column->addWidget(m_heading);
    column->addWidget(m_pages, 1);

    connect(m_maps, &HeatmapGrid::cellClicked, this, &TracePanel::cellClicked);
    connect(m_maps, &HeatmapGrid::cellsSelected, this, &TracePanel::cellsSelected);
    connect(m_maps, &HeatmapGrid::tokenClicked, this, &TracePanel::tokenClicked);
    connect(m_heading, &TraceHeading::resumeRequested, this, &TracePanel::resumeRequested);
    connect(m_heading, &TraceHeading::pinRequested, this, &TracePanel::pinRequested);
}

void TracePanel::setTrace(const Trace& trace, Metric metric)
{
    const ResultPtr shown = visibleResult(trace);
    if (shown) {
        m_view->setMetric(metric);
        m_view->setResult(shown);
    }
    m_pages->setCurrentIndex(shown ? 1 : 0);
    m_waiting->setText(waitingText(trace));
    m_heading->setTrace(trace);
    showState(trace, *m_maps);
}

void TracePanel::setColourMap(const QString& name)
{
    m_view->setColourMap(name);
}

void TracePanel::setSelection(Cell cell)
{
    m_maps->setCurrentCell(cell);
}

}  // namespace mnemo
