// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: edits of facts, and what follows from their change.
#include "ui/actions.h"
#include "ui/edit_command.h"
#include "ui/edit_dock.h"
#include "ui/edit_preview.h"
#include "ui/edit_stack_view.h"
#include "ui/experiment_command.h"
#include "ui/facts_dock.h"
#include "ui/main_window.h"
#include "ui/message_bar.h"
#include "ui/paraphrase_dock.h"
#include "ui/prompt_panel.h"
#include "ui/save_dialog.h"
#include "ui/status_line.h"
#include "ui/trace_heading.h"
#include "ui/trace_tabs.h"
#include "widgets/json_value.h"

#include <QAction>
#include <QFileDialog>
#include <QSignalBlocker>
#include <algorithm>
#include <utility>

namespace mnemo {
namespace {

constexpr int tableHeight = 240;  // pixels: enough rows to look at

QString deltaFilter()
{
    return MainWindow::tr("Edits (*.safetensors)");
}

}  // namespace

void MainWindow::wireEdits()
{
    connect(&m_edits, &EditStack::changed, this, &MainWindow::onEditsChanged);
    connect(m_editDock, &EditDock::previewRequested, this, &MainWindow::previewEdit);
    connect(m_editDock, &EditDock::stopRequested, this, [this] { m_editSearch.stop(); });
    connect(m_editDock, &EditDock::applyRequested, this, &MainWindow::applyEdit);
    connect(m_editDock, &EditDock::copyRequested, this, [this] { copyEdit(*m_editDock->result()); });
    connect(m_editDock->form(), &EditForm::changed, this, &MainWindow::checkTarget);
    connect(m_editDock->form(), &EditForm::suggestRequested, this, &MainWindow::suggestLayer);
    connect(m_editDock->stack(), &EditStackView::recomputeRequested, this, &MainWindow::recomputeEdit);
    connect(m_editDock->stack(), &EditStackView::saveRequested, this, &MainWindow::saveDeltaDialog);
    connect(m_editDock->stack(), &EditStackView::copyRequested, this,
            [this](int index) { copyEdit(*m_edits.at(index).made); });
    connect(m_editDock->stack(), &EditStackView::loadRequested, this, &MainWindow::loadDeltaDialog);
    connect(m_tabs, &TraceTabs::editChosen, this, &MainWindow::editChosen);
    connect(&m_editSearch, &EditSearch::progressed, m_editDock->preview(), &EditPreview::setProgress);
    connect(&m_editSearch, &EditSearch::advanced, this,
            [this](const ResultPtr& snapshot) { m_editDock->preview()->setSearch(*snapshot); });
    connect(&m_editSearch, &EditSearch::finished, this, [this](const ResultPtr& result) {
        m_editDock->setResult(result);
        m_paraphrases->setFact(editedFact());
    });
    connect(m_editDock->stack(), &EditStackView::currentChanged, this,
            [this] { m_paraphrases->setFact(editedFact()); });
    connect(&m_editSearch, &EditSearch::stopped, this,
            [this] { m_editDock->setEnded(tr("Stopped. Preview begins again.")); });
    connect(&m_editSearch, &EditSearch::failed, this, [this](const Error& error) {
        m_editDock->setEnded(QString::fromStdString(error.message));
        m_editDock->form()->showProblem(error);
        m_message->show("edit", error);
    });
    const auto does = [this](QAction* action, auto what) { connect(action, &QAction::triggered, this, what); };
    does(m_actions->editFact, [this] { showEditDock(); });
    does(m_actions->applyEdit, [this] { applyEdit(); });
    does(m_actions->saveDelta, [this] { saveDeltaDialog(m_editDock->stack()->current()); });
    does(m_actions->loadDelta, [this] { loadDeltaDialog(); });
    does(m_actions->paraphrases, [this] { showParaphrases(); });
    connect(m_actions->showBase, &QAction::toggled, &m_edits, &EditStack::setShowsBase);
    connect(m_actions->compareBase, &QAction::toggled, this, &MainWindow::compareWithBase);
    showWeights();
}

void MainWindow::showEditDock()
{
    if (const auto schema = schemaOf(m_engine.info(), "rome"))
        m_editDock->form()->setSchema(*schema);
    m_editDock->show();
    m_editDock->raise();
    m_editDock->form()->focusTarget();
}

void MainWindow::showParaphrases()
{
    m_paraphrases->show();
    m_paraphrases->raise();
    if (m_paraphrases->height() < tableHeight)
        resizeDocks({m_paraphrases}, {tableHeight}, Qt::Vertical);
}

/// What is seen is asked for first: the bars, then the trace.
void MainWindow::onEditsChanged()
{
    for (const StackedEdit& edit : m_edits.edits())
        m_engine.keepEdit(edit.edit->term);
    m_engine.setActiveEdits(m_edits.active());
    showWeights();
    m_preview.editsChanged();
    checkTarget();
    m_factsDock->modelChanged();
    m_paraphrases->setFact(editedFact());
    m_paraphrases->refresh();
    const Trace* current = m_traces.currentFirst();
    const bool follows = current && !current->pinned && !current->stale && isHeld(*current);
    markStale();
    if (follows && differs(*current))
        trace();
}

/// Which edits are on, wherever one looks.
void MainWindow::showWeights()
{
    const std::string model = m_engine.modelHash();
    const EditRefs active = m_edits.active(model);
    const QSignalBlocker quiet(m_actions->showBase);
    m_actions->showBase->setChecked(m_edits.showsBase());
    m_status->setWeights(editsText(int(active.size())), QString::fromStdString(weightsHash(model, active)));
    m_editDock->stack()->setModel(model);
    showTitle();
}

void MainWindow::showTitle()
{
    const EditRefs active = m_edits.active(m_engine.modelHash());
    QString title = m_document.isEmpty() ? tr("Mnemoscope[*]") : tr("%1[*] — Mnemoscope").arg(m_document);
    if (!active.empty())
        title += QStringLiteral(" [%1]").arg(editsText(int(active.size())));
    setWindowTitle(title);
}

void MainWindow::previewEdit()
{
    m_message->clear("edit");
    showEditDock();
    if (m_engine.modelHash().empty())
        return m_message->show("edit", noModelError());
    if (!m_editDock->form()->check())
        return;
    searchEdit(m_engine.activeEdits(m_engine.modelHash()));
    m_recomputed.clear();
}

/// Of an evaluation: one of its cases, or the fact in the form with its settings.
void MainWindow::editChosen(int evaluation, const Json& edit)
{
    const ResultEntry* entry = m_results.find(evaluation);
    const QString name = modelName(*entry->result);
    if (entry->model != m_engine.modelHash()) {
        m_message->show(
            MessageBar::Kind::Information, "edit",
            tr("This evaluation is of %1, which is not loaded. — Load that model to edit there.").arg(name));
        return m_message->addButton(tr("Load %1").arg(name),
                                    "loadModel:" + m_modelSources.value(QString::fromStdString(entry->model), name));
    }
    showEditDock();
    if (edit.contains("subject"))
        m_editDock->form()->setParameters(edit);
    else
        m_editDock->form()->setPlace(edit);
    previewEdit();
}

void MainWindow::searchEdit(const EditRefs& base)
{
    m_editDock->setRunning();
    m_editSearch.run(m_editDock->form()->parameters(), base);
}

/// An edit of the stack once more, on top of what is under it by now.
void MainWindow::recomputeEdit(int index)
{
    const StackedEdit edit = m_edits.at(index);
    showEditDock();
    m_editDock->form()->setParameters(edit.edit->parameters);
    searchEdit(m_edits.below(index));
    m_recomputed = edit.edit->term.hash;
}

void MainWindow::applyEdit()
{
    const ResultPtr found = m_editDock->result();
    if (!found)
        return m_message->show(MessageBar::Kind::Information, "edit",
                               tr("There is no edit to apply yet. — Type a new object and press Preview."));
    try {
        const StackedEdit edit = stackedEdit(found);
        checkMadeFor(*edit.edit, m_engine.model());
        const auto old = std::ranges::find(m_edits.edits(), m_recomputed,
                                           [](const StackedEdit& one) { return one.edit->term.hash; });
        if (old != m_edits.edits().end())
            m_edits.replace(int(old - m_edits.edits().begin()), edit);
        else
            m_edits.push(edit);
        m_recomputed.clear();
        log(tr("Edit applied: %1.").arg(nameOf(*edit.edit)));
    } catch (const Failure& failure) {
        m_message->show("edit", failure.error());
    }
}

void MainWindow::saveDeltaDialog(int index)
{
    if (!m_edits.has(index))
        return m_message->show(MessageBar::Kind::Information, "edit",
                               tr("There is no edit to save. — Choose one of the list in the dock “Edit a fact”."));
    const QString name = nameOf(*m_edits.at(index).edit).replace(QStringLiteral(" → "), "-");
    const QString file = askSaveFile(this, tr("Save delta"), name, deltaFilter());
    if (!file.isEmpty())
        saveDelta(index, file);
}

bool MainWindow::saveDelta(int index, const QString& file)
{
    try {
        writeEdit(*m_edits.at(index).made, file.toStdString());
    } catch (const Failure& failure) {
        m_message->show("edit", failure.error());
        return false;
    }
    m_edits.noteFile(index, file);
    m_message->show(MessageBar::Kind::Information, "edit", tr("Saved as %1.").arg(file));
    return true;
}

/// Where an edit stands on others, the line names their files.
void MainWindow::copyEdit(const Result& edit)
{
    const auto schema = readySchema(QStringLiteral("rome"), "edit");
    if (!schema)
        return;
    const QString model = m_modelSources.value(jsonText(edit.model, "hash"), jsonText(edit.model, "name"));
    copyCommands({editCommand(*schema, edit, m_edits, model)});
}

void MainWindow::loadDeltaDialog()
{
    const QString file = QFileDialog::getOpenFileName(this, tr("Load delta"), {}, deltaFilter());
    if (!file.isEmpty())
        loadDelta(file);
}

bool MainWindow::loadDelta(const QString& file)
{
    m_message->clear("edit");
    try {
        if (m_engine.modelHash().empty())
            throw Failure(noModelError());
        const StackedEdit edit = stackedEdit(file);
        checkMadeFor(*edit.edit, m_engine.model());
        m_edits.noteFile(m_edits.push(edit), file);
    } catch (const Failure& failure) {
        m_message->show("edit", failure.error());
        return false;
    }
    log(tr("Loaded %1.").arg(file));
    return true;
}

/// The new object as the model reads it, beside what it says now.
void MainWindow::checkTarget()
{
    EditForm* form = m_editDock->form();
    const QString typed = form->target();
    if (typed.trimmed().isEmpty())
        return form->setTargetNote({});
    const FactForm fact = form->fact();
    const QString spaced = typed.startsWith(QLatin1Char(' ')) ? typed : QLatin1Char(' ') + typed;
    m_engine.tokenize(spaced, Prefix::None, [this, form, typed, fact](const Prompt& tokens) {
        if (form->target() == typed)
            form->setTargetNote(noteOfTarget(typed, tokens, answerTo(fact)));
    });
}

/// The model's most probable next token, as far as the bars show it for this prompt.
QString MainWindow::answerTo(const FactForm& fact) const
{
    if (cleanText(fact) != cleanText(m_prompt->form()))
        return {};
    for (const RunRole run : {RunRole::Edited, RunRole::Clean})
        for (const BarSeries& series : m_bars)
            if (series.run == run && !series.bars.empty())
                return series.bars.front().text;
    return {};
}

void MainWindow::suggestLayer()
{
    const std::string matrix = m_editDock->form()->matrix();
    const Trace* trace = m_traces.currentFirst();
    const auto layer = trace && trace->result ? suggestedLayer(*trace->result, matrix) : std::nullopt;
    if (layer)
        return m_editDock->form()->setLayer(*layer);
    m_message->show(MessageBar::Kind::Information, "edit",
                    tr("No trace shows where %1 matters. — Trace the fact first (F5), with a swap that changes the "
                       "answer.")
                        .arg(QString::fromStdString(matrix)));
}

/// The chosen edit, else the one that was searched last.
ResultPtr MainWindow::editAtHand() const
{
    const int chosen = m_editDock->stack()->current();
    return m_edits.has(chosen) ? m_edits.at(chosen).made : m_editDock->result();
}

/// Of the edit at hand; nothing where that is not of this model.
std::optional<EditedFact> MainWindow::editedFact() const
{
    const ResultPtr edit = editAtHand();
    if (!edit || jsonText(edit->model, "hash").toStdString() != m_engine.modelHash())
        return std::nullopt;
    EditedFact fact{formFromParameters(edit->parameters), {}, {}};
    fact.newObject = std::exchange(fact.form.target, QString());
    const auto known = m_facts.find(fact.form);
    fact.oldObject = known ? known->object : jsonText(jsonMember(edit->head, "original"), "text").trimmed();
    return fact;
}

void MainWindow::compareWithBase(bool compare)
{
    m_desk.setComparesBase(compare);
    const Trace* current = m_traces.currentFirst();
    if (!current)
        return;
    const Trace* second = m_traces.besideOf(current->id);
    if (compare)
        m_desk.traceBeside(current->id);
    else if (second && second->model == current->model)
        m_traces.remove(second->id);
}

}  // namespace mnemo
