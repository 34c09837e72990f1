// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"
#include "core/experiments/trace_plan.h"

#include <vector>

namespace mnemo {

/// The maps of a trace while they fill: layer × token, six quantities per site, states as in docs/json.md.
class TraceMaps
{
public:
    /// Cells that need no run are filled at once.
    TraceMaps(const FactTask& task, const FactBase& base, const TraceLayout& layout);

    /// Fills what this result has more than the last one; call with growing results of the same plan.
    void take(const std::vector<TraceCell>& cells, const PlanResult& result);

    std::vector<ArrayPtr> arrays() const;                 ///< copies: a snapshot does not change any more
    double done() const;                                  ///< share of the cells that have a value or never will

private:
    struct SiteMaps {
        std::vector<Array> arrays;  ///< in the order of `quantities`
    };

    void set(SiteMaps& maps, int layer, int pos, const Score& score, CellState state);

    const FactTask& m_task;
    std::vector<SiteMaps> m_sites;
    std::vector<bool> m_taken;
    std::size_t m_firstMissing = 0;
};

}  // namespace mnemo
