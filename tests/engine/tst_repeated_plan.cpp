// SPDX-License-Identifier: GPL-3.0-or-later
// A plan that is run again: the values and gradients of runWithGradients, which computes all of it every time.
#include <QTest>

#include <ATen/ATen.h>

#include "core/data/error.h"
#include "core/engine/repeated_plan.h"
#include "tests/support/packed_input.h"
#include "tests/support/random_plan.h"
#include "tests/support/refusal.h"
#include "tests/support/slopes.h"
#include "tests/support/stops_at.h"
#include "tests/support/tiny_models.h"

using namespace mnemo;
using namespace mnemo::test;

namespace {

std::shared_ptr<LanguageModel> modelOf(bool mamba)
{
    return mamba ? tinyMamba(5, at::kDouble) : tinyNeox(5, at::kDouble);
}

/// A random plan; in every other one, runs that do nothing but put values somewhere, so that much can be kept.
Plan planOf(const LanguageModel& model, unsigned seed)
{
    std::mt19937 random(seed);
    Plan plan = randomPlan(model, random, 10);
    if (seed % 2)
        for (Run& run : plan.runs)
            std::erase_if(run.patches, [](const Patch& patch) { return !valueOf(patch); });
    return plan;
}

/// Some values of the plan's patches: those that change.
std::vector<const HostTensor*> someValues(const Plan& plan, std::mt19937& random)
{
    std::vector<const HostTensor*> values;
    for (const Run& run : plan.runs)
        for (const Patch& patch : run.patches)
            if (const HostTensor* value = valueOf(patch); value && random() % 2)
                values.push_back(value);
    return values;
}

std::set<const HostTensor*> namesOf(const std::vector<const HostTensor*>& values)
{
    return {values.begin(), values.end()};
}

Tensors numbersFor(const std::vector<const HostTensor*>& values, std::uint64_t seed)
{
    Tensors numbers;
    for (const HostTensor* value : values)
        numbers.push_back(randomTensor(value->shape, ++seed) * 0.5);
    return numbers;
}

PlanParameters parametersOf(const std::vector<const HostTensor*>& values, const Tensors& numbers)
{
    PlanParameters parameters;
    for (std::size_t i = 0; i < values.size(); ++i)
        parameters[values[i]] = numbers[i];
    return parameters;
}

/// Gradients; an undefined one is zero.
bool isNear(const at::Tensor& found, const at::Tensor& expected)
{
    if (!found.defined() || !expected.defined())
        return !(found.defined() ? found : expected).defined() ||
               (found.defined() ? found : expected).abs().max().item<double>() == 0;
    return (found - expected).abs().max().item<double>() < 1e-9;
}

Edits someEdits(const LanguageModel& model, bool mamba)
{
    const int inner = siteWidth(model, mamba ? SiteKind::SG : SiteKind::MlpAct);
    return {{mamba ? "W_o" : "W_down", 1, randomTensor({model.info().dModel}, 1), randomTensor({inner}, 2), 0.7}};
}

/// A prompt, and one run that adds a value at a token and a layer of it.
struct Search {
    std::shared_ptr<const HostTensor> value;
    Plan plan;

    Search(const LanguageModel& model, SiteKind site, int layer, int token)
    {
        std::mt19937 random(3);
        value = randomValue(random, {siteWidth(model, site)});
        const RunId prompt = plan.addRun(randomTokens(model, random, 9));
        const RunId patched = plan.addRun(prompt, {{{site, layer}, {token}, AddTo{value}}});
        plan.read({.run = prompt, .position = 8});
        plan.read({.run = patched, .position = 8});
    }

    Tensors start() const { return {randomTensor(value->shape, 4)}; }
};

void architectures()
{
    QTest::addColumn<bool>("mamba");
    QTest::newRow("mamba") << true;
    QTest::newRow("gpt_neox") << false;
}

}  // namespace

