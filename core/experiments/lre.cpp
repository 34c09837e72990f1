// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <optional>

#include "core/data/computed_array.h"
#include "core/data/error.h"
#include "core/data/lre_summary.h"
#include "core/experiments/experiments.h"
#include "core/experiments/lre_trial.h"
#include "core/experiments/number_grid.h"

namespace mnemo {
namespace {

struct LreExperimentParams : LreParams {
    std::vector<std::string> relations;
    std::vector<std::string> layers;
    int trials = 3;
    int limit = 50;
};

/// A number per cell of [trial, relation, …], while trials come in.
class TrialArray
{
public:
    TrialArray(std::string name, std::vector<Axis> axes, std::string unit)
        : m_array(Array::make(std::move(name), std::move(axes), std::move(unit)))
    {
    }

    const std::vector<Axis>& axes() const { return m_array.axes; }

    /// @param values empty: the trial was skipped
    void put(std::size_t trial, std::size_t relation, const std::vector<double>& values)
    {
        std::size_t size = 1;
        for (std::size_t axis = 2; axis < m_array.axes.size(); ++axis)
            size *= std::size_t(m_array.axes[axis].size());
        const std::size_t first = (trial * std::size_t(m_array.axes[1].size()) + relation) * size;
        for (std::size_t i = 0; i < size; ++i) {
            const bool has = !values.empty() && !std::isnan(values[i]);
            m_array.states[first + i] = has ? CellState::Computed : CellState::Undefined;
            if (has)
                m_array.values[first + i] = values[i];
        }
    }

    ArrayPtr snapshot() const { return std::make_shared<const Array>(m_array); }

private:
    Array m_array;
};

/// How linear the decoding of relations is: faithfulness and causality of one affine map per relation and layer.
/// Source: Sen Sharma et al. 2024, §5, Figs 7, 12, 13 (METHODS.md §5).
class Lre
{
public:
    Lre(const LreExperimentParams& params, const ExperimentContext& context, Reporter& reporter)
        : m_params(params),
          m_context(context),
          m_reporter(reporter),
          m_settings(readSettings(params, context.model)),
          m_layers(readLayers(params.layers, context.model.model->info().layers)),
          m_relations(relationsOf(params, params.relations)),
          m_jacobians(m_context, m_settings.cacheBytes())
    {
        for (const Relation& relation : m_relations)
            templateOf(params, relation);
        makeArrays();
    }

    Result run()
    {
        try {
            for (std::size_t relation = 0; relation < m_relations.size(); ++relation) {
                m_told.push_back(describe(relation));
                for (std::size_t trial = 0; trial < std::size_t(m_params.trials); ++trial)
                    runTrial(relation, trial);
            }
        } catch (const Cancelled&) {
            if (m_finished > 0)
                m_reporter.partial([&] { return snapshot(); });
            throw;
        }
        m_jacobians.trim();
        if (!m_measured)
            throw Failure(ErrorCode::Usage, "Nothing could be measured: " + m_lastSkipped,
                          "Choose another relation or model, or fewer examples (0 asks without any).");
        return snapshot();
    }

private:
    void makeArrays()
    {
        Axis trials{"trial", {}}, relations{"relation", {}}, layers{"layer", {}}, betas{"beta", {}}, ranks{"rank", {}};
        for (int trial = 1; trial <= m_params.trials; ++trial)
            trials.labels.push_back(std::to_string(trial));
        for (const Relation& relation : m_relations)
            relations.labels.push_back(relation.name);
        for (const int layer : m_layers)
            layers.labels.push_back(layerLabel(layer));
        for (const double beta : m_settings.betas)
            betas.labels.push_back(numberLabel(beta));
        for (const int rank : m_settings.ranks)
            ranks.labels.push_back(std::to_string(rank));
        for (const char* kind : {"recall.", "strict."})
            for (int k = 1; k <= lreTop; ++k)
                m_recall.emplace_back(kind + std::to_string(k), std::vector{trials, relations, layers, betas}, "share");
        for (const char* name : {"causality", "causality.strict"})
            m_causality.emplace_back(name, std::vector{trials, relations, layers, ranks}, "share");
        m_known.emplace("known", std::vector{trials, relations}, "facts");
        std::vector<double> baselines, objects;
        for (const Relation& relation : m_relations) {
            baselines.push_back(randomChoice(relation.samples, *m_context.model.tokenizer));
            objects.push_back(double(distinctObjects(relation.samples)));
        }
        m_baseline = std::make_shared<const Array>(computedArray("baseline", {relations}, "share", baselines));
        m_objects = std::make_shared<const Array>(computedArray("objects", {relations}, "objects", objects));
    }

