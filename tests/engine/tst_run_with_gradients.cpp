// SPDX-License-Identifier: GPL-3.0-or-later
// A recorded plan: the same values as runPlan, and gradients that differences of values confirm.
#include <QTest>

#include <ATen/ATen.h>

#include <cmath>

#include "core/data/error.h"
#include "core/engine/plan_layout.h"
#include "core/engine/run_plan.h"
#include "core/engine/run_with_gradients.h"
#include "tests/support/packed_input.h"
#include "tests/support/random_plan.h"
#include "tests/support/refusal.h"
#include "tests/support/slopes.h"
#include "tests/support/tiny_models.h"

using namespace mnemo;
using namespace mnemo::test;

namespace {

std::shared_ptr<LanguageModel> modelOf(bool mamba)
{
    return mamba ? tinyMamba(5, at::kDouble) : tinyNeox(5, at::kDouble);
}

/// Every value of a plan's patches.
PlanParameters parametersOf(const Plan& plan)
{
    PlanParameters parameters;
    for (const Run& run : plan.runs)
        for (const Patch& patch : run.patches)
            if (const HostTensor* value = valueOf(patch))
                parameters[value] = at::tensor(value->values, at::kFloat).view(value->shape).to(at::kDouble);
    return parameters;
}

std::vector<at::Tensor> recordedRun(const LanguageModel& model, const Plan& plan, const PlanParameters& parameters,
                                    const Edits& edits = {})
{
    SilentReporter silent;
    return runWithGradients(model, edits, plan, parameters, silent);
}

void architectures()
{
    QTest::addColumn<bool>("mamba");
    QTest::newRow("mamba") << true;
    QTest::newRow("gpt_neox") << false;
}

}  // namespace

class TestRunWithGradients : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sameValuesAsAPlainRun_data() { architectures(); }
    void sameValuesAsAPlainRun()
    {
        QFETCH(bool, mamba);
        const auto model = modelOf(mamba);
        int logits = 0, states = 0;
        for (unsigned seed = 0; seed < 20; ++seed) {
            std::mt19937 random(seed);
            Plan plan = randomPlan(*model, random, 12);
            for (Readout& readout : plan.readouts)
                readout.allLogits = !readout.state;
            SilentReporter silent;
            const PlanResult plain = runPlan(*model, {}, plan, silent);
            const std::vector<at::Tensor> recorded = recordedRun(*model, plan, {});
            for (std::size_t i = 0; i < recorded.size(); ++i) {
                const bool isState = plan.readouts[i].state.has_value();
                const std::vector<float>& expected = isState ? plain.values[i].state : plain.values[i].logits;
                ++(isState ? states : logits);
                QVERIFY(worst(recorded[i], at::tensor(expected, at::kFloat).to(at::kDouble)) < 1e-5);
            }
        }
        QVERIFY(logits > 50 && states > 50);
    }

    void byEveryPatchedValue_data() { architectures(); }
    void byEveryPatchedValue()
    {
        QFETCH(bool, mamba);
        const auto model = modelOf(mamba);
        std::size_t counted = 0;
        std::set<SiteKind> sites;
        for (unsigned seed = 100; seed < 130; ++seed) {
            std::mt19937 random(seed);
            const Plan plan = randomPlan(*model, random, 9);
            std::vector<const HostTensor*> names;
            Tensors values;
            for (const auto& [name, value] : parametersOf(plan)) {
                names.push_back(name);
                values.push_back(value);
            }
            for (const Run& run : plan.runs)
                for (const Patch& patch : run.patches)
                    if (valueOf(patch))
                        sites.insert(patch.site.kind);
            counted += values.size();
            const Operation readouts = [&](const Tensors& t) {
                PlanParameters parameters;
                for (std::size_t i = 0; i < names.size(); ++i)
                    parameters[names[i]] = t[i];
                return joined(recordedRun(*model, plan, parameters));
            };
            QVERIFY2(slopesFit(readouts, values), qPrintable(QString("seed %1").arg(seed)));
        }
        QVERIFY(counted > 80);
        QCOMPARE(sites.size(), model->sites().size());
    }

    void byAnEdit_data() { architectures(); }
    void byAnEdit()
    {
        QFETCH(bool, mamba);
        const auto model = modelOf(mamba);
        Plan plan;
        const RunId run = plan.addRun({3, 1, 4, 1, 5});
        plan.read({.run = run, .position = 4});
        const int width = model->info().dModel;
        int inner = 0;
        for (const SiteInfo& site : model->sites())
            inner = std::max(inner, site.kind == SiteKind::S || site.kind == SiteKind::MlpAct ? site.width : 0);
        const Tensors directions{randomTensor({width}, 1), randomTensor({inner}, 2)};
        const Operation logits = [&](const Tensors& t) {
            return recordedRun(*model, plan, {}, {{mamba ? "W_o" : "W_down", 1, t[0], t[1], 0.7}}).front();
        };
        QVERIFY(slopesFit(logits, directions));
    }

    void refusesWhatDoesNotFit()
    {
        const auto model = modelOf(true);
        std::mt19937 random(1);
        const auto value = randomValue(random, {model->info().dModel}), other = randomValue(random, {3});
        Plan plan;
        const RunId run = plan.addRun({3, 1, 4});
        plan.read({.run = plan.addRun(run, {{{SiteKind::H, 1}, {2}, SetTo{value}}}), .position = 2});
        const at::Tensor fits = at::zeros({model->info().dModel}, at::kDouble);
        QCOMPARE(recordedRun(*model, plan, {{value.get(), fits}}).size(), std::size_t(1));
        VERIFY_REFUSED(recordedRun(*model, plan, {{other.get(), fits}}), ErrorCode::Usage, "no patch");
        VERIFY_REFUSED(recordedRun(*model, plan, {{value.get(), fits.narrow(0, 0, 2)}}), ErrorCode::Usage, "[2]");
        VERIFY_REFUSED(recordedRun(*model, plan, {{value.get(), fits.to(at::kFloat)}}), ErrorCode::Usage, "float");
        plan.readouts.front().position = 9;
        VERIFY_REFUSED(recordedRun(*model, plan, {}), ErrorCode::Usage, "9");
    }

    void stops()
    {
        class Stopped : public SilentReporter
        {
            void checkStop() override { throw Cancelled{}; }
        } reporter;
        Plan plan;
        plan.read({.run = plan.addRun({3, 1, 4}), .position = 2});
        QVERIFY_EXCEPTION_THROWN(runWithGradients(*modelOf(false), {}, plan, {}, reporter), Cancelled);
    }
};

QTEST_MAIN(TestRunWithGradients)
#include "tst_run_with_gradients.moc"
