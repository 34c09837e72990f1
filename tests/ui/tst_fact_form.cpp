// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fact_form.h"

#include <QTest>

using namespace mnemo;

namespace {

FactForm tower()
{
    FactForm form;
    form.prompt = "The Eiffel Tower is located in the city of";
    form.subject = "Eiffel Tower";
    form.swap = "Louvre Museum";
    return form;
}

}  // namespace

class TestFactForm : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theSwapTakesTheSubjectsPlace()
    {
        QCOMPARE(cleanText(tower()), QString("The Eiffel Tower is located in the city of"));
        QCOMPARE(corruptText(tower()), QString("The Louvre Museum is located in the city of"));
        QCOMPARE(subjectBegin(tower()), 4);
    }

    void everyHoleIsFilledAndTheLastIsTheSubject()
    {
        FactForm form = tower();
        form.prompt = "{}. Where is {}?";
        form.subject = "Köln";
        form.swap = "Bonn";
        QCOMPARE(cleanText(form), QString("Köln. Where is Köln?"));
        QCOMPARE(subjectBegin(form), 15);
        QCOMPARE(cleanText(form).mid(15, 4), QString("Köln"));
    }

    void withNoiseTheTextStaysAsItIs()
    {
        FactForm form = tower();
        form.noise = 3;
        QCOMPARE(corruptText(form), cleanText(form));
        const Json json = factParameters(form);
        QVERIFY(!json.contains("swap"));
        QCOMPARE(json.at("noise").get<double>(), 3.0);
    }

    void withoutTheEditsTheTextStaysAsItIs()
    {
        FactForm form = tower();
        form.unedited = true;
        QCOMPARE(corruptText(form), cleanText(form));
        form.swap.clear();
        QVERIFY(!checkForm(form));
        const Json json = factParameters(form);
        QVERIFY(!json.contains("swap") && json.at("unedited") == true);
        QVERIFY(formFromParameters(json) == form);
        QVERIFY(asCommand(form, "m", "auto").contains(" --unedited "));
    }

    void parametersComeBackAsTheSameForm()
    {
        FactForm form = tower();
        form.alignRight = true;
        form.target = " Paris";
        form.foilId = 17;
        form.prefix = "eos";
        form.direction = "corrupt";
        QVERIFY(formFromParameters(factParameters(form)) == form);
    }

    void whatCannotBeTracedIsSaidBeforeTheEngineIsAsked_data()
    {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("subject");
        QTest::addColumn<QString>("swap");
        QTest::addColumn<int>("code");
        QTest::newRow("no prompt") << "  "
                                   << "a"
                                   << "b" << int(ErrorCode::EmptyPrompt);
        QTest::newRow("no subject") << "The cat"
                                    << ""
                                    << "b" << int(ErrorCode::SubjectNotInPrompt);
        QTest::newRow("misspelt") << "The cat sat"
                                  << "cta"
                                  << "dog" << int(ErrorCode::SubjectNotInPrompt);
        QTest::newRow("twice") << "A cat is a cat"
                               << "cat"
                               << "dog" << int(ErrorCode::Usage);
        QTest::newRow("no swap") << "The cat sat"
                                 << "cat"
                                 << "" << int(ErrorCode::Usage);
        QTest::newRow("same") << "The cat sat"
                              << "cat"
                              << "cat" << int(ErrorCode::EffectUndefined);
        QTest::newRow("fine") << "The cat sat"
                              << "cat"
                              << "dog" << -1;
    }
    void whatCannotBeTracedIsSaidBeforeTheEngineIsAsked()
    {
        QFETCH(QString, prompt);
        QFETCH(QString, subject);
        QFETCH(QString, swap);
        QFETCH(int, code);
        FactForm form;
        form.prompt = prompt;
        form.subject = subject;
        form.swap = swap;
        const auto error = checkForm(form);
        QCOMPARE(error ? int(error->code) : -1, code);
        if (error)
            QVERIFY(!error->message.empty() && !error->hint.empty());
    }

    void subjectsAreGuessed_data()
    {
        QTest::addColumn<QString>("prompt");
        QTest::addColumn<QString>("expected");
        QTest::newRow("known, longest") << "The Eiffel Tower Park is in"
                                        << "Eiffel Tower Park";
        QTest::newRow("known, whole words only") << "The Eiffel Towers are in"
                                                 << "Eiffel Towers";
        QTest::newRow("known, lower case") << "they say big ben is in"
                                           << "big ben";
        QTest::newRow("capitalised") << "The mother tongue of Angela Merkel is"
                                     << "Angela Merkel";
        QTest::newRow("small words inside") << "The Statue of Liberty stands in"
                                            << "Statue of Liberty";
        QTest::newRow("nothing") << "it is raining in"
                                 << "";
        QTest::newRow("article alone") << "The capital is"
                                       << "";
    }
    void subjectsAreGuessed()
    {
        QFETCH(QString, prompt);
        QFETCH(QString, expected);
        QCOMPARE(guessSubject(prompt, {"Eiffel Tower", "Eiffel Tower Park", "big ben"}), expected);
    }

    void commandsAreQuotedForAShell()
    {
        FactForm form = tower();
        form.subject = "O'Hare";
        form.prompt = "{} is in";
        QCOMPARE(
            asCommand(form, "mnemo-mamba", "auto"),
            QString("mnemo trace -m 'mnemo-mamba' -p '{} is in' -s 'O'\\''Hare' --swap 'Louvre Museum' --window auto"));
    }

    void spacesAreWarnedOf()
    {
        QCOMPARE(spaceWarnings("The city of").size(), 0);
        QCOMPARE(spaceWarnings("The city of ").size(), 1);
        QCOMPARE(spaceWarnings(" The  city").size(), 2);
    }
};

QTEST_APPLESS_MAIN(TestFactForm)
#include "tst_fact_form.moc"
