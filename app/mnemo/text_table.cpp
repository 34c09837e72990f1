// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/text_table.h"

#include "core/data/prompt.h"

#include <algorithm>
#include <cstdio>

namespace mnemo {

std::string aligned(const TextRows& rows)
{
    std::vector<int> widths(rows.front().size());
    for (const std::vector<std::string>& row : rows)
        for (std::size_t i = 0; i < row.size(); ++i)
            widths[i] = std::max(widths[i], codePoints(row[i]));
    std::string text;
    for (const std::vector<std::string>& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string spaces(std::size_t(widths[i] - codePoints(row[i])), ' ');
            text += i == 0 ? row[i] + spaces : "  " + spaces + row[i];
        }
        text += "\n";
    }
    return text;
}

std::string fixed(const char* pattern, double value)
{
    char buffer[32];
    std::snprintf(buffer, sizeof buffer, pattern, value + 0.0);
    return buffer;
}

std::string quoted(const Json& token)
{
    return token.value("text", Json("")).dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace mnemo
