// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/evaluate_params.h"

#include <algorithm>
#include <set>

#include "core/data/error.h"
#include "core/data/numbers.h"
#include "core/experiments/prompt_params.h"
#include "core/io/mapped_file.h"
#include "core/io/session.h"
#include "core/io/sha256.h"
#include "core/io/utf8.h"

namespace mnemo {
namespace {

constexpr std::size_t fileLimit = 256u << 20;

Json hashOrNone(const std::filesystem::path& file)
{
    return file.empty() ? Json() : Json(sha256(readTextFile(file, fileLimit)));
}

}  // namespace

Shard shardOf(const std::string& text)
{
    if (text.empty())
        return {};
    const std::size_t slash = text.find('/');
    const auto number = wholeNumber(std::string_view(text).substr(0, slash));
    const auto of = slash == std::string::npos ? std::nullopt : wholeNumber(std::string_view(text).substr(slash + 1));
    if (!number || !of || *number < 1 || *number > *of)
        throw Failure(ErrorCode::Usage, "The shard \"" + text + "\" is none.",
                      "Write it like 2/5, the second of five.");
    return {std::size_t(*number), std::size_t(*of)};
}

std::vector<int> layersOf(const std::vector<std::string>& words, const LanguageModel& model)
{
    std::set<int> layers;
    for (const std::string& word : words) {
        const auto range = numberRange(word);
        if (!range)
            throw Failure(ErrorCode::Usage, "\"" + word + "\" is no layer and no range of layers.",
                          "Write them like 3 or 5-8.");
        checkEditLayer(model, range->second);
        for (int layer = range->first; layer <= range->second; ++layer)
            layers.insert(layer);
    }
    for (int layer = 0; words.empty() && layer < model.info().layers; ++layer)
        layers.insert(layer);
    return {layers.begin(), layers.end()};
}

std::vector<std::string> matricesOf(const std::vector<std::string>& words, const LanguageModel& model)
{
    std::vector<std::string> matrices;
    for (const std::string& word : words.empty() ? model.matrices() : words)
        if (std::ranges::find(matrices, editableMatrix(model, word).name) == matrices.end())
            matrices.push_back(word);
    return matrices;
}

std::vector<EditCase> casesOf(const EvaluateParams& params, std::vector<FactProblem>& problems)
{
    const auto most = std::size_t(params.limit);
    std::vector<EditCase> cases;
    if (params.cases.empty())
        cases = makeEditCases(readRelations(params, problems), std::uint64_t(params.seed), most);
    else
        cases = readEditCases(params.cases, problems);
    if (cases.empty())
        throw Failure(ErrorCode::Usage,
                      params.cases.empty()
                          ? "No case can be made of these facts: a relation needs two objects."
                          : "There is no case in " + shown(params.cases) + ": " + problems.back().message,
                      "Choose other facts, or a file of cases (--cases).");
    cases.resize(std::min(cases.size(), most));
    return cases;
}

ResultPtr profileOf(const std::filesystem::path& session, const Json& model)
{
    if (session.empty())
        return nullptr;
    const std::vector<ResultPtr> results = readSession(session).results;
    const auto fits = [&](const ResultPtr& result) {
        return result->kind == "average" && result->model.is_object() &&
               result->model.value("hash", "") == model["hash"] &&
               (!result->provenance.is_object() || result->provenance.value("edits", Json::array()).empty());
    };
    const auto found = std::find_if(results.rbegin(), results.rend(), fits);
    if (found == results.rend())
        throw Failure(ErrorCode::NotFound,
                      shown(session) + " holds no average over facts of " + model.value("name", "this model") + ".",
                      "Make one with `mnemo average -o FILE.mnemo`, of the same model and without edits.");
    return *found;
}

Json settingsOf(const EvaluateParams& params)
{
    return {{"seed", params.seed},
            {"steps", params.steps},
            {"learning_rate", params.learningRate},
            {"weight_decay", params.weightDecay},
            {"kl_factor", params.klFactor},
            {"clamp_norm", params.clampNorm},
            {"stop_loss", params.stopLoss},
            {"stop_answer", params.stopAnswer},
            {"contexts", params.contexts},
            {"covariance", params.identity ? "identity" : "text"},
            {"text", hashOrNone(params.text)},
            {"text_tokens", params.statisticsTokens},
            {"ridge", params.ridge},
            {"generate", params.generate},
            {"references", hashOrNone(params.references)}};
}

}  // namespace mnemo
