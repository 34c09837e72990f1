// SPDX-License-Identifier: GPL-3.0-or-later
// Inside a layer, against whole runs of the slow reference one by one, and the laws of METHODS.md §7.
#include "tests/experiments/tiny_loaded.h"  // before <compare>, which moc cannot read first

#include "tests/experiments/ioi_words.h"
#include "tests/support/refusal.h"
#include "tests/support/stops_at.h"

#include "core/engine/run_plan.h"
#include "core/experiments/pair_params.h"
#include "core/experiments/pair_runs.h"
#include "core/experiments/state_arrays.h"
#include "core/experiments/state_cosines.h"

#include <QTest>
#include <functional>

using namespace mnemo;
using namespace mnemo::test;

namespace {

constexpr int layers = 3;

double difference(const ReferenceRun& run, const PromptPair& pair)
{
    return (run.logits_TV[pair.last()][pair.answer()] - run.logits_TV[pair.last()][pair.corruptAnswer()])
        .item<double>();
}

/// 1 − nld of the clean run with patches.
double cost(const TinyModel& model, const PromptPair& pair, const std::vector<Patch>& patches)
{
    Plan plan;
    const RunId clean = plan.addRun(pair.clean.ids());
    plan.addRun(pair.corrupt.ids());
    plan.addRun(clean, patches);
    const std::vector<ReferenceRun> runs = referenceRuns(model, plan);
    const double lowest = difference(runs[1], pair);
    return 1 - (difference(runs[2], pair) - lowest) / std::abs(difference(runs[0], pair) - lowest);
}

double cosine(const at::Tensor& a, const at::Tensor& b)
{
    return (at::dot(a.flatten(), b.flatten()) / (a.norm() * b.norm())).item<double>();
}

/// Of random numbers, and of a token that writes nothing.
LayerStates randomStates(int tokens, int channels, int perChannel)
{
    at::manual_seed(7);
    const auto rows = [&](int width) { return at::randn({tokens, width}, at::kDouble); };
    LayerStates states{rows(channels * perChannel), rows(channels * perChannel), rows(channels).abs()};
    states.writes_TW[tokens / 2].zero_();
    return states;
}

/// Every cell by itself; what is left of a write by all steps since.
StateCosines slowCosines(const LayerStates& states, const at::Tensor& a_EN)
{
    StateCosines all;
    const auto tokens = int(states.writes_TW.size(0));
    for (int i = 0; i < tokens; ++i) {
        const at::Tensor write_W = states.writes_TW[i];
        for (int j = 0; j < tokens; ++j) {
            all.writeState.push_back(cosine(write_W, states.states_TW[j]));
            all.writeWrite.push_back(cosine(write_W, states.writes_TW[j]));
            all.stateState.push_back(cosine(states.states_TW[i], states.states_TW[j]));
            at::Tensor left_EN = write_W.reshape(a_EN.sizes());
            for (int step = i + 1; step <= j; ++step)
                left_EN = left_EN * (states.steps_TE[step].unsqueeze(1) * a_EN).exp();
            all.propagatedState.push_back(j < i ? std::nan("") : cosine(left_EN, states.states_TW[j]));
        }
    }
    return all;
}

bool near(double a, double b)
{
    return std::abs(a - b) < 1e-5 * std::max(1.0, std::abs(b));
}

}  // namespace

class TestIoiLayer : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    TinyLoaded m_model{"mamba", 5};

    Json asked(const Json& more = Json::object()) const
    {
        Json params{{"material", writeMaterial(m_folder)}, {"count", 1}};
        params.update(more);
        return params;
    }

    ChosenPairs pairs() const
    {
        PairParams params;
        params.material = writeMaterial(m_folder);
        params.count = 1;
        return ofOneLayout(choosePairs(params, m_model.loaded));
    }

    at::Tensor logits(const PromptPair& pair, const std::vector<Site>& sites) const
    {
        Plan plan;
        const RunId clean = plan.addRun(pair.clean.ids()), corrupt = plan.addRun(pair.corrupt.ids());
        std::vector<Patch> patches;
        for (const Site& site : sites)
            patches.push_back(fromCorrupt(site, allPositions(std::size_t(pair.tokens())), corrupt));
        Readout readout;
        readout.run = plan.addRun(clean, std::move(patches));
        readout.position = pair.last();
        readout.allLogits = true;
        plan.read(readout);
        SilentReporter silent;
        const PlanResult ran = runPlan(*m_model.loaded.model, {}, plan, silent);
        return at::tensor(ran.values[0].logits);
    }

