// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: what the user did, to be taken back and done again.
#include "ui/actions.h"
#include "ui/main_window.h"
#include "ui/paraphrase_dock.h"
#include "ui/prompt_panel.h"
#include "ui/tab_title.h"
#include "ui/tool_bar.h"
#include "ui/trace_tabs.h"
#include "ui/view_steps.h"
#include "ui/why_not.h"

#include <QAction>

namespace mnemo {
namespace {

/// What differs, as the history says it; "another fact" where that is more than one thing.
QString changeText(const FactForm& before, const FactForm& after)
{
    const std::pair<bool, QString> parts[] = {
        {before.target != after.target || before.targetId != after.targetId,
         MainWindow::tr("answer “%1”").arg(after.target)},
        {before.foil != after.foil || before.foilId != after.foilId, MainWindow::tr("foil “%1”").arg(after.foil)},
        {before.swaps() != after.swaps() || before.noise != after.noise || before.unedited != after.unedited,
         MainWindow::tr("how the subject is corrupted")},
        {before.direction != after.direction, MainWindow::tr("direction “%1”").arg(after.direction)},
        {before.alignRight != after.alignRight, MainWindow::tr("alignment")},
        {before.prefix != after.prefix, MainWindow::tr("prefix")},
        {before.swap != after.swap, MainWindow::tr("swap “%1”").arg(after.swap)}};
    if (after.prompt.isEmpty() && after.subject.isEmpty())
        return MainWindow::tr("new fact");
    if (before.prompt != after.prompt)
        return MainWindow::tr("prompt “%1”").arg(cleanText(after));
    if (before.subject != after.subject)
        return MainWindow::tr("subject “%1”").arg(after.subject);
    for (const auto& [differs, text] : parts)
        if (differs)
            return text;
    return MainWindow::tr("another fact");
}

/// Letters of the same field are one step.
QString mergeName(const FactForm& before, const FactForm& after)
{
    const bool prompt = before.prompt != after.prompt, swap = before.swap != after.swap;
    if (prompt == swap)
        return prompt ? QString() : QStringLiteral("form");  // a whole other fact stands for itself
    return prompt ? QStringLiteral("prompt") : QStringLiteral("swap");
}

}  // namespace

void MainWindow::wireHistory()
{
    QUndoStack& steps = m_history.stack();
    connect(m_actions->undo, &QAction::triggered, &steps, &QUndoStack::undo);
    connect(m_actions->redo, &QAction::triggered, &steps, &QUndoStack::redo);
    connect(&steps, &QUndoStack::indexChanged, this, &MainWindow::showUndo);
    connect(m_prompt, &PromptPanel::formChanged, this, &MainWindow::rememberForm);
    connect(m_tabs, &TraceTabs::traceClosed, this, [this](int id, const QString& title) {
        m_history.add(
            tr("close “%1”").arg(title), [this, id] { m_traces.restore(id); }, [this, id] { m_traces.remove(id); });
    });
    connect(m_tabs, &TraceTabs::resultClosed, this, [this](int id, const QString& title) {
        m_history.add(
            tr("close “%1”").arg(title), [this, id] { m_results.restore(id); }, [this, id] { m_results.remove(id); });
    });
    connect(m_toolBar, &MainToolBar::metricChosen, this, &MainWindow::rememberView);
    connect(m_toolBar, &MainToolBar::windowChosen, this, &MainWindow::rememberView);
    connect(m_actions, &Actions::colourMapChosen, this, [this](const QString& name) {
        const QString before = m_colourMap;
        setColourMap(name);
        if (m_colourMap != before)
            m_history.add(
                tr("colours of the maps"), [this, before] { setColourMap(before); },
                [this, name] { setColourMap(name); });
    });
    connect(m_tabs, &TraceTabs::pageMade, this, [this](QWidget* page) { rememberChoices(m_history, *page); });
    rememberChoices(m_history, *m_paraphrases);
    connect(m_paraphrases, &ParaphraseDock::ownChanged, this,
            [this](const QStringList& before, const QStringList& now) {
                m_history.add(
                    now.size() < before.size() ? tr("remove own sentences") : tr("own sentences"),
                    [this, before] { m_paraphrases->setOwn(before); }, [this, now] { m_paraphrases->setOwn(now); });
            });
    m_window = m_toolBar->window();
    showUndo();
}

void MainWindow::showUndo()
{
    const QUndoStack& steps = m_history.stack();
    setWhyNot(m_actions->undo, steps.canUndo() ? QString() : tr("Nothing was done yet that could be undone."));
    setWhyNot(m_actions->redo, steps.canRedo() ? QString() : tr("Nothing was undone that could be done again."));
    m_actions->undo->setText(steps.canUndo() ? tr("&Undo: %1").arg(steps.undoText()) : tr("&Undo"));
    m_actions->redo->setText(steps.canRedo() ? tr("&Redo: %1").arg(steps.redoText()) : tr("&Redo"));
}

/// A step of the user's. What the program fills in by itself belongs to the step before it.
void MainWindow::rememberForm()
{
    const FactForm now = m_prompt->form(), before = std::exchange(m_form, now);
    if (now == before || m_fillsForm)
        return;
    const auto step = [this](const FactForm& to) { return [this, to] { putForm(to); }; };
    m_history.add(changeText(before, now), step(before), step(now), mergeName(before, now));
}

/// What is known of the form's fact is shown at once; what is not waits for F5.
void MainWindow::putForm(const FactForm& form)
{
    m_traceOnSwap = false;
    fillForm(form);
    recallTrace();
}

/// What form and window ask, if it was answered.
void MainWindow::recallTrace()
{
    const std::string model = m_engine.modelHash();
    m_traces.recall(m_prompt->form(), m_toolBar->window(), QString::fromStdString(model), m_engine.activeEdits(model));
    markStale();
}

/// What the maps show, and the window, which the next trace has. A slider that is dragged is one step.
void MainWindow::rememberView()
{
    const Metric metric = m_toolBar->metric(), metricBefore = std::exchange(m_metric, metric);
    const QString window = m_toolBar->window(), windowBefore = std::exchange(m_window, window);
    if (metric != metricBefore) {
        const auto step = [this](Metric to) { return [this, to] { m_toolBar->setMetric(to); }; };
        m_history.add(tr("show “%1”").arg(metricTitle(metric)), step(metricBefore), step(metric), "metric");
    }
    if (window != windowBefore) {
        const auto step = [this](const QString& to) {
            return [this, to] {
                m_toolBar->setWindow(to);
                recallTrace();
            };
        };
        m_history.add(tr("window %1").arg(window), step(windowBefore), step(window), "window");
    }
}

void MainWindow::togglePinned(int id)
{
    const Trace* trace = m_traces.find(id);
    if (!trace)
        return;
    const bool pinned = !trace->pinned;
    const QString prompt = cleanText(trace->form);
    m_traces.setPinned(id, pinned);
    m_history.add(
        pinned ? tr("pin “%1”").arg(prompt) : tr("unpin “%1”").arg(prompt),
        [this, id, pinned] { putPinned(id, !pinned); }, [this, id, pinned] { putPinned(id, pinned); });
}

/// One that was not pinned may have been replaced since.
void MainWindow::putPinned(int id, bool pinned)
{
    m_traces.setPinned(id, pinned);
    if (pinned)
        m_traces.restore(id);
}

void MainWindow::rememberModel(const QString& name)
{
    if (const QString before = m_wantedModel; before != name)
        m_history.add(
            tr("model %1").arg(shortModelName(name)), [this, before] { chooseModel(before); },
            [this, name] { chooseModel(name); });
}

void MainWindow::rememberBeside(const QString& name)
{
    if (const QString before = m_besideName; before != name)
        m_history.add(
            name.isEmpty() ? tr("no model beside") : tr("beside %1").arg(shortModelName(name)),
            [this, before] { chooseBeside(before); }, [this, name] { chooseBeside(name); });
}

}  // namespace mnemo
