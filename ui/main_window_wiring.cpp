// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: what its parts say to each other.
#include "ui/actions.h"
#include "ui/block_dock.h"
#include "ui/details_dock.h"
#include "ui/facts_dock.h"
#include "ui/figure.h"
#include "ui/jobs_dock.h"
#include "ui/log_dock.h"
#include "ui/main_window.h"
#include "ui/message_bar.h"
#include "ui/prompt_panel.h"
#include "ui/status_line.h"
#include "ui/tool_bar.h"
#include "ui/trace_tabs.h"
#include "widgets/bar_list.h"
#include "widgets/json_value.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QFileDialog>
#include <QShortcut>

namespace mnemo {

void MainWindow::wireEngine()
{
    connect(&m_engine, &EngineClient::stateChanged, this, &MainWindow::onEngineState);
    connect(&m_engine, &EngineClient::lost, this, &MainWindow::onEngineLost);
    connect(&m_engine, &EngineClient::modelLoaded, this, &MainWindow::onModelLoaded);
    connect(&m_engine, &EngineClient::modelFailed, this, &MainWindow::onModelFailed);
    connect(&m_engine, &EngineClient::modelCancelled, this, &MainWindow::onModelCancelled);
    connect(&m_engine, &EngineClient::besideLoaded, this, &MainWindow::onBesideLoaded);
    connect(&m_engine, &EngineClient::besideFailed, this, &MainWindow::onBesideFailed);
    connect(&m_engine, &EngineClient::logged, this,
            [this](const QString& line) { m_log->add(LogLevel::Engine, line); });
    connect(&m_engine, &EngineClient::jobSubmitted, this, [this](JobId ticket, const Job& job) {
        const bool two = !m_engine.besideModel().is_null() && !job.model.empty();
        const Json& model = job.model == m_engine.besideHash() ? m_engine.besideModel() : m_engine.model();
        m_jobs->add(ticket, job, two ? jsonText(model, "name") : QString());
    });
    connect(&m_engine, &EngineClient::jobChanged, m_jobs, &JobsDock::update);
    connect(&m_engine, &EngineClient::jobCancelled, m_jobs, &JobsDock::setCancelled);
    connect(m_jobs, &JobsDock::cancelRequested, &m_engine, &EngineClient::cancel);
    connect(&m_engine, &EngineClient::jobChanged, this, [this](JobId ticket, const Event& event) {
        const bool isTrace = m_traces.ofTicket(ticket) != nullptr;
        const auto* progress = std::get_if<Progress>(&event);
        const QString title = m_jobs->title(ticket);  // questions asked in passing have none
        if (progress && !title.isEmpty() && (isTrace || m_shownJob == 0 || m_shownJob == ticket)) {
            m_shownJob = ticket;
            m_status->setJob(isTrace                ? tr("trace")
                             : m_engine.isLoading() ? tr("loading %1").arg(m_loadingNeeds)
                                                    : title,
                             *progress);
        }
        if (const auto* partial = std::get_if<Partial>(&event))
            showNeeds(*partial->result);
        if (isLast(event))
            clearJob(ticket);
    });
    connect(&m_engine, &EngineClient::jobCancelled, this, &MainWindow::clearJob);
    connect(m_message, &MessageBar::actionChosen, this, &MainWindow::onMessageAction);
    connect(m_message, &MessageBar::shown, this, [this](const QString& text) {
        m_log->add(m_message->kind() == MessageBar::Kind::Failure   ? LogLevel::Error
                   : m_message->kind() == MessageBar::Kind::Warning ? LogLevel::Warning
                                                                    : LogLevel::Note,
                   text);
    });
    connect(m_log, &LogDock::failed, this, [this](const Error& error) { m_message->show("log", error); });
    connect(m_toolBar, &MainToolBar::modelChosen, this, &MainWindow::chooseModel);
    connect(m_toolBar, &MainToolBar::besideChosen, this, &MainWindow::chooseBeside);
}

void MainWindow::wireTyping()
{
    connect(m_prompt, &PromptPanel::formChanged, this, &MainWindow::onFormChanged);
    connect(m_prompt, &PromptPanel::traceRequested, this, &MainWindow::trace);
    connect(m_prompt, &PromptPanel::tokenClicked, this, &MainWindow::onChip);
    connect(m_prompt, &PromptPanel::typed, this, [this] { m_traceOnSwap = false; });
    connect(m_prompt, &PromptPanel::swapChosen, this, [this] { m_offeredSwap.clear(); });
    connect(&m_preview, &TypingPreview::cleanTokens, m_prompt, &PromptPanel::setClean);
    connect(&m_preview, &TypingPreview::corruptTokens, m_prompt, &PromptPanel::setCorrupt);
    connect(&m_preview, &TypingPreview::lengthsKnown, this, &MainWindow::onLengths);
    connect(&m_preview, &TypingPreview::swapsFound, this, &MainWindow::onSwaps);
    connect(&m_preview, &TypingPreview::barsChanged, this, &MainWindow::onBars);
    connect(&m_preview, &TypingPreview::failed, this, [this](const Error& error) {
        m_nextTokens->setEmptyText(QString::fromStdString(error.message + " " + error.hint));
        log(QString::fromStdString(error.message));
    });
    connect(m_nextTokens, &BarList::clicked, this, [this](int id) { chooseTarget(id, false); });
    connect(m_nextTokens, &BarList::altClicked, this, [this](int id) { chooseTarget(id, true); });
    connect(m_details, &DetailsDock::targetChosen, this, [this](int id) { chooseTarget(id, false); });
    connect(m_details, &DetailsDock::foilChosen, this, [this](int id) { chooseTarget(id, true); });
    connect(m_toolBar, &MainToolBar::prefixChosen, m_prompt, &PromptPanel::setPrefix);
    connect(m_toolBar, &MainToolBar::prefixChosen, m_factsDock, &FactsDock::setPrefix);
    connect(m_toolBar, &MainToolBar::windowChosen, this, &MainWindow::markStale);
}

void MainWindow::wireTraces()
{
    connect(&m_traces, &TraceStore::changed, this, [this](int id) {
        if (m_traces.current() && m_traces.current()->id == id)
            refreshDetails();
    });
    connect(&m_traces, &TraceStore::currentChanged, this, [this] {
        refreshDetails();
        markStale();
    });
    connect(&m_desk, &TraceDesk::refused, this, &MainWindow::onTraceFailed);
    connect(&m_desk, &TraceDesk::failed, this, [this](int id, const Error& error) {
        const Trace* trace = m_traces.find(id);
        if (trace && trace->beside != 0)
            log(QString::fromStdString(error.message));  // it stands in its half
        else
            onTraceFailed(error);
    });
    connect(&m_desk, &TraceDesk::finished, this, &MainWindow::onTraceFinished);
    connect(m_toolBar, &MainToolBar::metricChosen, this, [this](Metric metric) {
        m_tabs->setMetric(metric);
        refreshDetails();
    });
    connect(m_tabs, &TraceTabs::resumeRequested, &m_desk, &TraceDesk::resume);
    connect(m_tabs, &TraceTabs::traceRequested, this, &MainWindow::trace);
    connect(m_tabs, &TraceTabs::knownFactRequested, this, [this] { traceKnownFact(m_knownFact++); });
}

void MainWindow::wireResults()
{
    connect(&m_resultDesk, &ResultDesk::refused, this,
            [this](const Error& error) { m_message->show("result", error); });
    connect(&m_resultDesk, &ResultDesk::logged, this, &MainWindow::log);
    connect(&m_resultDesk, &ResultDesk::failed, this, &MainWindow::onResultFailed);
    connect(&m_resultDesk, &ResultDesk::finished, this, [this] { m_message->clear("result"); });
    connect(m_tabs, &TraceTabs::stopResultRequested, &m_resultDesk, [this](int id) { m_resultDesk.stopBoth(id); });
    connect(m_tabs, &TraceTabs::resumeResultRequested, &m_resultDesk, &ResultDesk::resume);
    connect(m_tabs, &TraceTabs::asked, this, &MainWindow::runAsked);
    connect(m_tabs, &TraceTabs::graphExportRequested, this, &MainWindow::exportGraph);
    connect(m_tabs, &TraceTabs::changeResultRequested, this, &MainWindow::changeResult);
    connect(m_tabs, &TraceTabs::factChosen, this, &MainWindow::traceFact);
}

void MainWindow::wireFacts()
{
    connect(m_factsDock, &FactsDock::firstShown, this,
            [this] { m_factReader.readProgramFacts(m_options.dataFolder + "/facts"); });
    connect(m_factsDock, &FactsDock::openRequested, this, &MainWindow::openFactsDialog);
    connect(m_factsDock, &FactsDock::factChosen, this, &MainWindow::traceRow);
    connect(m_factsDock, &FactsDock::experimentRequested, this, &MainWindow::useFacts);
    connect(m_factsDock, &FactsDock::saveRequested, this, &MainWindow::saveFactsDialog);
    connect(&m_factReader, &FactReader::fileRead, this, &MainWindow::onFactsRead);
    connect(&m_factReader, &FactReader::failed, this, [this](const Error& error) { m_message->show("facts", error); });
    connect(&m_engine, &EngineClient::modelLoaded, m_factsDock, &FactsDock::modelChanged);
}

void MainWindow::wireSelection()
{
    connect(&m_selection, &Selection::changed, this, &MainWindow::onSelection);
    connect(m_tabs, &TraceTabs::tokenClicked, &m_selection, &Selection::setToken);
    connect(m_tabs, &TraceTabs::cellClicked, &m_selection, &Selection::setCell);
    connect(m_tabs, &TraceTabs::cellsSelected, this, &MainWindow::probe);
    connect(m_block, &BlockDock::siteChosen, this, &MainWindow::chooseSite);
    connect(&m_traces, &TraceStore::currentChanged, this, &MainWindow::showBlock);
    connect(&m_traces, &TraceStore::changed, this, &MainWindow::showBlock);
    connect(&m_results, &ResultStore::changed, this, &MainWindow::showBlock);
    connect(&m_results, &ResultStore::added, this, &MainWindow::showBlock);
    connect(&m_results, &ResultStore::removed, this, &MainWindow::showBlock);
    connect(m_tabs, &TraceTabs::cellActivated, this, [this] {
        m_details->show();
        m_details->raise();
    });
    connect(m_details, &DetailsDock::layerClicked, this, [this](int layer) {
        const Trace* trace = m_traces.current();
        if (m_selection.token() < 0 || !trace || !trace->result)
            return;
        const Json sites = trace->result->head.value("sites", Json::array({"h"}));
        const QString site =
            m_selection.site().isEmpty() ? QString::fromStdString(sites.at(0).get<std::string>()) : m_selection.site();
        m_selection.setCell(site, {layer, m_selection.token()});
    });
    connect(&m_probe, &CellProbe::patchStarted, m_details, &DetailsDock::setPatchRunning);
    connect(&m_probe, &CellProbe::patchStopped, m_details, &DetailsDock::setPatchStopped);
    connect(&m_probe, &CellProbe::patchReady, m_details, &DetailsDock::setPatch);
    connect(&m_probe, &CellProbe::failed, this, [this](const Error& error) {
        m_details->setProblem(QString::fromStdString(error.message + " " + error.hint));
        if (error.code == ErrorCode::UnknownModel)
            sayResultsOnly();
    });
}

void MainWindow::wireActions()
{
    const auto does = [this](QAction* action, auto what) { connect(action, &QAction::triggered, this, what); };
    does(m_actions->newFact, [this] { newFact(); });
    does(m_actions->newWindow, [this] { newWindow(); });
    does(m_actions->open, [this] { openDialog(); });
    does(m_actions->closeTab, [this] { m_tabs->closeCurrent(); });
    does(m_actions->save, [this] { saveDialog(false); });
    does(m_actions->saveAs, [this] { saveDialog(true); });
    does(m_actions->exportFigure, [this] { exportDialog(); });
    does(m_actions->composeFigure, [this] { composeDialog(); });
    does(m_actions->quit, [this] { close(); });
    does(m_actions->focusPrompt, [this] { m_prompt->focusPrompt(); });
    does(m_actions->guessSubject, [this] { m_prompt->guess(); });
    does(m_actions->copyCommand, [this] { copyCommand(); });
    does(m_actions->copyFigure, [this] { copyFigure(shownFigure()); });
    does(m_actions->trace, [this] { trace(); });
    does(m_actions->traceEdits, [this] { traceEdits(); });
    does(m_actions->stop, [this] { stop(); });
    does(m_actions->resume, [this] { resume(); });
    for (QAction* action : m_actions->experiments())
        does(action, [this, action] { openExperiment(action->data().toString()); });
    for (QAction* action : m_actions->figures())
        does(action, [this, action] { openFigure(action->data().toString()); });
    does(m_actions->openFacts, [this] { openFactsDialog(); });
    does(m_actions->openFactFolder, [this] {
        if (const QString folder = QFileDialog::getExistingDirectory(this, tr("Open a folder of facts"));
            !folder.isEmpty())
            openFacts(folder);
    });
    does(m_actions->saveFact, [this] { saveFactDialog(); });
    does(m_actions->findFact, [this] { m_factsDock->focusSearch(); });
    does(m_actions->pin, [this] { pinCurrent(); });
    connect(m_tabs, &TraceTabs::pinRequested, this, &MainWindow::togglePinned);
    does(m_actions->difference, [this] { showDifference(); });
    does(m_actions->knownFact, [this] { traceKnownFact(m_knownFact++); });
    does(m_actions->openModel, [this] { onMessageAction("openModel"); });
    does(m_actions->restartEngine, [this] { m_engine.restart(); });
    does(m_actions->fullScreen, [this] { setWindowState(windowState() ^ Qt::WindowFullScreen); });
    does(m_actions->docksVisible, [this] {
        const bool show = m_details->isHidden() && m_jobs->isHidden() && m_log->isHidden() && m_block->isHidden();
        for (QDockWidget* dock : findChildren<QDockWidget*>())
            dock->setVisible(show);
    });
    connect(m_actions, &Actions::themeChosen, this, &MainWindow::setTheme);
}

/// Keys that act only while the maps have the focus: elsewhere they are text.
void MainWindow::wireKeys()
{
    const auto key = [this](const QKeySequence& keys, auto what) {
        auto* shortcut = new QShortcut(keys, m_tabs);
        shortcut->setContext(Qt::WidgetWithChildrenShortcut);
        connect(shortcut, &QShortcut::activated, this, what);
    };
    key(Qt::Key_Space, [this] {
        if (auto* button = qobject_cast<QAbstractButton*>(QApplication::focusWidget()))
            button->click();  // a button keeps its own key
        else
            pinCurrent();
    });
    key(Qt::Key_Question, [this] { showShortcuts(); });
    key(Qt::Key_BracketLeft, [this] { m_toolBar->stepWindow(-1); });
    key(Qt::Key_BracketRight, [this] { m_toolBar->stepWindow(1); });
    for (int n = 0; n < 9; ++n)
        key(Qt::Key_1 + n, [this, n] { m_tabs->focusMap(n); });
}

}  // namespace mnemo
