// SPDX-License-Identifier: GPL-3.0-or-later
// How far an edit reaches: sentences around it, what the model says to each, and the scores they add up to
// (METHODS.md §4.6). Plain values.
#pragma once
#include "core/data/json.h"
#include "ui/fact_book.h"

#include <QString>
#include <optional>
#include <utility>
#include <vector>

namespace mnemo {

/// A fact with the object that it had and the one it is to have.
struct EditedFact {
    FactForm form;      ///< prompt, subject, prefix
    QString oldObject;  ///< empty: not known
    QString newObject;

    bool operator==(const EditedFact&) const = default;
};

enum class RowKind { Rewrite, Paraphrase, Neighbour, OtherRelation, Own };
QString kindName(RowKind kind);
QString kindHelp(RowKind kind);  ///< what is wanted of such a row

/// What the model says to one prompt. NaN where an object is not known.
struct RowAnswer {
    double pOld = 0;
    double pNew = 0;
    double nllOld = 0;  ///< per token, nats
    double nllNew = 0;
    double rankNew = 0;  ///< of its first token
    QString top;         ///< the most probable token, as shown
    QString continuation;
};
RowAnswer answerFromJson(const Json& json);  ///< of a result of kind "prompts"

struct ParaphraseRow {
    RowKind kind = RowKind::Own;
    QString prompt;
    std::optional<RowAnswer> before;  ///< with the base weights
    std::optional<RowAnswer> after;   ///< with the edits that are on
    QString problem;                  ///< why it has no answer
    bool stale = false;               ///< the answers are of other weights
};

/// The edited sentence, other sentences of its relation, the same sentence about subjects with the old object, and
/// other relations of the subject, as far as the facts know them.
std::vector<ParaphraseRow> rowsAround(const EditedFact& fact, const FactBook& book);

/// Whether the row is as it should be after the edit: the new object ahead of the old one, behind it for neighbours;
/// the same most probable token in other relations. Nothing where that cannot be said, or nothing is wanted of it.
std::optional<bool> verdict(const ParaphraseRow& row);

struct ScoreCount {
    int good = 0;
    int all = 0;

    double share() const { return double(good) / double(all); }  ///< NaN of none
};

struct PhraseScores {
    ScoreCount efficacy;       ///< ES
    ScoreCount paraphrase;     ///< PS
    ScoreCount neighbourhood;  ///< NS
    ScoreCount others;         ///< other relations that are unchanged; not part of S

    double overall() const;  ///< S, the harmonic mean; NaN while one of the three has no row
};
PhraseScores scoresOf(const std::vector<ParaphraseRow>& rows);
QString scoresText(const PhraseScores& scores);  ///< "ES 1/1 · PS 3/4 · NS 9/10 · S 0.87 · …"

/// Both texts as rich text, with the words marked (bold, underlined) that the other does not have in this place.
std::pair<QString, QString> markDifferences(const QString& before, const QString& after);

}  // namespace mnemo
