// SPDX-License-Identifier: GPL-3.0-or-later
// The averages behind the release gates against one run per cell.
#include "tests/models/training_gates/shipped_checkpoint.h"  // first, see there

#include "models/training/gates/ioi_gates.h"
#include "models/training/gates/trace_gates.h"

#include <functional>
#include <numeric>

using namespace mnemo;
using namespace mnemo::test;

namespace {

constexpr double tolerance = 1e-4;  // of float sums in another order

/// Eq. 7 of one run of its own, as `mnemo patch` makes it.
double oneEffect(const LoadedModel& model, const SwapFact& fact, const std::vector<std::string>& patches)
{
    const Json params{{"prompt", fact.promptTemplate},
                      {"subject", fact.subject},
                      {"swap", fact.swap},
                      {"target_id", fact.target},
                      {"patches", patches}};
    return runNamed("patch", params, model).head["ie"].get<double>();
}

double meanEffect(const LoadedModel& model, const std::vector<SwapFact>& facts, const std::vector<std::string>& patches)
{
    double sum = 0;
    for (const SwapFact& fact : facts)
        sum += oneEffect(model, fact, patches);
    return sum / double(facts.size());
}

std::string cell(int layer, const std::string& site, const std::string& where)
{
    return "layers." + std::to_string(layer) + "." + site + "@" + where;
}

/// o of the corrupted run at the subject's last token in layers 1 on: read in one plan, written as numbers in another.
std::vector<Patch> corruptO(const LoadedModel& model, const SwapFact& fact)
{
    const int subject = fact.clean.subject.end - 1;
    Plan plan;
    plan.addRun(fact.corrupt.ids());
    for (int layer = 1; layer < model.model->info().layers; ++layer) {
        Readout state;
        state.position = subject;
        state.state = Site{SiteKind::O, layer, {}};
        plan.read(state);
    }
    SilentReporter silent;
    std::vector<Patch> patches;
    for (const ReadoutValue& value : runPlan(*model.model, {}, plan, silent).values) {
        const auto o = std::make_shared<HostTensor>(HostTensor{{std::int64_t(value.state.size())}, value.state});
        patches.push_back({{SiteKind::O, int(patches.size()) + 1, {}}, {subject}, SetTo{o}});
    }
    return patches;
}

/// Eq. 7 with h of the clean run at layer 0 and o held.
double heldByHand(const LoadedModel& model, const SwapFact& fact)
{
    const int subject = fact.clean.subject.end - 1;
    std::vector<Patch> patches = corruptO(model, fact);
    patches.push_back({{SiteKind::H, 0, {}}, {subject}, CopyFrom{0, {subject}}});
    Plan plan;
    plan.addRun(fact.clean.ids());
    Readout ask;
    ask.run = plan.addRun(fact.corrupt.ids(), patches);
    ask.position = fact.clean.last();
    ask.tokens = {fact.target};
    plan.read(ask);
    SilentReporter silent;
    const double p = std::exp(runPlan(*model.model, {}, plan, silent).values[0].tokens[0].logp);
    return (p - fact.pCorrupt) / (fact.p - fact.pCorrupt);
}

/// Logit difference of one sentence in a plan of its own.
double oneDifference(const LoadedModel& model, const IoiCase& sentence, const std::vector<Patch>& patches)
{
    Plan plan;
    const RunId clean = plan.addRun(sentence.clean);
    plan.addRun(sentence.corrupt);
    Readout ask;
    ask.run = plan.addRun(clean, patches);
    ask.position = int(sentence.clean.size()) - 1;
    ask.allLogits = true;
    plan.read(ask);
    SilentReporter silent;
    const std::vector<float> logits = runPlan(*model.model, {}, plan, silent).values[0].logits;
    return double(logits[std::size_t(sentence.io)]) - double(logits[std::size_t(sentence.s)]);
}

std::vector<int> everywhere(const IoiCase& sentence)
{
    std::vector<int> positions(sentence.clean.size());
    std::iota(positions.begin(), positions.end(), 0);
    return positions;
}

double meanShare(const LoadedModel& model, const std::vector<IoiCase>& cases,
                 const std::function<Patch(const IoiCase&)>& patch)
{
    double patched = 0, clean = 0;
    for (const IoiCase& sentence : cases) {
        patched += oneDifference(model, sentence, {patch(sentence)});
        clean += oneDifference(model, sentence, {});
    }
    return patched / clean;
}

std::vector<IoiPrompt> sentences()
{
    return {{"When Helen and Rose went to the station, Rose gave a letter to", "Helen", "Rose"},
            {"Then Felix and Helen walked to the restaurant, and Felix gave a coin to", "Helen", "Felix"},
            {"As Simon and Emma left the garden, Simon offered a drink to", "Emma", "Simon"}};
}

const std::vector<std::string> names{"Helen", "Rose", "Felix", "Simon", "Emma", "Mary", "John", "Alice", "Paul"};

}  // namespace

