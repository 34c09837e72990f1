// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "core/data/computed_array.h"
#include "core/data/error.h"
#include "core/experiments/experiments.h"
#include "core/experiments/fact_runs.h"
#include "core/experiments/ioi_text.h"
#include "core/experiments/mamba_layer.h"
#include "core/experiments/name_averages.h"
#include "core/experiments/name_patch.h"
#include "core/experiments/number_grid.h"
#include "core/experiments/one_token.h"
#include "core/experiments/prompt_names.h"
#include "core/experiments/prompt_params.h"
#include "core/io/utf8.h"

namespace mnemo {
namespace {

constexpr int shownTokens = 10;

enum class Method { Add, Replace };

struct IoiBelieveParams : NameParams {
    std::string prompt;
    std::string believe;
    int slot = 0;
    std::string name;
    int nth = 0;
    Method method = Method::Add;
    double alpha = 1;
    std::string alphas = "0:2:0.25";
};

/// Which token of the prompt is meant, and whose slot it counts as.
struct Target {
    PlacedName name;
    std::size_t slot = 0;  ///< from 0
};

/// Makes a Mamba believe that another name stood in a slot of a prompt: the difference of two averages is added where
/// the layer reads what comes after the name (METHODS.md §7.6). Whatever the prompt and the material alone decide is
/// looked at before the sentences are averaged over.
class IoiBelieve
{
public:
    IoiBelieve(const IoiBelieveParams& params, const ExperimentContext& context, Reporter& reporter)
        : m_params(params),
          m_context(context),
          m_reporter(reporter),
          m_prompt(readPrompt({params.prompt, params.prefix}, context.model)),
          m_materialFile(ioiMaterialFile(params.material, context.model.folder)),
          m_material(readIoiMaterial(m_materialFile)),
          m_names(namesOf(m_prompt, m_material)),
          m_target(target()),
          m_after(onlyToken(m_target.name) + 1),
          m_alphas(numberGrid(params.alphas, "alpha"))
    {
        if (m_after >= m_prompt.size())
            throw Failure(ErrorCode::Usage,
                          "Nothing follows \"" + m_target.name.name + "\", and the name is read at the token after it.",
                          "Write a prompt that goes on.");
        if (const auto at = std::ranges::lower_bound(m_alphas, params.alpha);
            at == m_alphas.end() || *at != params.alpha)
            m_alphas.insert(at, params.alpha);
        checkNames();
        findCandidates();
        m_known = knownNames(params, context, reporter);
    }

    Result run()
    {
        const std::vector<double>& written = averageOf(m_params.believe);
        const std::vector<double> erased =
            m_params.method == Method::Add ? averageOf(m_target.name.name) : unpatchedState();
        Plan plan;
        const RunId unpatched = plan.addRun(m_prompt.ids());
        read(plan, unpatched);
        for (const double alpha : m_alphas)
            read(plan, plan.addRun(unpatched, {exchangeName(m_known->layer, m_after, written, erased, alpha)}));
        return resultOf(runPlan(*m_context.model.model, m_context.edits, plan, m_reporter, runOptions(m_context)));
    }

private:
    Target target() const
    {
        const int slots = nameSlots(m_material);
        if (m_params.slot > slots)
            throw Failure(ErrorCode::Usage,
                          "There is no slot " + std::to_string(m_params.slot) + "; the material's sentences have " +
                              std::to_string(slots) + " names.",
                          "Choose a slot from 1 to " + std::to_string(slots) + ".");
        if (m_params.name.empty()) {
            const std::size_t slot = m_params.slot > 0 ? std::size_t(m_params.slot) - 1 : 0;
            if (slot >= m_names.size())
                throw Failure(ErrorCode::Usage,
                              m_names.empty()
                                  ? "No name of the material stands in the prompt \"" + m_params.prompt + "\"."
                                  : "The prompt \"" + m_params.prompt + "\" has " + std::to_string(m_names.size()) +
                                        " names of the material, none in slot " + std::to_string(slot + 1) + ".",
                              "Write one such as \"" + example() + "\", or say which name is meant.");
            return {m_names[slot], slot};
        }
        const PlacedName name = nameIn(m_prompt, m_params.name, m_params.nth);
        if (m_params.slot > 0)
            return {name, std::size_t(m_params.slot) - 1};
        const auto found = std::ranges::find(m_names, name);
        if (found == m_names.end() || found - m_names.begin() >= slots)
            throw Failure(ErrorCode::Usage,
                          "It is not clear in which slot of the material's sentences \"" + m_params.name + "\" stands.",
                          "Give the slot whose averages are to be used, from 1 to " + std::to_string(slots) + ".");
        return {name, std::size_t(found - m_names.begin())};
    }

