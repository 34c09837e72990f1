// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/paraphrase_asking.h"
#include "ui/paraphrase_table.h"

#include <QDockWidget>
#include <QTimer>
#include <optional>

class QLabel;
class QLineEdit;
class QSortFilterProxyModel;
class QStackedWidget;
class QTableView;

namespace mnemo {

/// How far an edit reaches: sentences around it and the user's own, before and after. The model is asked while the dock
/// is seen, at each change anew.
class ParaphraseDock : public QDockWidget
{
    Q_OBJECT

public:
    ParaphraseDock(EngineClient& engine, const FactBook& book, QWidget* parent = nullptr);

    void setFact(const std::optional<EditedFact>& fact);  ///< none: nothing to show
    void refresh();                                       ///< other weights
    void addOwn(const QString& lines);                    ///< one prompt per line
    void setOwn(const QStringList& prompts);              ///< instead of those that are there
    QStringList own() const { return m_table.own(); }
    const ParaphraseTable& table() const { return m_table; }
    void explain(const Glossary& glossary) { m_table.explain(glossary); }
    QTableView* view() const { return m_view; }
    QString scores() const;

Q_SIGNALS:
    void ownChanged(const QStringList& before, const QStringList& now);

protected:
    void showEvent(QShowEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* makePage();
    QWidget* makeOwn();
    void setUpView();
    void ask();
    std::vector<int> rowsInSight() const;
    int rowOf(const QString& prompt) const;
    void showScores();
    void showContinuation();
    void removeChosen();

    const FactBook& m_book;
    ParaphraseTable m_table;
    ParaphraseAsking m_asking;
    QTimer m_again;  ///< once for many changes
    std::optional<EditedFact> m_fact;
    QSortFilterProxyModel* m_order;
    QStackedWidget* m_pages;
    QTableView* m_view;
    QLabel* m_continuation;
    QLineEdit* m_own;
    QLabel* m_scores;
};

}  // namespace mnemo
