// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: N test facts, D d_model.
#pragma once
#include "core/data/plan.h"
#include "core/experiments/linear_relation.h"
#include "core/experiments/lre_params.h"

#include <functional>
#include <string>
#include <vector>

namespace mnemo {

/// Among the first one, two, three of the most probable tokens.
inline constexpr int lreTop = 3;

/// A test fact that the model knows, what it says, and the states that a linear map takes its place between.
struct LreTest {
    FactSample sample;
    FilledPrompt prompt;
    std::vector<TokenScore> top;  ///< of the model
    at::Tensor h_LD;              ///< behind each layer at the subject's last token
    at::Tensor z_D;               ///< behind the last block at the prompt's last token
    int target = -1;              ///< test fact whose object it is to say instead
};

/// What a token says of an object: a beginning of it (lenient), or exactly its first token.
class ObjectJudge
{
public:
    ObjectJudge(const Tokenizer& tokenizer, const std::string& object);

    bool lenient(int token) const;
    bool strict(int token) const { return token == m_first; }

private:
    const Tokenizer& m_tokenizer;
    std::string m_object;
    int m_first;
};

/// How well a map answers, of one trial of one relation. Shares of the test facts that the model knows.
struct LreMeasures {
    std::string skipped;  ///< why there are none; empty: there are
    std::vector<FactSample> train;
    std::uint64_t seed = 0;
    int asked = 0, known = 0;                             ///< test facts
    std::vector<double> lenient[lreTop], strict[lreTop];  ///< [k − 1]: recall@k, [layer, β]
    std::vector<double> causality, causalityStrict;       ///< [layer, ρ]; NaN above the map's rank
    int bestLayer = 0, bestBeta = 0;                      ///< indices, by recall@1
    std::vector<FactSample> tested;
    std::vector<int> targets;                     ///< of the tested facts, by their places; −1: none
    std::vector<std::string> modelSays, mapSays;  ///< per test fact; of the map at its best layer and β
    std::vector<bool> right;
};

/// Asks the model about many subjects at once.
/// @return in their order, where the prompt can be asked; states behind `layers`
std::vector<LreTest> askTests(const LrePrompts& prompts, std::span<const FactSample> samples,
                              const std::vector<int>& layers, const ExperimentContext& context, Reporter& reporter);

/// What a state behind the last block says.
struct ScoredState {
    std::vector<TokenScore> top;
    double logp = 0;  ///< of the token that was asked for
};

/// What β W h + b says for each state, [β][sample]. @param token that is scored in all of them
std::vector<std::vector<ScoredState>> decodeStates(const LinearRelation& map, const at::Tensor& h_ND,
                                                   const LreSettings& settings, int top, int token,
                                                   const ExperimentContext& context, Reporter& reporter);

/// A change of one state of a prompt, and what the model then says.
struct StateMove {
    const FilledPrompt* prompt = nullptr;
    int layer = 0;
    at::Tensor by_D;  ///< added at the subject's last token
};
/// In a plan for each thread.
/// @param moves those of one prompt one behind the other
/// @param tokens further ones that are scored, in all of them
std::vector<ReadoutValue> moveStates(const std::vector<StateMove>& moves, int top, const std::vector<int>& tokens,
                                     const ExperimentContext& context, Reporter& reporter);

/// One trial: the split, the test, the estimate, faithfulness over β and causality over ρ, for each layer.
/// Source: METHODS.md §5.3–5.5.
/// @param onPrompt called when a prompt's Jacobians are there, params.train times in a trial that is not skipped
LreMeasures measureLre(const LreSettings& settings, const Relation& relation, int trial, int limit,
                       const std::vector<int>& layers, const ExperimentContext& context, JacobianCache& jacobians,
                       Reporter& reporter, const std::function<void()>& onPrompt);

}  // namespace mnemo