    Json describe(std::size_t index) const
    {
        const Relation& relation = m_relations[index];
        return {{"name", relation.name},
                {"template", templateOf(m_params, relation)},
                {"samples", relation.samples.size()},
                {"objects", int(m_objects->values[index])},
                {"baseline", m_baseline->values[index]},
                {"trials", Json::array()}};
    }

    void runTrial(std::size_t relation, std::size_t trial)
    {
        const std::size_t before = m_done, per = std::size_t(m_params.train);
        const std::size_t all = m_relations.size() * std::size_t(m_params.trials) * per;
        LreMeasures measures;
        try {
            measures = measureLre(m_settings, m_relations[relation], int(trial), m_params.limit, m_layers, m_context,
                                  m_jacobians, m_reporter,
                                  [&] { m_reporter.progress(std::int64_t(++m_done), std::int64_t(all), "prompts"); });
        } catch (const Failure& failure) {
            if (failure.error().code != ErrorCode::Usage && failure.error().code != ErrorCode::PromptTooLong &&
                failure.error().code != ErrorCode::SubjectNotInPrompt)
                throw;
            measures.skipped = failure.error().message;
        }
        m_done = before + per;
        ++m_finished;
        take(relation, trial, measures);
        m_reporter.progress(std::int64_t(m_done), std::int64_t(all), "prompts");
        m_reporter.partial([&] { return snapshot(); });
    }

    void take(std::size_t relation, std::size_t trial, const LreMeasures& measures)
    {
        for (std::size_t k = 0; k < std::size_t(lreTop); ++k) {
            m_recall[k].put(trial, relation, measures.lenient[k]);
            m_recall[lreTop + k].put(trial, relation, measures.strict[k]);
        }
        m_causality[0].put(trial, relation, measures.causality);
        m_causality[1].put(trial, relation, measures.causalityStrict);
        m_known->put(trial, relation, {double(measures.known)});
        m_told.back()["trials"].push_back(toJson(measures));
        m_measured = m_measured || measures.skipped.empty();
        if (!measures.skipped.empty()) {
            m_lastSkipped = m_relations[relation].name + ": " + measures.skipped;
            m_reporter.note("Trial " + std::to_string(trial + 1) + " of " + m_lastSkipped);
        }
    }

    Json toJson(const LreMeasures& measures) const
    {
        const auto pair = [](const FactSample& sample) {
            return Json{{"subject", sample.subject}, {"object", sample.object}};
        };
        Json train = Json::array(), samples = Json::array();
        for (const FactSample& sample : measures.train)
            train.push_back(pair(sample));
        for (std::size_t i = 0; i < measures.mapSays.size(); ++i) {
            const int target = measures.targets[i];
            Json sample = pair(measures.tested[i]);
            sample.update({{"model", measures.modelSays[i]},
                           {"lre", measures.mapSays[i]},
                           {"right", bool(measures.right[i])},
                           {"target", target < 0 ? Json() : Json(measures.tested[std::size_t(target)].subject)}});
            samples.push_back(std::move(sample));
        }
        const bool is = measures.skipped.empty();
        return {{"seed", measures.seed},
                {"train", std::move(train)},
                {"asked", measures.asked},
                {"known", measures.known},
                {"skipped", is ? Json() : Json(measures.skipped)},
                {"layer", is ? Json(layerLabel(m_layers[std::size_t(measures.bestLayer)])) : Json()},
                {"beta", is ? Json(m_settings.betas[std::size_t(measures.bestBeta)]) : Json()},
                {"samples", std::move(samples)}};
    }

