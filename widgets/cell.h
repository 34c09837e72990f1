// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace mnemo {

/// One cell of a layer × token map; −1, −1 means none.
struct Cell {
    int layer = -1;
    int pos = -1;

    bool valid() const { return layer >= 0 && pos >= 0; }
    bool operator==(const Cell&) const = default;
};

/// Half-open rectangle of cells.
struct CellRange {
    int firstLayer = 0;
    int endLayer = 0;
    int firstPos = 0;
    int endPos = 0;

    bool operator==(const CellRange&) const = default;
};

}  // namespace mnemo
