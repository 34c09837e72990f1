// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/lre_trial.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/engine/run_plans.h"
#include "core/experiments/fact_choice.h"
#include "core/experiments/fact_runs.h"
#include "core/experiments/state_arrays.h"

namespace mnemo {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t askedTogether = 64;      // prompts in a plan
constexpr std::int64_t decodedTogether = 512;  // rows through the head
constexpr std::size_t movedTogether = 4096;    // moves in a plan

at::Tensor floatsOf(const std::vector<float>& state)
{
    return at::tensor(state, at::kFloat);
}

/// One plan full of prompts. @param tests filled in
void ask(std::span<LreTest> tests, const std::vector<int>& layers, const ExperimentContext& context, Reporter& reporter)
{
    Plan plan;
    for (const LreTest& test : tests) {
        const RunId run = plan.addRun(test.prompt.ids());
        Readout head;
        head.run = run;
        head.position = test.prompt.last();
        head.topK = 5;
        plan.read(head);
        readStates(plan, run, {SiteKind::Final, 0, {}}, {test.prompt.last()});
        for (const int layer : layers)
            readStates(plan, run, residualBehind(layer), {test.prompt.subject.end - 1});
    }
    const PlanResult result = runPlan(*context.model.model, context.edits, plan, reporter, runOptions(context));
    auto value = result.values.begin();
    for (LreTest& test : tests) {
        test.top = (value++)->top;
        test.z_D = floatsOf((value++)->state);
        std::vector<at::Tensor> states;
        for (std::size_t layer = 0; layer < layers.size(); ++layer)
            states.push_back(floatsOf((value++)->state));
        test.h_LD = at::stack(states);
    }
}

/// For each a random other one about another subject with another object; −1 where there is none.
void chooseTargets(std::vector<LreTest>& tests, Random& random)
{
    const int count = int(tests.size());
    for (LreTest& test : tests) {
        const int start = random.below(count);
        for (int i = 0; i < count && test.target < 0; ++i) {
            const FactSample& other = tests[std::size_t((start + i) % count)].sample;
            if (other.subject != test.sample.subject && other.object != test.sample.object)
                test.target = (start + i) % count;
        }
    }
}

/// What one trial measures, layer by layer.
class Trial
{
public:
    Trial(const LreSettings& settings, const std::vector<int>& layers, const ExperimentContext& context,
          Reporter& reporter, LreMeasures& measures, std::vector<LreTest> tests)
        : m_settings(settings),
          m_layers(layers),
          m_context(context),
          m_reporter(reporter),
          m_measures(measures),
          m_tests(std::move(tests))
    {
        for (const LreTest& test : m_tests)
            m_judges.emplace_back(*context.model.tokenizer, test.sample.object);
        for (int k = 0; k < lreTop; ++k)
            for (auto* shares : {&measures.lenient[k], &measures.strict[k]})
                shares->assign(layers.size() * settings.betas.size(), none);
        measures.causality.assign(layers.size() * settings.ranks.size(), none);
        measures.causalityStrict = measures.causality;
    }

    void measure(const std::vector<LinearRelation>& maps)
    {
        for (const LinearRelation& map : maps)
            faithfulness(map, indexOf(map));
        causality(maps);
    }

private:
    std::size_t indexOf(const LinearRelation& map) const
    {
        return std::size_t(std::ranges::find(m_layers, map.layer()) - m_layers.begin());
    }

    at::Tensor states_ND(std::size_t layer) const
    {
        std::vector<at::Tensor> states;
        for (const LreTest& test : m_tests)
            states.push_back(test.h_LD[std::int64_t(layer)]);
        return at::stack(states).to(m_context.model.model->options().device());
    }

