// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: I inputs, O outputs of the edited matrix.
#pragma once
#include "core/experiments/key_statistics.h"
#include "core/experiments/rome_value.h"

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mnemo {

/// What an edit's directions are taken from.
struct RomeSettings {
    int contexts = 10;                      ///< made-up texts of each of the two lengths; 0: the bare prompt alone
    bool identity = false;                  ///< C = I: no statistics (not ROME's own definition)
    double ridge = 0.01;                    ///< share of C's mean diagonal that is added to it
    std::filesystem::path text;             ///< for the statistics; empty: the program's sentences
    std::int64_t statisticsTokens = 20000;  ///< of that text
};

/// A fact to be changed, and how.
struct RomeRequest : RomeSettings {
    std::string prompt;  ///< {} marks the subject
    std::string subject;
    std::string target;  ///< the new object
    std::string matrix;
    int layer = 0;
    Prefix prefix = Prefix::None;
    RomeHyperParams hyper;
    std::uint64_t seed = 1;  ///< of the context templates
};

/// A computed edit with all it was made of.
struct RomeEdit {
    RankOneEdit edit;  ///< u_O = Λ, v_I = u
    std::vector<std::string> templates;
    at::Tensor key_I;          ///< k*: mean input over the templates
    at::Tensor input_I;        ///< k_c: the input in the bare prompt
    RomeValue value;           ///< v0, which is y_c too, and v*
    double keyProjection = 0;  ///< uᵀ k_c
    std::optional<KeyStatistics> statistics;
};

/// What edits have in common that stand on the same other edits, at whatever layer and matrix and for whatever fact:
/// templates and statistics are made once. One context and one text; one thread.
class RomeShared
{
public:
    RomeShared() = default;
    /// @param inputs of matrices that are edited: as many as a quarter of the memory holds are summed up in one pass
    /// over the text
    explicit RomeShared(std::vector<Site> inputs) : m_inputs(std::move(inputs)) {}

    const std::vector<std::string>& templates(const RomeRequest& request, const ExperimentContext& context,
                                              Reporter& reporter);
    const KeyStatistics& statistics(const Site& input, const RomeRequest& request, const ExperimentContext& context,
                                    Reporter& reporter);

private:
    std::vector<Site> m_inputs;
    std::map<std::pair<std::uint64_t, int>, std::vector<std::string>> m_templates;  // by seed and contexts
    std::map<Site, KeyStatistics> m_statistics;
};

/// W ← W + Λ uᵀ with u = C⁻¹k*/‖C⁻¹k*‖ and Λ = (v* − y_c) / (uᵀ k_c): afterwards y at the subject's last token of the
/// bare prompt is v* (METHODS.md §4.5). On top of the edits of the context.
/// @param onStep hears of each step of the search for v*
/// @param shared with other edits; null: nothing
/// @throws Failure SubjectNotInPrompt, TargetNotInVocabulary, UnknownSite, SiteNotReached, CheckFailed; Cancelled
RomeEdit computeEdit(
    const RomeRequest& request, const ExperimentContext& context, Reporter& reporter,
    const std::function<void(const RomeStep&)>& onStep = [](const RomeStep&) {}, RomeShared* shared = nullptr);

}  // namespace mnemo
