// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/experiments/word_model.h"  // before <compare>, which moc cannot read first

#include "core/experiments/patch_spec.h"
#include "core/io/npy.h"
#include "tests/support/refusal.h"

#include <QTemporaryDir>
#include <QTest>

using namespace mnemo;
using namespace mnemo::test;

namespace {

struct Case {
    LoadedModel model = shapeModel("mamba", 4);
    FactParams params;
    FactTask task;
    Plan plan;
    FactRuns runs;

    Case(const std::string& subject, const std::string& swap, Direction direction = Direction::Restore)
    {
        params.prompt = "The {} is in";
        params.subject = subject;
        params.swap = swap;
        params.align = Align::Right;
        params.direction = direction;
        task = prepareFact(params, {model, {}}, false);
        runs = addFactRuns(plan, task);
    }
    std::vector<Patch> patches(const std::string& text) const
    {
        return makePatches(parsePatch(text, 4, task.pair), task, runs, 0, *model.model);
    }
};

}  // namespace

class TestPatchSpec : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void positions_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QList<int>>("positions");
        QTest::newRow("subject") << "subject" << QList<int>{1, 2};
        QTest::newRow("subject_last") << "subject_last" << QList<int>{2};
        QTest::newRow("last") << "last" << QList<int>{4};
        QTest::newRow("all") << "all" << QList<int>{0, 1, 2, 3, 4};
        QTest::newRow("one") << "3" << QList<int>{3};
        QTest::newRow("range") << "1-3" << QList<int>{1, 2, 3};
        QTest::newRow("list, sorted, once") << "4,2,last" << QList<int>{2, 4};
    }
    void positions()
    {
        QFETCH(QString, text);
        QFETCH(QList<int>, positions);
        const Case one("Eiffel Tower", "Big Ben");
        const std::vector<int> parsed = parsePositions(text.toStdString(), one.task.pair).positions;
        QCOMPARE(QList<int>(parsed.begin(), parsed.end()), positions);
    }

    void badTexts_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("code");
        QTest::newRow("no position") << "layers.1.s=clean" << int(ErrorCode::Usage);
        QTest::newRow("no value") << "layers.1.s@last" << int(ErrorCode::Usage);
        QTest::newRow("beyond the prompt") << "layers.1.s@5=clean" << int(ErrorCode::Usage);
        QTest::newRow("backwards") << "layers.1.s@3-2=clean" << int(ErrorCode::Usage);
        QTest::newRow("word") << "layers.1.s@middle=clean" << int(ErrorCode::Usage);
        QTest::newRow("value") << "layers.1.s@last=mean" << int(ErrorCode::Usage);
        QTest::newRow("layer") << "layers.4.s@last=clean" << int(ErrorCode::UnknownSite);
        QTest::newRow("site") << "layers.1.q@last=clean" << int(ErrorCode::UnknownSite);
        QTest::newRow("site of another model") << "layers.1.attn@last=clean" << int(ErrorCode::UnknownSite);
        QTest::newRow("file") << "layers.1.s@last=missing.npy" << int(ErrorCode::NotFound);
    }
    void badTexts()
    {
        QFETCH(QString, text);
        QFETCH(int, code);
        const Case one("Eiffel Tower", "Big Ben");
        VERIFY_REFUSED(one.patches(text.toStdString()), ErrorCode(code), "");
    }

    void cleanStatesGoToTheirPartners()
    {
        const Case one("Eiffel Tower", "old Big Ben");
        const std::vector<Patch> patches = one.patches("layers.1-2.s@subject=clean");
        QCOMPARE(patches.size(), std::size_t(2));
        QVERIFY(patches[1].site == (Site{SiteKind::S, 2, {}}));
        QCOMPARE(patches[0].positions, (std::vector<int>{2, 3}));
        QCOMPARE(std::get<CopyFrom>(patches[0].what).positions, (std::vector<int>{1, 2}));
        QCOMPARE(std::get<CopyFrom>(patches[0].what).run, one.runs.clean);
    }

    void corruptedStatesGoIntoTheCleanRun()
    {
        const Case one("Eiffel Tower", "old Big Ben", Direction::Corrupt);
        const std::vector<Patch> patches = one.patches("layers.1.s@subject_last=corrupt");
        QCOMPARE(patches[0].positions, std::vector<int>{2});
        QCOMPARE(std::get<CopyFrom>(patches[0].what).positions, std::vector<int>{3});
        QCOMPARE(std::get<CopyFrom>(patches[0].what).run, one.runs.corrupt[0]);
    }

    void tokensWithoutAPartner()
    {
        const Case one("old Eiffel Tower", "Big Ben");
        QCOMPARE(one.patches("layers.1.s@subject=clean")[0].positions, (std::vector<int>{1, 2}));
        QVERIFY_EXCEPTION_THROWN(one.patches("layers.1.s@1=clean"), Failure);
    }

    void zeroAndFiles()
    {
        const Case one("Eiffel Tower", "Big Ben");
        const auto zero = std::get<SetTo>(one.patches("layers.1.s@last=zero")[0].what).value;
        QCOMPARE(zero->values, std::vector<float>(8, 0.0F));
        QTemporaryDir folder;
        const std::string file = folder.filePath("v.npy").toStdString();
        writeNpy(file, HostTensor{{4}, {1, 2, 3, 4}});
        QCOMPARE(std::get<SetTo>(one.patches("layers.1.h@last=" + file)[0].what).value->values[3], 4.0F);
        QCOMPARE(std::get<AddTo>(one.patches("layers.1.h@last=+" + file)[0].what).value->values[3], 4.0F);
    }

    void withoutACorruptedRun()
    {
        const Case one("Eiffel Tower", "");
        QCOMPARE(one.runs.base(one.task, 0), one.runs.clean);
        QCOMPARE(one.patches("layers.1.s@last=zero").size(), std::size_t(1));
        QVERIFY_EXCEPTION_THROWN(one.patches("layers.1.s@last=corrupt"), Failure);
    }
};

QTEST_APPLESS_MAIN(TestPatchSpec)
#include "tst_patch_spec.moc"
