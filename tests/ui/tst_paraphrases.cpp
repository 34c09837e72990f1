// SPDX-License-Identifier: GPL-3.0-or-later
// The sentences around an edit, what is wanted of each, and how they are asked.
#include <QCoreApplication>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <cstring>

#include "tests/ui/fake_engine.h"
#include "ui/glossary.h"
#include "ui/paraphrase_asking.h"
#include "ui/paraphrase_table.h"

using namespace mnemo;

namespace {

constexpr int patience = 20'000;  // ms; a bound on hanging, not a measurement

FactBook book()
{
    Relation city;
    city.name = "city";
    city.templates = {"{} is in", "Where is {}? In"};
    city.heldOutTemplates = {"{} lies in"};
    city.samples = {{"Big Ben", "London"}, {"Tower Bridge", "London"}, {"Louvre", "Paris"}};
    Relation country;
    country.name = "country";
    country.templates = {"{} is in the country of"};
    country.samples = {{"Big Ben", "England"}};
    return FactBook({city, country});
}

EditedFact bigBen()
{
    EditedFact fact;
    fact.form.prompt = "{} is in";
    fact.form.subject = "Big Ben";
    fact.oldObject = "London";
    fact.newObject = "Rome";
    return fact;
}

ParaphraseRow answered(RowKind kind, double nllOld, double nllNew, const char* topBefore, const char* topAfter)
{
    RowAnswer before, after;
    before.top = topBefore;
    after.top = topAfter;
    after.nllOld = nllOld;
    after.nllNew = nllNew;
    return {kind, "x", before, after, {}};
}

QStringList promptsOf(const std::vector<ParaphraseRow>& rows, RowKind kind)
{
    QStringList prompts;
    for (const ParaphraseRow& row : rows)
        if (row.kind == kind)
            prompts << row.prompt;
    return prompts;
}

}  // namespace