    void faithfulness(const LinearRelation& map, std::size_t layer)
    {
        const auto tops = decodeStates(map, states_ND(layer), m_settings, lreTop, 0, m_context, m_reporter);
        for (std::size_t beta = 0; beta < tops.size(); ++beta) {
            const std::size_t cell = layer * tops.size() + beta;
            for (int k = 0; k < lreTop; ++k) {
                m_measures.lenient[k][cell] = share(tops[beta], k, &ObjectJudge::lenient);
                m_measures.strict[k][cell] = share(tops[beta], k, &ObjectJudge::strict);
            }
            if (m_best < 0 || m_measures.lenient[0][cell] > m_best)
                remember(tops[beta], layer, beta, m_measures.lenient[0][cell]);
        }
    }

    double share(const std::vector<ScoredState>& tops, int k, bool (ObjectJudge::*says)(int) const) const
    {
        int right = 0;
        for (std::size_t i = 0; i < tops.size(); ++i)
            for (int place = 0; place <= k && place < int(tops[i].top.size()); ++place)
                if ((m_judges[i].*says)(tops[i].top[std::size_t(place)].token)) {
                    ++right;
                    break;
                }
        return double(right) / double(tops.size());
    }

    void remember(const std::vector<ScoredState>& tops, std::size_t layer, std::size_t beta, double share)
    {
        m_best = share;
        m_measures.bestLayer = int(layer);
        m_measures.bestBeta = int(beta);
        m_measures.mapSays.clear();
        m_measures.right.clear();
        for (std::size_t i = 0; i < tops.size(); ++i) {
            m_measures.mapSays.push_back(m_context.model.tokenizer->token(tops[i].top.front().token).text);
            m_measures.right.push_back(m_judges[i].lenient(tops[i].top.front().token));
        }
    }

    /// What all maps ask of the model: [cell of causality], and by how much each test fact's state is moved.
    struct Moves {
        std::size_t cell = 0;
        int layer = 0;
        at::Tensor by_ND;
    };

    std::vector<Moves> movesOf(const std::vector<LinearRelation>& maps, const at::Tensor& dz_ND) const
    {
        std::vector<Moves> moves;
        for (const LinearRelation& map : maps)
            for (std::size_t r = 0; r < m_settings.ranks.size(); ++r)
                if (m_settings.ranks[r] <= map.rank())
                    moves.push_back({indexOf(map) * m_settings.ranks.size() + r, map.layer(),
                                     map.inverse(dz_ND, m_settings.ranks[r]).to(at::kCPU, at::kFloat)});
        return moves;
    }

    /// Of several layers in one plan: the prompts that are moved are run once for all of them.
    void causality(const std::vector<LinearRelation>& maps)
    {
        std::vector<at::Tensor> steps;
        std::vector<const LreTest*> moved;
        for (const LreTest& test : m_tests)
            if (test.target >= 0) {
                moved.push_back(&test);
                steps.push_back(m_tests[std::size_t(test.target)].z_D - test.z_D);
            }
        if (moved.empty())
            return;
        const std::vector<Moves> moves = movesOf(maps, at::stack(steps).to(m_context.model.model->options().device()));
        std::vector<int> right(moves.size(), 0), exactly(moves.size(), 0);
        const std::size_t together = std::max<std::size_t>(1, movedTogether / std::max<std::size_t>(1, moves.size()));
        for (std::size_t begin = 0; begin < moved.size() && !moves.empty(); begin += together) {
            const std::size_t end = std::min(moved.size(), begin + together);
            std::vector<StateMove> asked;
            for (std::size_t i = begin; i < end; ++i)
                for (const Moves& one : moves)
                    asked.push_back({&moved[i]->prompt, one.layer, one.by_ND[std::int64_t(i)]});
            const std::vector<ReadoutValue> said = moveStates(asked, 1, {}, m_context, m_reporter);
            for (std::size_t k = 0; k < said.size(); ++k) {
                const LreTest& test = *moved[begin + k / moves.size()];
                const int token = said[k].top.front().token;
                const ObjectJudge& judge = m_judges[std::size_t(test.target)];
                right[k % moves.size()] += judge.lenient(token) ? 1 : 0;
                exactly[k % moves.size()] += judge.strict(token) ? 1 : 0;
            }
        }
        for (std::size_t m = 0; m < moves.size(); ++m) {
            m_measures.causality[moves[m].cell] = double(right[m]) / double(moved.size());
            m_measures.causalityStrict[moves[m].cell] = double(exactly[m]) / double(moved.size());
        }
    }

