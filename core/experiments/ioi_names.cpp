// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <numeric>
#include <set>

#include "core/data/computed_array.h"
#include "core/data/error.h"
#include "core/engine/run_plans.h"
#include "core/experiments/experiments.h"
#include "core/experiments/fact_runs.h"
#include "core/experiments/mamba_layer.h"
#include "core/experiments/name_averages.h"
#include "core/experiments/name_patch.h"

namespace mnemo {
namespace {

constexpr std::size_t trialsOfPlan = 16;
constexpr std::size_t plansAtOnce = 2;  // for each thread, between two reports

struct IoiNamesParams : NameParams {
    int tests = 101;
};

/// A sentence in which a slot's name is overwritten.
struct Trial {
    const NamedPrompt* sentence;
    std::string written;   ///< the name that is written into the slot
    std::string erased;    ///< the name that stands there
    std::string expected;  ///< what the model should answer then
};

/// Whether averages of names, put in the place of what a layer reads after a name, act as the name would: for each slot
/// that is overwritten and each slot that the average comes from. Source: Ensign & Garriga-Alonso 2024, Fig. 8
/// (METHODS.md §7.6).
class IoiNames
{
public:
    IoiNames(const IoiNamesParams& params, const ExperimentContext& context, Reporter& reporter)
        : m_params(params),
          m_context(context),
          m_reporter(reporter),
          m_known(knownNames(params, context, reporter)),
          m_sentences(sentencesFor(params)),
          m_slots(m_known->averages.slots()),
          m_replaced(m_slots * m_slots, 0),
          m_added(m_slots * m_slots, 0),
          m_tested(m_slots, 0)
    {
        for (const NamedPrompt& sentence : m_sentences)
            for (std::size_t slot = 0; slot < sentence.names.size(); ++slot)
                if (sentence.names[slot] == sentence.answer)
                    m_answerSlots.insert(int(slot));
        for (std::size_t slot = 0; slot < m_slots; ++slot)
            m_trials.push_back(trialsFor(slot));
    }

    Result run()
    {
        try {
            for (std::size_t slot = 0; slot < m_slots; ++slot)
                runSlot(slot);
        } catch (const Cancelled&) {
            m_reporter.partial([&] { return snapshot(); });
            throw;
        }
        return snapshot();
    }

private:
    /// Other sentences than those that names were averaged over, the corruptions in turns.
    std::vector<NamedPrompt> sentencesFor(PairParams params) const
    {
        const std::size_t corruptions = m_known->material.corruptions.size();
        params.count = m_params.tests;
        params.symmetric = false;
        const std::vector<NamedPrompt> inOrder =
            namedPrompts(choosePairs(params, m_context.model, PairShare::HeldOut).pairs);
        std::vector<NamedPrompt> sentences;
        for (std::size_t i = 0; i < inOrder.size(); ++i) {
            const std::size_t ofOne = inOrder.size() / corruptions;
            sentences.push_back(inOrder[i % corruptions * ofOne + i / corruptions]);
        }
        return sentences;
    }

    bool averaged(const std::string& name) const
    {
        for (std::size_t from = 0; from < m_slots; ++from)
            if (!m_known->averages.find(from, name))
                return false;
        return true;
    }

    /// A slot that the answer can stand in: sentences where it stands there alone, overwritten by the answer to the
    /// other prompt of their pair. Another slot holds who is not asked for: overwritten by the answer's name, so that
    /// the one who stood there is.
    std::vector<Trial> trialsFor(std::size_t slot) const
    {
        std::vector<Trial> trials;
        for (const NamedPrompt& sentence : m_sentences) {
            if (int(trials.size()) == m_params.tests)
                break;
            if (slot >= sentence.names.size())
                continue;
            const std::string& here = sentence.names[slot];
            Trial trial{&sentence, sentence.other, sentence.answer, sentence.other};
            if (!m_answerSlots.contains(int(slot)))
                trial = {&sentence, sentence.answer, here, here};
            else if (here != sentence.answer || std::ranges::count(sentence.names, sentence.answer) != 1)
                continue;
            if (averaged(trial.written) && averaged(trial.erased))
                trials.push_back(std::move(trial));
        }
        return trials;
    }

    void runSlot(std::size_t slot)
    {
        const std::vector<Trial>& trials = m_trials[slot];
        const std::size_t together = trialsOfPlan * plansAtOnce * std::size_t(plansTogether(*m_context.model.model));
        for (std::size_t begin = 0; begin < trials.size(); begin += together) {
            const std::size_t end = std::min(begin + together, trials.size());
            std::vector<Plan> plans;
            for (std::size_t i = begin; i < end; ++i) {
                if ((i - begin) % trialsOfPlan == 0)
                    plans.emplace_back();
                addRuns(plans.back(), trials[i], slot);
            }
            std::size_t next = slot * m_slots;  // replaced and added, cell by cell
            std::size_t which = 0;
            for (const PlanResult& ran :
                 runPlans(*m_context.model.model, m_context.edits, plans, m_reporter, runOptions(m_context)))
                for (const ReadoutValue& value : ran.values) {
                    const bool succeeded = value.tokens[0].logit > value.tokens[1].logit;
                    (which % 2 == 0 ? m_replaced : m_added)[next + which / 2] += succeeded ? 1 : 0;
                    which = (which + 1) % (2 * m_slots);
                }
            m_tested[slot] += int(end - begin);
            m_reporter.progress(std::accumulate(m_tested.begin(), m_tested.end(), 0), planned(), "sentences");
            m_reporter.partial([&] { return snapshot(); });
        }
    }

