// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: experiments over facts, and the facts themselves.
#include "core/data/figures.h"
#include "core/io/write_facts.h"
#include "ui/experiment_command.h"
#include "ui/experiment_dialog.h"
#include "ui/facts_dock.h"
#include "ui/main_window.h"
#include "ui/message_bar.h"
#include "ui/prompt_panel.h"
#include "ui/recent_files.h"
#include "ui/save_dialog.h"
#include "ui/schema_form.h"
#include "ui/sites_beside.h"
#include "ui/tab_title.h"
#include "ui/tool_bar.h"
#include "ui/trace_tabs.h"

#include <QFileDialog>
#include <QInputDialog>

namespace mnemo {
namespace {

QString factFilter()
{
    return MainWindow::tr("Facts (*.json *.jsonl *.csv *.tsv);;All files (*)");
}

/// Rows may be of any relation; a relation's own file holds one.
QString savedFactFilter()
{
    return MainWindow::tr("Rows (*.jsonl);;One relation (*.json)");
}

/// The sites that a trace of the loaded model shows.
QStringList traceSites(const EngineClient& engine)
{
    QStringList sites;
    const Json architecture = engine.model().is_object() ? engine.model().value("architecture", Json()) : Json();
    for (const Json& one : engine.info().value("architectures", Json::array()))
        if (one.at("name") == architecture)
            for (const Json& site : one.at("trace_sites"))
                sites << QString::fromStdString(site.get<std::string>());
    return sites;
}

}  // namespace

/// What an experiment asks. Before the engine has said it there is none, and the bar tells so.
/// @param topic of the message
std::optional<ExperimentSchema> MainWindow::readySchema(const QString& key, const char* topic)
{
    auto schema = schemaOf(m_engine.info(), key.toStdString());
    if (!schema)
        m_message->show(MessageBar::Kind::Information, topic,
                        tr("The engine is not ready yet. — Try again in a moment."));
    return schema;
}

ExperimentDialog* MainWindow::openExperiment(const QString& key)
{
    const auto last = m_asked.find(key.toStdString());
    return openExperiment(key, last == m_asked.end() ? Json::object() : last->second);
}

/// @return the form, which deletes itself when it is closed; null when the engine cannot say what the experiment asks
ExperimentDialog* MainWindow::openExperiment(const QString& key, const Json& parameters)
{
    const auto schema = readySchema(key);
    if (!schema)
        return nullptr;
    delete findChild<ExperimentDialog*>();  // one at a time
    auto* dialog = new ExperimentDialog(*schema, m_prompt->form(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->fields()->explain(m_glossary);
    if (runsOnBoth(*schema, Json::object()))
        dialog->setBoth(shortModelName(m_modelName), shortModelName(m_besideName));
    const FactFilePtr file = m_factsDock->file();
    const Json files = parameters.value("facts", Json::array());
    if (files.empty())
        dialog->suggest("relations", m_facts.relations());
    else if (file && files == Json::array({file->path.toStdString()}))
        dialog->suggest("relations", m_factsDock->relationNames());
    dialog->suggest("sites", traceSites(m_engine));
    dialog->setValues(parameters);
    if (schema->has("only"))
        offerFacts(*dialog);
    connect(dialog, &ExperimentDialog::runRequested, this, [this, dialog, schema = *schema](const Json& asked) {
        if (runExperiment(schema, asked))
            dialog->close();
    });
    connect(dialog, &ExperimentDialog::copyRequested, this,
            [this, schema = *schema](const Json& asked) { copyCommands(commandsOf(schema, asked)); });
    connect(&m_resultDesk, &ResultDesk::refused, dialog, &ExperimentDialog::showProblem);
    dialog->show();
    return dialog;
}

/// What the list of facts is narrowed to, as a file that commands can name.
void MainWindow::offerFacts(ExperimentDialog& dialog)
{
    const QString name = m_factsDock->isHidden() ? QString() : m_factsDock->chosenName();
    if (name.isEmpty())
        return;
    std::vector<Relation> chosen = m_factsDock->chosenFacts();
    std::erase_if(chosen, [](const Relation& relation) { return relation.templates.empty(); });  // nobody can ask them
    std::size_t facts = 0;
    for (const Relation& relation : chosen)
        facts += relation.samples.size();
    Json parameters = m_factsDock->experimentParameters();
    parameters.erase("template");  // the file has the sentences
    parameters["limit"] = facts;
    try {
        parameters["only"] = keepFacts(chosen).string();
        dialog.offerFacts(name, parameters);
    } catch (const Failure& failure) {
        log(QString::fromStdString(failure.error().message));
    }
}

/// The form with what a figure of the paper was made with; a figure of single facts is traced at once.
void MainWindow::openFigure(const QString& name)
{
    const PaperFigure figure = paperFigure(name.toStdString());
    const Json architecture = m_engine.model().is_object() ? m_engine.model().value("architecture", Json()) : Json();
    if (architecture.is_string() && !figure.architecture.empty() && architecture != figure.architecture)
        return m_message->show("result", {ErrorCode::Usage,
                                          figure.title + " is of " + figure.architecture + ", and this model is " +
                                              architecture.get<std::string>() + ".",
                                          figure.otherwise});
    if (figure.examples == 0) {
        if (ExperimentDialog* dialog =
                openExperiment(QString::fromStdString(figure.experiment), figure.runs.front().parameters);
            dialog && figure.paper == Paper::FactualAssociations)
            dialog->setOverFacts(true);
        return;
    }
    m_toolBar->setPrefix(QString::fromStdString(figure.runs.front().parameters.at("prefix").get<std::string>()));
    const FactForm form = m_prompt->form();
    if (form.prompt.isEmpty() || form.swap.isEmpty())
        return traceKnownFact(m_knownFact++);
    trace();
}

/// What a view asks, without a form.
void MainWindow::runAsked(const QString& key, const Json& parameters)
{
    if (const auto schema = readySchema(key))
        m_resultDesk.run(*schema, parameters);
}

/// @return false when it was refused
bool MainWindow::runExperiment(const ExperimentSchema& schema, const Json& parameters)
{
    m_message->clear("result");
    if (parameters.value("only", Json("")) == "")  // the list will say which ones next time
        m_asked[schema.key] = parameters;
    return (runsOnBoth(schema, parameters) ? m_resultDesk.runOnBoth(schema, parameters)
                                           : m_resultDesk.run(schema, parameters)) != 0;
}

bool MainWindow::runsOnBoth(const ExperimentSchema& schema, const Json& parameters) const
{
    return !m_engine.besideHash().empty() && isComparedOverFacts(schema, parameters);
}

/// The form once more, with what was asked then and what was wrong with it.
void MainWindow::changeResult(int id)
{
    const ResultEntry* entry = m_results.find(id);
    if (!entry)
        return;
    const Error error = entry->error;
    const bool isEmpty = entry->state == JobState::Failed && !entry->result;
    if (const FactForm form = formFromParameters(entry->parameters); !form.prompt.isEmpty())
        showForm(form);
    ExperimentDialog* dialog = openExperiment(QString::fromStdString(entry->experiment), entry->parameters);
    if (dialog && !error.message.empty())
        dialog->showProblem(error);
    if (dialog && isEmpty)
        connect(dialog, &ExperimentDialog::runRequested, this, [this, dialog, id] {
            if (!dialog->isVisible())  // it runs: the new one takes the place of what failed
                m_results.remove(id);
        });
}

void MainWindow::onResultFailed(int id, const Error& error)
{
    m_message->show("result", error);
    m_message->addButton(tr("Change…"), QStringLiteral("changeResult:%1").arg(id));
}

void MainWindow::resume()
{
    if (const int id = m_tabs->resultInFront(); id != 0)
        m_resultDesk.resume(id);
    else
        m_desk.resume();
}

void MainWindow::openFactsDialog()
{
    const QString file = QFileDialog::getOpenFileName(this, tr("Open facts"), {}, factFilter());
    if (!file.isEmpty())
        openFacts(file);
}

void MainWindow::openFacts(const QString& file)
{
    m_message->clear("facts");
    m_factsDock->show();  // which reads the facts of the program first
    m_factsDock->raise();
    m_factReader.readFile(file);
}

void MainWindow::onFactsRead(const FactFilePtr& file)
{
    m_factsDock->addFile(file);
    if (!file->path.isEmpty())
        m_recent->add(file->path);
    log(tr("%1: %2 facts of %3 relations.").arg(file->name()).arg(file->facts()).arg(file->relations.size()));
    if (!file->problems.empty())
        m_message->show(MessageBar::Kind::Warning, "facts",
                        tr("%n row(s) of %1 could not be used. — They are listed below the table; everything else is "
                           "there.",
                           nullptr, int(file->problems.size()))
                            .arg(file->name()));
}

void MainWindow::useFacts(const QString& experiment)
{
    Json parameters = Json::object();
    if (const auto last = m_asked.find(experiment.toStdString()); last != m_asked.end())
        parameters = last->second;
    for (const char* key : {"prompt", "facts", "relations", "template"})
        parameters.erase(key);
    parameters.update(m_factsDock->experimentParameters());
    ExperimentDialog* dialog = openExperiment(experiment, parameters);
    if (!dialog)
        return;
    dialog->setOverFacts(true);
    if (!m_factsDock->chosenName().isEmpty())
        dialog->setOverOffered();
}

/// The fact of a result in the prompt. A subject that the experiment did not ask for stays, if it is of this prompt.
void MainWindow::showForm(const FactForm& fact)
{
    const FactForm now = m_prompt->form();
    FactForm form = fact.subject.isEmpty() && cleanText(now) == fact.prompt ? now : fact;
    form.prefix = fact.prefix;
    fillForm(form);
}

/// With a swap of its own, if it has one.
void MainWindow::fillForm(const FactForm& form)
{
    m_offeredSwap.clear();
    m_toolBar->setPrefix(form.prefix);
    m_prompt->setForm(form);
}

/// A fact with its swap, as an experiment had it.
void MainWindow::traceFact(const FactForm& fact)
{
    FactForm form = fact;
    if (!QString(form.prompt).remove("{}").contains(form.subject))
        form.prompt = cleanText(form);  // as one would type it
    showForm(form);
    if (form.swap.isEmpty())  // knock-outs need none
        m_traceOnSwap = true;
    else
        trace();
}

/// Subjects of the same kind, among the facts of the program and those of the file that is open.
QStringList MainWindow::knownSwaps(const FactForm& form) const
{
    QStringList swaps = m_facts.swaps(form);
    if (const FactFilePtr file = m_factsDock->file(); file && !file->path.isEmpty())
        swaps = file->book.swaps(form) + swaps;
    swaps.removeDuplicates();
    return swaps;
}

void MainWindow::saveFactsDialog()
{
    const QString file = askSaveFile(this, tr("Save facts"), "facts", savedFactFilter());
    if (!file.isEmpty())
        saveFacts(file);
}

bool MainWindow::saveFacts(const QString& file)
{
    try {
        writeFacts(m_factsDock->chosenFacts(), file.toStdString());
    } catch (const Failure& failure) {
        m_message->show("facts", failure.error());
        return false;
    }
    m_message->show(MessageBar::Kind::Information, "facts", tr("Saved as %1.").arg(file));
    return true;
}

/// The answer of the fact in the prompt: typed, known, or the model's own.
QString MainWindow::objectOfPrompt() const
{
    const FactForm form = m_prompt->form();
    if (!form.target.isEmpty())
        return form.target;
    if (const auto fact = m_facts.find(form))
        return fact->object;
    for (const BarSeries& series : m_bars)
        if (series.run == RunRole::Clean && !series.bars.empty())
            return QString(series.bars.front().text).remove(QStringLiteral("·"));
    return {};
}

void MainWindow::saveFactDialog()
{
    bool agreed = false;
    const QString object =
        QInputDialog::getText(this, tr("Save as fact"), tr("The answer of “%1”:").arg(cleanText(m_prompt->form())),
                              QLineEdit::Normal, objectOfPrompt(), &agreed);
    if (!agreed)
        return;
    const QString file = askSaveFile(this, tr("Add to which file of facts?"), "my-facts", savedFactFilter(),
                                     QFileDialog::DontConfirmOverwrite);
    if (!file.isEmpty())
        saveFact(file, object);
}

bool MainWindow::saveFact(const QString& file, const QString& object)
{
    const FactForm form = m_prompt->form();
    const QString sentence = promptTemplate(form);
    try {
        if (sentence.isEmpty() || form.subject.isEmpty())
            throw Failure(ErrorCode::SubjectNotInPrompt, tr("There is no subject in the prompt.").toStdString(),
                          tr("Select it with the mouse over the tokens, or press Guess.").toStdString());
        if (object.trimmed().isEmpty())
            throw Failure(ErrorCode::Usage, tr("The fact has no answer.").toStdString(),
                          tr("Type what the sentence is to go on with.").toStdString());
        appendFact(file.toStdString(), sentence.toStdString(),
                   {form.subject.toStdString(), object.trimmed().toStdString()});
    } catch (const Failure& failure) {
        m_message->show("facts", failure.error());
        return false;
    }
    m_message->show(MessageBar::Kind::Information, "facts", tr("%1 is in %2.").arg(form.subject, file));
    return true;
}

}  // namespace mnemo
