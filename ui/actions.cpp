// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/actions.h"

#include "core/data/figures.h"
#include "ui/workspaces.h"

#include <QActionGroup>
#include <QApplication>
#include <QFile>
#include <QMainWindow>
#include <QMenuBar>
#include <QPainter>
#include <QPixmap>
#include <QSvgRenderer>

namespace mnemo {

QIcon symbolIcon(const QString& folder, const QString& name, const QColor& colour)
{
    QFile file(folder + QLatin1Char('/') + name + ".svg");
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QByteArray svg = file.readAll();
    svg.replace("currentColor", colour.name().toLatin1());
    QSvgRenderer renderer(svg);
    QIcon icon;
    for (const int size : {16, 24, 32, 48}) {
        QPixmap pixmap(size, size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        renderer.render(&painter);
        icon.addPixmap(pixmap);
    }
    return icon;
}

Actions::Actions(QMainWindow* window, const QString& iconFolder)
    : QObject(window), m_window(window), m_iconFolder(iconFolder)
{
    QMenuBar* bar = window->menuBar();
    QMenu* file = bar->addMenu(tr("&File"));
    newFact = add(file, "newFact", tr("&New fact"), QKeySequence::New);
    newWindow = add(file, "newWindow", tr("New &window"), QKeySequence("Ctrl+Shift+N"));
    open = add(file, "open", tr("&Open session…"), QKeySequence::Open, "open");
    m_recent = file->addMenu(tr("Open &recent"));
    save = add(file, "save", tr("&Save session"), QKeySequence::Save, "save");
    saveAs = add(file, "saveAs", tr("Save session &as…"), QKeySequence("Ctrl+Shift+S"));
    file->addSeparator();
    openFacts = add(file, "openFacts", tr("Open &facts…"), QKeySequence("Ctrl+Shift+O"));
    openFactFolder = add(file, "openFactFolder", tr("Open a fol&der of facts…"));
    openFactFolder->setToolTip(tr("All relations of a folder, such as those of the relations data set"));
    saveFact = add(file, "saveFact", tr("Save as fac&t…"), QKeySequence("Ctrl+D"));
    saveFact->setToolTip(tr("Add the fact in the prompt to a file of your own"));
    file->addSeparator();
    exportFigure = add(file, "exportFigure", tr("&Export figure or data…"), QKeySequence("Ctrl+E"), "export");
    composeFigure = add(file, "composeFigure", tr("Co&mpose a figure…"), QKeySequence("Ctrl+Alt+E"));
    composeFigure->setToolTip(tr("Several results as panels (a), (b), (c) of one page"));
    file->addSeparator();
    closeTab = add(file, "closeTab", tr("&Close the tab"), QKeySequence("Ctrl+W"));
    quit = add(file, "quit", tr("&Quit"), QKeySequence::Quit);

    QMenu* edit = bar->addMenu(tr("&Edit"));
    undo = add(edit, "undo", tr("&Undo"), QKeySequence("Ctrl+Z"));
    redo = add(edit, "redo", tr("&Redo"), QKeySequence("Ctrl+Shift+Z"));
    edit->addSeparator();
    focusPrompt = add(edit, "focusPrompt", tr("Edit the &prompt"), QKeySequence("Ctrl+L"));
    guessSubject = add(edit, "guessSubject", tr("&Guess the subject"));
    findFact = add(edit, "findFact", tr("&Find a fact"), QKeySequence::Find);
    edit->addSeparator();
    copyFigure = add(edit, "copyFigure", tr("&Copy figure and data"), QKeySequence("Ctrl+Shift+C"), "copy");
    newNote = add(edit, "newNote", tr("&Note on what is chosen"), QKeySequence("Ctrl+M"));
    copyCommand = add(edit, "copyCommand", tr("Copy as co&mmand"));

    m_view = bar->addMenu(tr("&View"));
    goTo = add(m_view, "goTo", tr("&Go to layer or token…"), QKeySequence("Ctrl+G"));
    goTo->setToolTip(tr("A cell of the maps in front, by the number of its layer and its token's number or text"));
    goBack = add(m_view, "goBack", tr("&Back"), QKeySequence("Alt+Left"));
    goBack->setToolTip(tr("The tab and the cell that were looked at before; changes nothing else"));
    goForward = add(m_view, "goForward", tr("For&ward"), QKeySequence("Alt+Right"));
    goForward->setToolTip(tr("The tab and the cell from which you went back"));
    m_view->addSeparator();
    addThemes(m_view->addMenu(tr("&Theme")));
    addColourMaps(m_view->addMenu(tr("&Colours of the maps")));
    fullScreen = add(m_view, "fullScreen", tr("&Full screen"), QKeySequence("F11"));
    docksVisible = add(m_view, "docksVisible", tr("&Docks on/off"), QKeySequence("Ctrl+Shift+D"));
    addWorkspaces(m_view->addMenu(tr("&Workspaces")));
    resetLayout = add(m_view, "resetLayout", tr("&Reset layout"));
    resetLayout->setToolTip(tr("Every dock where it was at the first start"));
    m_view->addSeparator();

    QMenu* model = bar->addMenu(tr("&Model"));
    openModel = add(model, "openModel", tr("Open a model &folder…"));
    restartEngine = add(model, "restartEngine", tr("&Restart engine"), {}, "restart");

    QMenu* experiment = bar->addMenu(tr("E&xperiment"));
    trace = add(experiment, "trace", tr("&Trace"), QKeySequence("F5"), "trace");
    stop = add(experiment, "stop", tr("&Stop"), QKeySequence("Esc"), "stop");
    resume = add(experiment, "resume", tr("&Resume"));
    rerun = add(experiment, "rerun", tr("Re-run and &compare"), QKeySequence("Shift+F5"));
    rerun->setToolTip(
        tr("Run what is in front once more, on the weights as they are now, and show it beside what it was"));
    experiment->addSeparator();
    pin = add(experiment, "pin", tr("&Pin the trace"), {}, "pin");
    pin->setToolTip(tr("Keep this trace beside the next one (Space in the maps)"));
    difference = add(experiment, "difference", tr("Diff&erence to the pinned trace"), {}, "difference");
    experiment->addSeparator();
    knownFact = add(experiment, "knownFact", tr("Trace a &known fact"));
    experiment->addSeparator();
    addExperiments(experiment);
    QMenu* figures = experiment->addMenu(tr("Fi&gures of the papers"));
    addFigures(figures->addMenu(tr("&Factual associations")), Paper::FactualAssociations);
    addFigures(figures->addMenu(tr("&Indirect object identification")), Paper::IoiCircuit);

    addEdits(bar->addMenu(tr("E&dits")));

    addHelp(bar->addMenu(tr("&Help")));
    recolour();
}

QAction* Actions::add(QMenu* menu, const QString& name, const QString& text, const QKeySequence& keys,
                      const QString& icon)
{
    auto* action = new QAction(text, this);
    action->setObjectName("action_" + name);
    action->setShortcut(keys);
    menu->addAction(action);
    menu->setToolTipsVisible(true);  // of what is greyed, too: it says why
    m_window->addAction(action);     // its key works with the menu bar hidden, too
    if (!icon.isEmpty())
        m_icons.emplace_back(action, icon);
    return action;
}

void Actions::addEdits(QMenu* menu)
{
    editFact = add(menu, "editFact", tr("&Edit a fact…"), QKeySequence("Ctrl+Shift+E"));
    editFact->setToolTip(tr("Give a subject another object, by a rank-one edit of one matrix (ROME)"));
    applyEdit = add(menu, "applyEdit", tr("&Apply the edit"));
    applyEdit->setShortcuts({QKeySequence("Ctrl+Return"), QKeySequence("Ctrl+Enter")});
    menu->addSeparator();
    showBase = add(menu, "showBase", tr("Show the &base weights"), QKeySequence("Ctrl+."));
    showBase->setCheckable(true);
    showBase->setToolTip(tr("Switch all edits off and on again, everywhere"));
    compareBase = add(menu, "compareBase", tr("&Compare with the base weights"));
    compareBase->setCheckable(true);
    compareBase->setToolTip(tr("Traces with edits stand beside the same trace without, with the difference"));
    traceEdits = add(menu, "traceEdits", tr("&Trace the edits"), QKeySequence("Ctrl+F5"));
    traceEdits->setToolTip(tr("Put states of the run with the edits into the run of the same prompt without them"));
    menu->addSeparator();
    saveDelta = add(menu, "saveDelta", tr("&Save delta…"));
    loadDelta = add(menu, "loadDelta", tr("&Load delta…"));
    menu->addSeparator();
    paraphrases = add(menu, "paraphrases", tr("&Paraphrases"), QKeySequence("Ctrl+Shift+P"));
    paraphrases->setToolTip(tr("Sentences around the edit: how far it reaches, and what it must not touch"));
}

void Actions::addExperiments(QMenu* menu)
{
    struct Entry {
        const char* key;
        QString text;
        const char* keys;
    };
    for (const Entry& entry :
         {Entry{"average", tr("&Average over facts…"), "F6"}, Entry{"paths", tr("Pat&hs…"), "F7"},
          Entry{"knockout", tr("K&nock-out…"), "F8"}, Entry{"lens", tr("&Logit lens…"), "F9"},
          Entry{"dla", tr("&Direct attribution…"), "Shift+F9"}, Entry{"attention", tr("A&ttention maps…"), "Ctrl+F9"},
          Entry{"lre", tr("L&inear decoding…"), "Ctrl+F8"}}) {
        QAction* action = add(menu, QString::fromLatin1(entry.key), entry.text, QKeySequence(entry.keys));
        action->setData(QString::fromLatin1(entry.key));
        m_experiments.push_back(action);
    }
    addCircuits(menu->addMenu(tr("Circ&uits")));
}

/// Of pairs of prompts: where they differ, and what carries it.
void Actions::addCircuits(QMenu* menu)
{
    for (const auto& [key, text] :
         {std::pair("ioi", tr("&Where pairs differ…")), std::pair("ioi-layer", tr("&Inside a layer…")),
          std::pair("ioi-names", tr("&Names overwritten…")), std::pair("ioi-believe", tr("&Make it believe…")),
          std::pair("circuit", tr("&Circuit…")), std::pair("circuit-inside", tr("Inside a circuit's &layers…"))}) {
        QAction* action = add(menu, QString::fromLatin1(key), text);
        action->setData(QString::fromLatin1(key));
        m_experiments.push_back(action);
    }
}

void Actions::addFigures(QMenu* menu, Paper paper)
{
    for (const PaperFigure& figure : paperFigures()) {
        if (figure.paper != paper)
            continue;
        const QString name = QString::fromStdString(figure.name);
        QAction* action =
            add(menu, name,
                tr("%1: %2 (%3)…")
                    .arg(QString::fromStdString(figure.title), QString::fromStdString(figure.summary),
                         figure.architecture.empty() ? tr("any model") : QString::fromStdString(figure.architecture)));
        action->setData(name);
        m_figures.push_back(action);
    }
}

void Actions::addWorkspaces(QMenu* menu)
{
    m_layouts = menu;
    for (const Workspace& workspace : mnemo::workspaces()) {
        QAction* action = add(menu, "workspace_" + workspace.name, workspace.title);
        action->setData(workspace.name);
        action->setToolTip(workspace.purpose);
        m_workspaces.push_back(action);
    }
    menu->addSeparator();
    saveLayout = add(menu, "saveLayout", tr("&Save this layout…"));
    saveLayout->setToolTip(tr("Keep size and docks of the window under a name"));
}

void Actions::addHelp(QMenu* menu)
{
    palette = add(menu, "palette", tr("&Find a command…"), QKeySequence("Ctrl+K"));
    palette->setToolTip(tr("Commands, models, recent files, tabs and terms by a few letters of their name"));
    menu->addSeparator();
    tour = add(menu, "tour", tr("&Tour (1 minute)"));
    manual = add(menu, "manual", tr("&Manual"));
    manual->setToolTip(tr("Six walks through the window, with pictures"));
    glossary = add(menu, "glossary", tr("&Glossary"), QKeySequence::HelpContents);
    shortcuts = add(menu, "shortcuts", tr("&Keys and mouse"), QKeySequence("Ctrl+/"));
    whatsThis = add(menu, "whatsThis", tr("&What's this?"), QKeySequence("Shift+F1"));
    menu->addSeparator();
    about = add(menu, "about", tr("&About Mnemoscope"));
}

void Actions::addThemes(QMenu* menu)
{
    m_themes = new QActionGroup(this);
    for (const auto& [theme, text] : {std::pair{Theme::System, tr("&System")}, std::pair{Theme::Light, tr("&Light")},
                                      std::pair{Theme::Dark, tr("&Dark")}}) {
        QAction* action = add(menu, "theme_" + themeName(theme), text);
        action->setCheckable(true);
        action->setData(themeName(theme));
        m_themes->addAction(action);
    }
    connect(m_themes, &QActionGroup::triggered, this,
            [this](QAction* action) { Q_EMIT themeChosen(themeFromName(action->data().toString())); });
}

void Actions::addColourMaps(QMenu* menu)
{
    m_colourMaps = new QActionGroup(this);
    for (const auto& [name, text] :
         {std::pair{"", tr("Each site's &hue")}, std::pair{"viridis", tr("&Viridis")},
          std::pair{"cividis", tr("C&ividis")}, std::pair{"greys", tr("&Greys")},
          std::pair{"vik", tr("Vi&k, two colours around 0")}, std::pair{"rdbu", tr("&Red to blue around 0")}}) {
        QAction* action = add(menu, QStringLiteral("colours_") + name, text);
        action->setCheckable(true);
        action->setData(QString::fromLatin1(name));
        m_colourMaps->addAction(action);
    }
    connect(m_colourMaps, &QActionGroup::triggered, this,
            [this](QAction* action) { Q_EMIT colourMapChosen(action->data().toString()); });
}

void Actions::setColourMap(const QString& name)
{
    for (QAction* action : m_colourMaps->actions())
        action->setChecked(action->data().toString() == name);
}

void Actions::setTheme(Theme theme)
{
    for (QAction* action : m_themes->actions())
        action->setChecked(action->data().toString() == themeName(theme));
}

void Actions::recolour()
{
    const QColor ink =
        QApplication::palette().color(QPalette::ButtonText);  // the window's own comes after its first show
    for (const auto& [action, icon] : m_icons)
        action->setIcon(symbolIcon(m_iconFolder, icon, ink));
}

}  // namespace mnemo
