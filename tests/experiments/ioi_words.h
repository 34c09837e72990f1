// SPDX-License-Identifier: GPL-3.0-or-later
// Sentences of two people in the words of the city tokenizer.
#pragma once
#include <QTemporaryDir>

#include "core/data/json.h"

#include <fstream>
#include <string>

namespace mnemo::test {

inline Json cityMaterial()
{
    return {{"templates",
             {"The [NAME] and [NAME] is in the [PLACE] [NAME] of a [OBJECT] in",
              "near [NAME] and [NAME] is of the [PLACE] [NAME] in the [OBJECT] of"}},
            {"corruptions",
             {{{"clean", "BA A B"}, {"corrupt", "CA A C"}},
              {{"clean", "AB A B"}, {"corrupt", "AC A C"}},
              {{"clean", "AB A B"}, {"corrupt", "AB B A"}}}},
            {"places", {"city"}},
            {"objects", {"old", "Big"}},
            {"names", {"Eiffel", "Rome", "Louvre", "Paris", "Giza"}}};
}

inline std::string writeMaterial(const QTemporaryDir& folder, const Json& material = cityMaterial())
{
    const std::string file = folder.filePath("material.json").toStdString();
    std::ofstream(file) << material.dump();
    return file;
}

}  // namespace mnemo::test