    const LreSettings& m_settings;
    const std::vector<int>& m_layers;
    const ExperimentContext& m_context;
    Reporter& m_reporter;
    LreMeasures& m_measures;
    std::vector<LreTest> m_tests;
    std::vector<ObjectJudge> m_judges;
    double m_best = -1;
};

}  // namespace

ObjectJudge::ObjectJudge(const Tokenizer& tokenizer, const std::string& object)
    : m_tokenizer(tokenizer), m_object(object), m_first(answerTokens(tokenizer, object).front().id)
{
}

bool ObjectJudge::lenient(int token) const
{
    return isBeginningOf(m_tokenizer.token(token).text, m_object);
}

std::vector<LreTest> askTests(const LrePrompts& prompts, std::span<const FactSample> samples,
                              const std::vector<int>& layers, const ExperimentContext& context, Reporter& reporter)
{
    std::vector<LreTest> tests;
    for (const FactSample& sample : samples)
        if (std::optional<FilledPrompt> prompt = prompts.test(sample.subject))
            tests.push_back({sample, std::move(*prompt), {}, {}, {}, -1});
    for (std::size_t begin = 0; begin < tests.size(); begin += askedTogether)
        ask(std::span(tests).subspan(begin, std::min(askedTogether, tests.size() - begin)), layers, context, reporter);
    return tests;
}

std::vector<std::vector<ScoredState>> decodeStates(const LinearRelation& map, const at::Tensor& h_ND,
                                                   const LreSettings& settings, int top, int token,
                                                   const ExperimentContext& context, Reporter& reporter)
{
    const LanguageModel& model = *context.model.model;
    const at::Tensor Wh_ND = map.mapped(h_ND, settings.params.decodeRank);
    std::vector<at::Tensor> ends;
    for (const double beta : settings.betas)
        ends.push_back(Wh_ND * beta + map.b_D());
    const at::Tensor all_RD = at::cat(ends).to(model.options());
    const int visible = runOptions(context).visibleVocabulary;
    const std::int64_t count = h_ND.size(0);
    std::vector<std::vector<ScoredState>> tops(settings.betas.size());
    for (std::int64_t begin = 0; begin < all_RD.size(0); begin += decodedTogether) {
        reporter.checkStop();
        const at::Tensor part_RD = all_RD.narrow(0, begin, std::min(decodedTogether, all_RD.size(0) - begin));
        const at::Tensor logits_RV = model.unembed(part_RD, [&] { reporter.checkStop(); }).to(at::kFloat);
        const at::Tensor sum_R = at::logsumexp(logits_RV, {1}).to(at::kCPU);
        const auto [most_RK, which_RK] = logits_RV.narrow(1, 0, visible).topk(std::min(top, visible));
        const at::Tensor logit_RK = most_RK.to(at::kCPU), token_RK = which_RK.to(at::kCPU);
        const at::Tensor asked_R = logits_RV.select(1, token).to(at::kCPU);
        for (std::int64_t row = 0; row < part_RD.size(0); ++row) {
            const double sum = sum_R[row].item<double>();
            ScoredState said{{}, asked_R[row].item<double>() - sum};
            for (std::int64_t k = 0; k < token_RK.size(1); ++k) {
                const double logit = logit_RK[row][k].item<double>();
                said.top.push_back({int(token_RK[row][k].item<std::int64_t>()), logit, logit - sum, int(k)});
            }
            tops[std::size_t((begin + row) / count)].push_back(std::move(said));
        }
    }
    return tops;
}

