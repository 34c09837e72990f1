// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/scan_order.h"

#include <algorithm>
#include <map>

namespace mnemo {

ScanOrder scanOrder(const Rows& rows)
{
    std::vector<Segment> byLevel = rows.segments();
    std::stable_sort(byLevel.begin(), byLevel.end(),
                     [](const Segment& a, const Segment& b) { return a.level < b.level; });
    ScanOrder order;
    std::map<std::int64_t, std::int64_t> slotOfRow;
    for (const std::int64_t row : rows.keptRows(1)) {
        slotOfRow.emplace(row, std::int64_t(slotOfRow.size()));
        order.given += rows.keptIndex(row) >= 0 ? 1 : 0;
        order.kept.push_back(slotOfRow.at(row));
    }
    for (const Segment& s : byLevel)
        if (s.prefixRow >= 0)
            slotOfRow.emplace(s.prefixRow, std::int64_t(slotOfRow.size()));

    order.slots = std::int64_t(slotOfRow.size());
    for (std::size_t i = 0; i < byLevel.size(); ++i) {
        const Segment& s = byLevel[i];
        ScanSegment& segment = order.segments.emplace_back();
        segment.row = s.row;
        segment.count = s.count;
        segment.start = s.prefixRow >= 0 ? slotOfRow.at(s.prefixRow) : -1;
        segment.firstSave = std::int64_t(order.saves.size());
        for (auto it = slotOfRow.lower_bound(s.row); it != slotOfRow.end() && it->first < s.row + s.count; ++it)
            order.saves.push_back({it->first, it->second});
        segment.endSave = std::int64_t(order.saves.size());
        if (i + 1 == byLevel.size() || byLevel[i + 1].level != s.level)
            order.levelEnds.push_back(std::int64_t(i + 1));
    }
    return order;
}

}  // namespace mnemo
