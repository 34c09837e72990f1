// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "tests/experiments/tiny_loaded.h"  // before <compare>, which moc cannot read first

#include "core/io/fact_set.h"
#include "models/table.h"
#include "models/training/gates/swap_facts.h"

#include <ATen/Parallel.h>
#include <QString>
#include <QTest>
#include <filesystem>
#include <map>

namespace mnemo::test {

/// A checkpoint of resources/, none where it is not in this tree; read once.
inline const LoadedModel* shipped(const QString& name)
{
    static std::map<QString, LoadedModel> held;
    const std::filesystem::path folder = std::filesystem::path(MNEMO_RESOURCES) / "checkpoints" / name.toStdString();
    if (!std::filesystem::exists(folder / "model.safetensors"))
        return nullptr;
    at::set_num_threads(1);  // many small plans: threads would mostly wait for each other
    SilentReporter silent;
    if (!held.contains(name))
        held[name] = loadCheckpoint(folder, {"cpu", "f32"}, builtInArchitectures(), silent);
    return &held[name];
}

inline std::vector<Relation> shippedFacts()
{
    return readFacts(std::filesystem::path(MNEMO_RESOURCES) / "facts").relations;
}

inline SwapDraw draw(const LoadedModel& model, SwapKind kind, int count)
{
    SilentReporter silent;
    return drawSwaps(model, shippedFacts(), kind, count, 5, silent);
}

/// Data rows: both checkpoints.
inline void shippedNames()
{
    QTest::addColumn<QString>("name");
    QTest::newRow("mamba") << "mnemo-mamba";
    QTest::newRow("gpt_neox") << "mnemo-pythia";
}

}  // namespace mnemo::test
