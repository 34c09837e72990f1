// SPDX-License-Identifier: GPL-3.0-or-later
// What a Mamba layer reads where a name has just stood: averages over sentences, by the name and its slot
// (METHODS.md §7.6, Fig. 8).
#pragma once
#include "core/experiments/mamba_layer.h"
#include "core/experiments/pair_params.h"
#include "core/io/ioi_material.h"

#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace mnemo {

/// A sentence with names in slots, and whom it asks for.
struct NamedPrompt {
    Prompt prompt;
    std::vector<int> slots;          ///< token of each
    std::vector<std::string> names;  ///< in them
    std::string answer;
    std::string other;  ///< the answer to its pair's other prompt
};

/// Both prompts of each pair. @throws Failure Usage when a slot is at the end, or its name is not one token there
std::vector<NamedPrompt> namedPrompts(const std::vector<PromptPair>& pairs);

/// Means of c, the SSM's input, at the token after a name. Slots count from 0.
class NameAverages
{
public:
    void add(std::size_t slot, const std::string& name, std::span<const float> c);

    std::size_t slots() const { return m_slots.size(); }
    const std::vector<double>* find(std::size_t slot, const std::string& name) const;  ///< null where it never stood
    std::vector<std::string> names() const;
    int least() const;  ///< prompts behind one of the means, of all slots and names that have any
    int most() const;

private:
    struct Mean {
        std::vector<double> values;
        int count = 0;
    };
    std::vector<std::map<std::string, Mean>> m_slots;
};

/// @throws what runPlan throws; Cancelled
NameAverages averageNames(std::span<const NamedPrompt> prompts, int layer, const ExperimentContext& context,
                          Reporter& reporter);

/// What names are averaged over. A person's own pairs are none of it: they have no slots.
struct NameParams : PairParams {
    int samples = 2000;
    int layer = -1;
};

template <class Params>
void describeNames(Description<Params>& description)
{
    describeMaterial(description);
    description.param("samples", &NameParams::samples, "Sentences", "Sentences that names are averaged over.",
                      {.minimum = 2, .maximum = 1e6});
    describeMambaLayer(description, &NameParams::layer);
    describeSentences(description);
}

/// The averages of a model, and what they are of.
struct KnownNames {
    NameAverages averages;
    IoiMaterial material;
    int layer = 0;
    Json pairs;       ///< as toJson(ChosenPairs), of all sentences
    int prompts = 0;  ///< that were averaged over
};

/// Computed, or as they were computed before: those of the last models, layers and settings are kept in memory while
/// the program runs (not with edits made just now, which have no name).
/// @throws Failure as checkMambaLayer, choosePairs; Cancelled
std::shared_ptr<const KnownNames> knownNames(const NameParams& params, const ExperimentContext& context,
                                             Reporter& reporter);

/// How many of each corruption make so many prompts, two of each pair. @param corruptions at least one
int pairsOfEach(int prompts, std::size_t corruptions);

}  // namespace mnemo
