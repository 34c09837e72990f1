// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/published_lre.h"
#include "tests/io/io_test.h"

using namespace mnemo;

class TestPublishedLre : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    std::filesystem::path write(const char* text) { return io_test::writeFile(m_folder, "numbers.json", text); }

private Q_SLOTS:
    void bars()
    {
        const std::filesystem::path file = write(R"({"mamba-2.8b": [{"relation": "a", "faithfulness": 0.5,
            "random_choice_baseline": 0.25}, {"relation": "b", "faithfulness": 1, "random_choice_baseline": 0}],
            "pythia-2.8b": [{"relation": "c", "faithfulness": 0.125, "random_choice_baseline": 0.5}]})");
        const std::vector<PublishedBar> mamba = readPublishedBars(file, "mamba");
        QCOMPARE(mamba.size(), std::size_t(2));
        QCOMPARE(mamba[0].relation, "a");
        QCOMPARE(mamba[0].faithfulness, 0.5);
        QCOMPARE(mamba[0].baseline, 0.25);
        QCOMPARE(readPublishedBars(file, "pythia").front().relation, "c");
    }

    void sweeps()
    {
        const std::vector<PublishedSweep> sweeps = readPublishedSweeps(
            write(R"({"mamba-3b.pdf": [{"relation": "a", "metric": "causality", "values": [0, 0.5]}]})"), "mamba");
        QCOMPARE(sweeps.size(), std::size_t(1));
        QCOMPARE(sweeps[0].metric, "causality");
        QCOMPARE(sweeps[0].values, (std::vector<double>{0, 0.5}));
    }

    void whatIsMissingIsNamed()
    {
        VERIFY_REFUSED(readPublishedBars(m_folder.filePath("nowhere.json").toStdString(), "mamba"), ErrorCode::NotFound,
                       "nowhere.json");
        const auto refused = [this](const char* text, const char* what) {
            VERIFY_REFUSED(readPublishedBars(write(text), "mamba"), ErrorCode::Damaged, what);
        };
        refused("[1, 2]", "list of mamba");
        refused(R"({"pythia": []})", "list of mamba");
        refused(R"({"mamba": []})", "list of mamba");
        refused(R"({"mamba": [3]})", "\"relation\"");
        refused(R"({"mamba": [{"relation": 3}]})", "3 is no text");
        refused(R"({"mamba": [{"relation": "a"}]})", "\"faithfulness\"");
        refused(R"({"mamba": [{"relation": "a", "faithfulness": "much"}]})", "\"much\" is no number");
        VERIFY_REFUSED(
            readPublishedSweeps(write(R"({"mamba": [{"relation": "a", "metric": "m", "values": [null]}]})"), "mamba"),
            ErrorCode::Damaged, "null is no number");
        VERIFY_REFUSED(
            readPublishedSweeps(write(R"({"mamba": [{"relation": "a", "metric": "m", "values": []}]})"), "mamba"),
            ErrorCode::Damaged, "[] is no number");
    }
};

QTEST_APPLESS_MAIN(TestPublishedLre)
#include "tst_published_lre.moc"
