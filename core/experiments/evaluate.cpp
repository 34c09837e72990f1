// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <optional>

#include "core/data/causal_profile.h"
#include "core/engine/generate.h"
#include "core/experiments/edit_records.h"
#include "core/experiments/evaluate_params.h"
#include "core/experiments/evaluation.h"
#include "core/experiments/experiments.h"
#include "core/experiments/fact_records.h"
#include "core/experiments/text_measures.h"
#include "core/io/utf8.h"

namespace mnemo {
namespace {

constexpr int generatedTopK = 5;

/// What generated texts are compared with.
class References
{
public:
    References(const std::filesystem::path& file, std::vector<FactProblem>& problems)
    {
        if (!file.empty())
            m_texts = readReferenceTexts(file, problems);
        std::vector<std::string> aboutObjects;
        for (const ReferenceText& text : m_texts)
            if (!text.object.empty())
                aboutObjects.push_back(text.text);
        m_vectors.emplace(aboutObjects);
    }

    std::vector<std::string> aboutSubject(const std::string& subject) const
    {
        std::vector<std::string> texts;
        for (const ReferenceText& text : m_texts)
            if (text.subject == subject)
                texts.push_back(text.text);
        return texts;
    }

    /// None when there are no texts about things with this object.
    std::optional<double> consistency(const std::vector<std::string>& generated, const std::string& object) const
    {
        std::string joined, references;
        for (const ReferenceText& text : m_texts)
            if (text.object == object)
                references += text.text + " ";
        for (const std::string& text : generated)
            joined += text + " ";
        return references.empty() ? std::nullopt : std::optional(m_vectors->cosine(joined, references));
    }

private:
    std::vector<ReferenceText> m_texts;
    std::optional<TextVectors> m_vectors;
};

/// A failure of one edit, not of the computation.
bool isOfTheCase(ErrorCode code)
{
    return code == ErrorCode::CheckFailed || code == ErrorCode::SubjectNotInPrompt || code == ErrorCode::EmptyPrompt ||
           code == ErrorCode::PromptTooLong || code == ErrorCode::TargetNotInVocabulary;
}

std::vector<Site> inputsOf(const std::vector<EditPlace>& places, const LanguageModel& model)
{
    std::vector<Site> inputs;
    for (const EditPlace& place : places)
        inputs.push_back({editableMatrix(model, place.matrix).input, place.layer, {}});
    return inputs;
}

/// Every case edited at every place, each edit alone. Source: Sen Sharma et al. 2024, Fig. 6; Meng et al. 2022, §3.4
/// (METHODS.md §4.6, §4.7).
class Evaluate
{
public:
    Evaluate(const EvaluateParams& params, const ExperimentContext& context, Reporter& reporter)
        : m_params(params),
          m_context(context),
          m_reporter(reporter),
          m_shard(shardOf(params.shard)),
          m_layers(layersOf(params.layers, *context.model.model)),
          m_matrices(matricesOf(params.matrices, *context.model.model)),
          m_evaluation(m_layers, m_matrices),
          m_shared(inputsOf(m_evaluation.places(), *context.model.model)),
          m_profile(profileOf(params.profile, context.model.describe())),
          m_references(params.references, m_problems),
          m_records(params.records, recordsHeader("evaluate", params, context, settingsOf(params)))
    {
        if (m_profile)
            checkProfile();
        std::vector<EditCase> all = casesOf(params, m_problems);
        for (std::size_t i = 0; i < all.size(); ++i)
            if (m_shard.has(i))
                m_cases.push_back(std::move(all[i]));
    }

    Result run()
    {
        try {
            for (const EditCase& edited : m_cases) {
                m_reporter.checkStop();
                evaluateCase(edited);
                m_reporter.partial([this] { return snapshot(false); });
            }
        } catch (const Cancelled&) {
            if (m_doneEdits > 0)
                m_reporter.partial([this] { return snapshot(true); });
            throw;
        }
        return snapshot(true);
    }

private:
    void evaluateCase(const EditCase& edited)
    {
        const std::string hash = edited.hash();
        std::optional<CaseQuestions> questions;
        try {
            questions.emplace(edited, m_references.aboutSubject(edited.subject), m_params.prefix, m_context);
        } catch (const Failure& failure) {
            ++m_unusable;
            m_problems.push_back({m_params.cases, edited.id, failure.error().message});
            return countEdits(m_evaluation.places().size());
        }
        const CaseAnswers before = answersBefore(edited, hash, *questions);
        if (!isKnown(edited, before)) {
            ++m_unknown;
            return countEdits(m_evaluation.places().size());
        }
        std::vector<const EditRecord*> records;
        for (const EditPlace& place : m_evaluation.places()) {
            const EditRecord* known = m_records.find(hash, place);
            records.push_back(known ? known : &m_records.add(editAt(place, edited, hash, before, *questions)));
            countEdits(1);
        }
        take(edited, measuresOf(before, before), records);
    }

