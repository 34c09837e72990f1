// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/site.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace mnemo {

/// A small dense array of a patch's values, row-major, on the host.
struct HostTensor {
    std::vector<std::int64_t> shape;
    std::vector<float> values;

    std::int64_t size() const;
};

using RunId = int;

/// The state another run has at the same site; `positions[i]` there goes to the patch's i-th position.
struct CopyFrom {
    RunId run = 0;
    std::vector<int> positions;
};

/// Replaces the state: value is [width] (all positions alike) or [positions, width].
struct SetTo {
    std::shared_ptr<const HostTensor> value;
};

/// Adds to the state; shapes as in SetTo.
struct AddTo {
    std::shared_ptr<const HostTensor> value;
};

/// Edges of a circuit, at block_in.j, attn_in.j, mlp_in.j or final: adds α Σᵢ (xᵢ of `run` − xᵢ of this same pass), xᵢ
/// the states at `sources`: embed; o, attn and mlp of layers below j; h.i, which stands for embed and all o up to i.
/// METHODS.md §7.7.
struct Reroute {
    std::vector<Site> sources;
    RunId run = 0;
    double alpha = 1;
};

/// Cuts what the patch's positions (queries) take from `keys`. GPT-NeoX (site pattern): attention logits to −∞.
/// Mamba (site s): the hidden-attention term α̃(k, q) of this same pass is subtracted from s (METHODS.md §6.1).
struct Mask {
    std::vector<int> keys;
};

struct Patch {
    Site site;
    std::vector<int> positions;  ///< token positions, ascending, no duplicates
    std::variant<CopyFrom, SetTo, AddTo, Reroute, Mask> what;
};

/// One forward pass. With a parent it has the parent's tokens, its weights and (before its own) its patches.
struct Run {
    std::vector<int> tokens;      ///< ids; empty when `parent` is set
    std::optional<RunId> parent;  ///< an earlier run of the plan
    std::vector<Patch> patches;
    bool unedited = false;  ///< on the base weights, whatever edits the plan is run with; of a run without a parent
};

/// What to read of a run at one position: logits of the listed tokens with log p and rank, the k most probable
/// tokens, KL(reference run at `klPosition` ‖ this run), or the state at a site.
struct Readout {
    RunId run = 0;
    int position = 0;
    std::vector<int> tokens;
    int topK = 0;
    std::optional<RunId> klFrom;
    int klPosition = 0;         ///< position in the reference run
    std::optional<Site> state;  ///< read this state instead of the head
    bool allLogits = false;     ///< the whole row of logits, [V]
};

struct TokenScore {
    int token = 0;
    double logit = 0;
    double logp = 0;
    int rank = 0;  ///< 0 = the most probable; ties count the tokens strictly above
};

/// The answer to one Readout, in the order of Plan::readouts.
struct ReadoutValue {
    std::vector<TokenScore> tokens;
    std::vector<TokenScore> top;
    double logSumExp = 0;
    double kl = 0;
    std::vector<float> state;   ///< the state, flattened
    std::vector<float> logits;  ///< all V, when asked for
    bool computed = false;      ///< false while a plan is under way, and for what a stopped plan never reached
};

/// Many runs in one go. Runs are named by their index; a run may refer only to earlier ones.
struct Plan {
    std::vector<Run> runs;
    std::vector<Readout> readouts;

    RunId addRun(std::vector<int> tokens, std::vector<Patch> patches = {});
    RunId addRun(RunId parent, std::vector<Patch> patches);
    int read(Readout readout);  ///< index of the readout

    /// Tokens of a run, following parents.
    const std::vector<int>& tokensOf(RunId run) const;

    /// Whether a run leaves the edits out, following parents.
    bool isUnedited(RunId run) const;

    /// @throws Failure Usage when a run, position or shape does not exist in this plan
    void check() const;

private:
    const Run& rootOf(RunId run) const;
};

/// What running a plan cost: tests compare it with the formula (no test compares times).
struct PlanStats {
    std::vector<std::int64_t> rowsPerLayer;  ///< token rows that went through each layer
    std::int64_t baseRows = 0;               ///< of these, rows of runs without a parent
    std::int64_t tailRows = 0;  ///< rows that went through the part of a block behind its mixing, all layers
    std::int64_t headRows = 0;
    std::int64_t flops = 0;  ///< multiply-adds × 2 of the matrix products
    std::int64_t stopChecks = 0;
};

}  // namespace mnemo
