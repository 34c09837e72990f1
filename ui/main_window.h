// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/io/session.h"
#include "core/io/session_lock.h"
#include "ui/cell_probe.h"
#include "ui/composed_figure.h"
#include "ui/edit_command.h"
#include "ui/edit_search.h"
#include "ui/edit_stack.h"
#include "ui/engine_client.h"
#include "ui/fact_book.h"
#include "ui/fact_knowledge.h"
#include "ui/fact_reader.h"
#include "ui/glossary.h"
#include "ui/note_list.h"
#include "ui/pair_sentences.h"
#include "ui/paraphrase_rows.h"
#include "ui/result_desk.h"
#include "ui/selection.h"
#include "ui/session_keeper.h"
#include "ui/settings.h"
#include "ui/theme.h"
#include "ui/trace_desk.h"
#include "ui/trace_store.h"
#include "ui/typing_preview.h"
#include "ui/visits.h"

#include <QElapsedTimer>
#include <QHash>
#include <QMainWindow>
#include <functional>
#include <set>

namespace mnemo {

QString sessionFilter();  ///< of a dialog for files

class Actions;
class CommandPalette;
class HelpWindow;
class RecentFiles;
class Tour;
class BlockDock;
class BarList;
class DetailsDock;
class EditDock;
class ExperimentDialog;
class FactsDock;
class JobsDock;
class LogDock;
class MainToolBar;
class HistoryDock;
class MessageBar;
class NotesDock;
class ParaphraseDock;
class PromptPanel;
class StatusLine;
class TraceTabs;
struct CellAddress;
struct ChosenRow;
struct PaletteEntry;
struct TourStep;

/// What the command line of the window says.
struct WindowOptions {
    QString configFile;  ///< instead of the user's own settings
    bool safeMode = false;
    QString session;      ///< opened at the start, instead of the first trace
    QString stateFolder;  ///< where unsaved sessions are kept; empty: nowhere
    QString dataFolder;
    EngineCommand engine;
};

/// The application's window. Made of parts that know nothing of each other; what one part says to another stands in
/// main_window_wiring.cpp.
class MainWindow : public QMainWindow
{
    Q_OBJECT

public:
    explicit MainWindow(const WindowOptions& options, QWidget* parent = nullptr);
    ~MainWindow() override;

    void begin();  ///< starts the engine; call after show(), so that the window is there first

    EngineClient& engine() { return m_engine; }
    TraceStore& traces() { return m_traces; }
    ResultStore& results() { return m_results; }
    Selection& selection() { return m_selection; }
    EditStack& edits() { return m_edits; }
    History& history() { return m_history; }
    NoteList& notes() { return m_notes; }
    SessionKeeper& keeper() { return m_keeper; }

