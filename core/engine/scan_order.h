// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/engine/kernels/scan_kernel.h"
#include "core/engine/rows.h"

#include <cstdint>
#include <vector>

namespace mnemo {

/// In which order the segments of a wave are scanned, and which of their states later ones start from.
struct ScanOrder {
    std::vector<ScanSegment> segments;  ///< level by level
    std::vector<ScanSave> saves;        ///< of all segments, each one's together
    std::vector<std::int64_t>
        levelEnds;  ///< a segment starts from states of segments before the end of an earlier level
    std::int64_t slots = 0;
    std::int64_t given = 0;          ///< of the slots, the first: states of kept rows
    std::vector<std::int64_t> kept;  ///< slots of the states that are kept for later passes
};

ScanOrder scanOrder(const Rows& rows);

}  // namespace mnemo