    Result snapshot() const
    {
        Result result;
        result.title = m_relations.size() == 1
                           ? "Linear decoding of " + m_relations.front().name
                           : "Linear decoding of " + std::to_string(m_relations.size()) + " relations";
        result.head = {{"n", m_params.train},
                       {"shots", m_settings.shots},
                       {"decode_rank", m_params.decodeRank},
                       {"layers", m_recall.front().axes()[2].labels},
                       {"betas", m_settings.betas},
                       {"ranks", m_settings.ranks},
                       {"relations", m_told}};
        for (const TrialArray& array : m_recall)
            result.arrays.push_back(array.snapshot());
        for (const TrialArray& array : m_causality)
            result.arrays.push_back(array.snapshot());
        result.arrays.insert(result.arrays.end(), {m_baseline, m_objects, m_known->snapshot()});
        addMeans(result);
        result.done = double(m_finished) / double(m_relations.size() * std::size_t(m_params.trials));
        result.provenance = {{"seed", m_params.seed}, {"jacobians_computed", m_jacobians.computed()}};
        return result;
    }

    /// Over the trials, at the best β and ρ of each: what Fig. 13 shows.
    static void addMeans(Result& result)
    {
        const std::vector<LreRelation> relations = summarizeLre(result);
        const std::vector<Axis>& axes = result.find("recall.1")->axes;
        Array faithfulness = Array::make("faithfulness", {axes[2], axes[1]}, "share");
        Array causality = Array::make("causality.best", {axes[2], axes[1]}, "share");
        for (std::size_t r = 0; r < relations.size(); ++r)
            for (std::size_t layer = 0; layer < relations[r].layers.size(); ++layer)
                for (const auto& [array, share] : {std::pair(&faithfulness, &relations[r].layers[layer].faithfulness),
                                                   std::pair(&causality, &relations[r].layers[layer].causality)})
                    if (share->trials > 0) {
                        array->values[layer * relations.size() + r] = share->mean;
                        array->states[layer * relations.size() + r] = CellState::Computed;
                    }
        for (Array* array : {&faithfulness, &causality})
            result.arrays.push_back(std::make_shared<const Array>(std::move(*array)));
    }

    const LreExperimentParams& m_params;
    const ExperimentContext& m_context;
    Reporter& m_reporter;
    LreSettings m_settings;
    std::vector<int> m_layers;
    std::vector<Relation> m_relations;
    JacobianCache m_jacobians;
    std::vector<TrialArray> m_recall, m_causality;
    std::optional<TrialArray> m_known;
    ArrayPtr m_baseline, m_objects;
    Json m_told = Json::array();
    std::size_t m_done = 0;      ///< prompts of the estimate, those of skipped trials included
    std::size_t m_finished = 0;  ///< trials
    bool m_measured = false;
    std::string m_lastSkipped;
};

Result runLre(const LreExperimentParams& params, const ExperimentContext& context, Reporter& reporter)
{
    return Lre(params, context, reporter).run();
}

}  // namespace

Experiment lreExperiment()
{
    auto description = describe<LreExperimentParams>(
        "lre", "Linear decoding",
        "How well one affine map per relation and layer gives the object of a fact: faithfulness and causality.");
    description
        .param("relations", &LreExperimentParams::relations, "Relations", "Names of relations.", {.ifUnset = "all"})
        .param("layers", &LreExperimentParams::layers, "Layers",
               "States behind which layers: emb, numbers, ranges such as 2-5.", {.ifUnset = "all"})
        .param("trials", &LreExperimentParams::trials, "Trials", "Splits that are averaged over.",
               {.minimum = 1, .maximum = 1000})
        .param("limit", &LreExperimentParams::limit, "Test facts", "Most test facts of a trial; 0: all.",
               {.minimum = 0, .maximum = 1e7, .ifUnset = "all"});
    describeLre(description);
    return description.run(runLre);
}

}  // namespace mnemo
