// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/main_window.h"

#include "ui/actions.h"
#include "ui/block_dock.h"
#include "ui/command_palette.h"
#include "ui/details_dock.h"
#include "ui/edit_dock.h"
#include "ui/facts_dock.h"
#include "ui/history_dock.h"
#include "ui/jobs_dock.h"
#include "ui/log_dock.h"
#include "ui/message_bar.h"
#include "ui/notes_dock.h"
#include "ui/paraphrase_dock.h"
#include "ui/prompt_panel.h"
#include "ui/recent_files.h"
#include "ui/status_line.h"
#include "ui/tool_bar.h"
#include "ui/trace_tabs.h"
#include "widgets/bar_list.h"
#include "widgets/colour_map.h"

#include <QAction>
#include <QCloseEvent>
#include <QEvent>
#include <QLabel>
#include <QMenu>
#include <QSplitter>
#include <QVBoxLayout>

namespace mnemo {
namespace {

constexpr int layoutVersion = 2;  // of the saved dock positions; another number is not restored
constexpr QSize smallest{960, 600};
constexpr QSize usual{1320, 840};

/// None where the program's data files are damaged: every field has a default of its own.
std::vector<Preset> presetsOf(const char* experiment)
{
    try {
        return readPresets(experiment);
    } catch (const Failure&) {
        return {};
    }
}

}  // namespace

MainWindow::MainWindow(const WindowOptions& options, QWidget* parent)
    : QMainWindow(parent),
      m_options(options),
      m_settings(options.configFile, options.safeMode),
      m_glossary(Glossary::load(options.dataFolder + "/glossary.json")),
      m_facts(FactBook::load(options.dataFolder + "/facts")),
      m_pairSentences(PairSentences::load(options.dataFolder + "/ioi/two-names.json")),
      m_engine(options.engine),
      m_edits(m_history),
      m_notes(m_history),
      m_keeper([this] { return snapshot(); }, [this] { return isWorthKeeping(); }, options.stateFolder),
      m_editSearch(m_engine),
      m_desk(m_engine, m_traces),
      m_resultDesk(m_engine, m_results),
      m_knowledge(m_engine),
      m_probe(m_engine, m_traces),
      m_preview(m_engine)
{
    setObjectName("mainWindow");
    setMinimumSize(smallest);
    setAcceptDrops(true);
    // Before any part hears of another trace: what was chosen in the old one are no places of the new one.
    connect(&m_traces, &TraceStore::currentChanged, &m_selection, &Selection::clear);
    arrange();
    wireEngine();
    wireTyping();
    wireTraces();
    wireResults();
    wireFacts();
    wireEdits();
    wireSelection();
    wireActions();
    wireKeys();
    wireHelp();
    wireLayouts();
    wireHistory();
    wireNotes();
    wireKeeping();
    wireWalk();
    wireRerun();
    wirePossible();
    m_history.quietly([this] { restore(); });
    m_prompt->setKnownSubjects(m_facts.subjects());
    m_prompt->setNote({});
}

MainWindow::~MainWindow()
{
    // The engine reports its end to parts of the window that are about to go.
    m_engine.disconnect();
    m_traces.disconnect();
    m_results.disconnect();
    m_selection.disconnect();
    m_tabs->disconnect();
    m_edits.disconnect();
    m_history.stack().disconnect();
}

void MainWindow::arrange()
{
    m_actions = new Actions(this, m_options.dataFolder + "/icons");
    m_toolBar = new MainToolBar(*m_actions, m_glossary, this);
    addToolBar(m_toolBar);

    m_message = new MessageBar(loadExplanations(m_options.dataFolder + "/errors.json"));
    m_recovery = new MessageBar;
    m_recovery->setObjectName("recoveryBar");
    m_welcome = new MessageBar;
    m_welcome->setObjectName("welcomeBar");
    m_prompt = new PromptPanel(m_glossary);
    m_nextTokens = new BarList;
    m_nextTokens->setObjectName("nextTokens");
    m_nextTokens->setAccessibleName(tr("Next token, clean and corrupted"));
    m_nextTokens->setEmptyText(tr("What the model would say next appears here."));
    m_nextTokens->setToolTip(tr("Click: score this answer. Alt+click: use it as the foil."));
    m_nextTokens->setMaxRows(6);
    m_tabs = new TraceTabs(m_traces, m_results);

    auto* top = new QSplitter(Qt::Horizontal);
    top->setObjectName("promptSplitter");
    top->addWidget(m_prompt);
    top->addWidget(m_nextTokens);
    top->setStretchFactor(0, 3);
    top->setStretchFactor(1, 1);
    top->setSizes({760, 300});
    top->setChildrenCollapsible(false);
    auto* work = new QSplitter(Qt::Vertical);
    work->setObjectName("workSplitter");
    work->addWidget(top);
    work->addWidget(m_tabs);
    work->setStretchFactor(1, 1);
    work->setSizes({190, 520});
    work->setChildrenCollapsible(false);
    auto* centre = new QWidget;
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    for (MessageBar* bar : {m_recovery, m_welcome, m_message})
        column->addWidget(bar);
    column->addWidget(work, 1);
    setCentralWidget(centre);

    m_details = new DetailsDock(this);
    m_factsDock = new FactsDock(m_knowledge, this);
    m_jobs = new JobsDock(this);
    m_log = new LogDock(this);
    m_block = new BlockDock(m_glossary, this);
    m_editDock = new EditDock(m_edits, presetsOf("rome"), this);
    m_paraphrases = new ParaphraseDock(m_engine, m_facts, this);
    m_historyDock = new HistoryDock(m_history.stack(), this);
    m_notesDock = new NotesDock(m_notes, this);
    m_status = new StatusLine(this);
    setStatusBar(m_status);
    resetLayout();
    for (QDockWidget* dock : findChildren<QDockWidget*>())
        m_actions->viewMenu()->addAction(dock->toggleViewAction());
}

void MainWindow::placeDocks()
{
    addDockWidget(Qt::RightDockWidgetArea, m_details);
    addDockWidget(Qt::LeftDockWidgetArea, m_factsDock);
    m_factsDock->setFloating(false);
    m_factsDock->hide();  // until facts are looked for
    addDockWidget(Qt::RightDockWidgetArea, m_editDock);
    tabifyDockWidget(m_details, m_editDock);
    m_editDock->setFloating(false);
    m_editDock->hide();  // until one is to be edited
    addDockWidget(Qt::BottomDockWidgetArea, m_jobs);
    addDockWidget(Qt::BottomDockWidgetArea, m_log);
    addDockWidget(Qt::BottomDockWidgetArea, m_block);
    tabifyDockWidget(m_jobs, m_log);
    tabifyDockWidget(m_log, m_block);
    addDockWidget(Qt::BottomDockWidgetArea, m_paraphrases);
    tabifyDockWidget(m_block, m_paraphrases);
    for (QDockWidget* dock : std::initializer_list<QDockWidget*>{m_details, m_jobs, m_log, m_block, m_paraphrases}) {
        dock->setFloating(false);
        dock->show();
    }
    m_jobs->raise();
    addDockWidget(Qt::RightDockWidgetArea, m_historyDock);
    tabifyDockWidget(m_editDock, m_historyDock);
    addDockWidget(Qt::RightDockWidgetArea, m_notesDock);
    tabifyDockWidget(m_historyDock, m_notesDock);
    for (QDockWidget* dock : std::initializer_list<QDockWidget*>{m_historyDock, m_notesDock}) {
        dock->setFloating(false);
        dock->hide();  // until it is asked for
    }
}

void MainWindow::resetLayout()
{
    placeDocks();
    resize(usual);
    sizeDocks();
}

void MainWindow::sizeDocks()
{
    resizeDocks({m_factsDock, m_details}, {330, 340}, Qt::Horizontal);
    resizeDocks({m_jobs}, {110}, Qt::Vertical);
}

void MainWindow::restore()
{
    restoreGeometry(m_settings.value("window/geometry").toByteArray());
    restoreState(m_settings.value("window/state").toByteArray(), layoutVersion);
    setTheme(themeFromName(m_settings.value("window/theme").toString()));
    m_modelName = m_settings.value("model/name", "mnemo-mamba").toString();
    m_toolBar->setModel(m_modelName, "…");
    m_toolBar->setMetric(Metric::IndirectEffect);
    setColourMap(m_settings.value("maps/colours").toString());
    m_palette->setRecent(m_settings.value("palette/recent").toStringList());
    m_recent->setAll(m_settings.value("files/recent").toStringList());
    showLayouts();
    offerTour();
    if (const QString problem = m_settings.problem(); !problem.isEmpty())
        m_message->show(MessageBar::Kind::Warning, "settings", problem);
}

void MainWindow::keepSettings()
{
    m_settings.setValue("window/geometry", saveGeometry());
    m_settings.setValue("window/state", saveState(layoutVersion));
    m_settings.setValue("window/theme", themeName(m_theme));
    m_settings.setValue("model/name", m_modelName);
    m_settings.setValue("maps/colours", m_colourMap);
    m_settings.setValue("palette/recent", m_palette->recent());
    m_settings.setValue("files/recent", m_recent->all());
    if (const QString problem = m_settings.sync(); !problem.isEmpty())
        log(problem);
}

void MainWindow::setTheme(Theme theme)
{
    if (theme != m_theme || theme != Theme::System)
        applyTheme(theme);
    m_theme = theme;
    m_actions->setTheme(theme);
    m_actions->recolour();
}

void MainWindow::setColourMap(const QString& name)
{
    m_colourMap = ColourMap::names().contains(name) ? name : QString();
    m_actions->setColourMap(m_colourMap);
    m_tabs->setColourMap(m_colourMap);
}

void MainWindow::log(const QString& line)
{
    m_log->add(LogLevel::Note, line);
}

void MainWindow::changeEvent(QEvent* event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::ApplicationPaletteChange && m_actions)
        m_actions->recolour();
}

}  // namespace mnemo
