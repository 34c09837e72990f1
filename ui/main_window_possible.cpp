// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: which commands are possible now, and why the others are not.
#include "ui/actions.h"
#include "ui/main_window.h"
#include "ui/trace_tabs.h"
#include "ui/why_not.h"

namespace mnemo {
namespace {

bool wasCutShort(const Trace& trace)
{
    return trace.state == JobState::Stopped || trace.state == JobState::Failed;
}

bool wasCutShort(const ResultEntry* entry)
{
    return entry && entry->state != JobState::Running && !entry->whole();
}

}  // namespace

void MainWindow::wirePossible()
{
    connect(&m_engine, &EngineClient::stateChanged, this, &MainWindow::showPossible);
    connect(&m_engine, &EngineClient::modelLoaded, this, &MainWindow::showPossible);
    connect(m_tabs, &TraceTabs::tabChanged, this, &MainWindow::showPossible);
    connect(&m_traces, &TraceStore::currentChanged, this, &MainWindow::showPossible);
    for (const auto signal : {&TraceStore::added, &TraceStore::changed, &TraceStore::removed})
        connect(&m_traces, signal, this, &MainWindow::showPossible);
    for (const auto signal : {&ResultStore::added, &ResultStore::changed, &ResultStore::removed})
        connect(&m_results, signal, this, &MainWindow::showPossible);
    showPossible();
}

void MainWindow::showPossible()
{
    const Trace* current = m_traces.currentFirst();
    const Trace* trace = current && m_tabs->traceInFront() == current->id ? current : nullptr;
    const ResultEntry* result = m_results.find(m_tabs->resultInFront());
    const bool none = !trace && !result && !m_tabs->otherInFront();
    const bool runs = (trace && trace->state == JobState::Running) || (result && result->state == JobState::Running);
    const bool numbers = (trace && trace->result) || (result && result->result);

    const QString noTab = none ? tr("No tab is open: trace a prompt first.") : QString();
    const QString noTrace = trace && trace->result ? QString()
                            : trace                ? tr("The trace has no numbers yet.")
                            : none                 ? noTab
                                                   : tr("The tab in front shows no trace.");
    const QString noNumbers = none                ? noTab
                              : !trace && !result ? tr("The tab in front is a difference: go to one of its traces.")
                              : runs              ? tr("It is being computed: wait until it is done, or stop it.")
                              : !numbers          ? tr("The tab in front has no numbers yet.")
                              : m_engine.modelHash().empty() ? tr("No model is loaded: choose one first.")
                                                             : QString();
    const bool stopped = (trace && wasCutShort(*m_traces.current())) ||
                         (result && (wasCutShort(result) || wasCutShort(m_results.partner(result->id))));
    const std::pair<QAction*, QString> commands[] = {
        {m_actions->resume, stopped ? QString()
                            : none  ? noTab
                                    : tr("Nothing in the tab in front was stopped.")},
        {m_actions->goTo, noTrace},
        {m_actions->goBack, m_visits.canGo(-1) ? QString() : tr("Nothing was looked at before this.")},
        {m_actions->goForward, m_visits.canGo(1) ? QString() : tr("You did not go back from anything.")},
        {m_actions->rerun, noNumbers},
        {m_actions->pin, noTrace},
        {m_actions->closeTab, noTab}};
    for (const auto& [action, why] : commands)
        setWhyNot(action, why);
}

}  // namespace mnemo