    /// Two runs for each slot that an average comes from.
    void addRuns(Plan& plan, const Trial& trial, std::size_t slot) const
    {
        const NamedPrompt& sentence = *trial.sentence;
        const RunId clean = plan.addRun(sentence.prompt.ids());
        const int after = sentence.slots[slot] + 1;
        for (std::size_t from = 0; from < m_slots; ++from) {
            const std::vector<double>& written = *m_known->averages.find(from, trial.written);
            const std::vector<double>& erased = *m_known->averages.find(from, trial.erased);
            for (Patch patch : {replaceName(m_known->layer, after, written),
                                exchangeName(m_known->layer, after, written, erased, 1)}) {
                Readout readout;
                readout.run = plan.addRun(clean, {std::move(patch)});
                readout.position = sentence.prompt.size() - 1;
                readout.tokens = {idOf(trial.expected), idOf(sentence.answer)};
                plan.read(std::move(readout));
            }
        }
    }

    int idOf(const std::string& name) const { return answerTokens(*m_context.model.tokenizer, name).front().id; }

    int planned() const
    {
        std::size_t planned = 0;
        for (const std::vector<Trial>& trials : m_trials)
            planned += trials.size();
        return int(planned);
    }

    Axis slotAxis(const char* name) const
    {
        Axis axis{name, {}};
        for (std::size_t slot = 0; slot < m_slots; ++slot)
            axis.labels.push_back("n" + std::to_string(slot + 1));
        return axis;
    }

    Array shares(const char* name, const std::vector<int>& successes) const
    {
        Array array = Array::make(name, {slotAxis("overwritten"), slotAxis("averaged")}, "share");
        for (std::size_t cell = 0; cell < successes.size(); ++cell) {
            const int tested = m_tested[cell / m_slots];
            if (tested > 0) {
                array.values[cell] = double(successes[cell]) / tested;
                array.states[cell] = CellState::Computed;
            } else if (m_trials[cell / m_slots].empty())
                array.states[cell] = CellState::Undefined;
        }
        return array;
    }

    Result snapshot() const
    {
        Result result;
        Json answerSlots = Json::array();
        for (const int slot : m_answerSlots)
            answerSlots.push_back("n" + std::to_string(slot + 1));
        result.title = "Names overwritten in layer " + std::to_string(m_known->layer);
        result.head = {{"pairs", m_known->pairs},
                       {"layer", m_known->layer},
                       {"layer_found", m_params.layer < 0},
                       {"sentences", m_known->prompts},
                       {"names", m_known->averages.names().size()},
                       {"behind_a_mean", {m_known->averages.least(), m_known->averages.most()}},
                       {"answer_slots", std::move(answerSlots)}};
        result.arrays = {std::make_shared<const Array>(shares("replace", m_replaced)),
                         std::make_shared<const Array>(shares("add", m_added)),
                         std::make_shared<const Array>(computedArray("tests", {slotAxis("overwritten")}, "sentences",
                                                                     {m_tested.begin(), m_tested.end()}))};
        result.done = planned() > 0 ? double(std::accumulate(m_tested.begin(), m_tested.end(), 0)) / planned() : 1;
        result.provenance = {{"seed", m_params.seed}, {"seed_held_out", heldOutSeed(m_params.seed)}};
        return result;
    }

    const IoiNamesParams& m_params;
    const ExperimentContext& m_context;
    Reporter& m_reporter;
    std::shared_ptr<const KnownNames> m_known;
    std::vector<NamedPrompt> m_sentences;
    std::size_t m_slots;
    std::vector<int> m_replaced, m_added;  // successes, [slot overwritten, slot averaged]
    std::vector<int> m_tested;             // by slot overwritten
    std::set<int> m_answerSlots;
    std::vector<std::vector<Trial>> m_trials;  // by slot overwritten
};

Result runIoiNames(const IoiNamesParams& params, const ExperimentContext& context, Reporter& reporter)
{
    checkMambaLayer(context.model, params.layer, "ioi-names");
    return IoiNames(params, context, reporter).run();
}

}  // namespace

Experiment ioiNamesExperiment()
{
    auto description = describe<IoiNamesParams>(
        "ioi-names", "Names overwritten",
        "Whether averages of what a Mamba layer reads after a name, by the slot it stood in, can take the place of "
        "another name.");
    describeNames(description);
    return description
        .param("tests", &IoiNamesParams::tests, "Tests", "Sentences in which each slot is overwritten.",
               {.minimum = 1, .maximum = 1e5})
        .run(runIoiNames);
}

}  // namespace mnemo
