// SPDX-License-Identifier: GPL-3.0-or-later
// Ways through a drawn circuit.
#pragma once
#include "widgets/graph_layout.h"

#include <vector>

namespace mnemo {

/// Per line: whether it is on a path through this place, from whatever feeds it and to whatever it feeds. A block moves
/// what it reads to later tokens, so paths go on from all positions of a block.
std::vector<bool> linksThrough(const GraphLayout& layout, int place);

enum class GraphStep { Feeds, FedBy, Left, Right };

/// Where a step leads: along the strongest line that leaves a place or arrives there, or to the neighbour of the same
/// row, or the next row's in that direction. @return the same place where there is none; the first one from −1
int placeAfter(const GraphLayout& layout, int place, GraphStep step);

/// All places, row by row from the bottom, from left to right.
std::vector<int> readingOrder(const GraphLayout& layout);

}  // namespace mnemo
