// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/training/gates/trace_gates.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <limits>

namespace mnemo {
namespace {

constexpr double crossed = 0.5;    // at the prompt's last token: the fact has arrived
constexpr double arrived = 0.9;    // all of it
constexpr double nearPeak = 0.02;  // a layer this close to the peak has reached it
constexpr double smallest = 1e-3;  // of a ratio's denominator

using Values = std::vector<double>;

/// Greatest value from a layer on, NaN when there is none.
double greatest(const Values& values, int from = 0)
{
    const auto first = values.begin() + std::min<std::ptrdiff_t>(from, std::ssize(values));
    return first == values.end() ? notMeasured : *std::max_element(first, values.end());
}

double least(const Values& values, int from)
{
    const auto first = values.begin() + std::min<std::ptrdiff_t>(from, std::ssize(values));
    return first == values.end() ? notMeasured : *std::min_element(first, values.end());
}

/// First layer that reaches a value; the number of layers when none does (a NaN reaches nothing).
int firstLayer(const Values& values, double reached)
{
    const auto found = std::ranges::find_if(values, [reached](double value) { return value >= reached; });
    return int(found - values.begin());
}

double asLayer(int layer, const Values& values)
{
    return layer < std::ssize(values) ? layer : notMeasured;
}

std::string layerNote(int layer)
{
    return "layer " + std::to_string(layer);
}

std::string two(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.2f", value);
    return text;
}

std::string dropped(const SwapDraw& draw)
{
    return std::to_string(draw.weak) + " dropped with p − p* ≤ 0.3, " + std::to_string(draw.withoutPartner) +
           " without a partner";
}

double ratio(double value, double to)
{
    return value / std::max(to, smallest);
}

std::vector<Gate> earlySite(const Values& subject)
{
    const double peak = greatest(subject);
    const int at = firstLayer(subject, peak);
    const int reached = firstLayer(subject, peak - nearPeak);
    return {
        atLeast("subject last: peak IE", peak, 0.6, layerNote(at)),
        counted(atLeast("subject last: layer of the peak", asLayer(reached, subject), 3, "first within 0.02 of it")),
        atLeast("subject last: rise from layer 0", peak - subject.front(), 0.15)};
}

std::vector<Gate> crossover(const Values& subject, const Values& prompt)
{
    const int layer = firstLayer(prompt, crossed);
    const int all = firstLayer(prompt, arrived);
    return {counted(shown("crossover layer", asLayer(layer, prompt), "first with IE ≥ 0.5 at prompt last")),
            atMost("subject last after the crossover", greatest(subject, all), 0.05,
                   "layers " + std::to_string(all) + " on"),
            atLeast("prompt last after the crossover", least(prompt, layer + 1), arrived,
                    "layers " + std::to_string(layer + 1) + " on")};
}

void append(std::vector<Gate>& gates, std::vector<Gate> more)
{
    gates.insert(gates.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

TraceNumbers measureTrace(const LoadedModel& model, const std::vector<Relation>& relations, int count,
                          std::uint64_t seed, Reporter& reporter)
{
    TraceNumbers numbers;
    numbers.swaps = drawSwaps(model, relations, SwapKind::AnySubject, count, seed, reporter);
    numbers.shared = drawSwaps(model, relations, SwapKind::SharedLastToken, count, seed + 1, reporter);
    const auto h = averageEffects(model, numbers.swaps.facts,
                                  {{"h, subject last", Where::SubjectLast},
                                   {"h, prompt last", Where::PromptLast},
                                   {"h, subject but last", Where::SubjectButLast}},
                                  reporter);
    numbers.subjectLast = h[0];
    numbers.promptLast = h[1];
    numbers.subjectButLast = h[2];
    numbers.sharedSubjectLast = averageEffects(
        model, numbers.shared.facts, {{"h, subject last, last token shared", Where::SubjectLast}}, reporter)[0];
    numbers.severed = severedEffect(model, numbers.swaps.facts, reporter);
    return numbers;
}

std::vector<Gate> traceGates(const TraceNumbers& numbers)
{
    const Values& subject = numbers.subjectLast.layers;
    const Values& shared = numbers.sharedSubjectLast.layers;
    const SeveredEffect& severed = numbers.severed;
    std::vector<Gate> gates{
        counted(atLeast("traced facts", double(numbers.swaps.facts.size()), 200, dropped(numbers.swaps)))};
    append(gates, earlySite(subject));
    append(gates, crossover(subject, numbers.promptLast.layers));
    append(gates, {atMost("subject but last: peak IE", greatest(numbers.subjectButLast.layers), 0.3,
                          std::to_string(numbers.subjectButLast.samples) + " subjects of 2 tokens or more"),
                   counted(atLeast("swaps sharing the last token", double(numbers.shared.facts.size()), 50,
                                   dropped(numbers.shared))),
                   atMost("shared last token: IE at layer 0", shared.front(), 0.3),
                   atLeast("shared last token: peak IE", greatest(shared), 0.6),
                   atLeast("severing o at subject last: IE lost", severed.none - severed.o, 0.1,
                           "h of layer 0: " + two(severed.none) + ", o held: " + two(severed.o))});
    return gates;
}

SplitNumbers measureSplit(const LoadedModel& model, const std::vector<SwapFact>& facts, Reporter& reporter)
{
    const auto curves = averageEffects(model, facts,
                                       {{"attn (3), prompt last", Where::PromptLast, SiteKind::Attn, 3},
                                        {"attn (3), subject last", Where::SubjectLast, SiteKind::Attn, 3},
                                        {"mlp (3), prompt last", Where::PromptLast, SiteKind::Mlp, 3},
                                        {"mlp (3), subject last", Where::SubjectLast, SiteKind::Mlp, 3}},
                                       reporter);
    return {curves[0], curves[1], curves[2], curves[3]};
}

std::vector<Gate> splitGates(const SplitNumbers& numbers)
{
    const double attnPrompt = greatest(numbers.attnPromptLast.layers);
    const double attnSubject = greatest(numbers.attnSubjectLast.layers);
    const double mlpPrompt = greatest(numbers.mlpPromptLast.layers);
    const double mlpSubject = greatest(numbers.mlpSubjectLast.layers);
    return {
        atLeast("attn at prompt last: peak IE", attnPrompt, 0.2, "windows of 3"),
        atLeast("attn: prompt last / subject last", ratio(attnPrompt, attnSubject), 3,
                "subject last: " + two(attnSubject)),
        atLeast("mlp at subject last: peak IE", mlpSubject, 0.1, "windows of 3"),
        atLeast("mlp: subject last / prompt last", ratio(mlpSubject, mlpPrompt), 2, "prompt last: " + two(mlpPrompt))};
}

}  // namespace mnemo
