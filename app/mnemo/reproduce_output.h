// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "app/mnemo/reproduce_comparison.h"
#include "core/data/result.h"

#include <filesystem>
#include <string>
#include <vector>

namespace mnemo {

/// The folder a reproduced figure is written to. Every file appears whole or not at all; older ones are replaced.
class FigureFolder
{
public:
    /// Makes the folder where it is missing. @throws Failure WriteFailed naming it
    explicit FigureFolder(std::filesystem::path folder);

    const std::filesystem::path& path() const { return m_path; }
    std::filesystem::path file(const std::string& name) const { return m_path / name; }

    void writeNumbers(const Result& result, const std::string& name);          ///< NAME.json, .csv and .mnemo
    void write(const WrittenComparison& comparison, const std::string& name);  ///< NAME.json and .csv
    /// NAME.svg, .png and .pdf; nothing without the window program. @param part as writeFigure()
    void draw(const Result& result, const std::string& name, const std::string& part);

    bool draws() const { return m_draws; }
    const std::vector<std::string>& written() const { return m_written; }  ///< names, in order

private:
    std::filesystem::path m_path;
    bool m_draws = true;
    std::vector<std::string> m_written;
};

}  // namespace mnemo
