// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: the tour. It shows the trace of a fact that comes with the program, and says its numbers.
#include "ui/actions.h"
#include "ui/details_dock.h"
#include "ui/main_window.h"
#include "ui/prompt_panel.h"
#include "ui/tool_bar.h"
#include "ui/tour.h"
#include "ui/trace_tabs.h"
#include "widgets/bar_list.h"
#include "widgets/json_value.h"
#include "widgets/token_chips.h"
#include "widgets/trace_rows.h"

#include <QAction>
#include <QMenuBar>
#include <algorithm>

namespace mnemo {
namespace {

/// "·London": the answer as chips and bars show it.
QString answerOf(const Json& head)
{
    return shownToken(jsonText(jsonMember(head, "target"), "text").toStdString());
}

QString number(double value)
{
    return QString::number(value, 'f', 2);
}

/// Where restoring h of the subject's last token brings back nearly as much of the answer as any layer does; the last
/// of those layers, behind which the fact has been read. Invalid where the trace has no such cell.
Cell tellingCell(const Result& trace)
{
    constexpr double asGood = 0.9;  // of the best
    const ArrayPtr p = trace.find("h.p");
    const int pos = jsonSpan(trace.head, "subject").end - 1;
    if (!p || p->axes.empty() || pos < 0)
        return {};
    const int layers = p->axes[0].size();
    double best = 0;
    for (int layer = 0; layer < layers; ++layer)
        if (p->has(layer, pos))
            best = std::max(best, p->at(layer, pos));
    for (int layer = layers - 1; layer >= 0; --layer)
        if (p->has(layer, pos) && p->at(layer, pos) >= asGood * best)
            return {layer, pos};
    return {};
}

/// The menu's word in the menu bar.
QRect menuRect(QMenuBar* bar, const QString& title)
{
    for (QAction* action : bar->actions())
        if (action->text() == title)
            return bar->actionGeometry(action);
    return bar->rect();
}

}  // namespace

void MainWindow::startTour()
{
    answerWelcome();
    const Trace* now = m_traces.current();
    const auto fact = m_facts.example();
    if (fact && !(now && now->result && now->form.subject == fact->subject) && !m_traceOnSwap)
        traceKnownFact(0);
    m_tour->start(tourSteps());
}

/// Chosen as a click would; the details follow.
void MainWindow::chooseTellingCell()
{
    const Trace* trace = m_traces.current();
    const Cell cell = trace && trace->result ? tellingCell(*trace->result) : Cell{};
    if (cell.valid())
        m_selection.setCell("h", cell);
    m_details->show();
    m_details->raise();
}

std::vector<TourStep> MainWindow::tourSteps()
{
    const auto finished = [this]() -> const Trace* {
        const Trace* trace = m_traces.current();
        return trace && trace->result && trace->state == JobState::Finished ? trace : nullptr;
    };
    const auto here = [](QWidget* widget) { return [widget] { return widget; }; };
    std::vector<TourStep> steps;
    steps.push_back({tr("A sentence, and its subject"),
                     [] {
                         return tr(
                             "The sentence ends where the model has to know a fact about the subject. Below it "
                             "stand the tokens, exactly as the model receives them, once with the subject and once "
                             "with another in its place. Type a fact of your own whenever you like.");
                     },
                     here(m_prompt)});
    steps.push_back(
        {tr("What the model would say"),
         [this, finished] {
             const Trace* trace = finished();
             if (!trace)
                 return tr(
                     "The next token, while you type: with the subject, and with the other one. Click "
                     "a bar to ask about that answer.");
             const Json& head = trace->result->head;
             return tr("Here the answer is “%1”: its probability is %2 with %3, and %4 with %5. Click a bar "
                       "to ask about another answer.")
                 .arg(answerOf(head), number(jsonNumber(head, "p_clean")), trace->form.subject,
                      number(jsonNumber(head, "p_corrupt")), trace->form.swap);
         },
         here(m_nextTokens)});
    steps.push_back(
        {tr("Where the fact passes"),
         [finished] {
             return finished() ? tr("Each cell is a run of its own: with the other subject, but for one token "
                                    "(the row) in one layer (the column), which is put back as it was with "
                                    "the subject. The stronger its colour, the more of the answer comes back. A map "
                                    "for each part of the layer; F5 traces what the prompt says.")
                               : tr("The trace fills in here, cell by cell. Press F5 to begin another.");
         },
         here(m_tabs)});
    steps.push_back(
        {tr("Click a cell"),
         [this, finished] {
             const Trace* trace = finished();
             const Cell cell = m_selection.cell();
             const ArrayPtr p = trace ? trace->result->find(m_selection.site().toStdString() + ".p") : nullptr;
             if (!p || !cell.valid() || !p->has(cell.layer, cell.pos))
                 return tr(
                     "A click on a cell shows its numbers and answers here, a click on a token its "
                     "effect over all layers.");
             const std::vector<RowLabel> rows = traceRows(*trace->result);
             return tr("The tour clicked layer %1 at %2: with this state put back, “%3” has the probability "
                       "%4. Curves, numbers and answers of the cell stand here. Shift+drag over cells puts "
                       "many back together.")
                 .arg(cell.layer)
                 .arg(rows[std::size_t(cell.pos)].text, answerOf(trace->result->head),
                      number(p->at(cell.layer, cell.pos)));
         },
         here(m_details),
         {},
         [this] { chooseTellingCell(); }});
    steps.push_back({tr("Other questions about the same run"),
                     [] {
                         return tr(
                             "Show: another measure, without running anything again. Window: how many layers are "
                             "put back together. Beside: the same in a second model. Model: another one.");
                     },
                     here(m_toolBar)});
    QMenuBar* bar = menuBar();
    steps.push_back({tr("Change the fact"),
                     [] {
                         return tr(
                             "Edits ▸ Edit a fact… gives the subject another object by a small change of one matrix "
                             "(ROME), and shows what else it changes. Experiments over many facts are in the menu "
                             "before it.");
                     },
                     here(bar), [bar] { return menuRect(bar, Actions::tr("E&dits")); }});
    steps.push_back(
        {tr("Find your way"),
         [this] {
             const auto keys = [](const QAction* action) {
                 return action->shortcut().toString(QKeySequence::NativeText);
             };
             return tr("%1 finds every command, model, file and term by a few letters. %2 lists all keys, %3 "
                       "explains the words. This tour stays in the menu Help.")
                 .arg(keys(m_actions->palette), keys(m_actions->shortcuts), keys(m_actions->glossary));
         },
         here(bar), [bar] { return menuRect(bar, Actions::tr("&Help")); }});
    return steps;
}

}  // namespace mnemo
