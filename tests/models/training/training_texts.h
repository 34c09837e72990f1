// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "models/training/text/sentences.h"

namespace mnemo::test {

inline const std::filesystem::path trainingFolder = MNEMO_RESOURCES "/../models/training";

/// The text that the shipped checkpoints are trained on.
struct TrainingTexts {
    FactTable facts = readFactTable(std::filesystem::path(MNEMO_RESOURCES "/facts"));
    IoiText ioi{trainingFolder / "text/ioi.json"};
    FillerText filler = readFillerText(trainingFolder / "text/filler.json");

    TextSource source(const TextRecipe& recipe = {}) const { return {facts, ioi, filler, recipe}; }
};

inline std::vector<std::string> objectsIn(const Sentence& sentence)
{
    std::vector<std::string> objects;
    for (const TextPart& part : sentence)
        if (part.object)
            objects.push_back(part.text);
    return objects;
}

}  // namespace mnemo::test
