// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: engine and model.
#include "ui/edit_dock.h"
#include "ui/main_window.h"
#include "ui/message_bar.h"
#include "ui/paraphrase_dock.h"
#include "ui/prompt_panel.h"
#include "ui/recent_files.h"
#include "ui/status_line.h"
#include "ui/tool_bar.h"
#include "widgets/json_value.h"

#include <QDir>
#include <QFileDialog>
#include <QLocale>
#include <QScopedValueRollback>
#include <algorithm>
#include <utility>

namespace mnemo {
namespace {

QString text(const Json& json, const char* key)
{
    const auto it = json.is_object() ? json.find(key) : json.end();
    return json.is_object() && it != json.end() && it->is_string() ? QString::fromStdString(it->get<std::string>())
                                                                   : QString();
}

/// The models that the engine knows by name; none while there is no engine.
Json catalogOf(const EngineClient& engine)
{
    return engine.info().is_object() ? engine.info().value("catalog", Json::array()) : Json::array();
}

}  // namespace

void MainWindow::begin()
{
    offerRecovery();
    if (!m_options.session.isEmpty())
        m_firstTrace = !openSession(m_options.session);
    if (m_firstTrace)
        if (const auto fact = m_facts.example()) {
            FactForm form;
            form.prompt = QString(fact->prompt).replace("{}", fact->subject);
            form.subject = fact->subject;
            const QScopedValueRollback filling(m_fillsForm, true);
            m_prompt->setForm(form);
            m_traceOnSwap = true;
        }
    m_form = m_prompt->form();
    m_engine.start();
    m_wantedModel = m_modelName;
    m_engine.loadModel(m_modelName);
}

void MainWindow::onEngineState()
{
    switch (m_engine.state()) {
        case EngineClient::State::Off:
            m_status->setEngine(tr("engine: off"));
            break;
        case EngineClient::State::Starting:
            m_status->setEngine(tr("engine: starting …"));
            break;
        case EngineClient::State::Waiting:
            m_status->setEngine(tr("engine: starting again …"));
            break;
        case EngineClient::State::GaveUp:
            m_status->setEngine(tr("engine: stopped"));
            m_toolBar->setModel(m_modelName, "✗");
            break;
        case EngineClient::State::Ready: {
            const Json& info = m_engine.info();
            m_status->setEngine(tr("● engine local · %1 threads").arg(info.value("threads", 0)));
            m_toolBar->setCatalog(info.value("catalog", Json::array()));
            log(tr("Engine %1 is ready (process %2).")
                    .arg(text(info.value("server", Json::object()), "version"))
                    .arg(m_engine.processId()));
            break;
        }
    }
}

void MainWindow::onEngineLost(const Error& error, bool restarting)
{
    const QString why = QString::fromStdString(error.message);
    if (restarting) {
        m_message->show(MessageBar::Kind::Warning, "engine",
                        tr("%1 It is being started again; what was computed is kept.").arg(why), m_engine.errorText());
        return;
    }
    m_message->show(MessageBar::Kind::Failure, "engine",
                    QStringLiteral("%1 — %2").arg(why, QString::fromStdString(error.hint)), m_engine.errorText());
    m_message->addButton(tr("Restart engine"), "restartEngine");
}

void MainWindow::onModelLoaded()
{
    const Json& model = m_engine.model();
    m_modelName = m_wantedModel;
    m_modelSources[QString::fromStdString(m_engine.modelHash())] = m_modelName;
    if (QDir::isAbsolutePath(m_modelName))
        m_recent->add(m_modelName);
    if (m_modelHash != m_engine.modelHash()) {
        m_modelHash = m_engine.modelHash();
        m_tokenTexts.clear();
        m_prompt->forgetIds();
    }
    m_prompt->setContextLength(model.value("context_length", 0));
    m_toolBar->setModel(m_modelName, "✓");
    m_message->clear("model");
    m_status->setEngine(tr("● engine local · %1 · %2 threads")
                            .arg(text(model, "device").toUpper())
                            .arg(m_engine.info().value("threads", 0)));
    showModelNote();
    m_editDock->form()->setModel(model);
    showWeights();
    m_paraphrases->setFact(editedFact());
    log(tr("Model %1 is loaded.").arg(m_modelName));
    if (m_message->topic() == "engine")
        m_message->show(MessageBar::Kind::Information, "engine",
                        tr("The engine had stopped and was started again. Nothing is lost."));
    if (m_message->topic() == "results")
        m_message->clear("results");
    m_preview.again();
    onFormChanged();
    if (!m_traceOnLoad)
        sayResultsOnly();  // of a session of another model
    restoreBeside();
    if (m_traceOnLoad) {
        m_traceOnLoad = false;
        const FactForm form = m_prompt->form();
        if (form.swap.isEmpty() || form.swap != m_offeredSwap)
            trace();
        else
            m_traceOnSwap = true;  // our swap may have another length in this model's tokens
    }
}

/// Whether the model is one of the small ones that come with the program.
bool MainWindow::modelIsOurs() const
{
    const Json catalog = catalogOf(m_engine);
    return std::ranges::any_of(catalog, [this](const Json& entry) {
        return text(entry, "name") == m_modelName && entry.value("shipped", false);
    });
}

/// Toy models must not be taken for more than they are.
void MainWindow::showModelNote()
{
    m_status->setModelNote(
        modelIsOurs() ? tr("small model, trained by this project to show the methods: no evidence about mamba-2.8b")
                      : QString());
}

void MainWindow::onModelFailed(const Error& error)
{
    if (error.code == ErrorCode::EngineLost)
        return;  // the engine's own message stands there
    m_traceOnLoad = false;
    m_wantedModel = m_modelName;
    if (m_modelHash.empty()) {
        m_toolBar->setModel(m_modelName, "✗");
        m_toolBar->setModelProblem(QString::fromStdString(error.message));
    } else {
        m_toolBar->setModel(m_modelName, "✓");  // the one before is still held
    }
    m_message->show("model", error);
    m_message->addButton(tr("Open a model folder…"), "openModel");
}

/// While a model is loaded: what it takes of memory, and what there is.
void MainWindow::showNeeds(const Result& result)
{
    const Json memory = result.kind == "model" ? result.head.value("memory", Json()) : Json();
    const std::string dtype = memory.is_object() ? result.head.value("dtype", "f32") : std::string();
    if (!memory.contains(dtype))
        return;
    const auto size = [](const Json& bytes) { return QLocale().formattedDataSize(bytes.get<qint64>(), 1); };
    const Json& need = memory[dtype];
    m_loadingNeeds = tr("(weights %1, %2 free)").arg(size(need["weights"]), size(result.head["free"]));
    log(tr("%1 takes %2 for its weights (%3), about %4 more for a trace of %5 tokens and %6 more for an edit; %7 are "
           "free.")
            .arg(m_engine.isLoading() ? m_wantedModel : m_besideName, size(need["weights"]),
                 QString::fromStdString(dtype), size(need["trace"]))
            .arg(memory.value("tokens", 0))
            .arg(size(need["rome"]), size(result.head["free"])));
}

/// Stopped by the user, or another one was chosen meanwhile.
void MainWindow::onModelCancelled()
{
    if (m_engine.isLoading())
        return;
    m_wantedModel = m_modelName;
    m_traceOnLoad = false;
    m_toolBar->setModel(m_modelName, m_modelHash.empty() ? "✗" : "✓");
}

/// By hand: what the session says of a second model holds no more.
void MainWindow::chooseBeside(const QString& name)
{
    rememberBeside(name);
    m_besideSaved = false;
    m_besideWanted.clear();
    if (Json& document = m_session.document; jsonMember(document, "view").is_object())
        document["view"].erase("second_model");
    askBeside(name);
}

void MainWindow::askBeside(const QString& name)
{
    m_besideName = name;
    m_message->clear("beside");
    m_toolBar->setBeside(name, name.isEmpty() ? "" : "…");
    m_engine.loadBeside(name);
    const Trace* first = m_traces.currentFirst();
    const Trace* second = first ? m_traces.besideOf(first->id) : nullptr;
    if (name.isEmpty() && second && !second->pinned)
        m_traces.remove(second->id);
}

/// Once the session's own model is there. What is not on this machine is said, and stays in the session.
void MainWindow::restoreBeside()
{
    const Trace* trace = m_traces.current();
    if (m_engine.modelHash().empty() || (trace && !isHeld(*trace)))
        return;
    const Json saved = jsonMember(jsonMember(m_session.document, "view"), "second_model");
    const QString name = jsonText(saved, "name"), hash = jsonText(saved, "hash");
    if (!std::exchange(m_besideSaved, false) || name.isEmpty() || hash.toStdString() == m_engine.besideHash())
        return;
    const Json catalog = catalogOf(m_engine);
    const bool here = std::ranges::any_of(catalog, [&](const Json& entry) {
        return text(entry, "name") == name && !entry.value("folder", Json()).is_null();
    });
    const QString source = m_modelSources.value(hash, here ? name : QString());
    if (source.isEmpty()) {
        m_message->show(MessageBar::Kind::Information, "beside",
                        tr("This session was saved with %1 beside, which is not on this machine; its results are all "
                           "here. — Open its folder from the menu Model, then choose it under Beside.")
                            .arg(name));
        return;
    }
    m_besideWanted = hash.toStdString();
    askBeside(source);
}

/// The trace that is there gets its counterpart, unless it is to be made again anyway.
void MainWindow::onBesideLoaded()
{
    m_modelSources[QString::fromStdString(m_engine.besideHash())] = m_besideName;
    m_toolBar->setBeside(m_besideName, "✓");
    log(tr("Model %1 is loaded beside.").arg(m_besideName));
    const Trace* trace = m_traces.currentFirst();
    if (trace && !m_besideWanted.empty() && m_besideWanted != m_engine.besideHash()) {
        m_traces.setPinned(trace->id, true);
        m_message->show(MessageBar::Kind::Information, "beside",
                        tr("%1 has other weights than when this session was saved; what stands here is of those. — "
                           "Press F5 to trace with the ones of today.")
                            .arg(m_besideName));
    }
    if (!trace || trace->pinned || differs(*trace))
        return;
    const Trace* second = m_traces.besideOf(trace->id);
    if (second && second->model.toStdString() == m_engine.besideHash())
        return;  // loaded once more
    if (trace->state == JobState::Finished && !m_desk.comparesSites(*trace))
        this->trace();
    else
        m_desk.traceBeside(trace->id);
}

void MainWindow::onBesideFailed(const Error& error)
{
    const QString name = std::exchange(m_besideName, {});
    m_toolBar->setBeside({}, {});
    if (error.message.empty() || error.code == ErrorCode::EngineLost)
        return;
    m_message->show(
        "beside",
        {error.code, tr("%1 cannot stand beside: %2").arg(name, QString::fromStdString(error.message)).toStdString(),
         error.hint});
}

void MainWindow::chooseModel(const QString& name)
{
    if (name.isEmpty() || (name == m_wantedModel && name == m_modelName && !m_engine.model().is_null()))
        return;
    rememberModel(name);
    loadModel(name, m_traces.current() != nullptr);
}

void MainWindow::loadModel(const QString& name, bool traceThen)
{
    m_wantedModel = name;
    m_toolBar->setModel(name, "…");
    m_traceOnLoad = traceThen;
    m_engine.loadModel(name);
}

void MainWindow::onMessageAction(const QString& action)
{
    if (action.startsWith(QLatin1String("loadModel:")))
        loadModel(action.section(QLatin1Char(':'), 1), false);
    else if (action.startsWith(QLatin1String("chooseModel:")))
        chooseModel(action.section(QLatin1Char(':'), 1));
    else if (action == "restartEngine")
        m_engine.restart();
    else if (action.startsWith(QLatin1String("figurePanel:")))
        askPanel(action.section(QLatin1Char(':'), 1).toUInt());
    else if (action.startsWith(QLatin1String("changeResult:")))
        changeResult(action.section(QLatin1Char(':'), 1).toInt());
    else if (action == "takeOverSession") {
        m_message->clear("session");
        if (m_lock && m_lock->takeOver())
            m_keeper.setFile(m_openedFile);
    } else if (action == "guess")
        m_prompt->guess();
    else if (action == "knownFact")
        traceKnownFact(m_knownFact++);
    else if (action == "trace")
        trace();
    else if (action == "resume")
        resume();
    else if (action == "alignRight") {
        FactForm form = m_prompt->form();
        form.alignRight = true;
        m_prompt->setForm(form);
        trace();
    } else if (action == "openModel") {
        const QString folder = QFileDialog::getExistingDirectory(this, tr("Open a model folder"));
        if (!folder.isEmpty())
            chooseModel(folder);
    }
}

}  // namespace mnemo
