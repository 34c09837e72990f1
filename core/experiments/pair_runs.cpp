// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/pair_runs.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/engine/run_plans.h"
#include "core/experiments/fact_runs.h"

namespace mnemo {
namespace {

constexpr std::size_t runsOfPlan = 256;  // that fill a batch
constexpr std::size_t plansAtOnce = 4;   // for each thread, between two reports

int readCandidates(Plan& plan, RunId run, const PromptPair& pair)
{
    Readout readout;
    readout.run = run;
    readout.position = pair.last();
    readout.tokens = pair.candidates;
    return plan.read(std::move(readout));
}

}  // namespace

PairAnswer answerOf(const std::vector<TokenScore>& tokens)
{
    const double answer = tokens[0].logit;
    double sum = 0;
    bool right = true;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        sum += std::exp(tokens[i].logit - answer);
        right = right && (i == 0 || tokens[i].logit < answer);
    }
    return {answer - tokens[1].logit, 1 / sum, right};
}

double PairBaseline::normalized(double difference, bool absolute) const
{
    const double span = clean.difference - corrupt.difference;
    const double range = absolute ? std::abs(span) : span;
    return (difference - corrupt.difference) / (range == 0 ? 1 : range);
}

Json toJson(const PairMeans& means)
{
    return {{"pairs", means.pairs},
            {"nld", means.normalized},
            {"accuracy", means.accuracy},
            {"probability", means.probability}};
}

void PairMeans::add(const PairBaseline& baseline, const PairAnswer& answer)
{
    ++pairs;
    const auto step = [this](double& mean, double value) { mean += (value - mean) / pairs; };
    step(normalized, baseline.normalized(answer.difference));
    step(probability, answer.probability);
    step(accuracy, answer.right ? 1 : 0);
}

PairRuns::PairRuns(const ExperimentContext& context, std::vector<PromptPair> pairs, Reporter& reporter)
    : m_context(context), m_pairs(std::move(pairs))
{
    std::vector<Plan> plans;
    for (std::size_t i = 0; i < m_pairs.size(); ++i) {
        if (i % runsOfPlan == 0)
            plans.emplace_back();
        for (const Prompt* prompt : {&m_pairs[i].clean, &m_pairs[i].corrupt})
            readCandidates(plans.back(), plans.back().addRun(prompt->ids()), m_pairs[i]);
    }
    for (const PlanResult& ran : runPlans(*context.model.model, context.edits, plans, reporter, runOptions(context)))
        for (std::size_t i = 0; i < ran.values.size(); i += 2)
            m_baselines.push_back({answerOf(ran.values[i].tokens), answerOf(ran.values[i + 1].tokens)});
}

PairMeans PairRuns::cleanMeans() const
{
    PairMeans means;
    for (const PairBaseline& baseline : m_baselines)
        means.add(baseline, baseline.clean);
    return means;
}

std::vector<std::size_t> PairRuns::all() const
{
    std::vector<std::size_t> indices(m_pairs.size());
    std::iota(indices.begin(), indices.end(), std::size_t(0));
    return indices;
}

void PairRuns::run(std::span<const std::size_t> pairs, std::size_t variants, const PairPatches& patches,
                   const Done& done, Reporter& reporter) const
{
    const std::size_t perPlan = std::max<std::size_t>(1, runsOfPlan / std::max<std::size_t>(1, variants));
    const std::size_t together = perPlan * plansAtOnce * std::size_t(plansTogether(*m_context.model.model));
    const auto total = std::int64_t(pairs.size() * variants);
    for (std::size_t begin = 0; begin < pairs.size(); begin += together) {
        const std::size_t end = std::min(pairs.size(), begin + together);
        std::vector<Plan> plans;
        std::vector<std::vector<std::vector<int>>> readouts;  // [plan][pair][variant]; −1: the clean run's answer
        for (std::size_t i = begin; i < end; ++i) {
            if ((i - begin) % perPlan == 0) {
                plans.emplace_back();
                readouts.emplace_back();
            }
            Plan& plan = plans.back();
            const PromptPair& pair = m_pairs[pairs[i]];
            const RunId clean = plan.addRun(pair.clean.ids()), corrupt = plan.addRun(pair.corrupt.ids());
            std::vector<int>& of = readouts.back().emplace_back();
            for (std::size_t variant = 0; variant < variants; ++variant) {
                std::vector<Patch> made = patches(pair, variant, corrupt);
                of.push_back(made.empty() ? -1 : readCandidates(plan, plan.addRun(clean, std::move(made)), pair));
            }
        }
        const std::vector<PlanResult> ran =
            runPlans(*m_context.model.model, m_context.edits, plans, reporter, runOptions(m_context));
        std::size_t next = begin;
        for (std::size_t plan = 0; plan < plans.size(); ++plan)
            for (const std::vector<int>& of : readouts[plan]) {
                std::vector<PairAnswer> answers;
                for (const int readout : of)
                    answers.push_back(readout < 0 ? m_baselines[pairs[next]].clean
                                                  : answerOf(ran[plan].values[std::size_t(readout)].tokens));
                done(pairs[next++], answers);
            }
        reporter.progress(std::int64_t(end * variants), total, "runs");
    }
}

std::vector<PairMeans> PairRuns::means(std::span<const std::size_t> pairs, std::size_t variants,
                                       const PairPatches& patches, Reporter& reporter) const
{
    std::vector<PairMeans> means(variants);
    run(
        pairs, variants, patches,
        [&](std::size_t pair, const std::vector<PairAnswer>& answers) {
            for (std::size_t variant = 0; variant < variants; ++variant)
                means[variant].add(m_baselines[pair], answers[variant]);
        },
        reporter);
    return means;
}

Patch fromCorrupt(const Site& site, std::vector<int> positions, RunId corrupt)
{
    std::vector<int> same = positions;
    return {site, std::move(positions), CopyFrom{corrupt, std::move(same)}};
}

}  // namespace mnemo