private Q_SLOTS:
    void everyTapIsARunOfItsOwn()
    {
        const Result result = runNamed("ioi-layer", asked({{"layer", 1}}), m_model.loaded);
        const ChosenPairs chosen = pairs();
        const Array& taps = *result.find("taps");
        QCOMPARE(taps.axes[0].labels, (std::vector<std::string>{"-3", "-2", "-1", "0"}));
        QCOMPARE(taps.axes[1].size(), chosen.pairs.front().tokens());
        const std::vector<std::string> groups = groupsOf(chosen.pairs);
        double largest = 0;
        for (int tap = -3; tap <= 0; ++tap)
            for (int token = 0; token < taps.axes[1].size(); ++token) {
                std::vector<double> sums(groups.size()), counts(groups.size());
                for (const PromptPair& pair : chosen.pairs) {
                    const auto group = std::size_t(std::ranges::find(groups, pair.text.group) - groups.begin());
                    sums[group] += cost(m_model.tiny, pair, {fromCorrupt({SiteKind::Conv, 1, tap}, {token}, 1)});
                    ++counts[group];
                }
                double sum = 0;
                for (std::size_t group = 0; group < groups.size(); ++group) {
                    sum += sums[group];
                    if (groups.size() > 1)
                        QVERIFY(near(result.find("taps." + std::to_string(group + 1))->at(tap + 3, token),
                                     sums[group] / counts[group]));
                }
                QVERIFY(near(taps.at(tap + 3, token), sum / double(chosen.pairs.size())));
                largest = std::max(largest, std::abs(taps.at(tap + 3, token)));
            }
        QVERIFY(largest > 1e-3);  // something is there to be compared
    }

    void cosinesAreThoseOfTheReferencesStates()
    {
        const Result result = runNamed("ioi-layer", asked({{"layer", 1}, {"cosine_pairs", 100}}), m_model.loaded);
        const ChosenPairs chosen = pairs();
        const auto tokens = chosen.pairs.front().tokens();
        QCOMPARE(result.head.at("cosine_prompts").get<std::size_t>(), chosen.pairs.size());
        const at::Tensor a_EN = -m_model.tiny.tensors.at("backbone.layers.1.mixer.A_log").to(at::kDouble).exp();
        std::vector<ReferenceRun> runs;
        for (const PromptPair& pair : chosen.pairs) {
            Plan plan;
            plan.addRun(pair.clean.ids());
            runs.push_back(referenceRun(m_model.tiny, plan, 0));
        }
        const auto meanOf = [&](const std::function<double(const ReferenceRun&)>& one) {
            double sum = 0;
            for (const ReferenceRun& run : runs)
                sum += one(run);
            return sum / double(runs.size());
        };
        const auto at = [](const ReferenceRun& run, SiteKind kind, int token) {
            return run.states_TW.at({kind, 1, {}})[token];
        };
        for (int i = 0; i < tokens; ++i)
            for (int j = 0; j < tokens; ++j) {
                const auto plain = [&](SiteKind left, SiteKind right) {
                    return meanOf([&](const ReferenceRun& run) { return cosine(at(run, left, i), at(run, right, j)); });
                };
                QVERIFY(near(result.find("cosine.write_state")->at(i, j), plain(SiteKind::Write, SiteKind::State)));
                QVERIFY(near(result.find("cosine.write_write")->at(i, j), plain(SiteKind::Write, SiteKind::Write)));
                QVERIFY(near(result.find("cosine.state_state")->at(i, j), plain(SiteKind::State, SiteKind::State)));
                QCOMPARE(result.find("cosine.propagated_state")->has(i, j), j >= i);
                if (j < i)
                    continue;
                const double propagated = meanOf([&](const ReferenceRun& run) {
                    at::Tensor left_EN = at(run, SiteKind::Write, i).reshape(a_EN.sizes()).clone();
                    for (int step = i + 1; step <= j; ++step)
                        left_EN = left_EN * (at(run, SiteKind::Delta, step).unsqueeze(1) * a_EN).exp();
                    return cosine(left_EN, at(run, SiteKind::State, j));
                });
                QVERIFY(near(result.find("cosine.propagated_state")->at(i, j), propagated));
            }
    }

    /// More tokens than are taken at once, and not a multiple of them.
    void cosinesOfManyTokensAreThoseOfEachTwo()
    {
        const LayerStates states = randomStates(21, 5, 3);
        const at::Tensor a_EN = -0.3 * at::rand({5, 3}, at::kDouble);
        SilentReporter silent;
        const StateCosines fast = stateCosines(states, a_EN, silent), slow = slowCosines(states, a_EN);
        for (const auto map : {&StateCosines::writeState, &StateCosines::writeWrite, &StateCosines::stateState,
                               &StateCosines::propagatedState}) {
            QCOMPARE((fast.*map).size(), std::size_t(21 * 21));
            for (std::size_t cell = 0; cell < (fast.*map).size(); ++cell)
                QVERIFY(std::isnan((slow.*map)[cell]) ? std::isnan((fast.*map)[cell])
                                                      : std::abs((fast.*map)[cell] - (slow.*map)[cell]) < 1e-12);
        }
        const auto undefined = [](const std::vector<double>& cells) {
            return std::ranges::count_if(cells, [](double cell) { return std::isnan(cell); });
        };
        QCOMPARE(undefined(fast.writeState), 21);
        QCOMPARE(undefined(fast.writeWrite), 2 * 21 - 1);
        QCOMPARE(undefined(fast.stateState), 0);
        QCOMPARE(undefined(fast.propagatedState), 20 * 21 / 2 + 11);
    }

    void aStopWithinAPromptIsHeard()
    {
        const LayerStates states = randomStates(64, 2, 2);
        const at::Tensor a_EN = -at::ones({2, 2}, at::kDouble);
        StopsAt counting;
        stateCosines(states, a_EN, counting);
        QVERIFY(counting.checks >= 4);  // for each map, on however many threads
        for (const int check : {0, counting.checks / 2, counting.checks - 1}) {
            StopsAt reporter(check);
            QVERIFY_EXCEPTION_THROWN(stateCosines(states, a_EN, reporter), Cancelled);
        }
    }

    void theLayerThatCostsMostIsFound()
    {
        const Result result = runNamed("ioi-layer", asked({{"cosine_pairs", 0}}), m_model.loaded);
        QVERIFY(!result.find("cosine.write_state"));
        const ChosenPairs chosen = pairs();
        std::vector<double> costs;
        for (int layer = 0; layer < layers; ++layer) {
            double sum = 0;
            for (const PromptPair& pair : chosen.pairs)
                sum += cost(m_model.tiny, pair,
                            {fromCorrupt({SiteKind::BlockIn, layer, {}}, allPositions(std::size_t(pair.tokens())), 1)});
            costs.push_back(sum / double(chosen.pairs.size()));
            QVERIFY(near(result.find("cost")->values[std::size_t(layer)], costs.back()));
        }
        QCOMPARE(result.head.at("layer").get<int>(), costs[2] > costs[1] ? 2 : 1);
        QVERIFY(result.head.at("layer_found").get<bool>());
    }

    /// METHODS.md §7.5, §7.6.
    void patchesThatAreTheSame()
    {
        for (const PromptPair& pair : pairs().pairs) {
            using enum SiteKind;
            const at::Tensor taps = logits(pair, {{Conv, 1, -3}, {Conv, 1, -2}, {Conv, 1, -1}, {Conv, 1, 0}});
            const at::Tensor a = logits(pair, {{A, 1, {}}});
            QVERIFY(at::allclose(taps, a, 1e-5, 1e-5));
            const at::Tensor in = logits(pair, {{BlockIn, 1, {}}}), out = logits(pair, {{O, 1, {}}});
            QVERIFY(at::allclose(in, out, 1e-5, 1e-5));
            QVERIFY(!at::allclose(a, logits(pair, {}), 1e-5, 1e-5));
        }
    }

    void aStopKeepsWhatIsDone()
    {
        const Json params = asked({{"layer", 1}, {"count", 40}, {"cosine_pairs", 3}});
        StopsAt counting;
        runNamed("ioi-layer", params, m_model.loaded, counting);
        StopsAt reporter(counting.checks * 9 / 10);
        QVERIFY_EXCEPTION_THROWN(runNamed("ioi-layer", params, m_model.loaded, reporter), Cancelled);
        QVERIFY(reporter.last && reporter.last->done > 0 && reporter.last->done < 1);
        QVERIFY(reporter.last->find("taps"));
    }

    void whatCannotBeLookedInto()
    {
        const TinyLoaded neox("gpt_neox", 5);
        VERIFY_REFUSED(runNamed("ioi-layer", asked(), neox.loaded), ErrorCode::Usage, "gpt_neox");
        VERIFY_REFUSED(runNamed("ioi-layer", asked({{"layer", 3}}), m_model.loaded), ErrorCode::Usage,
                       "There is no layer 3");
    }
};

QTEST_APPLESS_MAIN(TestIoiLayer)
#include "tst_ioi_layer.moc"
