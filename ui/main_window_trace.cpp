// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: from the prompt to the maps and back.
#include "core/data/trace_pair.h"
#include "ui/block_dock.h"
#include "ui/details_dock.h"
#include "ui/edit_dock.h"
#include "ui/facts_dock.h"
#include "ui/main_window.h"
#include "ui/message_bar.h"
#include "ui/prompt_panel.h"
#include "ui/status_line.h"
#include "ui/tool_bar.h"
#include "ui/trace_heading.h"
#include "ui/trace_tabs.h"
#include "widgets/bar_list.h"
#include "widgets/json_value.h"

#include <QScopedValueRollback>
#include <algorithm>

namespace mnemo {

void MainWindow::trace()
{
    m_traceOnSwap = false;
    m_message->clear("trace");
    if (m_engine.isLoading() && m_wantedModel != m_modelName) {
        m_traceOnLoad = true;  // with the model that was asked for
        return;
    }
    if (m_prompt->form().unedited && m_engine.activeEdits(m_engine.modelHash()).empty())
        return m_message->show(MessageBar::Kind::Information, "trace",
                               tr("No edit is on: with and without edits the runs are the same. — Apply or load an "
                                  "edit, switch one on, or corrupt by a swap or noise."));
    if (m_desk.trace(m_prompt->form(), m_toolBar->window()) != 0) {
        m_firstTrace = false;
        m_selection.clear();  // its positions were another prompt's
        m_shownJob = m_traces.current()->ticket;
        m_status->setJob(tr("trace"), {});
    }
}

/// Where what the edits do passes through: their run against the same prompt without them.
void MainWindow::traceEdits()
{
    FactForm form = m_prompt->form();
    form.noise = 0;
    form.unedited = true;
    m_prompt->setForm(form);
    trace();
}

/// A chip of the prompt was clicked: its column is wanted, so a trace that is missing or outdated is made first.
void MainWindow::onChip(int pos)
{
    const Trace* now = m_traces.current();
    if (now && now->beside != 0) {  // the chips are the first model's tokens
        m_traces.setCurrent(now->beside);
        now = m_traces.current();
    }
    if (!now || (now->state != JobState::Running && differs(*now)))
        trace();
    if (m_traces.current())
        m_selection.setToken(pos);
}

void MainWindow::stop()
{
    m_traceOnSwap = false;
    if (m_editSearch.stop())
        log(tr("The search for an edit was stopped."));
    else if (m_resultDesk.stopBoth(m_tabs->resultInFront()))
        log(tr("Stopped; what is done is kept."));
    else if (m_desk.stop()) {
        m_desk.stop();  // and the one beside it
        const Trace* trace = m_traces.current();
        log(tr("Stopped; %1 of the cells are kept.")
                .arg(trace && trace->result ? QString::number(int(trace->result->done * 100)) + " %" : tr("none")));
    } else if (!m_resultDesk.stop()) {
        m_engine.cancelAll();
    }
}

void MainWindow::traceKnownFact(int n)
{
    const auto fact = m_facts.example(n);
    if (!fact) {
        m_message->show(MessageBar::Kind::Warning, "trace",
                        tr("No known facts are installed — type a prompt, its subject and another subject."));
        return;
    }
    traceRow({fact->prompt, fact->subject});
}

/// A fact without a swap: traced as soon as one is found.
void MainWindow::traceRow(const ChosenRow& row)
{
    FactForm form;
    form.prompt = QString(row.promptTemplate).replace("{}", row.subject);
    form.subject = row.subject;
    form.prefix = m_prompt->form().prefix;
    if (const FactForm now = m_prompt->form(); now.prompt == form.prompt && !now.swap.isEmpty())
        return trace();  // it stands there, with a swap
    const bool there = cleanText(m_prompt->form()) == cleanText(form);
    m_offeredSwap.clear();
    m_traceOnSwap = true;
    m_prompt->setForm(form);
    if (there)
        m_preview.again();  // nothing changed, and yet swaps are wanted
}

void MainWindow::onFormChanged()
{
    const FactForm form = m_prompt->form();
    const auto error = checkForm(form);
    const bool subjectWrong =
        error && error->code == ErrorCode::SubjectNotInPrompt && !form.subject.isEmpty() && !form.prompt.isEmpty();
    m_prompt->setFormError(subjectWrong ? QString::fromStdString(error->message + " — " + error->hint) : QString());
    const bool unknown = modelIsOurs() && !m_facts.isEmpty() && !form.prompt.isEmpty() && !subjectWrong &&
                         !m_facts.find(form) && !m_pairSentences.contains(cleanText(form));
    m_prompt->setNote(unknown ? tr("⚠ not trained for this") : QString());
    m_editDock->form()->follow(form);
    m_preview.show(form);  // says what it finds wrong in the place of what was wrong before
    m_preview.findSwaps(knownSwaps(form));
    markStale();
}

void MainWindow::onLengths(int subject, int swap)
{
    const FactForm form = m_prompt->form();
    const bool differ = subject > 0 && swap > 0 && subject != swap && form.swaps();
    m_prompt->setAlignOffered(differ);
    m_prompt->setLengthsDiffer(differ && !form.alignRight ? tr("%1 tokens instead of %2").arg(swap).arg(subject)
                                                          : QString());
    if (checkForm(form))
        return;  // something worse is said there
    m_prompt->setFormError(differ && !form.alignRight
                               ? tr("Subjects differ in length (%1 and %2 tokens) — positions cannot be matched "
                                    "exactly. — Choose another subject, or align at the right.")
                                     .arg(subject)
                                     .arg(swap)
                               : QString());
}

/// Swaps of equal length are known: put the first one in where the user has none of their own.
void MainWindow::onSwaps(const QStringList& sameLength, int tokens)
{
    m_prompt->setSwaps(sameLength);
    const FactForm form = m_prompt->form();
    const bool ours = form.swap.isEmpty() || form.swap == m_offeredSwap;
    if (ours && form.swaps() && !sameLength.isEmpty() && !sameLength.contains(form.swap)) {
        m_offeredSwap = sameLength.first();
        const QScopedValueRollback filling(m_fillsForm, true);
        m_prompt->setSwap(m_offeredSwap);
    }
    if (!m_traceOnSwap || m_engine.modelHash().empty() || tokens == 0)
        return;
    if (!m_prompt->form().swap.isEmpty())
        return trace();
    m_traceOnSwap = false;
    m_message->show(
        MessageBar::Kind::Information, "trace",
        tr("No known subject of the same kind has %n token(s) here, as “%1” has. — Type one as the swap and "
           "align at the right, or corrupt with noise.",
           nullptr, tokens)
            .arg(form.subject));
}

/// The current trace was made with a model that is not there: its numbers can be looked at, but nothing new asked.
/// @return false when that is not the case, or the model's name is not known
bool MainWindow::sayResultsOnly()
{
    const Trace* trace = m_traces.current();
    if (!trace || !trace->result || isHeld(*trace))
        return false;
    const QString name = modelName(*trace->result);
    if (name.isEmpty())
        return false;
    m_message->show(MessageBar::Kind::Information, "results",
                    tr("Results only — this trace was made with %1, which is not loaded. Its numbers are all here; to "
                       "patch, resume or trace again, load that model.")
                        .arg(name));
    m_message->addButton(tr("Load %1").arg(name), "loadModel:" + m_modelSources.value(trace->model, name));
    return true;
}

/// The job is over: the status line speaks of it no more. 0: whatever it speaks of.
void MainWindow::clearJob(JobId ticket)
{
    if (ticket != 0 && ticket != m_shownJob)
        return;
    m_shownJob = 0;
    m_status->clearJob();
}

void MainWindow::onTraceFailed(const Error& error)
{
    clearJob(0);
    if (error.code == ErrorCode::UnknownModel && m_traces.current() && sayResultsOnly())
        return;
    m_message->show("trace", error);
    switch (error.code) {
        case ErrorCode::SubjectNotInPrompt:
            m_message->addButton(tr("Guess"), "guess");
            break;
        case ErrorCode::LengthMismatch:
            m_message->addButton(tr("Align at the right"), "alignRight");
            break;
        default:
            break;
    }
}

void MainWindow::onTraceFinished(int id)
{
    clearJob(0);
    m_message->clear("engine");
    const Trace* trace = m_traces.find(id);
    if (!trace || !trace->result)
        return;
    if (trace->beside != 0) {
        Q_EMIT traceFinished(id);
        return;
    }
    const Json& head = trace->result->head;
    if (!head.value("effect_defined", true)) {
        m_message->show(MessageBar::Kind::Warning, "trace",
                        tr("Clean and corrupted runs agree (p %1, %2) — the effect is not defined. — Choose another "
                           "swap.")
                            .arg(head.value("p_clean", 0.0), 0, 'g', 3)
                            .arg(head.value("p_corrupt", 0.0), 0, 'g', 3));
    } else if (const auto fact = m_facts.find(trace->form);
               fact && trace->form.target.isEmpty() && trace->edits.empty()) {
        const QString answer = QString::fromStdString(head.value("target", Json::object()).value("text", "")).trimmed();
        if (!answer.isEmpty() && !fact->object.startsWith(answer)) {
            m_message->show(MessageBar::Kind::Information, "trace",
                            tr("The model answers “%1” (p %2), not %3.")
                                .arg(answer)
                                .arg(head.value("p_clean", 0.0), 0, 'g', 3)
                                .arg(fact->object));
            m_message->addButton(tr("Trace a known fact"), "knownFact");
        }
    }
    if (m_selection.token() < 0 && m_traces.current() == trace) {  // something to look at, until the user chooses
        const Json subject = head.value("subject", Json::array({0, 0}));
        m_selection.setToken(subject.at(1).get<int>() - 1);
        m_visits.setPassing();
    }
    Q_EMIT traceFinished(id);
}

void MainWindow::onSelection()
{
    m_tabs->setSelection(m_selection.site(), m_selection.cell());
    m_prompt->setCurrentToken(tokenOfPrompt());
    m_details->setSelection(m_selection.site(), m_selection.cell());
    m_block->setCurrentSite(m_selection.site());
    m_block->setCurrentLayer(m_selection.cell().layer);
    const Trace* trace = m_traces.current();
    if (!trace || m_selection.token() < 0)
        return;
    if (m_selection.cell().valid()) {
        const Cell cell = m_selection.cell();
        probe(m_selection.site(), {cell.layer, cell.layer + 1, cell.pos, cell.pos + 1});
    } else if (m_details->columnMissing() && !trace->stale) {
        m_probe.column(*trace, m_selection.token());
    }
}

/// The selected token among the prompt's chips, which are those of the first model.
int MainWindow::tokenOfPrompt() const
{
    const Trace* trace = m_traces.current();
    const Trace* first = trace && trace->beside != 0 ? m_traces.find(trace->beside) : nullptr;
    const int pos = m_selection.token();
    if (pos < 0 || !first || !first->result || !trace->result)
        return first ? -1 : pos;
    const std::vector<int> links = matchTokens(*first->result, *trace->result).toA;
    return pos < int(links.size()) ? links[std::size_t(pos)] : -1;
}

void MainWindow::showBlock()
{
    const Trace* trace = m_traces.current();
    m_block->setTrace(trace ? trace->result : nullptr);
    m_block->setPaths(trace && trace->result
                          ? m_results.newest("paths", jsonText(trace->result->model, "hash").toStdString())
                          : nullptr);
}

/// A state of the picture: the same cell of that site's map, or the map alone.
void MainWindow::chooseSite(const QString& site)
{
    const Trace* trace = m_traces.current();
    if (!trace || !trace->result)
        return;
    m_tabs->focusSite(site);
    if (m_selection.cell().valid())
        m_selection.setCell(site, m_selection.cell());
}

void MainWindow::probe(const QString& site, CellRange cells)
{
    const Trace* trace = m_traces.current();
    if (trace && trace->result)
        m_probe.patch(*trace, site, cells);
}

void MainWindow::onBars(RunRole run, const std::vector<TokenBar>& bars)
{
    std::erase_if(m_bars, [run](const BarSeries& series) { return series.run == run; });
    if (!bars.empty())
        m_bars.push_back({run, bars});
    const auto place = [](const BarSeries& series) {  // the weights that answer now come first
        return series.run == RunRole::Edited ? 0 : series.run == RunRole::Clean ? 1 : 2;
    };
    std::ranges::stable_sort(m_bars, {}, place);
    if (!bars.empty())
        m_nextTokens->setEmptyText(tr("What the model would say next appears here."));
    for (const TokenBar& bar : bars)
        m_tokenTexts[bar.id] = bar.text;
    markAnswers();
    m_nextTokens->setSeries(m_bars);
}

/// Which bars are the answer and the foil: the user's, else what the clean and the corrupted run say themselves.
void MainWindow::markAnswers()
{
    const FactForm form = m_prompt->form();
    const auto has = [this](RunRole run) { return std::ranges::find(m_bars, run, &BarSeries::run) != m_bars.end(); };
    const auto answer = [this](int chosen, const QString& typed, RunRole run) {
        if (chosen >= 0 || !typed.isEmpty())
            return chosen;
        const auto series = std::ranges::find(m_bars, run, &BarSeries::run);
        return series == m_bars.end() || series->bars.empty() ? -1 : series->bars.front().id;
    };
    m_nextTokens->setTarget(
        answer(form.targetId, form.target, has(RunRole::Edited) ? RunRole::Edited : RunRole::Clean));
    m_nextTokens->setFoil(answer(form.foilId, form.foil, RunRole::Corrupted));
}

void MainWindow::refreshDetails()
{
    m_details->setTrace(m_traces.current(), m_toolBar->metric());
}

void MainWindow::markStale()
{
    const Trace* current = m_traces.current();
    const Trace* first = current ? m_traces.firstOf(*current) : nullptr;
    if (!first || first->pinned)
        return;
    const int id = first->id;
    m_traces.setStale(id, differs(*first));
    if (const Trace* second = m_traces.besideOf(id))
        m_traces.setStale(second->id, differs(*second));
}

/// Whether prompt, window, model or edits say something else by now.
bool MainWindow::differs(const Trace& trace) const
{
    const Trace* first = m_traces.firstOf(trace);
    const bool isBase = first && first->id != trace.id && first->model == trace.model;  // beside its own edits
    const QString hash =
        QString::fromStdString(trace.beside == 0 || isBase ? m_engine.modelHash() : m_engine.besideHash());
    const bool otherModel = !hash.isEmpty() && !trace.model.isEmpty() && hash != trace.model;
    const bool otherEdits = trace.edits != (isBase ? EditRefs() : m_engine.activeEdits(trace.model.toStdString()));
    return !(m_prompt->form() == trace.form) || m_toolBar->window() != trace.window || otherModel || otherEdits;
}

/// Its model can be asked: it is one of the two that the engine knows.
bool MainWindow::isHeld(const Trace& trace) const
{
    const std::string hash = trace.model.toStdString();
    return hash.empty() || hash == m_engine.modelHash() || hash == m_engine.besideHash();
}

void MainWindow::pinCurrent()
{
    if (const Trace* trace = m_traces.current(); trace && trace->result)
        togglePinned(trace->id);
}

void MainWindow::showDifference()
{
    const Trace* current = m_traces.currentFirst();
    const Trace* pinned = nullptr;
    for (const Trace& trace : m_traces.all())
        if (trace.pinned && trace.beside == 0 && current && trace.id != current->id && trace.result)
            pinned = &trace;
    if (!current || !current->result || !pinned) {
        m_message->show(MessageBar::Kind::Information, "trace",
                        tr("A difference needs two traces. — Pin this one (Space), trace another prompt, then ask "
                           "again."));
        return;
    }
    m_tabs->showDifference(current->id, pinned->id);
}

/// A bar was clicked: its token is the answer to score, or the foil. The trace follows at once.
void MainWindow::chooseTarget(int tokenId, bool foil)
{
    QString text = m_tokenTexts.value(tokenId, tr("token %1").arg(tokenId));
    if (text.startsWith(QStringLiteral("·")))
        text.remove(0, 1);  // as one would type it: the word, without the space before it
    if (foil)
        m_prompt->setFoil(tokenId, text);
    else
        m_prompt->setTarget(tokenId, text);
    markAnswers();
    if (m_traces.current())
        trace();
}

}  // namespace mnemo
