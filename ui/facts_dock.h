// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/fact_asking.h"

#include <QDockWidget>
#include <QTimer>

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QTableView;

namespace mnemo {

/// A fact of the table, as it goes into the prompt panel.
struct ChosenRow {
    QString promptTemplate;
    QString subject;
};

/// The facts there are: those of the program and of the user's files, one file at a time, filtered by relation, text
/// and by what the model says to them. It is asked in the background, while the dock is seen.
class FactsDock : public QDockWidget
{
    Q_OBJECT

public:
    explicit FactsDock(FactKnowledge& knowledge, QWidget* parent = nullptr);

    void addFile(const FactFilePtr& file);  ///< shows it; one of the same path is replaced
    FactFilePtr file() const { return m_model.file(); }
    QStringList relationNames() const;      ///< of the file that is shown
    void modelChanged();                    ///< answers of the one before are not shown any more
    void setPrefix(const QString& prefix);  ///< with which facts are asked
    void focusSearch();

    /// What stands selected, else what the filters leave: relations whose first sentence is the chosen one.
    std::vector<Relation> chosenFacts() const;
    QString chosenName() const;  ///< "the 12 facts shown"; empty where they are all of the file or relation

    /// File, relation and sentence as parameters of an experiment over facts.
    Json experimentParameters() const;

    QTableView* table() const { return m_table; }

Q_SIGNALS:
    void firstShown();  ///< facts are wanted
    void openRequested();
    void factChosen(const mnemo::ChosenRow& row);
    void experimentRequested(const QString& key);
    void saveRequested();

protected:
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* makeFilters();
    QWidget* makeTable();
    QWidget* makeAsking();
    QWidget* makeProblems();
    QWidget* makeButtons();
    void showFile(int index);
    void setRelation(int index);
    void showTemplates();
    void setKnown(int index);
    void showCount();
    QString countText() const;
    int factsInRelation() const;
    void showProblems();
    void ask();
    std::vector<int> selectedRows() const;  ///< of the model; none where fewer than two are selected
    int templatesRelation() const;  ///< whose sentences are offered; −1: nobody's

    FactKnowledge& m_knowledge;
    FactTableModel m_model;
    FactFilter m_filter;
    FactAsking m_asking;
    std::vector<FactFilePtr> m_files;
    QTimer m_look;  ///< at the visible rows, once for many events
    bool m_wasShown = false;
    QComboBox* m_source;
    QComboBox* m_relation;
    QLineEdit* m_search;
    QComboBox* m_known;
    QComboBox* m_template;
    QTableView* m_table;
    QWidget* m_askLine;  ///< while all are asked
    QProgressBar* m_askBar;
    QPushButton* m_askStop;
    QLabel* m_count;
    QPushButton* m_problemsButton;
    QPlainTextEdit* m_problems;
};

}  // namespace mnemo
