// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/name_averages.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <set>

#include "core/data/error.h"
#include "core/data/words.h"
#include "core/engine/run_plans.h"
#include "core/experiments/fact_runs.h"
#include "core/experiments/ioi_text.h"

namespace mnemo {
namespace {

constexpr std::size_t promptsOfPlan = 32;
constexpr std::size_t plansAtOnce = 4;  // for each thread, between two reports
constexpr int pairsToFindLayer = 10;    // of each corruption
constexpr std::size_t keptSets = 4;

NamedPrompt namedPrompt(const Prompt& prompt, const PromptPair& pair, const std::string& answer,
                        const std::string& other)
{
    NamedPrompt named{prompt, pair.slots(), {}, answer, other};
    for (const int slot : named.slots) {
        const Token& token = prompt.tokens[std::size_t(slot)];
        const std::string name(withoutLeadingSpaces(token.text));
        if (std::ranges::find(pair.text.candidates, name) == pair.text.candidates.end())
            throw Failure(ErrorCode::Usage,
                          "A name is not one token where it stands: \"" + token.text + "\" in \"" + prompt.text + "\".",
                          "Write templates with a space before each [NAME].");
        if (slot + 1 >= prompt.size())
            throw Failure(ErrorCode::Usage, "Nothing follows the last name of \"" + prompt.text + "\".",
                          "Write templates that go on after each [NAME].");
        named.names.push_back(name);
    }
    return named;
}

/// All that averages depend on.
struct NamesKey {
    std::weak_ptr<const LanguageModel> model;
    std::vector<std::pair<std::string, double>> edits;  // hash, strength
    std::string settings;

    bool operator==(const NamesKey& other) const
    {
        return model.lock() == other.model.lock() && !model.expired() && edits == other.edits &&
               settings == other.settings;
    }
};

NamesKey keyOf(const NameParams& params, const IoiMaterial& material, const ExperimentContext& context)
{
    NamesKey key{context.model.model, {}, {}};
    for (const RankOneEdit& edit : context.edits)
        key.edits.emplace_back(edit.hash, edit.alpha);
    Json corruptions = Json::array();
    for (const NamePattern& pattern : material.corruptions)
        corruptions.push_back(pattern.label());
    key.settings = Json{material.templates, corruptions,  material.places, material.objects,  material.names,
                        params.samples,     params.layer, params.seed,     int(params.prefix)}
                       .dump();
    return key;
}

bool mayBeKept(const NamesKey& key)
{
    return std::ranges::none_of(key.edits, [](const auto& edit) { return edit.first.empty(); });
}

/// What was computed last. Locked while it is looked at alone: a job may run inside another one that computes.
class KeptNames
{
public:
    std::shared_ptr<const KnownNames> find(const NamesKey& key)
    {
        const std::lock_guard lock(m_mutex);
        const auto found = std::ranges::find(m_sets, key, &Entry::first);
        return found == m_sets.end() ? nullptr : found->second;
    }