    std::string example() const  ///< a sentence of the material
    {
        const IoiWords words = usableWords(m_material, *m_context.model.tokenizer);
        return makeIoiPairs(m_material, words, 1, std::uint64_t(m_params.seed)).front().clean;
    }

    void checkNames() const
    {
        if (m_params.believe.empty())
            throw Failure(ErrorCode::Usage, "No name is given that the model is to believe in.", "Give a name.");
        const Tokenizer& tokenizer = *m_context.model.tokenizer;
        oneTokenId(tokenizer, "name", m_params.believe);
        const IoiWords words = usableWords(m_material, tokenizer);
        checkAveraged(m_params.believe, words);
        if (m_params.method == Method::Add)
            checkAveraged(m_target.name.name, words);
    }

    /// That sentences can be made with a name.
    void checkAveraged(const std::string& name, const IoiWords& words) const
    {
        if (std::ranges::find(words.names, name) != words.names.end())
            return;
        const std::string material = "The material " + shown(m_materialFile.filename());
        const auto leftOut = std::ranges::find(words.leftOut, name, &LeftOutWord::word);
        const bool known = std::ranges::find(m_material.names, name) != m_material.names.end();
        if (known && leftOut != words.leftOut.end())
            throw Failure(ErrorCode::Usage,
                          material + " makes no sentences with the name \"" + name + "\": " + leftOut->why + ".",
                          "Choose another of its names.");
        throw Failure(ErrorCode::Usage, material + " has no name \"" + name + "\".",
                      "Choose one of its names (" + begin(words.names) + "), or give a material that has it.");
    }

    static std::string begin(const std::vector<std::string>& names)  ///< "Mary, John, …"
    {
        constexpr std::size_t most = 8;
        std::string text;
        for (std::size_t i = 0; i < std::min(most, names.size()); ++i)
            text += (i > 0 ? ", " : "") + names[i];
        return names.size() > most ? text + ", …" : text;
    }

    const std::vector<double>& averageOf(const std::string& name) const
    {
        if (const std::vector<double>* average = m_known->averages.find(m_target.slot, name))
            return *average;
        throw Failure(ErrorCode::Usage,
                      "\"" + name + "\" never stood in slot " + std::to_string(m_target.slot + 1) +
                          " of the sentences that names are averaged over.",
                      "Average over more sentences, or choose another name.");
    }

    /// What the layer reads at that token without a patch.
    std::vector<double> unpatchedState() const
    {
        Plan plan;
        Readout readout;
        readout.run = plan.addRun(m_prompt.ids());
        readout.position = m_after;
        readout.state = Site{SiteKind::C, m_known->layer, {}};
        plan.read(std::move(readout));
        const PlanResult ran =
            runPlan(*m_context.model.model, m_context.edits, plan, m_reporter, runOptions(m_context));
        return {ran.values[0].state.begin(), ran.values[0].state.end()};
    }

    /// The names of the prompt that are one token, each once, and the one to believe in.
    void findCandidates()
    {
        const auto add = [&](const std::string& name) {
            const std::vector<Token> answer = answerTokens(*m_context.model.tokenizer, name);
            if (answer.size() == 1 && std::ranges::find(m_candidates, answer.front().id) == m_candidates.end()) {
                m_candidates.push_back(answer.front().id);
                m_candidateNames.push_back(name);
            }
        };
        for (const PlacedName& name : m_names)
            add(name.name);
        add(m_target.name.name);
        add(m_params.believe);
    }

    void read(Plan& plan, RunId run) const
    {
        Readout readout;
        readout.run = run;
        readout.position = m_prompt.size() - 1;
        readout.tokens = m_candidates;
        readout.topK = shownTokens;
        plan.read(std::move(readout));
    }

