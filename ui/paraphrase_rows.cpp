// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/paraphrase_rows.h"

#include "widgets/json_value.h"
#include "widgets/number_text.h"
#include "widgets/token_chips.h"

#include <QObject>
#include <QStringList>
#include <algorithm>
#include <cmath>

namespace mnemo {
namespace {

constexpr int mostParaphrases = 8;
constexpr int mostNeighbours = 10;
constexpr int mostOthers = 10;

QString filled(QString sentence, const QString& subject)
{
    return sentence.replace(QStringLiteral("{}"), subject);
}

void add(std::vector<ParaphraseRow>& rows, RowKind kind, const QString& prompt)
{
    const bool there = std::ranges::any_of(rows, [&](const ParaphraseRow& row) { return row.prompt == prompt; });
    if (!there)
        rows.push_back({kind, prompt, {}, {}, {}});
}

/// Lengths of the longest common subsequences of the words' ends: [i][j] of those from i and from j on.
std::vector<std::vector<int>> commonWords(const QStringList& a, const QStringList& b)
{
    std::vector<std::vector<int>> common(std::size_t(a.size() + 1), std::vector<int>(std::size_t(b.size() + 1), 0));
    for (auto i = std::size_t(a.size()); i-- > 0;)
        for (auto j = std::size_t(b.size()); j-- > 0;)
            common[i][j] = a[qsizetype(i)] == b[qsizetype(j)] ? common[i + 1][j + 1] + 1
                                                              : std::max(common[i + 1][j], common[i][j + 1]);
    return common;
}

QString marked(const QString& word)
{
    return QStringLiteral("<b><u>%1</u></b>").arg(word.toHtmlEscaped());
}

}  // namespace

QString kindName(RowKind kind)
{
    switch (kind) {
        case RowKind::Rewrite:
            return QObject::tr("rewrite");
        case RowKind::Paraphrase:
            return QObject::tr("paraphrase");
        case RowKind::Neighbour:
            return QObject::tr("neighbour");
        case RowKind::OtherRelation:
            return QObject::tr("other relation");
        case RowKind::Own:
            break;
    }
    return QObject::tr("own");
}

QString kindHelp(RowKind kind)
{
    switch (kind) {
        case RowKind::Rewrite:
            return QObject::tr("The edited sentence: the new object should be ahead of the old one (ES).");
        case RowKind::Paraphrase:
            return QObject::tr("The same asked in other words: the new object should be ahead of the old one (PS).");
        case RowKind::Neighbour:
            return QObject::tr("Another subject with the old object: it should stay ahead of the new one (NS).");
        case RowKind::OtherRelation:
            return QObject::tr("Something else about the subject: the answer should stay what it was.");
        case RowKind::Own:
            break;
    }
    return QObject::tr("Your own prompt: no part of the scores.");
}

RowAnswer answerFromJson(const Json& json)
{
    return {jsonNumber(json, "p_old"),     jsonNumber(json, "p_new"),
            jsonNumber(json, "nll_old"),   jsonNumber(json, "nll_new"),
            jsonNumber(json, "rank_new"),  shownToken(jsonText(jsonMember(json, "top"), "text").toStdString()),
            jsonText(json, "continuation")};
}

std::vector<ParaphraseRow> rowsAround(const EditedFact& fact, const FactBook& book)
{
    std::vector<ParaphraseRow> rows;
    const QString subject = fact.form.subject, sentence = promptTemplate(fact.form);
    add(rows, RowKind::Rewrite, cleanText(fact.form));
    const auto known = book.find(fact.form);
    if (known) {
        QStringList others = book.sentences(known->relation);
        others.removeAll(sentence);
        // The last ones are those that the shipped models never read: the harder test.
        for (const QString& other : others.mid(std::max(0, int(others.size()) - mostParaphrases)))
            add(rows, RowKind::Paraphrase, filled(other, subject));
        for (const QString& neighbour : book.sharing(*known).mid(0, mostNeighbours))
            add(rows, RowKind::Neighbour, filled(sentence, neighbour));
    }
    int others = 0;
    for (const FactBook::Fact& other : book.about(subject))
        if ((!known || other.relation != known->relation) && others++ < mostOthers)
            add(rows, RowKind::OtherRelation, filled(other.prompt, subject));
    return rows;
}

std::optional<bool> verdict(const ParaphraseRow& row)
{
    if (!row.before || !row.after || row.kind == RowKind::Own)
        return std::nullopt;
    if (row.kind == RowKind::OtherRelation)
        return row.before->top == row.after->top;
    if (std::isnan(row.after->nllOld) || std::isnan(row.after->nllNew))
        return std::nullopt;
    return row.kind == RowKind::Neighbour ? row.after->nllOld < row.after->nllNew
                                          : row.after->nllNew < row.after->nllOld;
}

double PhraseScores::overall() const
{
    const double shares[] = {efficacy.share(), paraphrase.share(), neighbourhood.share()};
    double inverse = 0;
    for (const double share : shares)
        inverse += 1 / share;  // infinite of 0: then S is 0
    return 3 / inverse;
}

PhraseScores scoresOf(const std::vector<ParaphraseRow>& rows)
{
    PhraseScores scores;
    for (const ParaphraseRow& row : rows) {
        const std::optional<bool> good = verdict(row);
        if (!good)
            continue;
        ScoreCount& count = row.kind == RowKind::Rewrite      ? scores.efficacy
                            : row.kind == RowKind::Paraphrase ? scores.paraphrase
                            : row.kind == RowKind::Neighbour  ? scores.neighbourhood
                                                              : scores.others;
        ++count.all;
        count.good += *good ? 1 : 0;
    }
    return scores;
}

QString scoresText(const PhraseScores& scores)
{
    QStringList parts;
    for (const auto& [name, count] :
         {std::pair{QObject::tr("ES"), scores.efficacy}, std::pair{QObject::tr("PS"), scores.paraphrase},
          std::pair{QObject::tr("NS"), scores.neighbourhood}})
        parts << (count.all > 0 ? QObject::tr("%1 %2/%3").arg(name).arg(count.good).arg(count.all)
                                : QObject::tr("%1 –").arg(name));
    parts << QObject::tr("<b>S %1</b>").arg(shortNumber(scores.overall()));
    if (scores.others.all > 0)
        parts << QObject::tr("other relations unchanged %1/%2").arg(scores.others.good).arg(scores.others.all);
    return parts.join(QStringLiteral(" · "));
}

std::pair<QString, QString> markDifferences(const QString& before, const QString& after)
{
    const QStringList a = before.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    const QStringList b = after.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    const auto common = commonWords(a, b);
    QStringList first, second;
    for (qsizetype i = 0, j = 0; i < a.size() || j < b.size();) {
        if (i < a.size() && j < b.size() && a[i] == b[j]) {
            first << a[i++].toHtmlEscaped();
            second << b[j++].toHtmlEscaped();
        } else if (j >= b.size() || (i < a.size() && common[std::size_t(i + 1)][std::size_t(j)] >=
                                                         common[std::size_t(i)][std::size_t(j + 1)])) {
            first << marked(a[i++]);
        } else {
            second << marked(b[j++]);
        }
    }
    return {first.join(QLatin1Char(' ')), second.join(QLatin1Char(' '))};
}

}  // namespace mnemo
