// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/csv.h"

#include <charconv>
#include <cmath>

namespace mnemo {

std::string csvField(const std::string& text)
{
    const bool plain = text.find_first_of(",\"\r\n") == std::string::npos && !text.empty() && text.front() != ' ' &&
                       text.back() != ' ' && text.front() != '#';
    if (plain)
        return text;
    std::string quoted = "\"";
    for (const char c : text)
        quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
}

std::string csvNumber(double value)
{
    if (!std::isfinite(value))
        return {};
    char buffer[40];
    const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
    return error == std::errc() ? std::string(buffer, end) : std::string();
}

std::vector<std::string> csvFieldsAt(std::string_view text, char separator, std::size_t& at)
{
    std::vector<std::string> fields(1);
    bool quoted = false;
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (quoted && c == '"' && at + 1 < text.size() && text[at + 1] == '"')
            fields.back() += text[++at];
        else if (c == '"' && (quoted || fields.back().empty()))
            quoted = !quoted;
        else if (!quoted && c == separator)
            fields.emplace_back();
        else if (!quoted && c == '\n')
            break;
        else if (quoted || c != '\r')
            fields.back() += c;
    }
    ++at;
    return fields;
}

}  // namespace mnemo
