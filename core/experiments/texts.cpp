// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/texts.h"

#include <algorithm>
#include <sstream>

#include "core/data/error.h"
#include "core/io/fact_set.h"
#include "core/io/mapped_file.h"
#include "core/io/paths.h"
#include "core/io/sha256.h"
#include "core/io/utf8.h"

namespace mnemo {
namespace {

constexpr std::size_t textFileLimit = 256u << 20;

/// "The Trevi Fountain is located in the city of Rome.": the first facts of each relation in turn.
std::vector<std::string> factSentences(std::size_t most)
{
    std::vector<std::string> sentences;
    const FactSet facts = readFacts(dataDir() / "facts");
    for (std::size_t i = 0; sentences.size() < most && i < most; ++i)
        for (const Relation& relation : facts.relations) {
            if (relation.templates.empty() || i >= relation.samples.size() || sentences.size() == most)
                continue;
            std::string text = relation.templates[i % relation.templates.size()];
            text.replace(text.find("{}"), 2, relation.samples[i].subject);
            sentences.push_back(text + " " + relation.samples[i].object + ".");
        }
    return sentences;
}

}  // namespace

std::vector<std::string> readTexts(const std::filesystem::path& file, std::size_t shipped)
{
    if (file.empty())
        return factSentences(shipped);
    std::istringstream text(readTextFile(file, textFileLimit));
    std::vector<std::string> texts;
    for (std::string line; std::getline(text, line);)
        if (line.find_first_not_of(" \t\r") != std::string::npos)
            texts.push_back(repairUtf8(line));
    if (texts.empty())
        throw Failure(ErrorCode::Usage, "The file " + shown(file) + " holds no text.", "Write one text per line.");
    return texts;
}

std::vector<int> firstTokens(const ExperimentContext& context, const std::string& text, std::size_t most)
{
    std::vector<int> all = makePrompt(*context.model.tokenizer, text, Prefix::None).ids();
    const int contextLength = context.model.model->info().contextLength;
    all.resize(std::min({all.size(), most, contextLength > 0 ? std::size_t(contextLength) : most}));
    return all;
}

bool mayBeKept(const ExperimentContext& context)
{
    return context.edits.empty() && !context.model.hash.empty();
}

std::string hashOfTexts(const ExperimentContext& context, const std::string& what,
                        const std::vector<std::vector<int>>& texts)
{
    Sha256 hash;
    hash.add(context.model.hash + " " + context.model.dtype + " " + what);
    for (const std::vector<int>& ids : texts) {
        for (const int id : ids)
            hash.add(" " + std::to_string(id));
        hash.add("\n");
    }
    return hash.hex();
}

}  // namespace mnemo
