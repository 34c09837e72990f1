// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: sessions, dropped files.
#include "core/io/session_choices.h"
#include "core/io/session_edits.h"
#include "core/io/session_pairs.h"
#include "ui/figure.h"
#include "ui/figure_in_session.h"
#include "ui/main_window.h"
#include "ui/message_bar.h"
#include "ui/paraphrase_dock.h"
#include "ui/prompt_panel.h"
#include "ui/recent_files.h"
#include "ui/save_dialog.h"
#include "ui/tool_bar.h"
#include "ui/trace_tabs.h"
#include "widgets/json_value.h"
#include "widgets/trace_rows.h"

#include <QApplication>
#include <QClipboard>
#include <QDragEnterEvent>
#include <QFileDialog>
#include <QFileInfo>
#include <QMimeData>
#include <QProcess>
#include <algorithm>

namespace mnemo {

namespace {

constexpr const char* sentencesId = "paraphrases";

/// The user's own rows of the paraphrase table, as an entry of the document's "tables".
QStringList ownSentences(const Session& session)
{
    QStringList prompts;
    for (const Json& table : jsonMember(session.document, "tables"))
        if (jsonText(table, "id") == QLatin1String(sentencesId))
            for (const Json& prompt : jsonMember(table, "prompts"))
                if (prompt.is_string())
                    prompts << QString::fromStdString(prompt.get<std::string>());
    return prompts;
}

void setOwnSentences(Session& session, const QStringList& prompts)
{
    Json tables = Json::array();
    for (const Json& table : jsonMember(session.document, "tables"))
        if (jsonText(table, "id") != QLatin1String(sentencesId))
            tables.push_back(table);
    Json list = Json::array();
    for (const QString& prompt : prompts)
        list.push_back(prompt.toStdString());
    if (!list.empty())
        tables.push_back({{"id", sentencesId}, {"prompts", list}});
    session.document.erase("tables");
    if (!tables.empty())
        session.document["tables"] = tables;
}

bool isFacts(const QString& ending)
{
    return QStringList{"json", "jsonl", "csv", "tsv"}.contains(ending);
}

}  // namespace

QString sessionFilter()
{
    return MainWindow::tr("Mnemoscope sessions (*.mnemo)");
}

bool MainWindow::openSession(const QString& file)
{
    try {
        Session session = readSession(file.toStdString());
        m_history.quietly([&] { showSession(std::move(session)); });
    } catch (const Failure& failure) {
        m_message->show("session", failure.error());
        return false;
    }
    m_openedFile = file;
    lockSession(m_session.readOnly ? QString() : file);
    m_keeper.setOpened(m_session.readOnly || isOpenElsewhere() ? QString() : file);
    m_document = QFileInfo(file).fileName();
    showTitle();
    m_recent->add(file);
    log(tr("Opened %1.").arg(file));
    const auto entry = [this](const char* key) {
        const auto it = m_session.metadata.find(key);
        return it == m_session.metadata.end() ? tr("a newer version") : QString::fromStdString(it->second);
    };
    if (m_session.readOnly)
        m_message->show(MessageBar::Kind::Information, "session",
                        tr("Written by %1 (format %2); this is format %3. — Opened read-only: saving asks for another "
                           "file, and keeps what this version does not know.")
                            .arg(entry("app"), entry("format_version"))
                            .arg(Session::formatVersion));
    else if (isOpenElsewhere())
        sayWhoHasIt();
    else if (!m_engine.modelHash().empty())
        sayResultsOnly();
    restoreBeside();
    return true;
}

void MainWindow::showSession(Session session)
{
    std::erase(session.results, nullptr);
    m_session = std::move(session);
    m_besideSaved = true;
    m_firstTrace = false;
    m_traceOnSwap = false;
    for (const Trace& trace : std::vector<Trace>(m_traces.all()))
        if (trace.result)
            m_traces.setPinned(trace.id, true);  // what was traced here stays
    const std::set<std::size_t> edits = restoreEdits();
    ShownRuns runs;
    m_tabs->addMany([&] { runs = showRuns(edits); });
    const auto& [ids, last] = runs;
    restoreNotes(ids);
    if (auto figure = composedFigure(m_session))
        m_figure = std::move(figure);
    m_session.results.clear();  // the stores have them
    if (const Trace* shown = m_traces.find(last)) {
        m_toolBar->setPrefix(shown->form.prefix);
        m_toolBar->setWindow(shown->window);
        m_prompt->setForm(shown->form);
    }
    if (const QStringList own = ownSentences(m_session); !own.isEmpty())
        m_paraphrases->setOwn(m_paraphrases->own() + own);
    showSavedView();
    markStale();
}

/// Hands the session's runs to the stores. @param edits runs that are not shown by themselves
MainWindow::ShownRuns MainWindow::showRuns(const std::set<std::size_t>& edits)
{
    const std::vector<RunPair> pairs = runPairs(m_session);
    ShownRuns shown{std::vector<int>(m_session.results.size(), 0), 0};
    for (std::size_t run = 0; run < shown.ids.size(); ++run) {
        if (edits.contains(run))
            continue;
        const ResultPtr& result = m_session.results[run];
        const auto pair = std::ranges::find(pairs, run, &RunPair::second);
        if (result->kind != "trace") {
            shown.ids[run] = m_results.add(result);
        } else if (pair != pairs.end()) {
            shown.ids[run] = m_traces.addBeside(shown.ids[pair->first], result);
        } else {
            if (shown.last != 0)
                m_traces.setPinned(shown.last, true);  // all are shown: the last one is the current one
            shown.ids[run] = shown.last = m_traces.add(result);
        }
    }
    for (const RunPair& pair : pairs)
        if (m_session.results[pair.first]->kind != "trace")
            m_results.setBeside(shown.ids[pair.first], shown.ids[pair.second]);
    for (const auto& [run, choice] : runChoices(m_session))
        m_results.setChoice(m_session.results[run]->kind == "trace" ? 0 : shown.ids[run], choice);
    return shown;
}

/// The session's edits, on and as strong as they were. @return their runs, which are not shown by themselves
std::set<std::size_t> MainWindow::restoreEdits()
{
    std::set<std::size_t> runs;
    std::vector<StackedEdit> edits;
    for (const SessionEdit& saved : sessionEdits(m_session)) {
        StackedEdit edit = stackedEdit(m_session.results[saved.run]);
        edit.on = saved.on;
        edit.alpha = saved.alpha;
        edits.push_back(std::move(edit));
        runs.insert(saved.run);
    }
    m_edits.restore(edits);
    return runs;
}

void MainWindow::showSavedView()
{
    const Json view =
        m_session.document.is_object() ? m_session.document.value("view", Json::object()) : Json::object();
    if (const Json fact = jsonMember(view, "fact"); fact.is_object()) {
        m_prompt->setForm(formFromParameters(fact));
    }
    if (!view.is_object() || !view.contains("metric") || !view["metric"].is_string())
        return;
    try {
        m_toolBar->setMetric(metricFromName(view["metric"].get<std::string>()));
    } catch (const Failure&) {
        log(tr("The session shows a metric that this version does not have."));
    }
}

/// The runs of the stores, which of them stand beside each other, and the edits.
void MainWindow::addRuns(Session& session) const
{
    std::vector<RunPair> pairs;
    RunNumbers traces, results;
    RunChoices choices;
    for (const Trace& trace : m_traces.all())
        if (trace.result) {
            if (const auto first = traces.find(trace.beside); first != traces.end())
                pairs.push_back({first->second, session.results.size()});
            traces[trace.id] = session.results.size();
            session.results.push_back(trace.result);
        }
    for (const ResultEntry& entry : m_results.all())
        if (entry.result) {
            results[entry.id] = session.results.size();
            if (!entry.choice.is_null())
                choices[session.results.size()] = entry.choice;
            session.results.push_back(entry.result);
        }
    for (const ResultEntry& entry : m_results.all())
        if (results.contains(entry.id) && results.contains(entry.beside))
            pairs.push_back({results[entry.id], results[entry.beside]});
    setRunPairs(session, pairs);
    setRunChoices(session, choices);
    saveNotes(session, traces, results);
    std::vector<SessionEdit> edits;
    for (const StackedEdit& edit : m_edits.edits()) {
        edits.push_back({session.results.size(), edit.on, edit.alpha});
        session.results.push_back(edit.made);
    }
    setSessionEdits(session, edits);
}

Session MainWindow::snapshot() const
{
    Session session = m_session;
    session.readOnly = false;
    addRuns(session);
    Json& view = session.document["view"];
    view["metric"] = std::string(metricName(m_toolBar->metric()));
    view["window"] = m_toolBar->window().toStdString();
    view["fact"] = factParameters(m_prompt->form());
    if (const Json& beside = m_engine.besideModel(); !beside.is_null())
        view["second_model"] = {{"name", beside.value("name", "")}, {"hash", m_engine.besideHash()}};
    setOwnSentences(session, m_paraphrases->own());
    if (m_figure)
        setComposedFigure(session, *m_figure);
    return session;
}

bool MainWindow::saveSession(const QString& file)
{
    return m_keeper.saveNow(file);
}

/// Empty fields; what was traced stays as a pinned tab.
void MainWindow::newFact()
{
    if (const Trace* trace = m_traces.current(); trace && trace->result)
        m_traces.setPinned(trace->id, true);
    FactForm form;
    form.prefix = m_prompt->form().prefix;
    m_prompt->setForm(form);
    m_prompt->focusPrompt();
}

/// Another process, with an engine of its own: what happens to one does not touch the other.
void MainWindow::newWindow()
{
    const QString program = QCoreApplication::applicationFilePath();
    if (!QProcess::startDetached(program, {}))
        m_message->show("window", {ErrorCode::NotFound, "\"" + program.toStdString() + "\" cannot be started.",
                                   "Start it from where you started this one."});
}

void MainWindow::openDialog()
{
    const QString file = QFileDialog::getOpenFileName(this, tr("Open session"), m_keeper.file(), sessionFilter());
    if (!file.isEmpty())
        openSession(file);
}

void MainWindow::saveDialog(bool as)
{
    QString file = m_keeper.file();
    if (as || file.isEmpty())
        file = askSaveFile(this, tr("Save session"), file, sessionFilter());
    if (!file.isEmpty())
        m_keeper.save(file);
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    if (event->mimeData()->hasUrls())
        event->acceptProposedAction();
}

/// A session, a file of facts, an edit or what a figure shows; a folder is taken for a model.
void MainWindow::dropEvent(QDropEvent* event)
{
    for (const QUrl& url : event->mimeData()->urls())
        openPath(url.toLocalFile());
}

void MainWindow::openPath(const QString& path)
{
    const QFileInfo file(path);
    if (file.isDir())
        chooseModel(file.absoluteFilePath());
    else if (isFacts(file.suffix().toLower()))
        openFacts(file.absoluteFilePath());
    else if (isFigureFile(file.fileName()))
        openFigureFile(file.absoluteFilePath());
    else if (file.suffix().toLower() == "safetensors")
        loadDelta(file.absoluteFilePath());
    else if (file.exists())
        openSession(file.absoluteFilePath());
}

}  // namespace mnemo
