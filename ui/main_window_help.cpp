// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: finding commands, keys and words; what program this is.
#include "ui/about_dialog.h"
#include "ui/actions.h"
#include "ui/command_palette.h"
#include "ui/edit_dock.h"
#include "ui/experiment_command.h"
#include "ui/help_window.h"
#include "ui/key_list.h"
#include "ui/main_window.h"
#include "ui/message_bar.h"
#include "ui/palette_entries.h"
#include "ui/paraphrase_dock.h"
#include "ui/program_facts.h"
#include "ui/recent_files.h"
#include "ui/tool_bar.h"
#include "ui/tour.h"
#include "ui/trace_tabs.h"

#include <QAction>
#include <QDockWidget>
#include <QMenuBar>
#include <QTabWidget>
#include <QWhatsThis>
#include <algorithm>

namespace mnemo {

void MainWindow::wireHelp()
{
    m_palette = new CommandPalette(this);
    m_recent = new RecentFiles(this);
    m_tour = new Tour(this);
    m_recent->fill(m_actions->recentMenu());
    m_editDock->form()->explain(m_glossary);
    m_paraphrases->explain(m_glossary);
    const auto does = [this](QAction* action, auto what) { connect(action, &QAction::triggered, this, what); };
    does(m_actions->palette, [this] { openPalette(); });
    does(m_actions->tour, [this] { startTour(); });
    does(m_actions->manual, [this] { help().showManual(); });
    does(m_actions->glossary, [this] { help().showGlossary(); });
    does(m_actions->shortcuts, [this] { showShortcuts(); });
    does(m_actions->whatsThis, [] { QWhatsThis::enterWhatsThisMode(); });
    does(m_actions->about, [this] { showAbout(); });
    connect(m_recent, &RecentFiles::chosen, this, &MainWindow::openPath);
    connect(m_welcome, &MessageBar::dismissed, this, &MainWindow::answerWelcome);
    connect(m_welcome, &MessageBar::actionChosen, this, [this](const QString& action) {
        answerWelcome();
        if (action == "tour")
            startTour();
        else
            onMessageAction(action);
    });
    connect(&m_engine, &EngineClient::stateChanged, this, [this] {
        for (QAction* action : m_actions->experiments())
            if (const auto schema = schemaOf(m_engine.info(), action->data().toString().toStdString()))
                action->setToolTip(QString::fromStdString(schema->help));
    });
    connect(this, &MainWindow::traceFinished, m_tour, &Tour::refresh);
    connect(&m_selection, &Selection::changed, m_tour, &Tour::refresh);
}

void MainWindow::openPalette()
{
    m_palette->open(paletteEntries());
}

/// Commands first, then what can be gone to. A dock that is looked for is shown, not switched.
std::vector<PaletteEntry> MainWindow::paletteEntries()
{
    std::vector<PaletteEntry> all = menuEntries(*menuBar());
    for (QDockWidget* dock : findChildren<QDockWidget*>())
        for (PaletteEntry& entry : all)
            if (entry.action == dock->toggleViewAction())
                entry.run = [dock] {
                    dock->show();
                    dock->raise();
                };
    const auto add = [&all](std::vector<PaletteEntry> more) { std::ranges::move(more, std::back_inserter(all)); };
    if (auto* tabs = m_tabs->findChild<QTabWidget*>(); tabs && tabs->isVisible())
        add(tabEntries(*tabs));
    add(listEntries(m_toolBar->models(), tr("Model"), [this](const QString& name) { chooseModel(name); }));
    add(listEntries(m_toolBar->besides(), tr("Beside"), [this](const QString& name) { chooseBeside(name); }));
    add(noteEntries(m_notes.all(), [this](int id) { showNote(id); }));
    add(glossaryEntries(m_glossary, [this](const QString& term) { help().showGlossary(term); }));
    return all;
}

HelpWindow& MainWindow::help()
{
    if (!m_help)
        m_help = new HelpWindow(m_glossary, m_options.dataFolder + "/manual", this);
    return *m_help;
}

void MainWindow::showShortcuts()
{
    help().showKeys(allKeys(*menuBar()));
}

void MainWindow::showAbout()
{
    const std::vector<ProgramFact> facts =
        programFacts(m_engine.info(), m_engine.model(), m_modelName, m_settings.path(), m_options.dataFolder);
    (new AboutDialog(facts, this))->show();
}

/// Once: whatever the answer is, it is kept. In safe mode nothing can be, and nothing is asked.
void MainWindow::offerTour()
{
    if (m_options.safeMode || !m_options.session.isEmpty() || m_settings.value("welcome/answered").toBool())
        return;
    m_welcome->show(
        MessageBar::Kind::Information, "welcome",
        tr("Welcome. The model and the fact below come with the program; nothing is sent over the network."));
    m_welcome->addButton(tr("Tour (1 min)"), "tour");
    m_welcome->addButton(tr("Open my model…"), "openModel");
}

void MainWindow::answerWelcome()
{
    m_welcome->clear("welcome");
    m_settings.setValue("welcome/answered", true);
}

}  // namespace mnemo
