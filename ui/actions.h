// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/figures.h"
#include "ui/theme.h"

#include <QIcon>
#include <QKeySequence>
#include <QObject>
#include <vector>

class QAction;
class QActionGroup;
class QMainWindow;
class QMenu;

namespace mnemo {

/// A symbol of resources/icons, drawn in the given colour; no icon when the file is not there.
QIcon symbolIcon(const QString& folder, const QString& name, const QColor& colour);

/// Every command of the window, its menu and its keys. Owned by the window; what they do is connected there.
class Actions : public QObject
{
    Q_OBJECT

public:
    Actions(QMainWindow* window, const QString& iconFolder);

    QAction* newFact;
    QAction* newWindow;
    QAction* open;
    QAction* openFacts;
    QAction* openFactFolder;
    QAction* saveFact;
    QAction* openModel;
    QAction* save;
    QAction* saveAs;
    QAction* exportFigure;
    QAction* composeFigure;
    QAction* closeTab;
    QAction* quit;
    QAction* focusPrompt;
    QAction* undo;
    QAction* redo;
    QAction* guessSubject;
    QAction* findFact;
    QAction* goTo;
    QAction* goBack;
    QAction* goForward;
    QAction* copyCommand;
    QAction* copyFigure;
    QAction* newNote;
    QAction* trace;
    QAction* stop;
    QAction* resume;
    QAction* rerun;
    QAction* pin;
    QAction* difference;
    QAction* knownFact;
    QAction* editFact;
    QAction* applyEdit;
    QAction* showBase;     ///< checkable: no edit is on
    QAction* compareBase;  ///< checkable
    QAction* traceEdits;
    QAction* saveDelta;
    QAction* loadDelta;
    QAction* paraphrases;
    QAction* restartEngine;
    QAction* resetLayout;
    QAction* docksVisible;
    QAction* fullScreen;
    QAction* saveLayout;
    QAction* palette;
    QAction* tour;
    QAction* manual;
    QAction* glossary;
    QAction* shortcuts;
    QAction* whatsThis;
    QAction* about;

    /// One for each experiment that is no trace; its data is the experiment's key.
    const std::vector<QAction*>& experiments() const { return m_experiments; }
    const std::vector<QAction*>& figures() const { return m_figures; }  ///< of the papers; their data is the name

    const std::vector<QAction*>& workspaces() const { return m_workspaces; }  ///< their data is the name

    QMenu* viewMenu() const { return m_view; }        ///< the docks' own actions are put in here
    QMenu* layoutsMenu() const { return m_layouts; }  ///< the user's own layouts are put in here
    QMenu* recentMenu() const { return m_recent; }    ///< files that were opened before are put in here
    void setTheme(Theme theme);
    void setColourMap(const QString& name);
    void recolour();  ///< after a change of the palette

Q_SIGNALS:
    void themeChosen(mnemo::Theme theme);
    void colourMapChosen(const QString& name);  ///< empty: each site's hue

private:
    QAction* add(QMenu* menu, const QString& name, const QString& text, const QKeySequence& keys = {},
                 const QString& icon = {});
    void addEdits(QMenu* menu);
    void addExperiments(QMenu* menu);
    void addCircuits(QMenu* menu);
    void addFigures(QMenu* menu, Paper paper);
    void addWorkspaces(QMenu* menu);
    void addHelp(QMenu* menu);
    void addThemes(QMenu* menu);
    void addColourMaps(QMenu* menu);

    QMainWindow* m_window;
    QString m_iconFolder;
    QMenu* m_view = nullptr;
    QMenu* m_layouts = nullptr;
    QMenu* m_recent = nullptr;
    std::vector<QAction*> m_experiments;
    std::vector<QAction*> m_figures;
    std::vector<QAction*> m_workspaces;
    QActionGroup* m_themes = nullptr;
    QActionGroup* m_colourMaps = nullptr;
    std::vector<std::pair<QAction*, QString>> m_icons;
};

}  // namespace mnemo