    /// Said before the first edit, not behind the last one.
    void checkProfile() const
    {
        if (!snapshot(false).head.contains("profile"))
            throw Failure(
                ErrorCode::Usage,
                "The average in " + shown(m_params.profile) + " shows none of the sites that these matrices write.",
                "Make it with the sites o, a and g, or mlp, of W_o, W_a, W_g and W_down.");
    }

    void countEdits(std::size_t count)
    {
        m_doneEdits += std::int64_t(count);
        m_reporter.progress(m_doneEdits, std::int64_t(m_cases.size() * m_evaluation.places().size()), "edits");
    }

    CaseAnswers answersBefore(const EditCase& edited, const std::string& hash, const CaseQuestions& questions)
    {
        for (const EditPlace& place : m_evaluation.places())
            if (const EditRecord* record = m_records.find(hash, place); record && record->problem.empty())
                return record->before;
        CaseAnswers before = questions.ask(m_context.edits, nullptr, m_reporter);
        measureTexts(before, edited, m_context.edits);
        return before;
    }

    bool isKnown(const EditCase& edited, const CaseAnswers& before) const
    {
        const Tokenizer& tokenizer = *m_context.model.tokenizer;
        switch (m_params.knows) {
            case Knows::Lenient:
                return isBeginningOf(tokenizer.token(before.top).text, edited.targetTrue);
            case Knows::Strict:
                return answerTokens(tokenizer, edited.targetTrue).front().id == before.top;
            case Knows::Anything:
                break;
        }
        return true;
    }

    EditRecord editAt(const EditPlace& place, const EditCase& edited, const std::string& hash,
                      const CaseAnswers& before, const CaseQuestions& questions)
    {
        EditRecord record;
        record.caseHash = hash;
        record.id = edited.id;
        record.place = place;
        record.before = before;
        try {
            const RomeEdit made = computeEdit(
                requestFor(place, edited), m_context, m_reporter, [](const RomeStep&) {}, &m_shared);
            Edits edits = m_context.edits;
            edits.push_back(made.edit);
            record.steps = int(made.value.steps.size());
            record.p = made.value.steps.back().p;
            record.after = questions.ask(edits, &before, m_reporter);
            measureTexts(record.after, edited, edits);
        } catch (const Failure& failure) {
            if (!isOfTheCase(failure.error().code))
                throw;
            record.problem = failure.error().message;
        }
        return record;
    }

    RomeRequest requestFor(const EditPlace& place, const EditCase& edited) const
    {
        RomeRequest request;
        static_cast<RomeSettings&>(request) = m_params;
        request.hyper = m_params;
        request.prompt = edited.prompt;
        request.subject = edited.subject;
        request.target = edited.targetNew;
        request.matrix = place.matrix;
        request.layer = place.layer;
        request.prefix = m_params.prefix;
        request.seed = std::uint64_t(m_params.seed);
        return request;
    }

    /// Texts about the subject, made up with these edits on.
    void measureTexts(CaseAnswers& answers, const EditCase& edited, const Edits& edits)
    {
        if (m_params.generate == 0 || edited.generations.empty())
            return;
        const Tokenizer& tokenizer = *m_context.model.tokenizer;
        std::vector<std::vector<int>> prompts;
        for (const std::string& text : edited.generations)
            prompts.push_back(makePrompt(tokenizer, text, m_params.prefix).ids());
        GenerateOptions options;
        options.tokens = m_params.generate;
        options.topK = generatedTopK;
        options.seed = std::uint64_t(m_params.seed);
        options.visibleVocabulary = runOptions(m_context).visibleVocabulary;
        const std::vector<std::vector<int>> made =
            generate(*m_context.model.model, edits, prompts, options, m_reporter);
        std::vector<std::string> texts;
        for (std::size_t i = 0; i < made.size(); ++i)
            texts.push_back(edited.generations[i] + decoded(tokenizer, made[i]));
        answers.fluency = fluency(texts);
        answers.consistency = m_references.consistency(texts, edited.targetNew);
    }

    /// A case whose edits are all there: one that is half done counts nowhere.
    void take(const EditCase& edited, const CaseMeasures& before, const std::vector<const EditRecord*>& records)
    {
        Json row = edited.toJson();
        row["before"] = toJson(before);
        row["edits"] = Json::array();
        for (const EditRecord* record : records) {
            Json edit{{"layer", record->place.layer}, {"matrix", record->place.matrix}};
            if (record->problem.empty()) {
                const CaseMeasures measures = measuresOf(record->after, record->before);
                m_evaluation.add(record->place, measures);
                edit.update({{"steps", record->steps}, {"p", record->p}});
                edit.update(toJson(measures));
            } else {
                ++m_failed;
                edit["problem"] = record->problem;
            }
            row["edits"].push_back(std::move(edit));
        }
        m_evaluation.addBefore(before);
        m_rows.push_back(std::move(row));
    }

