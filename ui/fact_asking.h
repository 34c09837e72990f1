// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/fact_table_model.h"

#include <QHash>
#include <QTimer>
#include <vector>

namespace mnemo {

/// Has the model asked for the rows of a table that are seen, and where the filter is by what the model knows, for all
/// others that it might show: in their order, a few at a time, until it is paused.
class FactAsking : public QObject
{
    Q_OBJECT

public:
    /// Of the rows of the filter's relation and text.
    struct Count {
        int all = 0;
        int asked = 0;
        int fitting = 0;  ///< known as the filter wants it
    };

    FactAsking(FactKnowledge& knowledge, FactTableModel& facts, const FactFilter& filter, QObject* parent = nullptr);

    void ask(const std::vector<int>& seen);  ///< these rows of the table first
    void restart();                          ///< the filter is another one, or what was known is so no more
    void setPaused(bool paused);
    bool isPaused() const { return m_paused; }
    bool hasMore() const;  ///< rows besides those seen that the filter needs answers of
    Count count() const;   ///< nothing where the filter takes all answers

Q_SIGNALS:
    void goesOn();   ///< time to ask() for more
    void counted();  ///< a few times a second while answers come in, and when no more are wanted

private:
    std::vector<int> nextRows();
    void onAnswered(const FactQuestion& question);
    void onIdle();

    FactKnowledge& m_knowledge;
    FactTableModel& m_facts;
    const FactFilter& m_filter;
    std::vector<int> m_rows;               ///< of the filter's relation and text
    std::size_t m_next = 0;                ///< of m_rows: those before it were asked, or cannot be
    std::size_t m_end = 0;                 ///< the next ones end here
    QMultiHash<QString, int> m_askedRows;  ///< by the question's key
    QTimer m_tell;
    bool m_paused = false;
};

}  // namespace mnemo