class TestRepeatedPlan : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sameAsAllAtOnce_data() { architectures(); }
    void sameAsAllAtOnce()
    {
        QFETCH(bool, mamba);
        const auto model = modelOf(mamba);
        const Edits edits = someEdits(*model, mamba);
        SilentReporter silent;
        int known = 0, changing = 0;
        for (unsigned seed = 0; seed < 40; ++seed) {
            const Plan plan = planOf(*model, seed);
            std::mt19937 random(seed);
            const std::vector<const HostTensor*> values = someValues(plan, random);
            const RepeatedPlan repeated(*model, edits, plan, namesOf(values), silent);
            for (const std::uint64_t pass : {100U, 200U}) {
                const Operation again = [&](const Tensors& numbers) {
                    return joined(repeated.run(parametersOf(values, numbers), silent));
                };
                const Operation all = [&](const Tensors& numbers) {
                    return joined(runWithGradients(*model, edits, plan, parametersOf(values, numbers), silent));
                };
                const Tensors numbers = numbersFor(values, pass);
                QVERIFY2(worst(again(numbers), all(numbers)) < 1e-9, qPrintable(QString("seed %1").arg(seed)));
                if (values.empty())
                    continue;
                const Tensors found = gradientsOf(again, numbers), expected = gradientsOf(all, numbers);
                for (std::size_t i = 0; i < found.size(); ++i)
                    QVERIFY2(isNear(found[i], expected[i]), qPrintable(QString("seed %1, value %2").arg(seed).arg(i)));
            }
            for (const at::Tensor& readout : repeated.known())
                ++(readout.defined() ? known : changing);
        }
        QVERIFY2(known > 200 && changing > 200, qPrintable(QString("%1 %2").arg(known).arg(changing)));
    }

    /// At every site: where a run joins, and what it finds in front of it.
    void atEverySite_data() { architectures(); }
    void atEverySite()
    {
        QFETCH(bool, mamba);
        const auto model = modelOf(mamba);
        SilentReporter silent;
        for (const SiteInfo& site : model->sites()) {
            if (site.kind == SiteKind::Pattern)
                continue;
            const bool oneLayer = !isPerLayer(site.kind);
            for (int layer = 0; layer < (oneLayer ? 1 : model->info().layers); ++layer)
                for (const int token : {0, 1, 4, 8}) {
                    const Search search(*model, site.kind, layer, token);
                    const HostTensor* const value = search.value.get();
                    const RepeatedPlan repeated(*model, {}, search.plan, {value}, silent);
                    const Operation again = [&](const Tensors& t) { return repeated.run({{value, t[0]}}, silent)[1]; };
                    const Operation all = [&](const Tensors& t) {
                        return runWithGradients(*model, {}, search.plan, {{value, t[0]}}, silent)[1];
                    };
                    const std::string where = toString(Site{site.kind, layer, {}}) + " @ " + std::to_string(token);
                    QVERIFY2(worst(again(search.start()), all(search.start())) < 1e-9, where.c_str());
                    QVERIFY2(worst(gradientsOf(again, search.start())[0], gradientsOf(all, search.start())[0]) < 1e-9,
                             where.c_str());
                    QVERIFY(repeated.known()[0].defined() && !repeated.known()[1].defined());
                }
        }
    }

    /// Only the layers and tokens behind the value are passed again.
    void littleIsRepeated_data() { architectures(); }
    void littleIsRepeated()
    {
        QFETCH(bool, mamba);
        const auto model = modelOf(mamba);
        const Search search(*model, mamba ? SiteKind::O : SiteKind::Mlp, 2, 7);
        StopsAt first, again, whole;
        const HostTensor* const value = search.value.get();
        const RepeatedPlan repeated(*model, {}, search.plan, {value}, first);
        repeated.run({{value, search.start()[0]}}, again);
        runWithGradients(*model, {}, search.plan, {{value, search.start()[0]}}, whole);
        QVERIFY2(2 * again.checks < whole.checks,
                 qPrintable(QString("%1 of %2 checks").arg(again.checks).arg(whole.checks)));
        const RepeatLayout layout = [&] {
            Plan plan = search.plan;
            return layOutRepeated(*model, plan, {value});
        }();
        QCOMPARE(layout.kept.firstLayer, 2);
        QCOMPARE(layout.kept.tokens.size(), std::size_t(7));
        QCOMPARE(layout.kept.tokens.front().token, 6);
        QCOMPARE(layout.kept.within(3), std::int64_t(3));
        QCOMPARE(layout.kept.joins.front().first, 7);
    }

    void refuses()
    {
        const auto model = modelOf(true);
        const Search search(*model, SiteKind::O, 1, 4), other(*model, SiteKind::O, 1, 4);
        SilentReporter silent;
        const HostTensor* const value = search.value.get();
        const at::Tensor fits = search.start()[0];
        const auto make = [&](const std::set<const HostTensor*>& names, const RunOptions& options) {
            return RepeatedPlan(*model, {}, search.plan, names, silent, options).run({{value, fits}}, silent).size();
        };
        QCOMPARE(make({value}, {}), std::size_t(2));
        VERIFY_REFUSED(make({}, {}), ErrorCode::Usage, "not among");
        const RepeatedPlan repeated(*model, {}, search.plan, {value}, silent);
        VERIFY_REFUSED(repeated.run({{other.value.get(), fits}}, silent), ErrorCode::Usage, "no patch");
        VERIFY_REFUSED(repeated.run({{value, fits.narrow(0, 0, 2)}}, silent), ErrorCode::Usage, "[2]");
        VERIFY_REFUSED(make({value}, {.memoryBytes = 1000}), ErrorCode::OutOfMemory, "0 MB");
        try {
            make({value}, {.memoryBytes = 1000});
        } catch (const Failure& failure) {
            QVERIFY(failure.error().hint.find("--memory") != std::string::npos);
        }
        Plan wrong = search.plan;
        wrong.readouts.front().position = 9;
        VERIFY_REFUSED(RepeatedPlan(*model, {}, wrong, {value}, silent), ErrorCode::Usage, "9");
    }

    void stops_data() { architectures(); }
    void stops()
    {
        QFETCH(bool, mamba);
        const auto model = modelOf(mamba);
        const Search search(*model, mamba ? SiteKind::O : SiteKind::Mlp, 1, 4);
        const HostTensor* const value = search.value.get();
        const PlanParameters parameters{{value, search.start()[0]}};
        StopsAt making, running;
        const RepeatedPlan repeated(*model, {}, search.plan, {value}, making);
        const at::Tensor expected = repeated.run(parameters, running)[1];
        for (int at = 0; at < making.checks; ++at) {
            StopsAt stops(at);
            QVERIFY_EXCEPTION_THROWN(RepeatedPlan(*model, {}, search.plan, {value}, stops), Cancelled);
        }
        for (int at = 0; at < running.checks; ++at) {
            StopsAt stops(at);
            QVERIFY_EXCEPTION_THROWN(repeated.run(parameters, stops), Cancelled);
            SilentReporter silent;
            QVERIFY(at::equal(repeated.run(parameters, silent)[1], expected));
        }
    }
};

QTEST_MAIN(TestRepeatedPlan)
#include "tst_repeated_plan.moc"
