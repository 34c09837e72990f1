// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/state_cosines.h"

#include <cmath>
#include <limits>

#include "core/experiments/fact_runs.h"
#include "core/experiments/state_arrays.h"

namespace mnemo {
namespace {

template <class A, class B>
double cosine(const std::vector<A>& a, const std::vector<B>& b)
{
    double product = 0, ofA = 0, ofB = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        product += double(a[i]) * double(b[i]);
        ofA += double(a[i]) * double(a[i]);
        ofB += double(b[i]) * double(b[i]);
    }
    const double lengths = std::sqrt(ofA) * std::sqrt(ofB);
    return lengths > 0 ? product / lengths : std::numeric_limits<double>::quiet_NaN();
}

void keepAfterStep(std::vector<double>& left, const std::vector<float>& step, std::span<const double> stateMatrix)
{
    const std::size_t perChannel = left.size() / step.size();
    for (std::size_t i = 0; i < left.size(); ++i)
        left[i] *= std::exp(double(step[i / perChannel]) * stateMatrix[i]);
}

}  // namespace

LayerStates readLayerStates(const std::vector<int>& ids, int layer, const ExperimentContext& context,
                            Reporter& reporter)
{
    Plan plan;
    const RunId run = plan.addRun(ids);
    const std::vector<int> positions = allPositions(ids.size());
    for (const SiteKind kind : {SiteKind::Write, SiteKind::State, SiteKind::Delta})
        readStates(plan, run, {kind, layer, {}}, positions);
    PlanResult ran = runPlan(*context.model.model, context.edits, plan, reporter, runOptions(context));
    LayerStates states{int(ids.size()), {}, {}, {}};
    auto next = ran.values.begin();
    for (auto* list : {&states.writes, &states.states, &states.steps})
        for (std::size_t token = 0; token < ids.size(); ++token)
            list->push_back(std::move((next++)->state));
    return states;
}

StateCosines stateCosines(const LayerStates& states, std::span<const double> stateMatrix)
{
    const auto tokens = std::size_t(states.tokens);
    const std::vector<double> nothing(tokens * tokens, std::numeric_limits<double>::quiet_NaN());
    StateCosines cosines{nothing, nothing, nothing, nothing};
    for (std::size_t i = 0; i < tokens; ++i) {
        std::vector<double> left(states.writes[i].begin(), states.writes[i].end());
        for (std::size_t j = 0; j < tokens; ++j) {
            const std::size_t cell = i * tokens + j;
            cosines.writeState[cell] = cosine(states.writes[i], states.states[j]);
            cosines.writeWrite[cell] = cosine(states.writes[i], states.writes[j]);
            cosines.stateState[cell] = cosine(states.states[i], states.states[j]);
            if (j > i)
                keepAfterStep(left, states.steps[j], stateMatrix);
            if (j >= i)
                cosines.propagatedState[cell] = cosine(left, states.states[j]);
        }
    }
    return cosines;
}

}  // namespace mnemo