class TestGateAverages : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void anAverageIsTheMeanOfSingleRuns_data() { shippedNames(); }
    void anAverageIsTheMeanOfSingleRuns()
    {
        QFETCH(QString, name);
        const LoadedModel* model = shipped(name);
        if (!model)
            QSKIP("the shipped checkpoint is not in this tree");
        const std::vector<SwapFact> facts = draw(*model, SwapKind::AnySubject, 5).facts;
        SilentReporter silent;
        const std::string site = name == "mnemo-mamba" ? "o" : "attn";
        const std::vector<Curve> curves = averageEffects(
            *model, facts,
            {{"", Where::SubjectLast}, {"", Where::PromptLast}, {"", Where::PromptLast, *siteKindFromName(site), 3}},
            silent);
        const int layers = model->model->info().layers;
        for (const int layer : {0, 3, 7, layers - 1}) {
            const auto l = std::size_t(layer);
            const double subject = meanEffect(*model, facts, {cell(layer, "h", "subject_last") + "=clean"});
            const double last = meanEffect(*model, facts, {cell(layer, "h", "last") + "=clean"});
            QVERIFY2(std::abs(curves[0].layers[l] - subject) < tolerance, QByteArray::number(subject));
            QVERIFY2(std::abs(curves[1].layers[l] - last) < tolerance, QByteArray::number(last));
            std::vector<std::string> window;
            for (int near = std::max(0, layer - 1); near <= std::min(layers - 1, layer + 1); ++near)
                window.push_back(cell(near, site, "last") + "=clean");
            QVERIFY(std::abs(curves[2].layers[l] - meanEffect(*model, facts, window)) < tolerance);
        }
        QCOMPARE(curves[0].samples, 5);
        QVERIFY(std::abs(curves[1].layers.back() - 1) < tolerance);
    }

    void allSubjectTokensButTheLast()
    {
        const LoadedModel* model = shipped("mnemo-mamba");
        if (!model)
            QSKIP("the shipped checkpoint is not in this tree");
        std::vector<SwapFact> facts = draw(*model, SwapKind::AnySubject, 8).facts;
        SilentReporter silent;
        const Curve curve = averageEffects(*model, facts, {{"", Where::SubjectButLast}}, silent).front();
        std::erase_if(facts, [](const SwapFact& fact) { return fact.clean.subject.size() < 2; });
        QCOMPARE(curve.samples, int(facts.size()));
        double sum = 0;
        for (const SwapFact& fact : facts) {
            const TokenSpan subject = fact.clean.subject;
            const std::string tokens = std::to_string(subject.first) + "-" + std::to_string(subject.end - 2);
            sum += oneEffect(*model, fact, {cell(2, "h", tokens) + "=clean"});
        }
        QVERIFY(std::abs(curve.layers[2] - sum / double(facts.size())) < tolerance);
    }

    void severedRunsHoldOOfTheCorruptedRun_data() { shippedNames(); }
    void severedRunsHoldOOfTheCorruptedRun()
    {
        QFETCH(QString, name);
        const LoadedModel* model = shipped(name);
        if (!model)
            QSKIP("the shipped checkpoint is not in this tree");
        const std::vector<SwapFact> facts = draw(*model, SwapKind::AnySubject, 5).facts;
        SilentReporter silent;
        const SeveredEffect severed = severedEffect(*model, facts, silent);
        double none = 0, held = 0;
        for (const SwapFact& fact : facts) {
            none += oneEffect(*model, fact, {cell(0, "h", "subject_last") + "=clean"}) / double(facts.size());
            held += heldByHand(*model, fact) / double(facts.size());
        }
        QVERIFY2(std::abs(severed.none - none) < tolerance, QByteArray::number(none));
        QVERIFY2(std::abs(severed.o - held) < tolerance, QByteArray::number(held));
    }

    void sharesOfTheLogitDifference_data() { shippedNames(); }
    void sharesOfTheLogitDifference()
    {
        QFETCH(QString, name);
        const LoadedModel* model = shipped(name);
        if (!model)
            QSKIP("the shipped checkpoint is not in this tree");
        const std::vector<IoiCase> cases = makeIoiCases(*model->tokenizer, sentences(), names, 1);
        QCOMPARE(cases.size(), sentences().size());
        SilentReporter silent;
        const IoiNumbers numbers = measureIoi(*model, cases, silent);
        QCOMPARE(numbers.accuracy, 1.0);
        for (const int layer : {0, 4, 7}) {
            const double share = meanShare(*model, cases, [&](const IoiCase& sentence) {
                return Patch{{SiteKind::BlockIn, layer, {}}, everywhere(sentence), CopyFrom{1, everywhere(sentence)}};
            });
            QVERIFY2(std::abs(numbers.left.layers[std::size_t(layer)] - share) < tolerance, QByteArray::number(share));
        }
        if (name != "mnemo-mamba") {
            QVERIFY(numbers.tapsLeft.empty());
            return;
        }
        const int bottleneck = numbers.bottleneck;
        QVERIFY(bottleneck > 0 && numbers.left.layers[std::size_t(bottleneck)] < 0.2);
        for (int tap = 0; tap < 4; ++tap) {
            const double share = meanShare(*model, cases, [&](const IoiCase& sentence) {
                return Patch{
                    {SiteKind::Conv, bottleneck, -tap}, everywhere(sentence), CopyFrom{1, everywhere(sentence)}};
            });
            QVERIFY2(std::abs(numbers.tapsLeft[std::size_t(tap)] - share) < tolerance, QByteArray::number(share));
        }
    }
};

QTEST_APPLESS_MAIN(TestGateAverages)
#include "tst_gate_averages.moc"
