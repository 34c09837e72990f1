// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: T tokens, L layers, V vocabulary.
#pragma once
#include "core/data/json.h"
#include "core/data/plan.h"
#include "core/engine/loaded_model.h"
#include "core/io/safetensors.h"

#include <span>
#include <string>
#include <vector>

namespace mnemo {

/// A tiny checkpoint of tests/fixtures with what the Python reference says about it (make_fixtures.py).
struct ParityFixture {
    std::string name;
    LoadedModel loaded;
    Json expected;            ///< expected.json
    SafetensorsFile tensors;  ///< expected.safetensors

    int layers() const { return loaded.model->info().layers; }
    /// Values of a stored tensor. Fails the test by std::out_of_range when the fixture lacks it.
    std::vector<float> values(const std::string& key) const;
    std::vector<std::int64_t> shape(const std::string& key) const;
};

/// The names of all fixture folders.
inline constexpr const char* parityFixtures[] = {"mamba_hf", "mamba_original", "neox_rotary_pct",
                                                 "neox_rope_parameters"};

ParityFixture loadParityFixture(const std::string& name);

/// Collects comparisons. A value is bad beyond `tolerance` (absolute), or when it is no number.
class Comparison
{
public:
    explicit Comparison(double tolerance) : m_tolerance(tolerance) {}

    /// Compares element by element; another length is bad as well. Prints what is bad: site, first index, max |Δ|.
    void add(const std::string& what, std::span<const float> got, std::span<const float> want);

    bool isGood() const { return m_bad == 0; }
    std::size_t compared() const { return m_compared; }
    double worst() const { return m_worst; }  ///< max |Δ| of all that was compared

private:
    double m_tolerance;
    std::size_t m_compared = 0;
    std::size_t m_bad = 0;
    double m_worst = 0;
};

/// Layers ℓ−⌊w/2⌋ … ℓ−⌊w/2⌋+w−1 cut at both ends (METHODS.md §2.2), written down here once more on purpose.
std::vector<int> windowLayers(int layer, int window, int layers);

/// One grid of expected.json: which state is restored, over how many layers, in which corruption.
struct GridCase {
    std::string key;  ///< of the tensors "<key>.p" and "<key>.ie"
    bool noise = false;
    int window = 1;
    std::string kind;  ///< "s", "conv[-1]"
};

/// p(target) at the last position for every (layer, token), row-major, and p of the corrupted and clean runs.
struct GridValues {
    std::vector<float> p;
    double pClean = 0;
    double pCorrupt = 0;

    std::vector<float> indirectEffect() const;
};

std::vector<GridCase> gridCases(const Json& pair);

/// The grid as one plan: the state of one token restored to its clean value in a window of layers of the corrupted run.
GridValues runGrid(const ParityFixture& fixture, const Json& pair, const GridCase& grid);

}  // namespace mnemo