    Json problemsJson() const
    {
        Json list = Json::array();
        for (const FactProblem& problem : m_problems)
            list.push_back({{"file", shown(problem.file)}, {"where", problem.where}, {"message", problem.message}});
        return list;
    }

    /// @param whole with intervals and every case: at the end, and when it is stopped
    Result snapshot(bool whole) const
    {
        Result result;
        const std::size_t used = m_rows.size();
        result.title = "Edits of " + std::to_string(used) + (used == 1 ? " case" : " cases");
        result.head = {
            {"counts", {{"used", used}, {"unknown", m_unknown}, {"unusable", m_unusable}, {"failed_edits", m_failed}}},
            {"layers", m_layers},
            {"matrices", m_matrices},
            {"floor", m_evaluation.floor()}};
        if (whole) {
            result.head["cases"] = m_rows;
            result.head["problems"] = problemsJson();
        }
        result.arrays = m_evaluation.arrays(whole, std::uint64_t(m_params.seed));
        if (m_profile)
            addProfile(result, *m_profile);
        const auto total = double(m_cases.size() * m_evaluation.places().size());
        result.done = total > 0 ? double(m_doneEdits) / total : 1;
        result.provenance = {{"seed", m_params.seed}};
        return result;
    }

    const EvaluateParams& m_params;
    const ExperimentContext& m_context;
    Reporter& m_reporter;
    Shard m_shard;
    std::vector<int> m_layers;
    std::vector<std::string> m_matrices;
    std::vector<FactProblem> m_problems;
    Evaluation m_evaluation;
    RomeShared m_shared;
    ResultPtr m_profile;  ///< null: nothing to compare with
    References m_references;
    EditRecords m_records;
    std::vector<EditCase> m_cases;
    Json m_rows = Json::array();  ///< of the cases that are used
    std::int64_t m_doneEdits = 0;
    int m_unknown = 0;
    int m_unusable = 0;
    int m_failed = 0;
};

Result runEvaluate(const EvaluateParams& params, const ExperimentContext& context, Reporter& reporter)
{
    return Evaluate(params, context, reporter).run();
}

}  // namespace

Experiment evaluateExperiment()
{
    auto description = describe<EvaluateParams>(
        "evaluate", "Evaluation of edits",
        "How well facts can be changed in each layer and matrix: what changes, what follows, and what stays.");
    description
        .param("cases", &EvaluateParams::cases, "Cases",
               "Facts to change, with what is asked: CounterFact's .json, or .jsonl.", {.ifUnset = "made of the facts"})
        .param("facts", &EvaluateParams::facts, "Facts", "Files of facts, or folders of them, that cases are made of.",
               {.ifUnset = "the facts of the program"})
        .param("relations", &EvaluateParams::relations, "Relations", "Names of relations.", {.ifUnset = "all"})
        .param("limit", &EvaluateParams::limit, "Limit", "Cases that are looked at.", {.minimum = 1, .maximum = 1e7})
        .param("shard", &EvaluateParams::shard, "Shard", "Of these a part, such as 2/5 for the second of five.",
               {.ifUnset = "all of them"})
        .param("layers", &EvaluateParams::layers, "Layers", "Layers like 3 or 5-8, one at a time.", {.ifUnset = "all"})
        .param("matrices", &EvaluateParams::matrices, "Matrices",
               "W_o, W_a, W_g of a Mamba block, W_down of GPT-NeoX, one at a time.", {.ifUnset = "all"})
        .param("seed", &EvaluateParams::seed, "Seed", "Seed of the cases, the openings, the texts and the intervals.",
               {.minimum = 0})
        .choice("knows", &EvaluateParams::knows,
                {{"anything", Knows::Anything}, {"lenient", Knows::Lenient}, {"strict", Knows::Strict}}, "Knows",
                "All cases, or those whose true object the model says: a beginning of it, or its first token.")
        .choice("prefix", &EvaluateParams::prefix, prefixWords(), "Prefix", "What is put before every prompt.")
        .param("generate", &EvaluateParams::generate, "Generate",
               "New tokens of the texts that fluency and consistency are measured on; 0: no texts.",
               {.minimum = 0, .maximum = 10000, .ifUnset = "no texts"})
        .param("references", &EvaluateParams::references, "References",
               "A .json or .jsonl of texts to compare with: {\"object\",\"text\"} and {\"subject\",\"text\"}.")
        .param("profile", &EvaluateParams::profile, "Profile",
               "A session (.mnemo) with an average over facts of the same model: where traces find them, beside where "
               "edits work.");
    describeRome(description);
    description.param("records", &EvaluateParams::records, "Records",
                      "A .jsonl that every edit is appended to, and that a later run goes on from.");
    return description.run(runEvaluate);
}

}  // namespace mnemo
