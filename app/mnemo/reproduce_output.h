// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"
#include "core/experiments/comparison.h"
#include "core/experiments/lre_comparison.h"

#include <filesystem>
#include <string>
#include <vector>

namespace mnemo {

/// A comparison with published numbers in the forms in which it leaves the program.
struct WrittenComparison {
    Json json;
    std::string csv;
    std::string text;  ///< as people read it; ends with a line break
    Json reference;    ///< what figures draw beside ours: the head's "reference"
};
WrittenComparison written(const Comparison& comparison);
WrittenComparison written(const LreComparison& comparison);

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
    /// NAME.svg, .png and .pdf; nothing without the window program.
    void draw(const Result& result, const std::string& name);

    bool draws() const { return m_draws; }
    const std::vector<std::string>& written() const { return m_written; }  ///< names, in order

private:
    void write(const Result& result, const std::string& name, std::initializer_list<const char*> extensions);

    std::filesystem::path m_path;
    bool m_draws = true;
    std::vector<std::string> m_written;
};

}  // namespace mnemo
