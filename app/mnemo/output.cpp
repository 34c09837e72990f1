// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/output.h"

#include "app/mnemo/figure.h"
#include "core/data/error.h"
#include "core/io/atomic_file.h"
#include "core/io/export.h"
#include "core/io/session.h"
#include "core/io/utf8.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace mnemo {
namespace {

constexpr std::array<std::string_view, 3> figures{".svg", ".png", ".pdf"};

/// The window has plots for these.
constexpr auto drawnKinds =
    std::to_array<std::string_view>({"trace", "average", "paths", "knockout", "lre", "lens", "dla", "attention",
                                     "evaluate", "ioi", "ioi-layer", "ioi-names", "circuit", "circuit-inside"});

bool isFigure(const std::filesystem::path& file)
{
    return std::ranges::find(figures, file.extension().string()) != figures.end();
}

std::vector<std::string> knownExtensions(std::string_view kind)
{
    std::vector<std::string> known = exportExtensions(kind);
    known.emplace_back(".mnemo");
    if (std::ranges::find(drawnKinds, kind) != drawnKinds.end())
        known.insert(known.end(), figures.begin(), figures.end());
    return known;
}

}  // namespace

void checkFolder(const std::filesystem::path& file)
{
    const AtomicFile probe(file);  // makes a temporary file in the folder and removes it
}

void checkOutput(std::string_view kind, const std::filesystem::path& file)
{
    const std::vector<std::string> known = knownExtensions(kind);
    if (std::ranges::find(known, file.extension().string()) == known.end()) {
        std::string names;
        for (const std::string& name : known)
            names += " " + name;
        throw Failure(ErrorCode::Usage, "A " + std::string(kind) + " result cannot be written as " + shown(file) + ".",
                      "Choose one of the extensions" + names + ".");
    }
    checkFolder(file);
    if (isFigure(file))
        findWindowProgram();
}

void writeOutput(const Result& result, const std::filesystem::path& file)
{
    if (isFigure(file))
        writeFigure(result, file);
    else if (file.extension() == ".mnemo")
        writeSession(result, file);
    else
        exportFile(result, file);
}

}  // namespace mnemo
