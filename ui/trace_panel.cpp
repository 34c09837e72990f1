// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace_panel.h"

#include "widgets/colour_map.h"
#include "widgets/json_value.h"
#include "widgets/number_text.h"
#include "widgets/token_chips.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace mnemo {
namespace {

QString probability(const Result& result, const char* key)
{
    const auto it = result.head.find(key);
    return it != result.head.end() && it->is_number() ? probabilityText(it->get<double>()) : QStringLiteral("?");
}

}  // namespace

QString modelName(const Result& result)
{
    return jsonText(result.model, "name");
}

QString percent(double share)
{
    return QStringLiteral("%1 %").arg(std::clamp(int(std::floor(share * 100)), 0, 100));
}

TracePanel::TracePanel(QWidget* parent)
    : QWidget(parent),
      m_heading(new QLabel(this)),
      m_badge(new QLabel(this)),
      m_resume(new QPushButton(tr("&Resume"), this)),
      m_pin(new QPushButton(tr("Pin"), this)),
      m_pages(new QStackedWidget(this)),
      m_waiting(new QLabel(this)),
      m_view(new TraceView),
      m_maps(m_view->grid())
{
    setObjectName("tracePanel");
    m_heading->setObjectName("traceHeading");
    m_heading->setTextFormat(Qt::RichText);
    m_heading->setWordWrap(true);
    m_badge->setObjectName("traceBadge");
    m_badge->setAutoFillBackground(true);
    m_badge->setContentsMargins(8, 3, 8, 3);
    m_resume->setObjectName("resumeButton");
    m_resume->setToolTip(tr("Compute the cells that are missing"));
    m_pin->setObjectName("pinButton");
    m_pin->setCheckable(true);
    m_pin->setToolTip(tr("Keep this trace beside the next one (Space)"));
    m_waiting->setAlignment(Qt::AlignCenter);
    m_maps->setObjectName("traceMaps");
    m_maps->setAccessibleName(tr("Maps of the trace"));

    auto* line = new QHBoxLayout;
    line->addWidget(m_heading, 1);
    line->addWidget(m_badge);
    line->addWidget(m_resume);
    line->addWidget(m_pin);
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
    column->addLayout(line);
    column->addWidget(m_pages, 1);

    connect(m_maps, &HeatmapGrid::cellClicked, this, &TracePanel::cellClicked);
    connect(m_maps, &HeatmapGrid::cellsSelected, this, &TracePanel::cellsSelected);
    connect(m_maps, &HeatmapGrid::tokenClicked, this, &TracePanel::tokenClicked);
    connect(m_resume, &QPushButton::clicked, this, &TracePanel::resumeRequested);
    connect(m_pin, &QPushButton::clicked, this, &TracePanel::pinRequested);
}

void TracePanel::setTrace(const Trace& trace, Metric metric)
{
    m_result = trace.result;
    const ResultPtr shown = hasCells(trace) || !trace.before ? m_result : trace.before;
    if (shown) {
        m_view->setMetric(metric);
        m_view->setResult(shown);
    }
    m_pages->setCurrentIndex(shown ? 1 : 0);
    showHeading(trace);
    showState(trace);
}

void TracePanel::showHeading(const Trace& trace)
{
    QString text = tr("<b>%1</b>").arg(cleanText(trace.form).toHtmlEscaped());
    if (m_result) {
        const auto answer = [&](const char* key) {
            return shownToken(m_result->head.value(key, Json::object()).value("text", "")).toHtmlEscaped();
        };
        text += tr(" → %1 · p %2 clean, %3 corrupted")
                    .arg(answer("target"), probability(*m_result, "p_clean"), probability(*m_result, "p_corrupt"));
        if (trace.form.noise > 0)
            text += tr(" (noise %1 σ)").arg(trace.form.noise);
        else
            text += tr(" (%1)").arg(trace.form.swap.toHtmlEscaped());
        text += tr(" · %1").arg(modelName(*m_result).toHtmlEscaped());
    }
    m_heading->setText(text);
}

void TracePanel::showState(const Trace& trace)
{
    const double done = m_result ? m_result->done : 0;
    const bool running = trace.state == JobState::Running;
    m_badgeText.clear();
    if (trace.state == JobState::Stopped || trace.state == JobState::Failed)
        m_badgeText = m_result && done < 1 ? tr("%1 of cells").arg(percent(done)) : tr("stopped");
    if (running && trace.progress.total > 0 && m_result)
        m_maps->setProgress(double(trace.progress.done) / double(trace.progress.total));
    else
        m_maps->setProgress(-1);
    m_maps->setStale((trace.stale && !running) || (trace.before && !hasCells(trace)));
    m_badge->setText(running ? tr("computing …") : trace.stale ? tr("outdated — F5") : m_badgeText);
    m_badge->setVisible(!m_badge->text().isEmpty());
    m_badgeWarns = trace.stale && !running;
    colourBadge();
    m_resume->setVisible(!running && trace.state != JobState::Finished && !trace.stale && !trace.pinned);
    m_pin->setChecked(trace.pinned);
    m_pin->setEnabled(m_result != nullptr);
    m_waiting->setText(running ? tr("Running the clean and the corrupted prompt …")
                               : tr("This trace was stopped before its first cell. Press F5 to trace again."));
}

void TracePanel::colourBadge()
{
    const QColor window = palette().color(QPalette::Window);
    QPalette tinted = palette();
    tinted.setColor(QPalette::Window, m_badgeWarns ? mix(window, QColor(210, 140, 0), 0.3)
                                                   : mix(window, palette().color(QPalette::WindowText), 0.1));
    m_badge->setPalette(tinted);
}

void TracePanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        colourBadge();
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
