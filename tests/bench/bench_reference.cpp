// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/bench/bench_reference.h"

#include <ATen/ATen.h>

#include "core/io/weight_files.h"
#include "models/table.h"
#include "tests/support/reference_run.h"

#include <chrono>

namespace mnemo::bench {
namespace {

/// A checkpoint as the reference takes it: every tensor in double.
test::TinyModel loadInDouble(const std::filesystem::path& folder)
{
    test::TinyModel model{readConfigFor(folder, builtInArchitectures()), {}};
    const WeightFiles files(folder);
    for (const std::string& name : files.names()) {
        const TensorView& view = files.get(name);
        model.tensors[name] = at::tensor(toDoubles(view), at::kDouble).view(view.shape);
    }
    return model;
}

}  // namespace

ReferenceCells referenceCells(const std::filesystem::path& folder, const Task& task, const std::vector<int>& cells)
{
    const test::TinyModel model = loadInDouble(folder);
    const Plan plan = someCells(task, cells);
    const auto begin = std::chrono::steady_clock::now();
    const std::vector<test::ReferenceRun> runs = referenceRuns(model, plan);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;

    ReferenceCells found{seconds.count() / double(runs.size()), {}};
    for (const Readout& readout : plan.readouts) {
        const at::Tensor logits_V = runs[std::size_t(readout.run)].logits_TV[readout.position];
        found.p.push_back(logits_V.softmax(0)[task.target].item<double>());
    }
    return found;
}

}  // namespace mnemo::bench
