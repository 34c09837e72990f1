// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: going to a cell, and back and forward through what was looked at.
#include "ui/actions.h"
#include "ui/go_to_dialog.h"
#include "ui/main_window.h"
#include "ui/trace_tabs.h"
#include "widgets/heatmap_grid.h"
#include "widgets/json_value.h"

#include <QAction>
#include <QScopedValueRollback>

namespace mnemo {

void MainWindow::wireWalk()
{
    m_clock.start();
    connect(m_actions->goTo, &QAction::triggered, this, &MainWindow::openGoTo);
    connect(m_actions->goBack, &QAction::triggered, this, [this] { walk(-1); });
    connect(m_actions->goForward, &QAction::triggered, this, [this] { walk(1); });
    connect(&m_selection, &Selection::changed, this, &MainWindow::rememberVisit);
    connect(m_tabs, &TraceTabs::tabChanged, this, &MainWindow::rememberVisit);
}

/// What is not typed is that of the chosen cell; before one is chosen, the last token of the subject.
void MainWindow::openGoTo()
{
    const Trace* trace = m_traces.current();
    if (!trace || !trace->result || m_tabs->traceInFront() == 0)
        return;
    CellAddress now{m_selection.site(), m_selection.cell()};
    if (now.cell.pos < 0)
        now.cell.pos = std::max(0, jsonSpan(trace->result->head, "subject").end - 1);
    auto* dialog = new GoToDialog(addressBook(*trace->result), now, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &GoToDialog::chosen, this, &MainWindow::goTo);
    dialog->open();
}

void MainWindow::goTo(const CellAddress& address)
{
    const Trace* trace = m_traces.current();
    HeatmapGrid* maps = m_tabs->currentMaps();
    if (!trace || !trace->result || !maps)
        return;
    const QStringList sites = addressBook(*trace->result).sites;
    const QString site = sites.contains(address.site) ? address.site : sites.value(0);
    m_tabs->focusSite(site);
    if (!address.cell.valid())
        return m_selection.setToken(address.cell.pos);
    m_selection.setCell(site, address.cell);
    if (Heatmap* map = maps->map(site.toStdString()))
        map->reveal(address.cell);
}

Visit MainWindow::visitInSight() const
{
    Visit visit;
    visit.result = m_tabs->resultInFront();
    visit.other = m_tabs->otherInFront();
    if (const Trace* trace = m_traces.currentFirst(); trace && trace->id == m_tabs->traceInFront()) {
        visit.trace = m_traces.current()->id;
        visit.site = m_selection.site();
        visit.cell = m_selection.cell();
    }
    return visit;
}

bool MainWindow::isThere(const Visit& visit) const
{
    return m_traces.find(visit.trace) || m_results.find(visit.result) || (visit.other && m_tabs->has(visit.other));
}

void MainWindow::rememberVisit()
{
    if (const Visit visit = visitInSight(); !m_walks && isThere(visit))
        m_visits.add(visit, m_clock.elapsed());
    showPossible();
}

void MainWindow::walk(int by)
{
    if (const std::optional<Visit> visit = m_visits.go(by)) {
        const QScopedValueRollback walking(m_walks, true);
        showVisit(*visit);
    }
    showPossible();
}

void MainWindow::showVisit(const Visit& visit)
{
    if (visit.result != 0)
        return m_tabs->showResult(visit.result);
    if (visit.other)
        return m_tabs->showOther(visit.other);
    m_traces.setCurrent(visit.trace);
    m_tabs->showTrace(visit.trace);
    if (visit.cell == m_selection.cell() && visit.site == m_selection.site())
        return;
    if (visit.cell.valid())
        m_selection.setCell(visit.site, visit.cell);
    else if (visit.cell.pos >= 0)
        m_selection.setToken(visit.cell.pos);
}

}  // namespace mnemo
