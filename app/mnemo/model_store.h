// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/experiments/experiment.h"
#include "core/jobs/rpc_values.h"
#include "models/table.h"

#include <cstddef>
#include <filesystem>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace mnemo {

using LoadedModelPtr = std::shared_ptr<const LoadedModel>;

/// What the engine holds between jobs: the models loaded last, by hash, and the edits uploaded last, by hash. A job
/// keeps the models it uses alive itself. All functions from any thread; `load` from one at a time.
class ModelStore
{
public:
    explicit ModelStore(std::vector<Architecture> architectures, std::size_t keep = 2)
        : m_architectures(std::move(architectures)), m_keep(keep)
    {
    }

    /// A checkpoint that is held and whose files have not changed since comes back at once; otherwise it is read, and
    /// the one not used for longest makes room before. One hash is held once: loading it again with another dtype or
    /// device replaces it.
    /// @throws Failure as loadCheckpoint; Cancelled
    LoadedModelPtr load(const LoadRequest& request, Reporter& reporter);

    LoadedModelPtr find(const std::string& hash);  ///< @throws Failure UnknownModel

    void putEdit(EditTerm edit);
    void checkEdits(const std::vector<EditRef>& edits) const;  ///< @throws Failure UnknownModel
    /// The edits as the engine wants them, on the model's device. @throws Failure UnknownModel, Usage
    Edits edits(const std::vector<EditRef>& refs, const LoadedModel& model) const;

    std::size_t reads() const;  ///< checkpoints really read, for tests and the log

private:
    /// What tells whether a folder is still the one that was read.
    struct Held {
        std::string place;  ///< folder, device, dtype
        std::string stamp;  ///< names, sizes and times of its files
        LoadedModelPtr model;
    };

    LoadedModelPtr findPlace(const std::string& place, const std::string& stamp);
    const EditTerm& findEditLocked(const std::string& hash) const;

    const std::vector<Architecture> m_architectures;
    const std::size_t m_keep;
    mutable std::mutex m_mutex;
    std::list<Held> m_held;         ///< newest use first
    std::list<EditTerm> m_edits;  ///< newest first
    std::size_t m_reads = 0;
};

}  // namespace mnemo
