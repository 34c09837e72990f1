// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/generate.h"

#include "core/data/error.h"
#include "core/experiments/experiments.h"
#include "core/experiments/fact_runs.h"
#include "core/experiments/prompt_params.h"

namespace mnemo {
namespace {

struct GenerateParams : PromptParams {
    int tokens = 20;
    int topK = 1;
    int samples = 1;
    std::int64_t seed = 1;
};

Json continuationsJson(const std::vector<std::vector<int>>& said, const Tokenizer& tokenizer)
{
    Json continuations = Json::array();
    for (const std::vector<int>& ids : said) {
        Json tokens = Json::array();
        for (const int id : ids)
            tokens.push_back({{"id", id}, {"text", tokenizer.token(id).text}});
        continuations.push_back({{"text", decoded(tokenizer, ids)}, {"tokens", std::move(tokens)}});
    }
    return continuations;
}

/// What a stop leaves is what there is of each continuation.
Result runGenerate(const GenerateParams& params, const ExperimentContext& context, Reporter& reporter)
{
    const Prompt prompt = readPrompt(params, context.model);
    std::vector<std::vector<int>> said(std::size_t(params.samples));
    const auto snapshot = [&] {
        Result result;
        result.title = "Continuation: " + prompt.text;
        result.head = {{"tokens", tokensJson(prompt)},
                       {"prefix_tokens", prompt.prefixTokens},
                       {"continuations", continuationsJson(said, *context.model.tokenizer)}};
        result.done = double(said.back().size()) / params.tokens;
        result.provenance = {{"seed", params.seed}};
        return result;
    };
    GenerateOptions options;
    options.tokens = params.tokens;
    options.topK = params.topK;
    options.seed = std::uint64_t(params.seed);
    options.visibleVocabulary = runOptions(context).visibleVocabulary;
    options.sink = [&](std::size_t index, int token) {
        said[index].push_back(token);
        if (index + 1 == said.size())
            reporter.progress(std::int64_t(said[index].size()), params.tokens, "tokens");
    };
    try {
        generate(*context.model.model, context.edits, std::vector(said.size(), prompt.ids()), options, reporter);
    } catch (const Cancelled&) {
        reporter.partial(snapshot);
        throw;
    }
    return snapshot();
}

}  // namespace

Experiment generateExperiment()
{
    auto description = describe<GenerateParams>("generate", "Continuation", "How the model goes on with a prompt.");
    describePrompt(description);
    return description
        .param("tokens", &GenerateParams::tokens, "Tokens", "How many new tokens.", {.minimum = 1, .maximum = 1e6})
        .param("top_k", &GenerateParams::topK, "Top k",
               "1: always the most probable token; else drawn among so many by their probability.", {.minimum = 1})
        .param("samples", &GenerateParams::samples, "Samples", "How many continuations.",
               {.minimum = 1, .maximum = 10000})
        .param("seed", &GenerateParams::seed, "Seed", "Seed of the draws.", {.minimum = 0})
        .run(runGenerate);
}

}  // namespace mnemo
