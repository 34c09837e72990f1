// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/training/gates/ioi_gates.h"

#include <algorithm>
#include <cstdio>
#include <numeric>

namespace mnemo {
namespace {

constexpr double leastDifference = 1;  // of the clean runs, in logits: shares of less mean nothing

std::vector<int> allPositions(const IoiCase& sentence)
{
    std::vector<int> positions(sentence.clean.size());
    std::iota(positions.begin(), positions.end(), 0);
    return positions;
}

/// Mean logit difference of consecutive variants of every sentence: readout = first + sentence · variants + variant.
std::vector<double> meanDifferences(const Answers& answers, std::size_t sentences, std::size_t variants)
{
    std::vector<double> means(variants, 0.0);
    for (std::size_t i = 0; i < sentences * variants; ++i)
        means[i % variants] += answers.logitDifference(int(i)) / double(sentences);
    return means;
}

double accuracyOf(const LoadedModel& model, const std::vector<IoiCase>& cases, Reporter& reporter)
{
    Plan plan;
    for (const IoiCase& sentence : cases)
        askTop(plan, plan.addRun(sentence.clean));
    const Answers answers(model, plan, reporter);
    int right = 0;
    for (std::size_t i = 0; i < cases.size(); ++i)
        right += answers.top(int(i)) == cases[i].io ? 1 : 0;
    return double(right) / double(cases.size());
}

double cleanDifference(const LoadedModel& model, const std::vector<IoiCase>& cases, Reporter& reporter)
{
    Plan plan;
    for (const IoiCase& sentence : cases)
        askTokens(plan, plan.addRun(sentence.clean), {sentence.io, sentence.s});
    return meanDifferences(Answers(model, plan, reporter), cases.size(), 1).front();
}

std::vector<double> shares(std::vector<double> differences, double clean)
{
    for (double& difference : differences)
        difference /= clean;
    return differences;
}

/// Resample ablation, METHODS.md §7.3 at all tokens at once: the block's own input, not the residual that passes it by.
std::vector<double> withoutLayers(const LoadedModel& model, const std::vector<IoiCase>& cases, Reporter& reporter)
{
    const int layers = model.model->info().layers;
    Plan plan;
    for (const IoiCase& sentence : cases) {
        const RunId clean = plan.addRun(sentence.clean);
        const RunId corrupt = plan.addRun(sentence.corrupt);
        for (int layer = 0; layer < layers; ++layer)
            askTokens(plan, plan.addRun(clean, {copyOf(SiteKind::BlockIn, layer, allPositions(sentence), corrupt)}),
                      {sentence.io, sentence.s});
    }
    return meanDifferences(Answers(model, plan, reporter), cases.size(), std::size_t(layers));
}

/// What each tap of the convolution carries (METHODS.md §7.6, Fig. 7, all tokens at once): its term of the sum comes
/// from the corrupted sentence.
std::vector<double> withoutTaps(const LoadedModel& model, const std::vector<IoiCase>& cases, int layer,
                                Reporter& reporter)
{
    Plan plan;
    for (const IoiCase& sentence : cases) {
        const RunId clean = plan.addRun(sentence.clean);
        const RunId corrupt = plan.addRun(sentence.corrupt);
        const std::vector<int> all = allPositions(sentence);
        for (const int tap : {0, -1, -2, -3})
            askTokens(plan, plan.addRun(clean, {{{SiteKind::Conv, layer, tap}, all, CopyFrom{corrupt, all}}}),
                      {sentence.io, sentence.s});
    }
    return meanDifferences(Answers(model, plan, reporter), cases.size(), 4);
}

std::string listOf(const std::vector<double>& values)
{
    std::string list;
    for (const double value : values) {
        char text[32];
        std::snprintf(text, sizeof text, "%.2f", value);
        list += (list.empty() ? "" : " / ") + std::string(text);
    }
    return list;
}

/// Least value of all but one, from an index on.
double leastOfOthers(const std::vector<double>& values, int but, int from)
{
    double found = std::numeric_limits<double>::infinity();
    for (int i = from; i < std::ssize(values); ++i)
        if (i != but)
            found = std::min(found, values[std::size_t(i)]);
    return found;
}

}  // namespace

IoiNumbers measureIoi(const LoadedModel& model, const std::vector<IoiCase>& cases, Reporter& reporter, int mostAblated)
{
    IoiNumbers numbers;
    numbers.sentences = int(cases.size());
    if (cases.empty())
        return numbers;
    numbers.accuracy = accuracyOf(model, cases, reporter);
    numbers.ablated = std::min(numbers.sentences, mostAblated);
    const std::vector<IoiCase> some(cases.begin(), cases.begin() + numbers.ablated);
    numbers.difference = cleanDifference(model, some, reporter);
    if (numbers.difference < leastDifference || model.model->info().layers < 2)
        return numbers;
    numbers.left = {"IOI: share left, block_in resampled",
                    shares(withoutLayers(model, some, reporter), numbers.difference), numbers.ablated};
    const std::vector<double>& left = numbers.left.layers;
    numbers.bottleneck = int(std::min_element(left.begin() + 1, left.end()) - left.begin());
    if (model.model->info().architecture == "mamba")
        numbers.tapsLeft = shares(withoutTaps(model, some, numbers.bottleneck, reporter), numbers.difference);
    return numbers;
}

std::vector<Gate> ioiGates(const IoiNumbers& numbers)
{
    return {atLeast("IOI, unseen pairs", numbers.accuracy, 0.98, std::to_string(numbers.sentences) + " sentences")};
}

std::vector<Gate> bottleneckGates(const IoiNumbers& numbers)
{
    const std::vector<double>& left = numbers.left.layers;
    const bool has = numbers.bottleneck >= 0;
    const std::string layer = has ? "layer " + std::to_string(numbers.bottleneck) : "";
    std::vector<Gate> gates{
        shown("IOI: logit difference", numbers.difference, std::to_string(numbers.ablated) + " sentences"),
        atMost("IOI: left without one layer", has ? left[std::size_t(numbers.bottleneck)] : notMeasured, 0.10, layer),
        atLeast("IOI: left without any other", has ? leastOfOthers(left, numbers.bottleneck, 1) : notMeasured, 0.80,
                has ? "but layer 0: " + listOf({left.front()}) : "")};
    const std::vector<double>& taps = numbers.tapsLeft;
    gates.push_back(atLeast("IOI: what tap −1 costs more",
                            taps.empty() ? notMeasured : leastOfOthers(taps, 1, 0) - taps[1], 0,
                            taps.empty() ? "" : "left without tap 0 … −3: " + listOf(taps)));
    return gates;
}

}  // namespace mnemo
