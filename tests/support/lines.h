// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <fstream>
#include <string>
#include <vector>

namespace mnemo::test {

inline std::vector<std::string> linesOf(const std::string& file)
{
    std::ifstream in(file);
    std::vector<std::string> lines;
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

inline void write(const std::string& file, const std::vector<std::string>& lines)
{
    std::ofstream out(file);
    for (const std::string& line : lines)
        out << line << '\n';
}

}  // namespace mnemo::test
