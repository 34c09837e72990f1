// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: notes on what is seen.
#include "core/io/session_notes.h"
#include "ui/actions.h"
#include "ui/main_window.h"
#include "ui/message_bar.h"
#include "ui/notes_dock.h"
#include "ui/trace_tabs.h"
#include "widgets/trace_rows.h"

#include <QAction>
#include <QShortcut>

namespace mnemo {
namespace {

/// "h, layer 5, ·Needle"
QString cellWords(const Result& trace, const QString& site, Cell cell)
{
    const std::vector<RowLabel> rows = traceRows(trace);
    const bool known = cell.pos >= 0 && std::size_t(cell.pos) < rows.size();
    return MainWindow::tr("%1, layer %2, %3")
        .arg(site)
        .arg(cell.layer)
        .arg(known ? rows[std::size_t(cell.pos)].shown() : MainWindow::tr("token %1").arg(cell.pos));
}

}  // namespace

void MainWindow::wireNotes()
{
    connect(&m_notes, &NoteList::changed, this, &MainWindow::markNotes);
    connect(&m_traces, &TraceStore::currentChanged, this, &MainWindow::markNotes);
    connect(&m_traces, &TraceStore::changed, this, &MainWindow::markNotes);
    connect(m_notesDock, &NotesDock::newRequested, this, &MainWindow::addNote);
    for (int n = 0; n < 9; ++n)
        connect(new QShortcut(QKeySequence(QStringLiteral("Ctrl+%1").arg(n + 1)), this), &QShortcut::activated, this,
                [this, n] {
                    if (std::size_t(n) < m_notes.all().size())
                        showNote(m_notes.all()[std::size_t(n)].id);
                });
    connect(m_actions->newNote, &QAction::triggered, this, &MainWindow::addNote);
    connect(m_notesDock, &NotesDock::showRequested, this, &MainWindow::showNote);
}

/// On the maps of the current trace.
void MainWindow::markNotes()
{
    const Trace* current = m_traces.current();
    HeatmapGrid* maps = m_tabs->currentMaps();
    if (!current || !maps)
        return;
    std::map<std::string, std::vector<Cell>> cells;
    for (const Note& note : m_notes.all())
        if (note.place.trace == current->id && note.place.cell.valid())
            cells[note.place.site.toStdString()].push_back(note.place.cell);
    maps->setNotedCells(cells);
}

/// What is looked at, as precisely as it is chosen.
NotePlace MainWindow::placeInSight() const
{
    NotePlace place;
    if (const int id = m_tabs->resultInFront(); id != 0) {
        place.result = id;
        place.words = titleOf(*m_results.find(id));
    } else if (const Trace* trace = m_traces.current(); trace && trace->result) {
        place.trace = trace->id;
        place.words = cleanText(trace->form);
        if (m_selection.cell().valid() && !m_selection.site().isEmpty()) {
            place.site = m_selection.site();
            place.cell = m_selection.cell();
            place.words += QStringLiteral(" · ") + cellWords(*trace->result, place.site, place.cell);
        }
    }
    return place;
}

/// A trace with a note on it stays.
void MainWindow::addNote()
{
    const NotePlace place = placeInSight();
    m_traces.setPinned(place.trace, true);
    const int id = m_notes.add(place);
    m_notesDock->show();
    m_notesDock->raise();
    m_notesDock->open(id);
}

/// The tab, and the cell, that the note is on; a tab that was closed comes back.
void MainWindow::showNote(int id)
{
    const Note* note = m_notes.find(id);
    if (!note)
        return;
    const NotePlace place = note->place;
    if (place.result != 0 && (m_results.find(place.result) || m_results.restore(place.result)))
        return m_tabs->showResult(place.result);
    if (place.trace != 0 && (m_traces.find(place.trace) || m_traces.restore(place.trace))) {
        m_traces.setCurrent(place.trace);
        m_tabs->showTrace(place.trace);
        if (place.cell.valid())
            m_selection.setCell(place.site, place.cell);
        return;
    }
    m_message->show(MessageBar::Kind::Information, "notes",
                    tr("What this note is on is not here any more (%1). — Trace it again to see it.").arg(place.words));
}

/// @param traces, results numbers of the session's runs, by id
void MainWindow::saveNotes(Session& session, const RunNumbers& traces, const RunNumbers& results) const
{
    std::vector<SessionNote> saved;
    for (const Note& note : m_notes.all()) {
        SessionNote one;
        one.text = note.text.toStdString();
        one.created = note.created.toStdString();
        one.place = note.place.words.toStdString();
        one.other = note.other;
        if (const auto run = traces.find(note.place.trace); run != traces.end())
            one.run = run->second;
        if (const auto run = results.find(note.place.result); run != results.end())
            one.run = run->second;
        if (one.run && note.place.cell.valid()) {
            one.site = note.place.site.toStdString();
            one.layer = note.place.cell.layer;
            one.token = note.place.cell.pos;
        }
        saved.push_back(std::move(one));
    }
    setSessionNotes(session, saved);
}

/// @param ids of what the window shows of each of the session's runs; 0: nothing
void MainWindow::restoreNotes(const std::vector<int>& ids)
{
    std::vector<Note> notes;
    for (const SessionNote& saved : sessionNotes(m_session)) {
        Note note;
        note.text = QString::fromStdString(saved.text);
        note.created = QString::fromStdString(saved.created);
        note.place.words = QString::fromStdString(saved.place);
        note.other = saved.other;
        if (saved.run && ids[*saved.run] != 0) {
            const bool isTrace = m_session.results[*saved.run]->kind == "trace";
            (isTrace ? note.place.trace : note.place.result) = ids[*saved.run];
            note.place.site = QString::fromStdString(saved.site);
            note.place.cell = {saved.layer, saved.token};
        }
        notes.push_back(std::move(note));
    }
    m_notes.restore(std::move(notes));
}

}  // namespace mnemo