    bool openSession(const QString& file);
    bool saveSession(const QString& file);
    bool exportTo(const QString& file);        ///< what the tab in front shows
    bool openFigureFile(const QString& file);  ///< asks again what it shows
    void openFacts(const QString& file);
    bool saveFacts(const QString& file);                        ///< those that are chosen in the facts dock
    bool saveFact(const QString& file, const QString& object);  ///< appends the one in the prompt
    bool saveDelta(int index, const QString& file);             ///< of an edit of the stack
    bool loadDelta(const QString& file);                        ///< switched on; refused where made for another model

Q_SIGNALS:
    void traceFinished(int id);

protected:
    void closeEvent(QCloseEvent* event) override;
    void changeEvent(QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    // main_window.cpp
    void arrange();
    void restore();
    void keepSettings();
    void setTheme(Theme theme);
    void setColourMap(const QString& name);
    void log(const QString& line);

    // main_window_wiring.cpp
    void wireEngine();
    void wireTyping();
    void wireTraces();
    void wireResults();
    void wireFacts();
    void wireSelection();
    void wireActions();
    void wireKeys();

    // main_window_engine.cpp
    void onEngineState();
    void onEngineLost(const Error& error, bool restarting);
    void onModelLoaded();
    void onModelFailed(const Error& error);
    void onModelCancelled();
    void chooseBeside(const QString& name);  ///< a second model, whose traces stand beside the first one's; empty: none
    void askBeside(const QString& name);
    void restoreBeside();  ///< the second model that the session was saved with
    void onBesideLoaded();
    void onBesideFailed(const Error& error);
    void chooseModel(const QString& name);  ///< and traces again with it
    void loadModel(const QString& name, bool traceThen);
    void onMessageAction(const QString& action);
    bool modelIsOurs() const;
    void showNeeds(const Result& result);
    void showModelNote();

    // main_window_trace.cpp
    void trace();
    void traceEdits();
    void onChip(int pos);
    void stop();
    void traceKnownFact(int n);
    void traceRow(const ChosenRow& row);
    void onFormChanged();
    void onLengths(int subject, int swap);
    void onSwaps(const QStringList& sameLength, int tokens);
    bool sayResultsOnly();
    void clearJob(JobId ticket);
    void onTraceFailed(const Error& error);
    void onTraceFinished(int id);
    void onSelection();
    void chooseSite(const QString& site);
    void showBlock();
    void onBars(RunRole run, const std::vector<TokenBar>& bars);
    void markAnswers();
    void probe(const QString& site, CellRange cells);
    void refreshDetails();
    void markStale();
    bool differs(const Trace& trace) const;
    bool isHeld(const Trace& trace) const;
    int tokenOfPrompt() const;
    void pinCurrent();
    void showDifference();
    void chooseTarget(int tokenId, bool foil);

    // main_window_experiments.cpp
    std::optional<ExperimentSchema> readySchema(const QString& key, const char* topic = "result");
    ExperimentDialog* openExperiment(const QString& key);
    void runAsked(const QString& key, const Json& parameters);
    ExperimentDialog* openExperiment(const QString& key, const Json& parameters);
    void openFigure(const QString& name);
    void offerFacts(ExperimentDialog& dialog);
    bool runExperiment(const ExperimentSchema& schema, const Json& parameters);
    bool runsOnBoth(const ExperimentSchema& schema, const Json& parameters) const;
    void changeResult(int id);
    void onResultFailed(int id, const Error& error);
    void resume();
    void openFactsDialog();
    void onFactsRead(const FactFilePtr& file);
    void useFacts(const QString& experiment);
    void showForm(const FactForm& fact);
    void fillForm(const FactForm& form);
    void traceFact(const FactForm& form);
    QStringList knownSwaps(const FactForm& form) const;
    void saveFactsDialog();
    void saveFactDialog();
    QString objectOfPrompt() const;

    // main_window_commands.cpp
    std::vector<Command> commandsOf(const ExperimentSchema& schema, const Json& parameters) const;
    std::vector<Command> commandsOf(int result) const;
    std::vector<Command> traceCommands() const;
    void copyCommand();
    void copyCommands(const std::vector<Command>& commands);

    // main_window_edits.cpp
    void wireEdits();
    void showEditDock();
    void showParaphrases();
    void onEditsChanged();
    void showWeights();
    void showTitle();
    void previewEdit();
    void searchEdit(const EditRefs& base);
    void recomputeEdit(int index);
    void applyEdit();
    void saveDeltaDialog(int index);
    void loadDeltaDialog();
    void checkTarget();
    QString answerTo(const FactForm& fact) const;
    void suggestLayer();
    void editChosen(int evaluation, const Json& edit);
    void copyEdit(const Result& edit);
    void compareWithBase(bool compare);
    ResultPtr editAtHand() const;
    std::optional<EditedFact> editedFact() const;

    // main_window_history.cpp
    void wireHistory();
    void showUndo();
    void rememberForm();
    void putForm(const FactForm& form);
    void rememberModel(const QString& name);
    void rememberBeside(const QString& name);
    void rememberView();
    void recallTrace();
    void togglePinned(int id);
    void putPinned(int id, bool pinned);

    // main_window_walk.cpp
    void wireWalk();
    void openGoTo();
    void goTo(const CellAddress& address);
    Visit visitInSight() const;
    bool isThere(const Visit& visit) const;
    void rememberVisit();
    void walk(int by);
    void showVisit(const Visit& visit);

    // main_window_rerun.cpp
    void wireRerun();
    void rerun();
    void rerunTrace();
    void rerunResult(int id);
    void showTraceAgain(int id);
    void showResultAgain(int id);

    // main_window_possible.cpp
    void wirePossible();
    void showPossible();

    // main_window_keeping.cpp
    void wireKeeping();
    bool isWorthKeeping() const;
    void lockSession(const QString& file);
    bool isOpenElsewhere() const { return m_lock && !m_lock->isHeld() && m_lock->holder(); }
    void sayWhoHasIt();
    void offerRecovery();
    void recover();
    bool mayClose();

    // main_window_notes.cpp
    using RunNumbers = std::map<int, std::size_t>;  ///< of a session, by the id of what the window shows
    void wireNotes();
    void markNotes();
    NotePlace placeInSight() const;
    void addNote();
    void showNote(int id);
    void saveNotes(Session& session, const RunNumbers& traces, const RunNumbers& results) const;
    void restoreNotes(const std::vector<int>& ids);

    // main_window_figures.cpp
    bool exportTo(const QString& file, const FigureOptions& options);
    bool exported(const QString& file, const std::function<void()>& write);
    void sayNothingIsShown();
    void exportDialog();
    void exportGraph(const ResultPtr& result, bool whole);
    FigureOptions shownFigure() const;
    ResultPtr figureResult() const;
    void copyFigure(const FigureOptions& options);
    std::vector<FigurePanel> composable() const;
    void composeDialog();
    bool exportComposed(const ComposedFigure& figure, const QString& file);
    void copyComposed(const ComposedFigure& figure);
    void copyDrawing(const std::function<Drawing()>& make, const std::function<std::string()>& table);
    void offerPanels(std::size_t asked);
    void askPanel(std::size_t index);
    void askAgain(const FigureContent& shown);

    // main_window_files.cpp
    /// Of a session's runs: ids of traces or of other results, 0 where none is shown; and the last trace's.
    struct ShownRuns {
        std::vector<int> ids;
        int last = 0;
    };
    ShownRuns showRuns(const std::set<std::size_t>& edits);
    void showSession(Session session);
    void showSavedView();
    void addRuns(Session& session) const;
    Session snapshot() const;
    std::set<std::size_t> restoreEdits();
    void openDialog();
    void saveDialog(bool as);
    void newFact();
    void newWindow();
    void openPath(const QString& path);  ///< whatever it is: a session, facts, an edit; a folder is a model

    // main_window_help.cpp
    void wireHelp();
    void openPalette();
    std::vector<PaletteEntry> paletteEntries();
    HelpWindow& help();
    void showShortcuts();
    void showAbout();
    void offerTour();
    void answerWelcome();  ///< it is not offered again

    // main_window_tour.cpp
    void startTour();
    std::vector<TourStep> tourSteps();
    void chooseTellingCell();

    // main_window_layout.cpp
    void wireLayouts();
    void placeDocks();
    void sizeDocks();
    void resetLayout();
    void applyWorkspace(const QString& name);
    void askLayoutName();
    void keepLayout(const QString& name);
    void restoreLayout(const QString& name);
    void removeLayout(const QString& name);
    void showLayouts();

    WindowOptions m_options;
    Settings m_settings;
    Glossary m_glossary;
    FactBook m_facts;
    PairSentences m_pairSentences;
    EngineClient m_engine;
    TraceStore m_traces;
    ResultStore m_results;
    Selection m_selection;
    History m_history;
    EditStack m_edits;
    NoteList m_notes;
    SessionKeeper m_keeper;
    std::vector<LeftBehind> m_left;     ///< of earlier runs, not yet recovered or discarded
    std::optional<SessionLock> m_lock;  ///< of the file that is open
    QString m_openedFile;               ///< also where it may not be written
    bool m_recovered = false;           ///< something of them
    bool m_mayClose = false;            ///< the user has answered
    EditSearch m_editSearch;
    TraceDesk m_desk;
    ResultDesk m_resultDesk;
    FactKnowledge m_knowledge;
    FactReader m_factReader;
    CellProbe m_probe;
    TypingPreview m_preview;
    Theme m_theme = Theme::System;
    QString m_colourMap;     ///< of the maps; empty: each site's hue
    JobId m_shownJob = 0;    ///< in the status line
    QString m_modelName;     ///< of the model that is held
    QString m_loadingNeeds;  ///< of the model under way, for the status line
    QString m_wantedModel;   ///< another one while that is being loaded
    QString m_besideName;    ///< of the second model, there or on its way; empty: none
    std::string m_modelHash;
    QHash<QString, QString> m_modelSources;     ///< by hash: name or folder of every model that was held
    std::optional<ComposedFigure> m_figure;     ///< the last one: of the session
    std::vector<FigureContent> m_figurePanels;  ///< of a file that was opened
    Session m_session;           ///< as opened, but for the traces: what the window does not show is written back
    QString m_document;          ///< the session's file in the title
    std::string m_recomputed;    ///< hash of the edit whose place the one that is searched for takes; empty: none
    bool m_besideSaved = false;  ///< the session names a second model that was not asked for yet
    std::string m_besideWanted;  ///< hash of the second model, as far as a session named it
    bool m_firstTrace = true;    ///< the first model traces a known fact without a click
    bool m_traceOnLoad = false;  ///< another model was chosen: trace again with it
    bool m_traceOnSwap = false;  ///< trace as soon as a swap of equal length is found
    FactForm m_form;             ///< as it was before the newest change
    Metric m_metric = Metric::IndirectEffect;  ///< the same of what the maps show
    QString m_window;                          ///< and of the window
    Visits m_visits{[this](const Visit& visit) { return isThere(visit); }};
    QElapsedTimer m_clock;              ///< of the visits
    bool m_walks = false;               ///< what is looked at was looked at before
    std::map<int, int> m_tracesAgain;   ///< that run, by id: the traces that they are compared with
    std::map<int, int> m_resultsAgain;  ///< the same of results
    bool m_fillsForm = false;           ///< the program changes it, not the user
    QString m_offeredSwap;              ///< the swap we put in; replaced by a better one, unlike the user's own
    int m_knownFact = 1;                ///< the first one is shown at the start
    std::vector<BarSeries> m_bars;
    QHash<int, QString> m_tokenTexts;
    std::map<std::string, Json> m_asked;  ///< parameters of each experiment, as they were last run

    Actions* m_actions = nullptr;  // this and the rest are owned by Qt's parent
    MainToolBar* m_toolBar = nullptr;
    MessageBar* m_message = nullptr;
    MessageBar* m_recovery = nullptr;
    MessageBar* m_welcome = nullptr;  ///< offers the tour until it was answered
    CommandPalette* m_palette = nullptr;
    HelpWindow* m_help = nullptr;  ///< made when it is first asked for
    RecentFiles* m_recent = nullptr;
    Tour* m_tour = nullptr;
    PromptPanel* m_prompt = nullptr;
    BarList* m_nextTokens = nullptr;
    TraceTabs* m_tabs = nullptr;
    DetailsDock* m_details = nullptr;
    FactsDock* m_factsDock = nullptr;
    JobsDock* m_jobs = nullptr;
    LogDock* m_log = nullptr;
    BlockDock* m_block = nullptr;
    EditDock* m_editDock = nullptr;
    ParaphraseDock* m_paraphrases = nullptr;
    HistoryDock* m_historyDock = nullptr;
    NotesDock* m_notesDock = nullptr;
    StatusLine* m_status = nullptr;
};

}  // namespace mnemo