std::vector<ReadoutValue> moveStates(const std::vector<StateMove>& moves, int top, const std::vector<int>& tokens,
                                     const ExperimentContext& context, Reporter& reporter)
{
    const auto together = std::size_t(plansTogether(*context.model.model));
    const std::size_t share = (moves.size() + together - 1) / together;
    std::vector<Plan> plans;
    const FilledPrompt* prompt = nullptr;
    RunId bare = 0;
    std::size_t inPlan = 0;
    for (const StateMove& move : moves) {
        if (move.prompt != prompt) {
            if (plans.empty() || inPlan >= share) {
                plans.emplace_back();
                inPlan = 0;
            }
            bare = plans.back().addRun(move.prompt->ids());
        }
        prompt = move.prompt;
        ++inPlan;
        const at::Tensor by_D = move.by_D.to(at::kCPU, at::kFloat).contiguous();
        const float* const values = by_D.const_data_ptr<float>();
        const auto added =
            std::make_shared<const HostTensor>(HostTensor{{by_D.numel()}, {values, values + by_D.numel()}});
        Readout readout;
        readout.run =
            plans.back().addRun(bare, {{residualBehind(move.layer), {move.prompt->subject.end - 1}, AddTo{added}}});
        readout.position = move.prompt->last();
        readout.topK = top;
        readout.tokens = tokens;
        plans.back().read(std::move(readout));
    }
    std::vector<ReadoutValue> said;
    for (PlanResult& result : runPlans(*context.model.model, context.edits, plans, reporter, runOptions(context)))
        std::ranges::move(result.values, std::back_inserter(said));
    return said;
}

LreMeasures measureLre(const LreSettings& settings, const Relation& relation, int trial, int limit,
                       const std::vector<int>& layers, const ExperimentContext& context, JacobianCache& jacobians,
                       Reporter& reporter, const std::function<void()>& onPrompt)
{
    const LrePrompts prompts(settings, relation, trial, context.model);
    LreMeasures measures;
    measures.seed = prompts.seed();
    measures.train = prompts.split().train;
    std::span<const FactSample> samples = prompts.split().test;
    if (limit > 0)
        samples = samples.first(std::min(samples.size(), std::size_t(limit)));
    std::vector<LreTest> tests = askTests(prompts, samples, layers, context, reporter);
    measures.asked = int(tests.size());
    std::erase_if(tests, [&](const LreTest& test) {
        return !ObjectJudge(*context.model.tokenizer, test.sample.object).lenient(test.top.front().token);
    });
    measures.known = int(tests.size());
    for (const LreTest& test : tests) {
        measures.tested.push_back(test.sample);
        measures.modelSays.push_back(context.model.tokenizer->token(test.top.front().token).text);
    }
    if (measures.known <= settings.params.train) {
        measures.skipped = "The model knows " + std::to_string(measures.known) + " of the " +
                           std::to_string(measures.asked) + " test facts; more than " +
                           std::to_string(settings.params.train) + " are needed.";
        return measures;
    }
    if (distinctObjects(measures.tested) < 2) {
        measures.skipped = "All test facts that the model knows have one object, " + measures.tested[0].object + ".";
        return measures;
    }
    Random random(seedFor("targets", measures.seed));
    chooseTargets(tests, random);
    for (const LreTest& test : tests)
        measures.targets.push_back(test.target);
    Trial one(settings, layers, context, reporter, measures, std::move(tests));
    const auto together = std::size_t(jacobianLayersTogether(context));
    for (std::size_t begin = 0; begin < layers.size(); begin += together) {
        const std::vector<int> group(layers.begin() + std::ptrdiff_t(begin),
                                     layers.begin() + std::ptrdiff_t(std::min(layers.size(), begin + together)));
        const bool isFirst = begin == 0;
        one.measure(estimateLinear(jacobians, prompts.estimate(group), reporter, [&] {
            if (isFirst)
                onPrompt();
        }));
    }
    return measures;
}

}  // namespace mnemo
