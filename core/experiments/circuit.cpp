// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <set>

#include "core/data/computed_array.h"
#include "core/data/error.h"
#include "core/experiments/circuit_search.h"
#include "core/experiments/experiments.h"

namespace mnemo {
namespace {

struct CircuitExperimentParams : CircuitParams {
    int sizes = 16;
    int exact = 50;
};

void addCurves(Result& result, const std::map<int, CircuitTrial>& trials)
{
    Axis sizes{"edges", {}};
    std::vector<double> faithfulness, accuracy, probability, trainFaithfulness, trainAccuracy, without;
    for (const auto& [size, trial] : trials) {
        if (trial.without.pairs == 0)
            continue;
        sizes.labels.push_back(std::to_string(size));
        faithfulness.push_back(trial.heldOut.normalized);
        accuracy.push_back(trial.heldOut.accuracy);
        probability.push_back(trial.heldOut.probability);
        trainFaithfulness.push_back(trial.train.normalized);
        trainAccuracy.push_back(trial.train.accuracy);
        without.push_back(trial.without.normalized);
    }
    if (sizes.labels.empty())
        return;
    const auto put = [&](const char* name, const char* unit, std::vector<double>& values) {
        result.arrays.push_back(std::make_shared<const Array>(computedArray(name, {sizes}, unit, std::move(values))));
    };
    put("faithfulness", "nld", faithfulness);
    put("accuracy", "share", accuracy);
    put("probability", "probability", probability);
    put("train.faithfulness", "nld", trainFaithfulness);
    put("train.accuracy", "share", trainAccuracy);
    put("without", "nld", without);
}

/// From no edge to all, evenly by ratio, and the sizes the search has tried.
std::set<int> sizesOf(const CircuitSearch& search, int count)
{
    std::set<int> sizes{0};
    for (const auto& [size, trial] : search.trials())
        sizes.insert(size);
    const double edges = double(search.circuit().edges.size());
    for (int i = 0; i < count; ++i)
        sizes.insert(int(std::lround(std::pow(edges, i / double(count - 1)))));
    return sizes;
}

Result runCircuit(const CircuitExperimentParams& params, const ExperimentContext& context, Reporter& reporter)
{
    CircuitSearch search(params, context, reporter);
    double measured = 0;  // share of the sizes
    bool exact = false;
    const auto snapshot = [&] {
        Result result;
        search.describe(result);
        result.title = std::string(params.positional ? "Positional circuit" : "Circuit") + " of " +
                       std::to_string(search.train().pairs().size()) + " pairs";
        addCurves(result, search.trials());
        result.done = (search.share() + measured + exact) / 3;
        return result;
    };
    try {
        search.attribute([&] { reporter.partial(snapshot); });
        search.search();
        std::int64_t done = 0;
        const std::set<int> sizes = sizesOf(search, params.sizes);
        for (const int size : sizes) {
            search.measureSize(size);
            reporter.progress(++done, std::int64_t(sizes.size()), "circuits");
            measured = double(done) / double(sizes.size());
            reporter.partial(snapshot);
        }
        search.measureExactly(params.exact);
        exact = true;
    } catch (const Cancelled&) {
        if (search.attributed() > 0)
            reporter.partial(snapshot);
        throw;
    }
    return snapshot();
}

}  // namespace

Experiment circuitExperiment()
{
    auto description = describe<CircuitExperimentParams>(
        "circuit", "Circuit",
        "Which edges between layers carry what a clean and a corrupted prompt differ in: edge attribution patching.");
    describeCircuit(description);
    return description
        .param("sizes", &CircuitExperimentParams::sizes, "Sizes",
               "Circuits of so many sizes are measured on held-out pairs.", {.minimum = 2, .maximum = 1000})
        .param("exact", &CircuitExperimentParams::exact, "Exact effects",
               "Of so many edges the exact effect is measured.", {.minimum = 0, .maximum = 1e6})
        .run(runCircuit);
}

}  // namespace mnemo
