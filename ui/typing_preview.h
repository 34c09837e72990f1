// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/prompt.h"
#include "ui/fact_form.h"
#include "widgets/bar_list.h"

#include <QObject>
#include <QStringList>

namespace mnemo {

class EngineClient;

/// What is shown while typing: the tokens of both prompts, the next-token probabilities of both with the base weights
/// and of the first with the edits that are on, and swaps of the same token count. No delays: a newer question replaces
/// the older one.
class TypingPreview : public QObject
{
    Q_OBJECT

public:
    explicit TypingPreview(EngineClient& engine, QObject* parent = nullptr);

    void show(const FactForm& form);  ///< asks again only for what changed
    void again();                     ///< after another model
    void editsChanged();
    void findSwaps(const QStringList& candidates);  ///< other subjects to compare with the form's

Q_SIGNALS:
    void cleanTokens(const mnemo::Prompt& prompt, mnemo::TokenSpan subject);
    void corruptTokens(const mnemo::Prompt& prompt, mnemo::TokenSpan subject);
    void lengthsKnown(int subjectTokens, int swapTokens);
    void barsChanged(mnemo::RunRole run, const std::vector<mnemo::TokenBar>& bars);
    void failed(const mnemo::Error& error);
    void swapsFound(const QStringList& sameLength, int tokens);  ///< tokens: how many they have to have; 0: unknown

private:
    struct SwapSearch {
        QStringList found;
        int asked = 0;
        int answered = 0;
        int tokens = 0;
    };

    void tokenizeClean();
    void tokenizeCorrupt();
    void predict(RunRole run, const QString& text);
    void predictEdited();
    RunRole roleOf(qint64 ticket) const;
    void askSwaps();
    void report();
    Prefix prefix() const;

    EngineClient& m_engine;
    FactForm m_form;
    QString m_clean;
    QString m_corrupt;
    qint64 m_generation = 0;
    qint64 m_cleanTicket = 0;
    qint64 m_corruptTicket = 0;
    qint64 m_editedTicket = 0;
    QStringList m_candidates;
    SwapSearch m_search;
    qint64 m_searchGeneration = 0;
    int m_subjectTokens = -1;
    int m_swapTokens = -1;
};

}  // namespace mnemo
