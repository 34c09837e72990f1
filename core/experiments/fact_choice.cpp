// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/fact_choice.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/data/error.h"
#include "core/data/numbers.h"
#include "core/data/random.h"
#include "core/experiments/prompt_params.h"
#include "core/io/paths.h"
#include "core/io/utf8.h"

namespace mnemo {
namespace {

constexpr std::size_t askedTogether = 32;   // prompts, and pairs of them
constexpr std::size_t enoughPartners = 24;  // known subjects beyond which no more are asked for one fact's partner

std::string lowerTrimmed(std::string_view text)
{
    const auto isSpace = [](unsigned char c) { return std::isspace(c) != 0; };
    while (!text.empty() && isSpace(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && isSpace(text.back()))
        text.remove_suffix(1);
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return lower;
}

/// A relation whose facts are swapped in, and those of them that are used themselves.
struct Pool {
    Relation relation;
    std::optional<std::set<std::string>> subjects;  ///< of the facts that are used; nothing: of all

    bool uses(const FactSample& sample) const { return !subjects || subjects->contains(sample.subject); }
};

/// A fact of a relation in one of its sentences, and what the model says.
struct Asked {
    const FactSample* sample = nullptr;
    std::string promptTemplate;
    FilledPrompt prompt;
};

const std::string& templateOf(const FactChoiceParams& params, const Relation& relation, Random& random)
{
    if (params.promptTemplate == "any")
        return relation.templates[std::size_t(random.below(int(relation.templates.size())))];
    return chosenTemplate(relation, params.promptTemplate, "first, any");
}

/// The facts of one relation that the model knows, as far as they have been asked for.
class KnownFacts
{
public:
    KnownFacts(const FactChoiceParams& params, const Pool& pool, const ExperimentContext& context)
        : m_params(params),
          m_pool(pool),
          m_relation(pool.relation),
          m_context(context),
          m_random(seedFor(m_relation.name, std::uint64_t(params.seed)))
    {
        std::set<std::string_view> seen;
        for (const FactSample& sample : m_relation.samples)
            if (seen.insert(sample.subject).second)
                m_order.push_back(&sample);
        m_random.shuffle(m_order);
        const auto partners =
            std::ranges::stable_partition(m_order, [this](const FactSample* sample) { return m_pool.uses(*sample); });
        m_wanted = m_order.size() - partners.size();
    }

    const Relation& relation() const { return m_relation; }
    const std::vector<Asked>& known() const { return m_known; }
    std::size_t usable() const { return m_usable; }  ///< of those known, the first ones
    bool allWantedAsked() const { return m_next >= m_wanted; }

    /// Asks the next ones. @return false when all have been asked
    bool grow(Reporter& reporter, int& unknown)
    {
        std::vector<Asked> asked;
        for (; asked.size() < askedTogether && m_next < m_order.size(); ++m_next)
            if (std::optional<Asked> one = ask(*m_order[m_next]))
                asked.push_back(std::move(*one));
        if (asked.empty())
            return false;
        Plan plan;
        for (const Asked& one : asked) {
            Readout readout;
            readout.run = plan.addRun(one.prompt.ids());
            readout.position = one.prompt.last();
            readout.topK = 1;
            plan.read(std::move(readout));
        }
        const PlanResult result =
            runPlan(*m_context.model.model, m_context.edits, plan, reporter, runOptions(m_context));
        for (std::size_t i = 0; i < asked.size(); ++i) {
            const int isUsed = m_pool.uses(*asked[i].sample) ? 1 : 0;
            if (knows(*asked[i].sample, result.values[i].top.front().token)) {
                m_known.push_back(std::move(asked[i]));
                m_usable += std::size_t(isUsed);
            } else {
                unknown += isUsed;
            }
        }
        return true;
    }

    /// A known subject to swap in at this place: another object, the same length.
    const Asked* partnerOf(std::size_t index)
    {
        const Asked& fact = m_known[index];
        const std::size_t count = m_known.size(), start = std::size_t(m_random.below(int(count)));
        for (std::size_t i = 0; i < count; ++i) {
            const Asked& other = m_known[(start + i) % count];
            if (other.sample->subject == fact.sample->subject || sharesObject(*other.sample, *fact.sample) ||
                other.prompt.subject.size() != fact.prompt.subject.size())
                continue;
            const FilledPrompt filled =
                fillPrompt(fact.promptTemplate, other.sample->subject, m_params.prefix, tokenizer());
            if (filled.prompt.size() == fact.prompt.prompt.size() && filled.subject == fact.prompt.subject)
                return &other;
        }
        return nullptr;
    }

private:
    const Tokenizer& tokenizer() const { return *m_context.model.tokenizer; }

    /// None when the subject cannot be told apart in its sentence, or the prompt is too long.
    std::optional<Asked> ask(const FactSample& sample)
    {
        Asked asked{&sample, templateOf(m_params, m_relation, m_random), {}};
        try {
            asked.prompt = fillPrompt(asked.promptTemplate, sample.subject, m_params.prefix, tokenizer());
            checkPromptLength(asked.prompt.prompt.size(), *m_context.model.model);
        } catch (const Failure&) {
            return std::nullopt;
        }
        return asked;
    }

    bool knows(const FactSample& sample, int token) const
    {
        if (m_params.knows == Knows::Anything)
            return true;
        const std::vector<std::string> objects = m_relation.objectsOf(sample.subject);
        return std::ranges::any_of(objects, [&](const std::string& object) {
            return m_params.knows == Knows::Lenient ? isBeginningOf(tokenizer().token(token).text, object)
                                                    : answerTokens(tokenizer(), object).front().id == token;
        });
    }

    bool sharesObject(const FactSample& a, const FactSample& b) const
    {
        const std::vector<std::string> of = m_relation.objectsOf(b.subject);
        return std::ranges::any_of(m_relation.objectsOf(a.subject), [&](const std::string& object) {
            return std::ranges::find(of, object) != of.end();
        });
    }

    const FactChoiceParams& m_params;
    const Pool& m_pool;
    const Relation& m_relation;
    const ExperimentContext& m_context;
    Random m_random;
    std::vector<const FactSample*> m_order;  ///< those that are used, then their partners
    std::size_t m_wanted = 0;                ///< used ones in m_order
    std::size_t m_next = 0;
    std::vector<Asked> m_known;
    std::size_t m_usable = 0;
};

/// The next fact of each relation in turn, with a partner.
class Turns
{
public:
    Turns(const FactChoiceParams& params, const std::vector<Pool>& pools, const ExperimentContext& context,
          bool needsSwap, FactSelection& selection)
        : m_params(params), m_context(context), m_needsSwap(needsSwap), m_selection(selection)
    {
        for (const Pool& pool : pools)
            if (!pool.relation.templates.empty())
                m_turns.push_back({KnownFacts(params, pool, context), 0, false});
    }

    std::vector<ChosenFact> next(std::size_t count, Reporter& reporter)
    {
        std::vector<ChosenFact> facts;
        while (facts.size() < count && std::ranges::any_of(m_turns, [](const Turn& turn) { return !turn.ended; })) {
            Turn& turn = m_turns[m_at++ % m_turns.size()];
            if (turn.ended)
                continue;
            if (std::optional<ChosenFact> fact = nextOf(turn, reporter))
                facts.push_back(std::move(*fact));
        }
        return facts;
    }

private:
    struct Turn {
        KnownFacts facts;
        std::size_t next = 0;
        bool ended = false;
    };

    std::optional<ChosenFact> nextOf(Turn& turn, Reporter& reporter)
    {
        for (;; ++turn.next) {
            reporter.checkStop();
            while (turn.next >= turn.facts.usable())
                if (turn.facts.allWantedAsked() || !turn.facts.grow(reporter, m_selection.unknown)) {
                    turn.ended = true;
                    return std::nullopt;
                }
            const std::optional<std::string> swap = m_needsSwap ? swapOf(turn, reporter) : std::string();
            if (swap)
                return factOf(turn.facts.relation(), turn.facts.known()[turn.next++], *swap);
            ++m_selection.withoutPartner;
        }
    }

    /// Asks for more known subjects while there is none that fits.
    std::optional<std::string> swapOf(Turn& turn, Reporter& reporter)
    {
        const Asked* partner = turn.facts.partnerOf(turn.next);
        while (!partner && turn.facts.known().size() < turn.next + enoughPartners &&
               turn.facts.grow(reporter, m_selection.unknown))
            partner = turn.facts.partnerOf(turn.next);
        return partner ? std::optional(partner->sample->subject) : std::nullopt;
    }

    ChosenFact factOf(const Relation& relation, const Asked& asked, const std::string& swap) const
    {
        FactParams params;
        params.prompt = asked.promptTemplate;
        params.subject = asked.sample->subject;
        params.swap = swap;
        params.prefix = m_params.prefix;
        return {relation.name,
                asked.promptTemplate,
                asked.sample->subject,
                asked.sample->object,
                swap,
                prepareFact(params, m_context, m_needsSwap),
                {}};
    }

    const FactChoiceParams& m_params;
    const ExperimentContext& m_context;
    bool m_needsSwap;
    FactSelection& m_selection;
    std::vector<Turn> m_turns;
    std::size_t m_at = 0;
};

/// A file of facts, or a folder of them. @throws Failure NotFound, and as readFactFile()
FactSet readPath(const std::filesystem::path& path)
{
    if (!std::filesystem::exists(path))
        throw Failure(ErrorCode::NotFound, "There is no file or folder of facts " + shown(path) + ".",
                      "Check the path.");
    if (std::filesystem::is_directory(path))
        return readFacts(path);
    FactSet facts;
    facts.relations = readFactFile(path, facts.problems);
    return facts;
}

/// The relation that has the sentence of these facts, their own if several do; null: none.
const Relation* relationOf(const Relation& wanted, const std::vector<Relation>& relations)
{
    const std::string& sentence = wanted.templates.front();
    const Relation* found = nullptr;
    for (const Relation& one : relations) {
        const bool isOwn = wanted.name == one.name || wanted.name == one.name + ": " + sentence;
        const auto has = [&](const std::vector<std::string>& templates) {
            return std::ranges::find(templates, sentence) != templates.end();
        };
        if ((has(one.templates) || has(one.heldOutTemplates)) && (isOwn || !found))
            found = &one;
    }
    return found;
}

/// The facts of `wanted`, in its sentences, among those of the relation; null: among themselves.
Pool poolOf(const Relation& wanted, const Relation* relation)
{
    Pool pool{relation ? *relation : wanted, std::set<std::string>()};
    pool.relation.templates = wanted.templates;
    std::set<std::pair<std::string, std::string>> there;
    for (const FactSample& sample : pool.relation.samples)
        there.emplace(sample.subject, sample.object);
    for (const FactSample& sample : wanted.samples) {
        pool.subjects->insert(sample.subject);
        if (there.emplace(sample.subject, sample.object).second)
            pool.relation.samples.push_back(sample);
    }
    return pool;
}

/// @throws Failure as readRelations()
std::vector<Pool> readPools(const FactChoiceParams& params, std::vector<FactProblem>& problems)
{
    std::vector<Pool> pools;
    std::vector<Relation> relations = readRelations(params, problems);
    if (params.only.empty()) {
        for (Relation& relation : relations)
            pools.push_back({std::move(relation), std::nullopt});
        return pools;
    }
    FactSet only = readPath(params.only);
    std::ranges::move(only.problems, std::back_inserter(problems));
    for (const Relation& wanted : only.relations)
        if (!wanted.templates.empty())
            pools.push_back(poolOf(wanted, relationOf(wanted, relations)));
    return pools;
}

/// Clean and corrupted runs of several facts in one plan.
void measure(std::vector<ChosenFact>& facts, const ExperimentContext& context, Reporter& reporter)
{
    Plan plan;
    std::vector<FactReadouts> readouts;
    for (const ChosenFact& fact : facts)
        readouts.push_back(readFact(plan, addFactRuns(plan, fact.task), fact.task));
    const PlanResult result = runPlan(*context.model.model, context.edits, plan, reporter, runOptions(context));
    for (std::size_t i = 0; i < facts.size(); ++i)
        facts[i].base = scoreFact(facts[i].task, readouts[i], result, 1);
}

}  // namespace

bool isBeginningOf(std::string_view token, std::string_view object)
{
    const std::string beginning = lowerTrimmed(token);
    return !beginning.empty() && lowerTrimmed(object).starts_with(beginning);
}

Json ChosenFact::toJson() const
{
    return {
        {"relation", relation}, {"template", promptTemplate}, {"subject", subject}, {"object", object}, {"swap", swap}};
}

Json FactSelection::countsJson() const
{
    return {{"used", facts.size()},
            {"unknown", unknown},
            {"without_partner", withoutPartner},
            {"same_answer", sameAnswer},
            {"weak", weak}};
}

const std::string& chosenTemplate(const Relation& relation, const std::string& chosen, const std::string& words)
{
    const int count = int(relation.templates.size());
    const std::optional<int> number = chosen == "first" ? std::optional(1) : wholeNumber(chosen);
    if (!number || *number < 1 || *number > count)
        throw Failure(ErrorCode::Usage,
                      "The template \"" + chosen + "\" is none of the relation " + relation.name + ", which has " +
                          std::to_string(count) + ".",
                      "Write " + words + ", or a number from 1 to " + std::to_string(count) + ".");
    return relation.templates[std::size_t(*number - 1)];
}

std::vector<Relation> readRelations(const FactChoiceParams& params, std::vector<FactProblem>& problems)
{
    FactSet facts;
    if (params.facts.empty())
        facts = readFacts(dataDir() / "facts");
    for (const std::string& path : params.facts) {
        FactSet more = readPath(path);
        std::ranges::move(more.relations, std::back_inserter(facts.relations));
        std::ranges::move(more.problems, std::back_inserter(facts.problems));
    }
    problems = std::move(facts.problems);
    if (params.relations.empty())
        return std::move(facts.relations);
    std::string names;
    for (const Relation& relation : facts.relations)
        names += (names.empty() ? "" : ", ") + relation.name;
    std::vector<Relation> chosen;
    for (const std::string& name : params.relations) {
        const auto found = std::ranges::find(facts.relations, name, &Relation::name);
        if (found == facts.relations.end())
            throw Failure(ErrorCode::Usage, "There is no relation \"" + name + "\" among the facts.",
                          "Choose from " + names + ".");
        chosen.push_back(*found);
    }
    return chosen;
}

FactSelection chooseFacts(const FactChoiceParams& params, const ExperimentContext& context, bool needsSwap,
                          Reporter& reporter)
{
    FactSelection selection;
    const std::vector<Pool> pools = readPools(params, selection.problems);
    Turns turns(params, pools, context, needsSwap, selection);
    const auto wanted = std::size_t(params.limit);
    while (selection.facts.size() < wanted) {
        std::vector<ChosenFact> drafts = turns.next(std::min(askedTogether, wanted - selection.facts.size()), reporter);
        if (drafts.empty())
            break;
        measure(drafts, context, reporter);
        for (ChosenFact& fact : drafts) {
            if (needsSwap && fact.base.topCorrupt.front().token == fact.base.target)
                ++selection.sameAnswer;
            else if (needsSwap && !(fact.base.clean.p - fact.base.corrupt.p >= params.leastEffect))
                ++selection.weak;
            else
                selection.facts.push_back(std::move(fact));
        }
        reporter.progress(std::int64_t(selection.facts.size()), params.limit, "facts chosen");
    }
    if (selection.facts.empty())
        throw Failure(ErrorCode::Usage,
                      "None of the facts can be used: " + std::to_string(selection.unknown) +
                          " are not known to the model, " + std::to_string(selection.withoutPartner) +
                          " have no partner, " + std::to_string(selection.sameAnswer + selection.weak) +
                          " hardly change with it.",
                      "Choose other facts, --knows anything, or a smaller --least-effect.");
    return selection;
}

}  // namespace mnemo
