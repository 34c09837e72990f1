// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/tiny_models.h"

#include <c10/core/Allocator.h>
#include <c10/util/ThreadLocalDebugInfo.h>

#include "core/engine/run_plan.h"
#include "tests/support/random_plan.h"

#include <QTest>
#include <map>

using namespace mnemo;
using namespace mnemo::test;

namespace {

/// Counts the bytes of tensors that are alive, while it exists and on this thread.
class Meter : public c10::MemoryReportingInfoBase
{
public:
    bool memoryProfilingEnabled() const override { return true; }
    void reportMemoryUsage(void* ptr, std::int64_t change, std::size_t, std::size_t, c10::Device) override
    {
        if (change > 0)
            m_sizes[ptr] = change;
        else if (m_sizes.erase(ptr) == 0)
            return;  // was there before
        m_alive += change;
        m_most = std::max(m_most, m_alive);
    }
    std::int64_t most() const { return m_most; }

private:
    std::map<void*, std::int64_t> m_sizes;
    std::int64_t m_alive = 0, m_most = 0;
};

/// A map of one site: two prompts and a run for each layer and token.
Plan mapOf(const LanguageModel& model, int tokens, SiteKind site, int window)
{
    std::mt19937 random{5};
    Plan plan;
    const RunId clean = plan.addRun(randomTokens(model, random, tokens));
    const RunId corrupt = plan.addRun(randomTokens(model, random, tokens));
    const int layers = model.info().layers;
    for (int layer = 0; layer < layers; ++layer)
        for (int token = 0; token < tokens; token += std::max(1, tokens / 4)) {
            std::vector<Patch> patches;
            for (int i = layer; i < std::min(layers, layer + window); ++i)
                patches.push_back({{site, i}, {token}, CopyFrom{clean, {token}}});
            const RunId run = plan.addRun(corrupt, std::move(patches));
            plan.read({.run = run, .position = tokens - 1, .tokens = {4}, .klFrom = clean, .klPosition = tokens - 1});
        }
    return plan;
}

std::int64_t mostBytes(const LanguageModel& model, const Plan& plan, const RunOptions& options, PlanStats& stats)
{
    const auto meter = std::make_shared<Meter>();
    const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, meter);
    SilentReporter silent;
    stats = runPlan(model, {}, plan, silent, options).stats;
    return meter->most();
}

}  // namespace

class TestMemory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void a_plan_stays_within_its_budget_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<int>("tokens");
        QTest::addColumn<int>("site");
        QTest::addColumn<int>("window");
        for (const int tokens : {12, 512}) {
            QTest::addRow("mamba %d h", tokens) << "mamba" << tokens << int(SiteKind::H) << 1;
            QTest::addRow("mamba %d o", tokens) << "mamba" << tokens << int(SiteKind::O) << 2;
            QTest::addRow("mamba %d a", tokens) << "mamba" << tokens << int(SiteKind::A) << 1;
            QTest::addRow("gpt_neox %d h", tokens) << "gpt_neox" << tokens << int(SiteKind::H) << 1;
            QTest::addRow("gpt_neox %d attn", tokens) << "gpt_neox" << tokens << int(SiteKind::Attn) << 2;
            QTest::addRow("gpt_neox %d pattern", tokens) << "gpt_neox" << tokens << int(SiteKind::Pattern) << 1;
        }
    }

    void a_plan_stays_within_its_budget()
    {
        QFETCH(QString, architecture);
        QFETCH(int, tokens);
        QFETCH(int, site);
        QFETCH(int, window);
        const TinyModel weights = architecture == "mamba" ? tinyMambaWeights(5, 3, 16) : tinyNeoxWeights(5, 3, 16);
        const auto model = weights.build(at::kFloat);
        const Plan plan = mapOf(*model, tokens, SiteKind(site), window);
        PlanStats stats;
        // Both base runs and the largest patched one at least; and what a chunk of a map takes.
        for (const std::int64_t rows : {4 * tokens, 8 * tokens}) {
            const RunOptions options{.memoryBytes = rows * activationBytesPerRow(*model, plan)};
            const std::int64_t most = mostBytes(*model, plan, options, stats);
            const QByteArray found = QByteArray::number(double(most) / double(options.memoryBytes));
            QVERIFY2(most <= options.memoryBytes, found.constData());
            QVERIFY2(most >= options.memoryBytes / 4, found.constData());  // a budget that is not used is not kept
        }
    }
};

QTEST_MAIN(TestMemory)
#include "tst_memory.moc"
