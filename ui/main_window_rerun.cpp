// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: what is in front once more, beside what it was.
#include "core/data/curves_beside.h"
#include "core/io/session_diff.h"
#include "ui/actions.h"
#include "ui/main_window.h"
#include "ui/message_bar.h"
#include "ui/prompt_panel.h"
#include "ui/tool_bar.h"
#include "ui/trace_tabs.h"
#include "widgets/json_value.h"
#include "widgets/number_text.h"

#include <QAction>
#include <limits>

namespace mnemo {
namespace {

Session sessionOf(const ResultPtr& result)
{
    Session session;
    session.results = {result};
    return session;
}

/// Numbers that differ, and where they do most.
QString differenceText(const Json& run)
{
    std::size_t cells = 0;
    double largest = 0;
    QString place;
    for (const Json& array : jsonMember(run, "arrays")) {
        cells += std::size_t(jsonNumber(array, "cells"));
        if (const Json value = jsonMember(array, "largest"); value.is_number() && value.get<double>() > largest) {
            largest = value.get<double>();
            place = QStringLiteral("%1, %2").arg(jsonText(array, "name"), jsonText(array, "at"));
        }
    }
    if (cells == 0)
        return MainWindow::tr("Run again on the same weights: all numbers that both have are the same.");
    if (place.isEmpty())
        return MainWindow::tr("Run again on the same weights: %n number(s) are in one of both only.", nullptr,
                              int(cells));
    return MainWindow::tr("Run again on the same weights: %n number(s) differ, by %1 at most (%2).", nullptr,
                          int(cells))
        .arg(shortNumber(largest), place);
}

/// What became of the numbers.
QString againText(const ResultPtr& before, const ResultPtr& now)
{
    const Json runs = diffSessions(sessionOf(before), sessionOf(now)).at("runs");
    if (runs.at("same") == 1)
        return MainWindow::tr("Run again on the same weights: every number is the same, to the last bit.");
    if (runs.at("differ").empty())
        return MainWindow::tr("Run again on other weights or edits than before.");
    return differenceText(runs.at("differ").front());
}

}  // namespace

void MainWindow::wireRerun()
{
    connect(m_actions->rerun, &QAction::triggered, this, &MainWindow::rerun);
    connect(this, &MainWindow::traceFinished, this, &MainWindow::showTraceAgain);
    connect(&m_resultDesk, &ResultDesk::finished, this, &MainWindow::showResultAgain);
}

void MainWindow::rerun()
{
    if (const int id = m_tabs->resultInFront(); id != 0)
        rerunResult(id);
    else if (m_tabs->traceInFront() != 0)
        rerunTrace();
}

/// The same form and window as then, also where the prompt says something else by now. What there is stays, pinned.
void MainWindow::rerunTrace()
{
    const Trace* before = m_traces.currentFirst();
    if (!before || !before->result)
        return;
    const int id = before->id;
    const bool sameModel = before->model.isEmpty() || before->model.toStdString() == m_engine.modelHash();
    const QString window = before->window;
    fillForm(sameModel ? before->form : withoutIds(before->form));  // ids are of one vocabulary
    m_toolBar->setWindow(window);
    m_traces.setPinned(id, true);
    trace();
    if (const Trace* now = m_traces.currentFirst(); now && now->id != id && now->state == JobState::Running)
        m_tracesAgain[now->id] = id;
}

void MainWindow::rerunResult(int id)
{
    m_message->clear("result");
    const int now = m_resultDesk.runAgain(id);
    if (now == 0)
        return;
    m_results.setBeside(now, id);
    m_resultsAgain[now] = id;
}

void MainWindow::showTraceAgain(int id)
{
    const auto again = m_tracesAgain.find(id);
    if (again == m_tracesAgain.end())
        return;
    const Trace *now = m_traces.find(id), *before = m_traces.find(again->second);
    m_tracesAgain.erase(again);
    if (!now || !before || !now->result || !before->result)
        return;
    const ResultPtr then = before->result, newest = now->result;
    m_tabs->showDifference(now->id, before->id, {tr("now"), tr("before")});
    m_message->show(MessageBar::Kind::Information, "trace", againText(then, newest));
}

/// Curves stand beside each other; what has none stays in the tab that it had.
void MainWindow::showResultAgain(int id)
{
    const auto again = m_resultsAgain.find(id);
    if (again == m_resultsAgain.end())
        return;
    const ResultEntry *now = m_results.find(id), *before = m_results.find(again->second);
    m_resultsAgain.erase(again);
    if (!now || !before || !now->result || !before->result)
        return;
    QString text = againText(before->result, now->result);
    if (!haveCurvesBeside(*now->result, *before->result))
        text += QLatin1Char(' ') + tr("It has no curves to lay over each other: what it was is in the tab it had.");
    m_message->show(MessageBar::Kind::Information, "result", text);
}

}  // namespace mnemo