    void keep(NamesKey key, std::shared_ptr<const KnownNames> names)
    {
        const std::lock_guard lock(m_mutex);
        std::erase_if(m_sets, [](const Entry& entry) { return entry.first.model.expired(); });
        if (m_sets.size() == keptSets)
            m_sets.pop_front();
        m_sets.emplace_back(std::move(key), std::move(names));
    }

private:
    using Entry = std::pair<NamesKey, std::shared_ptr<const KnownNames>>;
    std::mutex m_mutex;
    std::deque<Entry> m_sets;
};

KeptNames& keptNames()
{
    static KeptNames kept;
    return kept;
}

int findLayer(PairParams params, const ExperimentContext& context, Reporter& reporter)
{
    params.count = pairsToFindLayer;
    params.symmetric = true;
    const PairRuns runs(context, choosePairs(params, context.model).pairs, reporter);
    return bottleneckOf(layerCosts(runs, runs.all(), context.model.model->info().layers, reporter));
}

}  // namespace

std::vector<NamedPrompt> namedPrompts(const std::vector<PromptPair>& pairs)
{
    std::vector<NamedPrompt> prompts;
    for (const PromptPair& pair : pairs) {
        prompts.push_back(namedPrompt(pair.clean, pair, pair.text.answer, pair.text.corruptAnswer));
        prompts.push_back(namedPrompt(pair.corrupt, pair, pair.text.corruptAnswer, pair.text.answer));
    }
    return prompts;
}

void NameAverages::add(std::size_t slot, const std::string& name, std::span<const float> c)
{
    if (m_slots.size() <= slot)
        m_slots.resize(slot + 1);
    Mean& mean = m_slots[slot][name];
    mean.values.resize(c.size());
    ++mean.count;
    for (std::size_t i = 0; i < c.size(); ++i)
        mean.values[i] += (double(c[i]) - mean.values[i]) / mean.count;
}

const std::vector<double>* NameAverages::find(std::size_t slot, const std::string& name) const
{
    if (slot >= m_slots.size())
        return nullptr;
    const auto found = m_slots[slot].find(name);
    return found == m_slots[slot].end() ? nullptr : &found->second.values;
}

std::vector<std::string> NameAverages::names() const
{
    std::set<std::string> all;
    for (const auto& names : m_slots)
        for (const auto& [name, mean] : names)
            all.insert(name);
    return {all.begin(), all.end()};
}

int NameAverages::least() const
{
    int least = most();
    for (const auto& names : m_slots)
        for (const auto& [name, mean] : names)
            least = std::min(least, mean.count);
    return least;
}

int NameAverages::most() const
{
    int most = 0;
    for (const auto& names : m_slots)
        for (const auto& [name, mean] : names)
            most = std::max(most, mean.count);
    return most;
}

NameAverages averageNames(std::span<const NamedPrompt> prompts, int layer, const ExperimentContext& context,
                          Reporter& reporter)
{
    NameAverages averages;
    const std::size_t together = promptsOfPlan * plansAtOnce * std::size_t(plansTogether(*context.model.model));
    for (std::size_t begin = 0; begin < prompts.size(); begin += together) {
        const std::span<const NamedPrompt> some = prompts.subspan(begin, std::min(together, prompts.size() - begin));
        std::vector<Plan> plans;
        for (std::size_t i = 0; i < some.size(); ++i) {
            if (i % promptsOfPlan == 0)
                plans.emplace_back();
            const RunId run = plans.back().addRun(some[i].prompt.ids());
            for (const int slot : some[i].slots) {
                Readout readout;
                readout.run = run;
                readout.position = slot + 1;
                readout.state = Site{SiteKind::C, layer, {}};
                plans.back().read(std::move(readout));
            }
        }
        const std::vector<PlanResult> ran =
            runPlans(*context.model.model, context.edits, plans, reporter, runOptions(context));
        auto plan = ran.begin();
        std::size_t next = 0;
        for (std::size_t i = 0; i < some.size(); ++i) {
            if (i > 0 && i % promptsOfPlan == 0) {
                ++plan;
                next = 0;
            }
            for (std::size_t slot = 0; slot < some[i].slots.size(); ++slot)
                averages.add(slot, some[i].names[slot], plan->values[next++].state);
        }
        reporter.progress(std::int64_t(begin + some.size()), std::int64_t(prompts.size()), "sentences");
    }
    return averages;
}

std::shared_ptr<const KnownNames> knownNames(const NameParams& params, const ExperimentContext& context,
                                             Reporter& reporter)
{
    auto known = std::make_shared<KnownNames>();
    known->material = readIoiMaterial(ioiMaterialFile(params.material, context.model.folder));
    NamesKey key = keyOf(params, known->material, context);
    if (const auto kept = keptNames().find(key))
        return kept;
    PairParams sentences = params;
    sentences.count = pairsOfEach(params.samples, known->material.corruptions.size());
    sentences.symmetric = false;  // both prompts of a pair are averaged over anyway
    const ChosenPairs chosen = choosePairs(sentences, context.model);
    const std::vector<NamedPrompt> prompts = namedPrompts(chosen.pairs);
    known->pairs = toJson(chosen);
    known->prompts = int(prompts.size());
    known->layer = params.layer >= 0 ? params.layer : findLayer(params, context, reporter);
    known->averages = averageNames(prompts, known->layer, context, reporter);
    if (mayBeKept(key))
        keptNames().keep(std::move(key), known);
    return known;
}

int pairsOfEach(int prompts, std::size_t corruptions)
{
    const int ofOne = 2 * int(corruptions);
    return std::max(1, (prompts + ofOne - 1) / ofOne);
}

}  // namespace mnemo
