// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/error.h"
#include "core/engine/generate.h"
#include "core/engine/run_plan.h"
#include "tests/support/architectures.h"
#include "tests/support/tiny_models.h"

#include <QTest>

using namespace mnemo;
using namespace mnemo::test;

namespace {

const std::vector<std::vector<int>> prompts{{1, 2, 3}, {7, 8}, {9, 4, 5}, {20, 21, 22, 23, 24}};

std::shared_ptr<LanguageModel> modelOf(const QString& architecture)
{
    return architecture == "mamba" ? tinyMamba(4, at::kDouble) : tinyNeox(4, at::kDouble);
}

std::vector<std::vector<int>> goOn(const LanguageModel& model, const std::vector<std::vector<int>>& texts,
                                   GenerateOptions options)
{
    SilentReporter silent;
    return generate(model, {}, texts, options, silent);
}

}  // namespace

class TestGenerate : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    /// Step by step with a memory = the whole text through the network each time.
    void stepsEqualWholeRuns_data() { architectures(); }
    void stepsEqualWholeRuns()
    {
        QFETCH(QString, architecture);
        const auto model = modelOf(architecture);
        const auto texts = goOn(*model, prompts, {.tokens = 8});
        SilentReporter silent;
        for (std::size_t i = 0; i < prompts.size(); ++i) {
            std::vector<int> text = prompts[i];
            for (const int token : texts[i]) {
                Plan plan;
                plan.read({.run = plan.addRun(text), .position = int(text.size()) - 1, .topK = 1});
                QCOMPARE(token, runPlan(*model, {}, plan, silent).values[0].top[0].token);
                text.push_back(token);
            }
            QCOMPARE(text.size(), prompts[i].size() + 8);
        }
    }

    void companyAndOrderDoNotMatter_data() { architectures(); }
    void companyAndOrderDoNotMatter()
    {
        QFETCH(QString, architecture);
        const auto model = modelOf(architecture);
        const GenerateOptions draw{.tokens = 10, .topK = 5, .seed = 3};
        const auto together = goOn(*model, prompts, draw);
        QCOMPARE(goOn(*model, {prompts[0]}, draw)[0], together[0]);
        QVERIFY(together != goOn(*model, prompts, {.tokens = 10}));
        QVERIFY(together != goOn(*model, prompts, {.tokens = 10, .topK = 5, .seed = 4}));
        QCOMPARE(goOn(*model, prompts, draw), together);
    }

    void refusesMoreThanTheContext()
    {
        const auto model = tinyNeox(1);
        QVERIFY_EXCEPTION_THROWN(goOn(*model, {{1, 2, 3}}, {.tokens = 30}), Failure);
        QVERIFY_EXCEPTION_THROWN(goOn(*model, {{}}, {.tokens = 1}), Failure);
    }
};

QTEST_APPLESS_MAIN(TestGenerate)
#include "tst_generate.moc"
