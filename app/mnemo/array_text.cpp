// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/array_text.h"

#include "app/mnemo/text_table.h"
#include "core/data/prompt.h"

#include <algorithm>
#include <cmath>

namespace mnemo {

double fourDigits(double value)
{
    return std::round(value * 1e4) / 1e4 + 0.0;
}

std::string arrayTable(const Array& array, const std::string& heading)
{
    const auto padding = [](const std::string& cell, int width) {
        return std::string(std::size_t(std::max(0, width - codePoints(cell))), ' ');
    };
    const auto rightAligned = [&](const std::string& cell, int width) { return "  " + padding(cell, width) + cell; };
    const Axis& rows = array.axes[0];
    int first = codePoints(rows.name);
    for (const std::string& label : rows.labels)
        first = std::max(first, codePoints(label));
    std::string text = "\n" + (heading.empty() ? array.name + " (" + array.unit + ")" : heading) + "\n" + rows.name +
                       padding(rows.name, first);
    for (const std::string& label : array.axes[1].labels)
        text += rightAligned(label, 7);
    for (int row = 0; row < rows.size(); ++row) {
        const std::string& label = rows.labels[std::size_t(row)];
        text += "\n" + padding(label, first) + label;
        for (int i = 0; i < array.axes[1].size(); ++i) {
            const std::string cell = array.has(row, i) ? fixed("%.4f", fourDigits(array.at(row, i))) : "·";
            text += rightAligned(cell, std::max(codePoints(array.axes[1].labels[std::size_t(i)]), 7));
        }
    }
    return text + "\n";
}

}  // namespace mnemo
