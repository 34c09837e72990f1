// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/fact_list.h"

#include <cmath>
#include <limits>

#include "core/data/error.h"

namespace mnemo {
namespace {

FactSelection oneFact(const FactListParams& params, const ExperimentContext& context, bool needsSwap,
                      Reporter& reporter)
{
    FactParams one;
    one.prompt = params.prompt;
    one.subject = params.subject;
    one.swap = params.swap;
    one.target = params.target;
    one.prefix = params.prefix;
    ChosenFact fact{{}, params.prompt, params.subject, {}, params.swap, prepareFact(one, context, needsSwap), {}};
    if (fact.task.pair.cleanSubject.size() == 0)
        throw Failure(ErrorCode::SubjectNotInPrompt, "The subject is empty.", "Name the subject of the prompt.");
    Plan plan;
    const FactReadouts readouts = readFact(plan, addFactRuns(plan, fact.task), fact.task);
    fact.base = scoreFact(fact.task, readouts,
                          runPlan(*context.model.model, context.edits, plan, reporter, runOptions(context)));
    FactSelection selection;
    selection.facts.push_back(std::move(fact));
    return selection;
}

}  // namespace

FactSelection factsOf(const FactListParams& params, const ExperimentContext& context, bool needsSwap,
                      Reporter& reporter)
{
    if (!params.prompt.empty())
        return oneFact(params, context, needsSwap, reporter);
    for (const auto& [key, text] :
         {std::pair("subject", &params.subject), std::pair("swap", &params.swap), std::pair("target", &params.target)})
        if (!text->empty())
            throw Failure(ErrorCode::Usage, std::string("A ") + key + " (\"" + *text + "\") is given without a prompt.",
                          "Give the prompt as well, or leave it out to run over many facts.");
    return chooseFacts(params, context, needsSwap, reporter);
}

Axis layerAxis(int layers)
{
    Axis axis{"layer", {}};
    for (int layer = 0; layer < layers; ++layer)
        axis.labels.push_back(std::to_string(layer));
    return axis;
}

CurveMeans::CurveMeans(std::vector<Axis> axes) : m_axes(std::move(axes))
{
    std::size_t size = 1;
    for (const Axis& axis : m_axes)
        size *= std::size_t(axis.size());
    m_sum.resize(size);
    m_squares.resize(size);
    m_count.resize(size);
}

void CurveMeans::add(const std::vector<double>& values)
{
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (std::isnan(values[i]))
            continue;
        m_sum[i] += values[i];
        m_squares[i] += values[i] * values[i];
        ++m_count[i];
    }
}

Array CurveMeans::means(const std::string& name, const std::string& unit) const
{
    Array array = Array::make(name, m_axes, unit);
    for (std::size_t i = 0; i < m_sum.size(); ++i) {
        array.states[i] = m_count[i] == 0 ? CellState::Undefined : CellState::Computed;
        if (m_count[i] > 0)
            array.values[i] = m_sum[i] / m_count[i];
    }
    return array;
}

Array CurveMeans::errors(const std::string& name, const std::string& unit) const
{
    Array array = Array::make(name, m_axes, unit);
    for (std::size_t i = 0; i < m_sum.size(); ++i) {
        const double n = m_count[i];
        array.states[i] = n < 2 ? CellState::Undefined : CellState::Computed;
        if (n >= 2)
            array.values[i] = std::sqrt(std::max(0.0, (m_squares[i] - m_sum[i] * m_sum[i] / n) / (n - 1)) / n);
    }
    return array;
}

}  // namespace mnemo
