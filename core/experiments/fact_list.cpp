// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/fact_list.h"

#include <algorithm>

#include "core/data/error.h"

namespace mnemo {
namespace {

constexpr std::size_t factsTogether = 16;

FactSelection oneFact(const FactListParams& params, const ExperimentContext& context, bool needsSwap,
                      Reporter& reporter)
{
    FactParams one;
    one.prompt = params.prompt;
    one.subject = params.subject;
    one.swap = params.swap;
    one.target = params.target;
    one.prefix = params.prefix;
    ChosenFact fact{{}, params.prompt, params.subject, {}, params.swap, prepareFact(one, context, needsSwap), {}};
    if (fact.task.pair.cleanSubject.size() == 0)
        throw Failure(ErrorCode::SubjectNotInPrompt, "The subject is empty.", "Name the subject of the prompt.");
    Plan plan;
    const FactReadouts readouts = readFact(plan, addFactRuns(plan, fact.task), fact.task);
    fact.base = scoreFact(fact.task, readouts,
                          runPlan(*context.model.model, context.edits, plan, reporter, runOptions(context)));
    FactSelection selection;
    selection.facts.push_back(std::move(fact));
    return selection;
}

}  // namespace

FactSelection factsOf(const FactListParams& params, const ExperimentContext& context, bool needsSwap,
                      Reporter& reporter)
{
    if (!params.prompt.empty())
        return oneFact(params, context, needsSwap, reporter);
    for (const auto& [key, text] :
         {std::pair("subject", &params.subject), std::pair("swap", &params.swap), std::pair("target", &params.target)})
        if (!text->empty())
            throw Failure(ErrorCode::Usage, std::string("A ") + key + " (\"" + *text + "\") is given without a prompt.",
                          "Give the prompt as well, or leave it out to run over many facts.");
    return chooseFacts(params, context, needsSwap, reporter);
}

Result inGroups(std::size_t facts, Reporter& reporter, const std::function<void(std::size_t, std::size_t)>& take,
                const std::function<Result()>& snapshot)
{
    std::size_t done = 0;
    try {
        while (done < facts) {
            const std::size_t end = std::min(facts, done + factsTogether);
            take(done, end);
            done = end;
            reporter.progress(std::int64_t(done), std::int64_t(facts), "facts");
            reporter.partial(snapshot);
        }
    } catch (const Cancelled&) {
        if (done > 0)
            reporter.partial(snapshot);  // what is done is kept
        throw;
    }
    return snapshot();
}

}  // namespace mnemo