class TestParaphrases : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void rowsAreWhatTheFactsKnow()
    {
        const std::vector<ParaphraseRow> rows = rowsAround(bigBen(), book());
        QCOMPARE(promptsOf(rows, RowKind::Rewrite), QStringList{"Big Ben is in"});
        QCOMPARE(promptsOf(rows, RowKind::Paraphrase), (QStringList{"Where is Big Ben? In", "Big Ben lies in"}));
        QCOMPARE(promptsOf(rows, RowKind::Neighbour), QStringList{"Tower Bridge is in"});
        QCOMPARE(promptsOf(rows, RowKind::OtherRelation), QStringList{"Big Ben is in the country of"});
        EditedFact unknown = bigBen();
        unknown.form.prompt = "Tourists find {} in";
        QCOMPARE(promptsOf(rowsAround(unknown, book()), RowKind::Rewrite), QStringList{"Tourists find Big Ben in"});
        QCOMPARE(int(rowsAround(unknown, book()).size()), 3);  // and both relations of the subject
    }

    void everyKindHasItsVerdict()
    {
        for (const RowKind kind : {RowKind::Rewrite, RowKind::Paraphrase}) {
            QVERIFY(verdict(answered(kind, 3, 1, "a", "b")) == true);
            QVERIFY(verdict(answered(kind, 1, 3, "a", "b")) == false);
            QVERIFY(verdict(answered(kind, 1, 1, "a", "b")) == false);  // not ahead
        }
        QVERIFY(verdict(answered(RowKind::Neighbour, 1, 3, "a", "a")) == true);
        QVERIFY(verdict(answered(RowKind::Neighbour, 3, 1, "a", "b")) == false);
        QVERIFY(verdict(answered(RowKind::OtherRelation, 3, 1, "a", "a")) == true);
        QVERIFY(verdict(answered(RowKind::OtherRelation, 1, 3, "a", "b")) == false);
        QVERIFY(!verdict(answered(RowKind::Own, 3, 1, "a", "b")));
        QVERIFY(!verdict(answered(RowKind::Rewrite, std::nan(""), 1, "a", "b")));  // the old object is not known
        QVERIFY(!verdict(ParaphraseRow{RowKind::Rewrite, "x", {}, {}, {}}));
    }

    void scoresCountByKind()
    {
        std::vector<ParaphraseRow> rows{answered(RowKind::Rewrite, 3, 1, "", "")};
        for (const double old : {3.0, 0.5})
            rows.push_back(answered(RowKind::Paraphrase, old, 1, "", ""));
        for (const double old : {0.5, 0.5, 0.5, 3.0})
            rows.push_back(answered(RowKind::Neighbour, old, 1, "", ""));
        QVERIFY(std::abs(scoresOf(rows).overall() - 3 / (1 / 1.0 + 1 / 0.5 + 1 / 0.75)) < 1e-12);
        rows.push_back(answered(RowKind::OtherRelation, 0, 0, "a", "b"));
        rows.push_back(answered(RowKind::Own, 0, 9, "a", "b"));
        const QString text = scoresText(scoresOf(rows));
        QVERIFY2(text.contains("ES 1/1 · PS 1/2 · NS 3/4") && text.contains("unchanged 0/1"), qPrintable(text));
        QVERIFY(std::isnan(scoresOf({rows.front()}).overall()));
        QVERIFY2(scoresText(scoresOf({rows.front()})).contains("PS –"), "a score of no rows");
        rows.front() = answered(RowKind::Rewrite, 1, 3, "", "");
        QCOMPARE(scoresOf(rows).overall(), 0.0);
    }

    void differingWordsAreMarkedByMoreThanColour()
    {
        const auto [before, after] = markDifferences("in London on the Thames", "in Rome on the <b>Tiber and more");
        QCOMPARE(before, QStringLiteral("in <b><u>London</u></b> on the <b><u>Thames</u></b>"));
        QCOMPARE(after, QStringLiteral("in <b><u>Rome</u></b> on the <b><u>&lt;b&gt;Tiber</u></b> <b><u>and</u></b> "
                                       "<b><u>more</u></b>"));
        QCOMPARE(markDifferences("a b", "a b").first, QStringLiteral("a b"));
        QCOMPARE(markDifferences("", "a").second, QStringLiteral("<b><u>a</u></b>"));
    }

    void ownRowsAreAddedOnceAndTakenAway()
    {
        ParaphraseTable table;
        table.setRows(rowsAround(bigBen(), book()));
        const int rows = table.rowCount();
        table.addOwn({" My own ", "", "My own", "Big Ben is in", "Another"});
        QCOMPARE(table.rowCount(), rows + 2);
        table.removeRows({0, rows, 1});  // others stay
        QCOMPARE(table.rowCount(), rows + 1);
        QCOMPARE(table.rows().back().prompt, QStringLiteral("Another"));
    }

    void columnsAreExplainedAsInTheGlossary()
    {
        const Glossary glossary = Glossary::load(MNEMO_BIN_DIR "/../share/mnemoscope/glossary.json");
        ParaphraseTable table;
        table.explain(glossary);
        const auto help = [&](int column) {
            return table.headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString();
        };
        for (const auto& [column, key] :
             {std::pair{ParaphraseTable::Kind, "row_kind"}, std::pair{ParaphraseTable::OldP, "p_old"},
              std::pair{ParaphraseTable::NewP, "p_new"}, std::pair{ParaphraseTable::Rank, "rank_new"},
              std::pair{ParaphraseTable::Top, "top_token"}, std::pair{ParaphraseTable::Verdict, "verdict"}}) {
            QVERIFY2(!glossary.shortText(key).isEmpty(), key);
            QCOMPARE(help(column), glossary.text(key));
        }
    }

    void failingRowsCanBeSortedFirst()
    {
        ParaphraseTable table;
        table.setRows({answered(RowKind::Own, 0, 0, "", ""), answered(RowKind::Rewrite, 3, 1, "", ""),
                       answered(RowKind::Rewrite, 1, 3, "", "")});
        const auto order = [&](int row) {
            return table.index(row, ParaphraseTable::Verdict).data(Qt::UserRole).toInt();
        };
        QVERIFY(order(2) < order(1) && order(1) < order(0));
        QVERIFY(table.index(2, ParaphraseTable::Verdict).data().toString().contains("fails"));
    }

    void oneBadPromptLeavesTheOthersTheirAnswers()
    {
        EngineClient client({QCoreApplication::applicationFilePath(), {"--fake-engine", "good"}});
        ParaphraseAsking asking(client);
        QStringList said, bad;
        connect(&asking, &ParaphraseAsking::answered, this,
                [&](const QString& prompt, const RowAnswer&, const RowAnswer& after) {
                    said << prompt + after.continuation;
                });
        connect(&asking, &ParaphraseAsking::refused, this, [&](const QString& prompt) { bad << prompt; });
        client.start();
        client.loadModel("fake");
        QTRY_VERIFY_WITH_TIMEOUT(!client.modelHash().empty(), patience);
        asking.ask(bigBen(), {"one", "refused", "three", "four"}, {2, 0, 1, 3}, 2);
        QTRY_VERIFY_WITH_TIMEOUT(!asking.isBusy(), patience);
        QCOMPARE(said.mid(0, 3), (QStringList{"three", "one", "four"}));  // those that are seen, then the others
        QCOMPARE(said.mid(3), (QStringList{"three 20", "one 20", "four 20"}));
        QCOMPARE(bad, (QStringList{"refused", "refused"}));
    }
};

int main(int argc, char** argv)
{
    if (argc == 3 && std::strcmp(argv[1], "--fake-engine") == 0)
        return fakeEngine(argv[2]);
    QCoreApplication app(argc, argv);
    TestParaphrases test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_paraphrases.moc"
