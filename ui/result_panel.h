// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/fact_form.h"
#include "ui/result_store.h"
#include "widgets/view_table.h"

class QComboBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QStackedWidget;

namespace mnemo {

class ResultCases;
class LreControls;
class ResultFacts;
class ResultSamples;

/// One result that is no trace, or the job that makes it: its view, the facts it is of, and in which state it is.
/// Follows the snapshots as they come.
class ResultPanel : public QWidget
{
    Q_OBJECT

public:
    explicit ResultPanel(const ViewTable& views, QWidget* parent = nullptr);

    void setEntry(const ResultEntry& entry);
    void setOthers(const std::vector<ResultEntry>& others);  ///< with curves that can stand beside these
    void setProfile(const ResultPtr& average);               ///< drawn behind an evaluation's curves; null: nothing
    ResultPtr ownResult() const { return m_result; }
    ResultPtr result() const { return m_shown; }  ///< what is shown: with the curves beside it
    ResultPtr beside() const;                     ///< whose curves those are; null: there are none
    QString badge() const;
    Metric metric() const;  ///< what the view's cells are coloured by

Q_SIGNALS:
    void stopRequested();
    void resumeRequested();
    void changeRequested();  ///< the form, with these parameters
    void factChosen(const mnemo::FactForm& form);
    void editChosen(const mnemo::Json& edit);  ///< of an evaluation: a point of its plot, or one of its cases
    void asked(const QString& experiment, const mnemo::Json& parameters);  ///< another question about what it shows
    void graphExportRequested(bool whole);                                 ///< false: what is drawn
    void besideChosen(int id);                                             ///< of an entry; 0: none
    void choiceTaken(const mnemo::Json& choice);                           ///< what is shown of it, by a control
    void viewMade();                                                       ///< with the first snapshot

private:
    /// The rows that a result is made of: facts, cases or test facts.
    struct RowsPage {
        QWidget* page;
        int rows;
        QString title;  ///< of the button that shows them
    };

    QPushButton* button(const QString& name, const QString& text, const QString& help);
    void showHeading(const ResultEntry& entry);
    void showState(const ResultEntry& entry);
    void showResult();
    const ResultEntry* other() const;
    void showBeside();
    void takeChoice();
    void tellChoice();
    void askOneFact(const Json& question);
    RowsPage rowsPage() const;

    const ViewTable& m_views;
    QLabel* m_heading;
    QLabel* m_badge;
    QProgressBar* m_progress;
    QPushButton* m_showRows;  ///< the facts or cases it is of
    QPushButton* m_stop;
    QPushButton* m_resume;
    QPushButton* m_change;
    QStackedWidget* m_pages;
    QLabel* m_waiting;
    ResultView* m_view = nullptr;  ///< from the first snapshot on
    ResultFacts* m_facts;
    ResultCases* m_cases;
    ResultSamples* m_samples;
    LreControls* m_lre;  ///< hidden but for linear decodings
    ResultPtr m_result;
    ResultPtr m_shown;
    QComboBox* m_beside;  ///< hidden while there is nothing to choose
    int m_besideId = 0;   ///< 0: none
    Json m_choice;        ///< as the entry has it
    std::vector<ResultEntry> m_others;
    ResultPtr m_profile;
};

}  // namespace mnemo
