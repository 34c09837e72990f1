// SPDX-License-Identifier: GPL-3.0-or-later
// The numbers that are derived of a case's answers, and of many cases.
#include <algorithm>
#include <cmath>
#include <limits>
#include <ranges>

#include "core/data/random.h"
#include "core/experiments/edit_scores.h"

namespace mnemo {
namespace {

constexpr int resamples = 1000;
constexpr double none = std::numeric_limits<double>::quiet_NaN();

struct Named {
    std::string_view name;
    std::string_view unit;
};
constexpr std::array<Named, measureCount> names{{{"ES", "%"},
                                                 {"PS", "%"},
                                                 {"NS", "%"},
                                                 {"EM", "%"},
                                                 {"PM", "%"},
                                                 {"NM", "%"},
                                                 {"rewrite_accuracy", "%"},
                                                 {"paraphrase_accuracy", "%"},
                                                 {"neighbour_accuracy", "%"},
                                                 {"others_kept", "%"},
                                                 {"others_p", "%"},
                                                 {"GE", "bits/100"},
                                                 {"RS", "%"},
                                                 {"essence", "perplexity"}}};

/// Mean of what is counted of each, × 100; NaN of none.
template <class Each, class Count>
double percent(const std::vector<Each>& list, const Count& count)
{
    double sum = 0;
    for (const Each& one : list)
        sum += 100.0 * double(count(one));
    return list.empty() ? none : sum / double(list.size());
}

bool isChanged(const PromptScore& score)
{
    return score.truth.nll > score.edited.nll;
}

/// Mean of some numbers, NaN left out; NaN of none.
template <class Numbers>
double meanOf(const Numbers& numbers)
{
    double sum = 0;
    int count = 0;
    for (const double number : numbers)
        if (!std::isnan(number)) {
            sum += number;
            ++count;
        }
    return count > 0 ? sum / count : none;
}

Interval middleOf(std::vector<double> values)
{
    std::erase_if(values, [](double value) { return std::isnan(value); });
    if (values.empty())
        return {none, none};
    std::ranges::sort(values);
    const auto at = [&](double share) { return values[std::size_t(std::lround(share * double(values.size() - 1)))]; };
    return {at(0.025), at(0.975)};
}

}  // namespace

std::string_view measureName(Measure measure)
{
    return names[std::size_t(measure)].name;
}

std::string_view measureUnit(Measure measure)
{
    return names[std::size_t(measure)].unit;
}

CaseMeasures measuresOf(const CaseAnswers& answers, const CaseAnswers& before)
{
    const auto change = [](const PromptScore& score) { return score.edited.p() - score.truth.p(); };
    const auto isSaid = [](const PromptScore& score) { return score.edited.said; };
    const std::vector<PromptScore> rewrite{answers.rewrite};
    double kept = 0;
    for (std::size_t i = 0; i < answers.others.size(); ++i)
        kept += 100.0 * double(answers.others[i].top == before.others.at(i).top) / double(answers.others.size());
    return {percent(rewrite, isChanged),
            percent(answers.paraphrases, isChanged),
            percent(answers.neighbours, [](const PromptScore& score) { return score.truth.nll < score.edited.nll; }),
            percent(rewrite, change),
            percent(answers.paraphrases, change),
            percent(answers.neighbours, [&](const PromptScore& score) { return -change(score); }),
            percent(rewrite, isSaid),
            percent(answers.paraphrases, isSaid),
            percent(answers.neighbours, [](const PromptScore& score) { return score.truth.said; }),
            answers.others.empty() ? none : kept,
            percent(answers.others, [](const OtherAnswer& other) { return other.p; }),
            100 * answers.fluency.value_or(none),
            100 * answers.consistency.value_or(none),
            answers.perplexity.value_or(none)};
}

double harmonicMean(double a, double b, double c)
{
    return 3 / (1 / a + 1 / b + 1 / c);  // of a zero: 3 / infinity
}

double MeasureMeans::mean(Measure measure) const
{
    return meanOf(m_cases |
                  std::views::transform([measure](const CaseMeasures& one) { return one[std::size_t(measure)]; }));
}

double MeasureMeans::score() const
{
    return harmonicMean(mean(Measure::Efficacy), mean(Measure::Paraphrase), mean(Measure::Neighbourhood));
}

std::optional<std::array<Interval, 4>> MeasureMeans::intervals(std::uint64_t seed) const
{
    if (cases() < 2)
        return std::nullopt;
    Random random(seed);
    std::array<std::vector<double>, 4> found;
    std::vector<int> drawn(m_cases.size());
    for (int i = 0; i < resamples; ++i) {
        std::ranges::generate(drawn, [&] { return random.below(cases()); });
        const auto mean = [&](Measure measure) {
            return meanOf(drawn | std::views::transform(
                                      [&](int one) { return m_cases[std::size_t(one)][std::size_t(measure)]; }));
        };
        const double es = mean(Measure::Efficacy), ps = mean(Measure::Paraphrase), ns = mean(Measure::Neighbourhood);
        const std::array<double, 4> one{es, ps, ns, harmonicMean(es, ps, ns)};
        for (std::size_t k = 0; k < one.size(); ++k)
            found[k].push_back(one[k]);
    }
    return std::array{middleOf(found[0]), middleOf(found[1]), middleOf(found[2]), middleOf(found[3])};
}

}  // namespace mnemo
