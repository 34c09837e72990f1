// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/fact.h"
#include "core/experiments/fact_runs.h"
#include "tests/experiments/word_model.h"
#include "tests/support/refusal.h"

#include <QTest>

using namespace mnemo;
using namespace mnemo::test;

namespace {

FactParams params(const std::string& prompt, const std::string& subject, const std::string& swap)
{
    FactParams fact;
    fact.prompt = prompt;
    fact.subject = subject;
    fact.swap = swap;
    return fact;
}

FactPair pairOf(const FactParams& fact)
{
    return makeFactPair(fact, *cityTokenizer(), true);
}

/// "0 1 - 2": a dash where a clean token has no partner.
QString partners(const FactPair& pair)
{
    QStringList list;
    for (const auto& partner : pair.partner)
        list << (partner ? QString::number(*partner) : "-");
    return list.join(' ');
}

bool contains(const std::string& text, const char* word)
{
    return text.find(word) != std::string::npos;
}

}  // namespace

class TestFact : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void templates_data()
    {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("clean");
        QTest::addColumn<QString>("corrupt");
        QTest::addColumn<int>("first");
        QTest::addColumn<int>("difference");
        QTest::newRow("slot") << "{} is in"
                              << "Eiffel Tower is in"
                              << "Big Ben is in" << 0 << 0;
        QTest::newRow("no slot") << "The Eiffel Tower is in"
                                 << "The Eiffel Tower is in"
                                 << "The Big Ben is in" << 1 << 1;
        QTest::newRow("two slots, the last is the subject") << "{} is {} in"
                                                            << "Eiffel Tower is Eiffel Tower in"
                                                            << "Big Ben is Big Ben in" << 3 << 0;
        QTest::newRow("the word outside the slot stays") << "Eiffel Tower and {} is"
                                                         << "Eiffel Tower and Eiffel Tower is"
                                                         << "Eiffel Tower and Big Ben is" << 3 << 3;
    }
    void templates()
    {
        QFETCH(QString, prompt);
        QFETCH(QString, clean);
        QFETCH(QString, corrupt);
        QFETCH(int, first);
        QFETCH(int, difference);
        const FactPair pair = pairOf(params(prompt.toStdString(), "Eiffel Tower", "Big Ben"));
        QCOMPARE(QString::fromStdString(pair.clean.text), clean);
        QCOMPARE(QString::fromStdString(pair.corrupt.text), corrupt);
        QCOMPARE(pair.cleanSubject, (TokenSpan{first, first + 2}));
        QCOMPARE(pair.corruptSubject, pair.cleanSubject);
        QCOMPARE(pair.firstDifference, difference);
    }

    void prefixTokensAreColumns()
    {
        FactParams fact = params("{} is in", "Eiffel Tower", "Big Ben");
        fact.prefix = Prefix::Eos;
        const FactPair pair = pairOf(fact);
        QCOMPARE(pair.clean.prefixTokens, 1);
        QCOMPARE(pair.cleanSubject, (TokenSpan{1, 3}));
        QCOMPARE(pair.firstDifference, 1);
        QVERIFY(pair.isUnchanged(0));
        QVERIFY(!pair.isUnchanged(1));
    }

    void aSharedFirstSubjectTokenIsUnchanged()
    {
        const FactPair pair = pairOf(params("The {} is in", "Eiffel Tower", "Eiffel Pyramid"));
        QCOMPARE(pair.firstDifference, 2);
        QVERIFY(pair.isUnchanged(1));
    }

    void alignment_data()
    {
        QTest::addColumn<QString>("subject");
        QTest::addColumn<QString>("swap");
        QTest::addColumn<QString>("partners");
        QTest::newRow("equal") << "Eiffel Tower"
                               << "Big Ben"
                               << "0 1 2 3 4";
        QTest::newRow("longer clean subject") << "old Eiffel Tower"
                                              << "Rome"
                                              << "0 - - 1 2 3";
        QTest::newRow("longer swap") << "Rome"
                                     << "old Eiffel Tower"
                                     << "0 3 4 5";
    }
    void alignment()
    {
        QFETCH(QString, subject);
        QFETCH(QString, swap);
        QFETCH(QString, partners);
        FactParams fact = params("The {} is in", subject.toStdString(), swap.toStdString());
        fact.align = Align::Right;
        const FactPair pair = pairOf(fact);
        QCOMPARE(::partners(pair), partners);
        QCOMPARE(pair.partner.back().value_or(-1), pair.corrupt.size() - 1);
        QVERIFY(pair.isUnchanged(0));
    }

    /// Shifted tokens are other states although the words before the first difference agree.
    void shiftedTokensAreNotUnchanged()
    {
        FactParams fact = params("{} is in", "old Eiffel Tower", "old Tower");
        fact.align = Align::Right;
        const FactPair pair = pairOf(fact);
        QCOMPARE(::partners(pair), QString("- 0 1 2 3"));
        for (int pos = 0; pos < pair.clean.size(); ++pos)
            QVERIFY(!pair.isUnchanged(pos));
    }

    void rightAlignmentOfEqualLengthsIsNone()
    {
        FactParams fact = params("The {} is in", "Eiffel Tower", "Big Ben");
        const FactPair exact = pairOf(fact);
        fact.align = Align::Right;
        const FactPair right = pairOf(fact);
        QCOMPARE(right.partner, exact.partner);
        QCOMPARE(right.firstDifference, exact.firstDifference);
        QCOMPARE(right.corrupt.ids(), exact.corrupt.ids());
    }

    void errors_data()
    {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("subject");
        QTest::addColumn<QString>("swap");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("named");
        QTest::newRow("empty prompt") << ""
                                      << "Rome"
                                      << "Giza" << int(ErrorCode::EmptyPrompt) << "empty";
        QTest::newRow("blank prompt") << "  "
                                      << "Rome"
                                      << "Giza" << int(ErrorCode::EmptyPrompt) << "empty";
        QTest::newRow("empty subject") << "{} is in"
                                       << ""
                                       << "Giza" << int(ErrorCode::SubjectNotInPrompt) << "empty";
        QTest::newRow("no subject") << "The city of"
                                    << "Rome"
                                    << "Giza" << int(ErrorCode::SubjectNotInPrompt) << "\"Rome\"";
        QTest::newRow("twice") << "Rome is near Rome"
                               << "Rome"
                               << "Giza" << int(ErrorCode::Usage) << "2 times";
        QTest::newRow("length") << "{} is in"
                                << "old Eiffel Tower"
                                << "Big Ben" << int(ErrorCode::LengthMismatch) << "3 and 2 tokens";
        QTest::newRow("same swap") << "{} is in"
                                   << "Rome"
                                   << "Rome" << int(ErrorCode::Usage) << "\"Rome\"";
        QTest::newRow("no corruption") << "{} is in"
                                       << "Rome"
                                       << "" << int(ErrorCode::Usage) << "neither";
    }
    void errors()
    {
        QFETCH(QString, prompt);
        QFETCH(QString, subject);
        QFETCH(QString, swap);
        QFETCH(int, code);
        QFETCH(QString, named);
        const Error error =
            test::refusal([&] { pairOf(params(prompt.toStdString(), subject.toStdString(), swap.toStdString())); });
        QCOMPARE(int(error.code), code);
        QVERIFY2(contains(error.message, qPrintable(named)), error.message.c_str());
        QVERIFY(!error.hint.empty());
    }

    void lengthMismatchOffersAlignment()
    {
        const Error error = test::refusal([] { pairOf(params("{} is in", "old Eiffel Tower", "Rome")); });
        QVERIFY(contains(error.hint, "--align right"));
    }

    void swapAndNoiseExcludeEachOther()
    {
        FactParams fact = params("{} is in", "Rome", "Giza");
        fact.noise = 3;
        QCOMPARE(test::refusal([&] { pairOf(fact); }).code, ErrorCode::Usage);
    }

    void noiseKeepsTheWords()
    {
        FactParams fact = params("The {} is in", "Eiffel Tower", "");
        fact.noise = 3;
        const FactPair pair = pairOf(fact);
        QCOMPARE(pair.corruption, Corruption::Noise);
        QCOMPARE(pair.corrupt.ids(), pair.clean.ids());
        QCOMPARE(pair.firstDifference, 1);
    }

    void answers_data()
    {
        QTest::addColumn<QString>("target");
        QTest::addColumn<int>("id");
        QTest::addColumn<int>("code");
        QTest::newRow("beyond the rows") << "" << 1000 << int(ErrorCode::TargetNotInVocabulary);
        QTest::newRow("a padding row") << "" << 22 << int(ErrorCode::TargetNotInVocabulary);
        QTest::newRow("both") << "Paris" << 3 << int(ErrorCode::Usage);
    }
    void answers()
    {
        QFETCH(QString, target);
        QFETCH(int, id);
        QFETCH(int, code);
        const LoadedModel model = shapeModel("mamba", 2);
        FactParams fact = params("{} is in", "Rome", "Giza");
        fact.target = target.toStdString();
        fact.targetId = id;
        QCOMPARE(int(test::refusal([&] { prepareFact(fact, {model, {}}, true); }).code), code);
    }

    void sequencesScoreEveryToken()
    {
        const LoadedModel model = shapeModel("mamba", 2);
        FactParams fact = params("{} is in", "Rome", "Giza");
        fact.target = "the old city";
        QCOMPARE(prepareFact(fact, {model, {}}, true).target, std::vector<int>{10});
        fact.targetMode = TargetMode::Sequence;
        const FactTask task = prepareFact(fact, {model, {}}, true);
        QCOMPARE(task.target, (std::vector<int>{10, 6, 11}));
        Plan plan;
        const FactRuns runs = addFactRuns(plan, task);
        QCOMPARE(plan.tokensOf(runs.clean), (std::vector<int>{4, 8, 9, 10, 6}));
        QCOMPARE(plan.tokensOf(runs.corrupt[0]), (std::vector<int>{14, 8, 9, 10, 6}));
    }

    void tooLongForTheModel()
    {
        const LoadedModel model = shapeModel("gpt_neox", 2, 4);
        FactParams fact = params("{} is in", "Rome", "Giza");
        QCOMPARE(prepareFact(fact, {model, {}}, true).pair.clean.size(), 3);
        fact.prompt = "{} is in the city";
        const Error error = test::refusal([&] { prepareFact(fact, {model, {}}, true); });
        QCOMPARE(error.code, ErrorCode::PromptTooLong);
        QVERIFY(contains(error.message, "5 tokens"));
    }
};

QTEST_APPLESS_MAIN(TestFact)
#include "tst_fact.moc"
