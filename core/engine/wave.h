// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/reporter.h"
#include "core/engine/batches.h"
#include "core/engine/run_plan.h"
#include "core/engine/run_with_gradients.h"
#include "core/engine/taps.h"

#include <map>

namespace mnemo {

/// What makes a run one on autograd's graph.
struct Recording {
    const PlanParameters& parameters;
    std::vector<at::Tensor> readouts;  ///< filled: logits or states, of each readout of the plan
};

/// What a batch works on. References outlive the batch.
struct PlanWork {
    const LanguageModel& model;
    const Edits& edits;
    const Plan& plan;
    const std::vector<RunLayout>& layouts;
    const RunOptions& options;
    PlanResult& result;
    std::function<void()> checkStop;
    std::function<void(std::int64_t rows)> layerDone;
    Recording* recording = nullptr;
    KnownProducts* known = nullptr;  ///< of the batches before; null: nothing is kept
    KeptRows* keeps = nullptr;       ///< filled for the next passes over a RepeatedPlan
    const KeptRows* kept = nullptr;  ///< by the first one
};

/// One batch through the network, all its runs at once: clean, corrupted and patched rows advance layer by layer, so
/// copying needs no cache. A run joins behind the layer where its patches first let it differ. One thread, used once.
class Wave
{
public:
    Wave(const PlanWork& work, const Batch& batch);
    void run();

private:
    std::vector<RunShape> shapes();
    void addPatches();
    void addReads();
    std::vector<std::int64_t> rowsOfTheEnd() const;
    void readTheEnd();
    void recordLogits(const std::vector<int>& readouts, const at::Tensor& final_XD) const;
    bool isBase(RunId id) const;
    void reuseProducts();
    void joinAt(int stage, const Site& site);
    at::Tensor joiningRows(const std::vector<int>& runs);
    void putEntries(const std::vector<int>& runs, at::Tensor& joining_XD) const;
    std::vector<EntryRow> entriesOf(int layer) const;
    void useKept();
    void keepJoining(int stage);
    std::vector<std::int64_t> rowsFor(const KeptJoin& join) const;
    bool isKept(RunId id) const { return m_work.kept && m_work.kept->layout().runs.contains(id); }

    const PlanWork& m_work;
    const Batch& m_batch;
    std::map<RunId, int> m_local;  // index in the batch
    int m_levels = 1;
    Rows m_rows;
    Taps m_taps;
    std::vector<EntryRow> m_entries;  // of the layer that was last computed, with their rows
    at::Tensor m_entered_ND;
};

/// One recorded batch. @throws Failure OutOfMemory; Cancelled
void recordBatch(const LanguageModel& model, const Edits& edits, const Plan& plan,
                 const std::vector<RunLayout>& layouts, const Batch& batch, Recording& recording, Reporter& reporter,
                 KeptRows* keeps = nullptr, const KeptRows* kept = nullptr);

/// Logits, log p, ranks, top-k and KL of a batch's readouts; only rows that are read go through the head.
void readHead(const PlanWork& work, const std::vector<int>& readouts,
              const std::function<std::int64_t(RunId, int)>& rowOf, const at::Tensor& final_XD);

}  // namespace mnemo
