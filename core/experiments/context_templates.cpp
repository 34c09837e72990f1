// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/context_templates.h"

#include <optional>
#include <string_view>

#include "core/data/error.h"
#include "core/engine/generate.h"
#include "core/experiments/fact_runs.h"
#include "core/experiments/texts.h"
#include "core/io/atomic_file.h"
#include "core/io/paths.h"
#include "core/io/sha256.h"
#include "core/io/strict_json.h"

namespace mnemo {
namespace {

std::string replaced(std::string_view text, std::string_view what, std::string_view with)
{
    if (what.empty())
        return std::string(text);
    std::string made;
    for (std::size_t at = text.find(what); at != std::string_view::npos; at = text.find(what)) {
        made.append(text.substr(0, at)).append(with);
        text.remove_prefix(at + what.size());
    }
    return made.append(text);
}

std::vector<std::string> makeTemplates(const ExperimentContext& context, std::uint64_t seed, int perLength,
                                       Reporter& reporter)
{
    const Tokenizer& tokenizer = *context.model.tokenizer;
    const std::vector<int> start{tokenizer.eosId()};
    const std::string endOfText = tokenizer.token(tokenizer.eosId()).text;
    std::vector<std::string> templates{"{}"};
    for (const int length : {5, 10}) {
        GenerateOptions options;
        options.tokens = length;
        options.topK = 5;
        options.seed = seed + std::uint64_t(length);
        options.visibleVocabulary = runOptions(context).visibleVocabulary;
        const std::vector<std::vector<int>> prompts(std::size_t(perLength), start);
        for (const std::vector<int>& ids : generate(*context.model.model, context.edits, prompts, options, reporter)) {
            std::string text = cleanedContext(decoded(tokenizer, ids), endOfText);
            if (text.empty())
                continue;
            if (text.back() != '.')
                text += '.';
            templates.push_back(text.append(" {}"));
        }
    }
    return templates;
}

/// All that templates depend on.
SortedJson nameOf(const ExperimentContext& context, std::uint64_t seed, int perLength)
{
    return {{"schema", "mnemo.templates/1"},
            {"model", context.model.hash},
            {"dtype", context.model.dtype},
            {"seed", seed},
            {"per_length", perLength}};
}

std::filesystem::path fileOf(const SortedJson& name)
{
    return cacheDir() / "templates" / (sha256(name.dump()).substr(0, 32) + ".json");
}

/// Those of an earlier search, where they are whole.
std::optional<std::vector<std::string>> keptTemplates(const SortedJson& name)
try {
    const SortedJson kept = readJsonFile(fileOf(name));
    if (kept.at("of") != name)
        return std::nullopt;
    const auto templates = kept.at("templates").get<std::vector<std::string>>();
    const bool whole =
        !templates.empty() && templates.front() == "{}" && kept.at("sha256") == sha256(kept.at("templates").dump());
    return whole ? std::optional(templates) : std::nullopt;
} catch (const Failure&) {
    return std::nullopt;  // not there, or damaged
} catch (const SortedJson::exception&) {
    return std::nullopt;  // something else
}

void keepTemplates(const SortedJson& name, const SortedJson& templates, Reporter& reporter)
try {
    std::error_code ignored;
    std::filesystem::create_directories(fileOf(name).parent_path(), ignored);
    const SortedJson kept{{"of", name}, {"templates", templates}, {"sha256", sha256(templates.dump())}};
    writeFileAtomically(fileOf(name), kept.dump(1));
} catch (const Failure& failure) {
    reporter.note("Context templates are not kept for later: " + failure.error().message);
}

}  // namespace

std::string cleanedContext(const std::string& text, const std::string& endOfText)
{
    std::string cleaned = text;
    for (const std::string_view unwanted :
         {std::string_view(endOfText), std::string_view("{"), std::string_view("}"), std::string_view("\n")})
        cleaned = replaced(cleaned, unwanted, " ");
    while (cleaned.find("  ") != std::string::npos)
        cleaned = replaced(cleaned, "  ", " ");
    const std::size_t first = cleaned.find_first_not_of(' ');
    if (first == std::string::npos)
        return {};
    return cleaned.substr(first, cleaned.find_last_not_of(' ') - first + 1);
}

std::vector<std::string> contextTemplates(const ExperimentContext& context, std::uint64_t seed, int perLength,
                                          Reporter& reporter)
{
    if (!mayBeKept(context))
        return makeTemplates(context, seed, perLength, reporter);
    const SortedJson name = nameOf(context, seed, perLength);
    if (auto kept = keptTemplates(name))
        return *kept;
    std::vector<std::string> templates = makeTemplates(context, seed, perLength, reporter);
    keepTemplates(name, templates, reporter);
    return templates;
}

}  // namespace mnemo
