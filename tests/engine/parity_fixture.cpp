// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/engine/parity_fixture.h"

#include "core/engine/run_plan.h"
#include "models/table.h"

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>

namespace mnemo {

std::vector<float> ParityFixture::values(const std::string& key) const
{
    const TensorView* tensor = tensors.find(key);
    if (!tensor)
        throw std::out_of_range(name + " has no " + key);
    return toFloats(*tensor);
}

std::vector<std::int64_t> ParityFixture::shape(const std::string& key) const
{
    const TensorView* tensor = tensors.find(key);
    if (!tensor)
        throw std::out_of_range(name + " has no " + key);
    return tensor->shape;
}

ParityFixture loadParityFixture(const std::string& name)
{
    const std::filesystem::path folder = std::filesystem::path(MNEMO_TEST_FIXTURES) / name;
    std::ifstream stream(folder / "expected.json");
    SilentReporter reporter;
    return {name, loadCheckpoint(folder, {.device = "cpu", .dtype = "f32"}, builtInArchitectures(), reporter),
            Json::parse(stream), SafetensorsFile(folder / "expected.safetensors")};
}

void Comparison::add(const std::string& what, std::span<const float> got, std::span<const float> want)
{
    if (got.size() != want.size()) {
        ++m_bad;
        std::fprintf(stderr, "%s: %zu values instead of %zu\n", what.c_str(), got.size(), want.size());
        return;
    }
    std::size_t firstBad = got.size();
    double worst = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
        const double delta = std::abs(double(got[i]) - double(want[i]));
        if (!(delta <= m_tolerance) && firstBad == got.size())
            firstBad = i;
        worst = std::isnan(delta) ? INFINITY : std::max(worst, delta);
    }
    m_compared += got.size();
    m_worst = std::max(m_worst, worst);
    if (firstBad < got.size()) {
        ++m_bad;
        std::fprintf(stderr, "%s: first bad index %zu of %zu (%.9g instead of %.9g), max |delta| %.3g\n", what.c_str(),
                     firstBad, got.size(), double(got[firstBad]), double(want[firstBad]), worst);
    }
}

std::vector<int> windowLayers(int layer, int window, int layers)
{
    std::vector<int> inside;
    for (int i = layer - window / 2; i < layer - window / 2 + window; ++i)
        if (i >= 0 && i < layers)
            inside.push_back(i);
    return inside;
}

std::vector<float> GridValues::indirectEffect() const
{
    std::vector<float> ie;
    for (const float value : p)
        ie.push_back(float((double(value) - pCorrupt) / (pClean - pCorrupt)));
    return ie;
}

std::vector<GridCase> gridCases(const Json& pair)
{
    std::vector<GridCase> cases;
    for (const Json& grid : pair.at("grids"))
        cases.push_back({grid.at("key"), grid.at("how") == "noise", grid.at("window"), grid.at("kind")});
    return cases;
}

namespace {

/// The corrupted runs: one with the other subject, or one per noise sample.
std::vector<RunId> addCorruptedRuns(Plan& plan, RunId clean, const ParityFixture& fixture, const Json& pair,
                                    const std::string& pairKey, bool noise)
{
    if (!noise)
        return {plan.addRun(pair.at("corrupt").get<std::vector<int>>())};
    const std::vector<std::int64_t> shape = fixture.shape(pairKey + ".epsilon");  // samples, subject tokens, D
    const std::vector<float> epsilon = fixture.values(pairKey + ".epsilon");
    const double sigma = pair.at("sigma");
    std::vector<int> positions;
    for (int pos = pair.at("subject_span")[0]; pos < pair.at("subject_span")[1].get<int>(); ++pos)
        positions.push_back(pos);

    std::vector<RunId> runs;
    const auto size = std::size_t(shape[1] * shape[2]);
    for (std::size_t sample = 0; sample < std::size_t(shape[0]); ++sample) {
        auto noisy = std::make_shared<HostTensor>(HostTensor{{shape[1], shape[2]}, {}});
        for (std::size_t i = 0; i < size; ++i)
            noisy->values.push_back(float(sigma * double(epsilon[sample * size + i])));
        runs.push_back(plan.addRun(clean, {{{SiteKind::Embed, 0, {}}, positions, AddTo{noisy}}}));
    }
    return runs;
}

}  // namespace

GridValues runGrid(const ParityFixture& fixture, const Json& pair, const GridCase& grid)
{
    const auto tokens = pair.at("clean").get<std::vector<int>>();
    const int length = int(tokens.size());
    const int target = pair.at("target");
    Plan plan;
    const RunId clean = plan.addRun(tokens);
    const std::vector<RunId> corrupted =
        addCorruptedRuns(plan, clean, fixture, pair, grid.key.substr(0, grid.key.find('.')), grid.noise);
    const auto readTarget = [&](RunId run) { plan.read({.run = run, .position = length - 1, .tokens = {target}}); };

    readTarget(clean);
    for (const RunId run : corrupted)
        readTarget(run);
    for (int layer = 0; layer < fixture.layers(); ++layer)
        for (int pos = 0; pos < length; ++pos)
            for (const RunId run : corrupted) {
                std::vector<Patch> patches;
                for (const int inside : windowLayers(layer, grid.window, fixture.layers())) {
                    const std::string name = "layers." + std::to_string(inside) + "." + grid.kind;
                    const Patch restore{
                        parseSites(name, fixture.layers()).at(0), {pos}, CopyFrom{.run = clean, .positions = {pos}}};
                    patches.push_back(restore);  // copied: GCC 12 warns of a moved temporary
                }
                readTarget(plan.addRun(run, std::move(patches)));
            }

    SilentReporter reporter;
    const PlanResult result = runPlan(*fixture.loaded.model, {}, plan, reporter);
    std::size_t next = 0;
    const auto meanOf = [&](std::size_t count) {
        double sum = 0;
        for (std::size_t i = 0; i < count; ++i)
            sum += std::exp(result.values.at(next++).tokens.at(0).logp);
        return sum / double(count);
    };
    GridValues values;
    values.pClean = meanOf(1);
    values.pCorrupt = meanOf(corrupted.size());
    while (next < result.values.size())
        values.p.push_back(float(meanOf(corrupted.size())));
    return values;
}

}  // namespace mnemo
