// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/experiments/fact_choice.h"

namespace mnemo {

/// One fact by hand, or many by choice: for experiments whose answer is curves and averages of curves.
struct FactListParams : FactChoiceParams {
    std::string prompt;
    std::string subject;
    std::string swap;
    std::string target;
};

template <class Params>
void describeFactList(Description<Params>& description)
{
    description
        .param("prompt", &FactListParams::prompt, "Prompt",
               "One fact instead of many: its prompt; {} marks the subject.")
        .param("subject", &FactListParams::subject, "Subject", "One fact: the words it is about.")
        .param("swap", &FactListParams::swap, "Swap", "One fact: another subject, which the corrupted run reads.")
        .param("target", &FactListParams::target, "Target",
               "One fact: the answer that is scored; empty: the clean run's choice.");
    describeFactChoice(description);
}

/// The one fact when there is a prompt, with all checks of a trace; else those that chooseFacts chooses.
/// @param needsSwap experiments with a corrupted run
/// @throws Failure as prepareFact and chooseFacts
FactSelection factsOf(const FactListParams& params, const ExperimentContext& context, bool needsSwap,
                      Reporter& reporter);

/// Means and standard errors of curves over facts, cell by cell; NaN counts for nothing.
class CurveMeans
{
public:
    explicit CurveMeans(std::vector<Axis> axes);

    void add(const std::vector<double>& values);  ///< row-major, of the axes' size
    Array means(const std::string& name, const std::string& unit) const;
    Array errors(const std::string& name, const std::string& unit) const;  ///< undefined for fewer than two facts

private:
    std::vector<Axis> m_axes;
    std::vector<double> m_sum, m_squares;
    std::vector<int> m_count;
};

Axis layerAxis(int layers);

}  // namespace mnemo
