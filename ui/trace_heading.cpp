// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace_heading.h"

#include "ui/why_not.h"
#include "widgets/colour_map.h"
#include "widgets/heatmap_grid.h"
#include "widgets/json_value.h"
#include "widgets/number_text.h"
#include "widgets/token_chips.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <algorithm>
#include <cmath>

namespace mnemo {
namespace {

QString probability(const Result& result, const char* key)
{
    const auto it = result.head.find(key);
    return it != result.head.end() && it->is_number() ? probabilityText(it->get<double>()).toHtmlEscaped()
                                                      : QStringLiteral("?");
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

void showState(const Trace& trace, HeatmapGrid& maps)
{
    const bool running = trace.state == JobState::Running;
    const bool counted = running && trace.progress.total > 0 && trace.result;
    maps.setProgress(counted ? double(trace.progress.done) / double(trace.progress.total) : -1);
    maps.setStale((trace.stale && !running) || (trace.before && !hasCells(trace)));
}

QString waitingText(const Trace& trace)
{
    if (trace.state == JobState::Running)
        return trace.form.unedited ? TraceHeading::tr("Running the prompt with and without the edits …")
                                   : TraceHeading::tr("Running the clean and the corrupted prompt …");
    if (!trace.error.message.empty())
        return QString::fromStdString(trace.error.message + "\n" + trace.error.hint);
    return TraceHeading::tr("This trace was stopped before its first cell. Press F5 to trace again.");
}

TraceHeading::TraceHeading(QWidget* parent)
    : QWidget(parent),
      m_heading(new QLabel(this)),
      m_badge(new QLabel(this)),
      m_resume(new QPushButton(tr("&Resume"), this)),
      m_pin(new QPushButton(tr("Pin"), this))
{
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
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(0, 0, 0, 0);
    line->addWidget(m_heading, 1);
    line->addWidget(m_badge);
    line->addWidget(m_resume);
    line->addWidget(m_pin);
    connect(m_resume, &QPushButton::clicked, this, &TraceHeading::resumeRequested);
    connect(m_pin, &QPushButton::clicked, this, &TraceHeading::pinRequested);
}

void TraceHeading::setTrace(const Trace& trace)
{
    showText(trace);
    showState(trace);
}

void TraceHeading::setShort(bool isShort)
{
    m_short = isShort;
}

void TraceHeading::showText(const Trace& trace)
{
    const QString prompt = cleanText(trace.form), model = trace.result ? modelName(*trace.result) : QString();
    QString text = tr("<b>%1</b>").arg((m_short && !model.isEmpty() ? model : prompt).toHtmlEscaped());
    if (const ResultPtr& result = trace.result) {
        const auto answer = [&](const char* key) {
            return shownToken(result->head.value(key, Json::object()).value("text", "")).toHtmlEscaped();
        };
        text += (trace.form.unedited ? tr(" → %1 · p %2 edited, %3 unedited") : tr(" → %1 · p %2 clean, %3 corrupted"))
                    .arg(answer("target"), probability(*result, "p_clean"), probability(*result, "p_corrupt"));
        if (trace.form.unedited)
            text += trace.form.direction == QLatin1String("restore") ? tr(" (edited states put into the unedited run)")
                                                                     : tr(" (unedited states put into the edited run)");
        else if (trace.form.noise > 0)
            text += tr(" (noise %1 σ)").arg(trace.form.noise);
        else
            text += tr(" (%1)").arg(trace.form.swap.toHtmlEscaped());
        if (!m_short)
            text += tr(" · %1").arg(model.toHtmlEscaped());
        if (!trace.edits.empty())
            text += tr(" · <b>%1</b>").arg(editsText(int(trace.edits.size())));
    }
    m_heading->setText(text);
    m_heading->setToolTip(m_short ? prompt.toHtmlEscaped() : QString());
}

void TraceHeading::showState(const Trace& trace)
{
    const double done = trace.result ? trace.result->done : 0;
    const bool running = trace.state == JobState::Running;
    m_badgeText.clear();
    if (trace.state == JobState::Stopped || trace.state == JobState::Failed)
        m_badgeText = trace.result && done < 1 ? tr("%1 of cells").arg(percent(done)) : tr("stopped");
    m_badge->setText(running ? tr("computing …") : trace.stale ? tr("outdated — F5") : m_badgeText);
    m_badge->setVisible(!m_badge->text().isEmpty());
    m_badgeWarns = trace.stale && !running;
    colourBadge();
    m_resume->setVisible(!running && trace.state != JobState::Finished && !trace.stale && !trace.pinned);
    m_pin->setVisible(trace.beside == 0);  // the pair is kept by its first trace
    m_pin->setChecked(trace.pinned);
    setWhyNot(m_pin, trace.result ? QString() : tr("It has no numbers yet."));
}

void TraceHeading::colourBadge()
{
    const QColor window = palette().color(QPalette::Window);
    QPalette tinted = palette();
    tinted.setColor(QPalette::Window, m_badgeWarns ? mix(window, QColor(210, 140, 0), 0.3)
                                                   : mix(window, palette().color(QPalette::WindowText), 0.1));
    m_badge->setPalette(tinted);
}

void TraceHeading::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        colourBadge();
}

}  // namespace mnemo
