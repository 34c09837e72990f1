// SPDX-License-Identifier: GPL-3.0-or-later
// What tabs are called, with one model and with several.
#include "ui/tab_title.h"

#include <QTest>

using namespace mnemo;

class TestTabTitle : public QObject
{
    Q_OBJECT

    static Trace traceOf(const char* model)
    {
        auto result = std::make_shared<Result>();
        result->model = {{"name", model}};
        Trace trace;
        trace.form.prompt = "{} is in";
        trace.form.subject = "Big Ben";
        trace.result = result;
        return trace;
    }

private Q_SLOTS:
    void modelsAreToldApartInAFewLetters_data()
    {
        QTest::addColumn<QStringList>("all");
        QTest::addColumn<QStringList>("names");
        QTest::newRow("words") << QStringList{"mnemo-mamba", "mnemo-pythia"} << QStringList{"mamba", "pythia"};
        QTest::newRow("sizes") << QStringList{"mamba-130m", "mamba-1.4b", "mamba-370m"}
                               << QStringList{"130m", "1.4b", "370m"};
        QTest::newRow("nothing shared") << QStringList{"mamba-130m", "pythia-160m"}
                                        << QStringList{"mamba-130m", "pythia-160m"};
        QTest::newRow("one begins the other")
            << QStringList{"mamba-130m", "mamba-130m-hf"} << QStringList{"130m", "130m-hf"};
        QTest::newRow("owners") << QStringList{"a/mamba", "b/mamba"} << QStringList{"a/mamba", "b/mamba"};
    }
    void modelsAreToldApartInAFewLetters()
    {
        QFETCH(QStringList, all);
        QFETCH(QStringList, names);
        const ModelNames models(all.begin(), all.end());
        QStringList found;
        for (const QString& model : all)
            found << nameAmong(model, models);
        QCOMPARE(found, names);
    }

    void tracesNameTheirModelsWhereThereAreSeveral()
    {
        Trace first = traceOf("mnemo-mamba");
        const Trace second = traceOf("mnemo-pythia");
        const ModelNames both{"mnemo-mamba", "mnemo-pythia"};
        const auto markOf = [&](const Trace* beside, const ModelNames& shown) {
            return tabTitle(first, beside, shown).mark;
        };
        QCOMPARE(markOf(nullptr, {"mnemo-mamba"}), QString());
        QCOMPARE(markOf(nullptr, both), QStringLiteral(" · mamba"));
        QCOMPARE(markOf(&second, both), QStringLiteral(" · mamba | pythia"));
        const Trace base = traceOf("mnemo-mamba");
        first.edits = {{"sha256:1", 1}};
        QCOMPARE(markOf(&base, {"mnemo-mamba"}), QStringLiteral(" · 1 edit"));
        first.pinned = true;
        QCOMPARE(markOf(nullptr, both), QStringLiteral(" · mamba · 1 edit · pinned"));
        QCOMPARE(tabTitle(first, &second, both).tip,
                 QStringLiteral("Big Ben is in\nmnemo-mamba, 1 edit\nmnemo-pythia, base weights"));
    }

    void resultsNameTheirModelBeforeTheFirstSnapshot()
    {
        ResultEntry entry;
        entry.title = "Average & more";
        entry.modelName = "owner/mamba-130m";
        const TabTitle title = tabTitle(entry, {"owner/mamba-130m", "owner/pythia-160m"});
        QCOMPARE(tabText(title, QFontMetrics(QFont())), QStringLiteral("Average && more · mamba-130m"));
        QCOMPARE(title.tip, QStringLiteral("Average & more\nowner/mamba-130m, base weights"));
        QCOMPARE(tabTitle(entry, {"owner/mamba-130m"}).mark, QString());
    }
};

QTEST_MAIN(TestTabTitle)
#include "tst_tab_title.moc"
