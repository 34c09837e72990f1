// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/training/gates/fact_gates.h"

#include "core/data/random.h"
#include "core/experiments/fact.h"
#include "models/training/gates/plan_answers.h"

namespace mnemo {
namespace {

/// One prompt that is asked, and what it should say.
struct Question {
    std::size_t relation = 0;
    bool heldOut = false;
    int object = 0;
    int readout = 0;
};

struct Questions {
    Plan plan;
    std::vector<Question> asked;
};

Questions allQuestions(const Tokenizer& tokenizer, const std::vector<Relation>& relations, std::uint64_t seed)
{
    Random random(seed);
    Questions questions;
    for (std::size_t i = 0; i < relations.size(); ++i) {
        const Relation& relation = relations[i];
        for (const FactSample& fact : relation.samples) {
            const int object = firstToken(tokenizer, fact.object);
            for (const bool heldOut : {false, true}) {
                const auto& templates = heldOut ? relation.heldOutTemplates : relation.templates;
                if (templates.empty())
                    continue;
                Plan& plan = questions.plan;
                const RunId run =
                    plan.addRun(fillPrompt(random.pick(templates), fact.subject, Prefix::None, tokenizer).ids());
                questions.asked.push_back({i, heldOut, object, askTop(plan, run)});
            }
        }
    }
    return questions;
}

struct Tally {
    int right = 0;
    int all = 0;

    void add(bool isRight)
    {
        right += isRight ? 1 : 0;
        all += 1;
    }
    double share() const { return all > 0 ? double(right) / all : notMeasured; }
};

}  // namespace

FactScores scoreFacts(const LoadedModel& model, const std::vector<Relation>& relations, std::uint64_t seed,
                      Reporter& reporter)
{
    const Questions questions = allQuestions(*model.tokenizer, relations, seed);
    const Answers answers(model, questions.plan, reporter);
    std::vector<Tally> trained(relations.size()), heldOut(relations.size());
    Tally allTrained, allHeldOut;
    for (const Question& question : questions.asked) {
        const bool isRight = answers.top(question.readout) == question.object;
        (question.heldOut ? heldOut : trained)[question.relation].add(isRight);
        (question.heldOut ? allHeldOut : allTrained).add(isRight);
    }
    FactScores scores{{}, allTrained.share(), allHeldOut.share()};
    for (std::size_t i = 0; i < relations.size(); ++i)
        scores.relations.push_back(
            {relations[i].name, int(relations[i].samples.size()), trained[i].share(), heldOut[i].share()});
    return scores;
}

std::vector<Gate> factGates(const FactScores& scores)
{
    int facts = 0;
    for (const RelationScore& relation : scores.relations)
        facts += relation.facts;
    const std::string note = std::to_string(facts) + " facts, one template each";
    return {atLeast("facts, trained templates", scores.trained, 0.99, note),
            atLeast("facts, held-out templates", scores.heldOut, 0.90, note)};
}

}  // namespace mnemo