    Result resultOf(const PlanResult& ran) const
    {
        const Tokenizer& tokenizer = *m_context.model.tokenizer;
        const ReadoutValue& before = ran.values.front();
        const std::size_t chosen = std::size_t(std::ranges::find(m_alphas, m_params.alpha) - m_alphas.begin());
        const ReadoutValue& after = ran.values[1 + chosen];
        Json candidates = Json::array(), tops = Json::array(), positions = Json::array();
        for (std::size_t i = 0; i < m_candidates.size(); ++i)
            candidates.push_back({{"name", m_candidateNames[i]},
                                  {"id", m_candidates[i]},
                                  {"before", std::exp(before.tokens[i].logp)},
                                  {"after", std::exp(after.tokens[i].logp)}});
        Axis alphas{"alpha", {}};
        std::vector<double> p;
        for (std::size_t i = 0; i < m_alphas.size(); ++i) {
            alphas.labels.push_back(numberLabel(m_alphas[i]));
            tops.push_back(topJson(ran.values[1 + i].top, tokenizer));
            for (const TokenScore& score : ran.values[1 + i].tokens)
                p.push_back(std::exp(score.logp));
        }
        for (const PlacedName& name : m_names)
            positions.push_back(
                {{"name", name.name}, {"token", name.tokens.size() == 1 ? Json(name.tokens.first) : Json(nullptr)}});
        Result result;
        result.title =
            m_params.believe + " for " + m_target.name.name + " in slot " + std::to_string(m_target.slot + 1);
        result.head = {{"tokens", tokensJson(m_prompt)},
                       {"names", std::move(positions)},
                       {"material_names", m_known->averages.names()},
                       {"slots", m_known->averages.slots()},
                       {"name", m_target.name.name},
                       {"slot", m_target.slot + 1},
                       {"position", m_after},
                       {"believe", m_params.believe},
                       {"layer", m_known->layer},
                       {"layer_found", m_params.layer < 0},
                       {"sentences", m_known->prompts},
                       {"alpha", m_params.alpha},
                       {"alphas", m_alphas},
                       {"candidates", std::move(candidates)},
                       {"top", topJson(before.top, tokenizer)},
                       {"top_patched", topJson(after.top, tokenizer)},
                       {"tops", std::move(tops)}};
        result.arrays.push_back(std::make_shared<const Array>(
            computedArray("p", {alphas, {"candidate", m_candidateNames}}, "probability", std::move(p))));
        result.provenance = {{"seed", m_params.seed}};
        return result;
    }

    const IoiBelieveParams& m_params;
    const ExperimentContext& m_context;
    Reporter& m_reporter;
    Prompt m_prompt;
    std::filesystem::path m_materialFile;
    IoiMaterial m_material;
    std::vector<PlacedName> m_names;  // of the prompt, by slot
    Target m_target;
    int m_after;
    std::vector<double> m_alphas;
    std::vector<int> m_candidates;
    std::vector<std::string> m_candidateNames;
    std::shared_ptr<const KnownNames> m_known;
};

Result runIoiBelieve(const IoiBelieveParams& params, const ExperimentContext& context, Reporter& reporter)
{
    checkMambaLayer(context.model, params.layer, "ioi-believe");
    return IoiBelieve(params, context, reporter).run();
}

}  // namespace

Experiment ioiBelieveExperiment()
{
    auto description = describe<IoiBelieveParams>(
        "ioi-believe", "Make it believe",
        "Makes a Mamba believe that another name stood in a slot of a prompt, by averages of what a layer reads after "
        "names.");
    description.param("prompt", &IoiBelieveParams::prompt, "Prompt", "The text the model reads.", {.required = true})
        .param("believe", &IoiBelieveParams::believe, "Believe", "The name that the model is to believe stood there.",
               {.required = true})
        .param("slot", &IoiBelieveParams::slot, "Slot",
               "The slot of a name, from 1: which name of the prompt is overwritten, and whose averages are used; 0: "
               "that of the name below, or the first.",
               {.minimum = 0, .maximum = 100, .ifUnset = "by the name"})
        .param("name", &IoiBelieveParams::name, "Name", "A name in the prompt that is overwritten.",
               {.ifUnset = "by its slot"})
        .param("nth", &IoiBelieveParams::nth, "Occurrence", "Which of that name's occurrences, from 1; 0: the last.",
               {.minimum = 0, .maximum = 1e6, .ifUnset = "the last"})
        .choice("method", &IoiBelieveParams::method, {{"add", Method::Add}, {"replace", Method::Replace}}, "Method",
                "Add the new name's average and take the old one's away, or put the new one's in the place of what is "
                "there.")
        .param("alpha", &IoiBelieveParams::alpha, "Strength",
               "How much of the change is made: 0 nothing, 1 what was measured.", {.minimum = -100, .maximum = 100})
        .param("alphas", &IoiBelieveParams::alphas, "Strengths",
               "Other strengths that are run as well: numbers, or first:last:step.");
    describeNames(description);
    return description.run(runIoiBelieve);
}

}  // namespace mnemo
