// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/experiments/jacobian.h"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace mnemo {

/// Jacobians that were computed once, in the cache folder, a file for each prompt, position and layer of a model. What
/// is read is verified; a damaged file is computed again, and a disk that is full costs time and nothing else.
class JacobianCache
{
public:
    /// @param bytes how much may be kept; what was not used for longest goes first. 0: the folder is neither read
    /// nor written, and nothing in it is removed
    JacobianCache(const ExperimentContext& context, std::int64_t bytes);

    /// As stateJacobians(), of which only those are computed that are not kept. @throws Failure as stateJacobians()
    std::vector<StateJacobian> get(const JacobianRequest& request, Reporter& reporter);

    /// Removes what is too much; with 0 bytes, nothing.
    void trim() const;

    int computed() const { return m_computed; }  ///< Jacobians that were not there

private:
    std::filesystem::path fileOf(const JacobianRequest& request, int layer) const;
    bool read(const std::filesystem::path& file, StateJacobian& jacobian, Reporter& reporter) const;
    void write(const std::filesystem::path& file, const StateJacobian& jacobian, Reporter& reporter);

    const ExperimentContext& m_context;
    std::int64_t m_bytes;
    bool m_keeps;
    int m_computed = 0;
};

}  // namespace mnemo
