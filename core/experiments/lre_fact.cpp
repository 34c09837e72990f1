// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/data/computed_array.h"
#include "core/data/error.h"
#include "core/experiments/experiments.h"
#include "core/experiments/lre_trial.h"
#include "core/experiments/number_grid.h"
#include "core/experiments/score.h"

namespace mnemo {
namespace {

constexpr int shownTokens = 5;

struct LreFactParams : LreParams {
    std::string relation;
    std::string subject;
    std::string layer;
    std::string say;
};

/// One fact through a relation's affine map, and the other way round: what must be added to the subject's state for the
/// model to say another object. Source: METHODS.md §5.2, §5.4.
class LreFact
{
public:
    LreFact(const LreFactParams& params, const ExperimentContext& context, Reporter& reporter)
        : m_params(params),
          m_context(context),
          m_reporter(reporter),
          m_settings(readSettings(params, context.model)),
          m_relation(relationsOf(params, {params.relation}).front()),
          m_sample(sampleOf(params.subject)),
          m_prompts(m_settings, m_relation, 0, context.model)
    {
        const std::vector<int> layers = readLayers({params.layer}, context.model.model->info().layers);
        if (layers.size() != 1)
            throw Failure(ErrorCode::Usage, "\"" + params.layer + "\" is more than one layer.", "Name one.");
        m_layer = layers.front();
    }

    Result run()
    {
        std::vector<FactSample> asked{m_sample};
        if (!m_params.say.empty())
            asked.push_back(targetFor(m_params.say));
        const std::vector<LreTest> tests = askTests(m_prompts, asked, {m_layer}, m_context, m_reporter);
        if (tests.size() != asked.size())
            throw Failure(ErrorCode::PromptTooLong,
                          "The prompt about " + m_sample.subject + " with its examples cannot be asked.",
                          "Choose fewer examples (0 asks without any), or another subject.");
        JacobianCache jacobians(m_context, m_settings.cacheBytes());
        int done = 0;
        const LinearRelation map = std::move(estimateLinear(jacobians, m_prompts.estimate({m_layer}), m_reporter, [&] {
                                                 m_reporter.progress(++done, m_params.train, "prompts");
                                             }).front());
        jacobians.trim();
        Result result;
        result.title = m_sample.subject + ", decoded linearly";
        result.head = {{"relation", m_relation.name},
                       {"template", templateOf(m_params, m_relation)},
                       {"subject", m_sample.subject},
                       {"object", m_sample.object},
                       {"layer", layerLabel(m_layer)},
                       {"shots", m_settings.shots},
                       {"tokens", tokensJson(tests[0].prompt.prompt)},
                       {"position", tests[0].prompt.subject.end - 1},
                       {"betas", m_settings.betas},
                       {"ranks", m_settings.ranks},
                       {"model", topJson(tests[0].top, *m_context.model.tokenizer)},
                       {"objects", objects()},
                       {"say", nullptr},
                       {"edited", Json::array()}};
        decode(map, tests[0], result);
        if (tests.size() > 1)
            move(map, tests[0], tests[1], result);
        result.provenance = {{"seed", m_params.seed}, {"jacobians_computed", jacobians.computed()}};
        return result;
    }

private:
    FactSample sampleOf(const std::string& subject) const
    {
        const auto found = std::ranges::find(m_relation.samples, subject, &FactSample::subject);
        if (found == m_relation.samples.end())
            throw Failure(ErrorCode::Usage,
                          "\"" + subject + "\" is no subject of the relation " + m_relation.name + ".",
                          "Choose one of its facts.");
        return *found;
    }

    /// A fact about another subject with this object, of those that the map was not estimated from where there is one.
    FactSample targetFor(const std::string& object) const
    {
        for (const std::vector<FactSample>* facts : {&m_prompts.split().test, &m_prompts.split().train})
            for (const FactSample& sample : *facts)
                if (sample.object == object && sample.subject != m_sample.subject)
                    return sample;
        throw Failure(ErrorCode::Usage,
                      "No other fact of the relation " + m_relation.name + " has the object \"" + object + "\".",
                      "Choose another object.");
    }

    std::set<std::string> objects() const
    {
        std::set<std::string> objects;
        for (const FactSample& sample : m_relation.samples)
            objects.insert(sample.object);
        return objects;
    }

    int firstToken(const std::string& object) const
    {
        return answerTokens(*m_context.model.tokenizer, object).front().id;
    }

    void decode(const LinearRelation& map, const LreTest& test, Result& result) const
    {
        const at::Tensor h_1D = test.h_LD.to(m_context.model.model->options().device());
        const int token = firstToken(m_sample.object);
        Json lists = Json::array();
        Axis betas{"beta", {}};
        std::vector<double> p;
        for (const std::vector<ScoredState>& ofBeta :
             decodeStates(map, h_1D, m_settings, shownTokens, token, m_context, m_reporter)) {
            lists.push_back(topJson(ofBeta.front().top, *m_context.model.tokenizer));
            p.push_back(std::exp(ofBeta.front().logp));
        }
        for (const double beta : m_settings.betas)
            betas.labels.push_back(numberLabel(beta));
        result.head["lre"] = std::move(lists);
        result.arrays.push_back(
            std::make_shared<const Array>(computedArray("lre.p", {betas}, "probability", std::move(p))));
    }

    void move(const LinearRelation& map, const LreTest& test, const LreTest& target, Result& result) const
    {
        const at::Tensor dz_1D = (target.z_D - test.z_D).unsqueeze(0).to(m_context.model.model->options().device());
        std::vector<StateMove> moves;
        for (const int rank : m_settings.ranks)
            if (rank <= map.rank())
                moves.push_back({&test.prompt, m_layer, map.inverse(dz_1D, rank)[0]});
        const std::vector<int> tokens{firstToken(m_sample.object), firstToken(target.sample.object)};
        const std::vector<ReadoutValue> said = moveStates(moves, shownTokens, tokens, m_context, m_reporter);
        Axis ranks{"rank", {}};
        for (const int rank : m_settings.ranks)
            ranks.labels.push_back(std::to_string(rank));
        Array p = Array::make("edited.p", {ranks, {"object", {m_sample.object, target.sample.object}}}, "probability");
        p.states.assign(p.states.size(), CellState::Undefined);
        Json lists = Json::array();
        for (std::size_t r = 0; r < m_settings.ranks.size(); ++r) {
            if (r >= said.size()) {  // above the map's rank
                lists.push_back(Json::array());
                continue;
            }
            lists.push_back(topJson(said[r].top, *m_context.model.tokenizer));
            for (std::size_t which = 0; which < 2; ++which) {
                p.values[2 * r + which] = std::exp(said[r].tokens[which].logp);
                p.states[2 * r + which] = CellState::Computed;
            }
        }
        result.head["say"] = {{"object", target.sample.object}, {"subject", target.sample.subject}};
        result.head["edited"] = std::move(lists);
        result.arrays.push_back(std::make_shared<const Array>(std::move(p)));
    }

    const LreFactParams& m_params;
    const ExperimentContext& m_context;
    Reporter& m_reporter;
    LreSettings m_settings;
    Relation m_relation;
    FactSample m_sample;
    LrePrompts m_prompts;
    int m_layer = 0;
};

Result runLreFact(const LreFactParams& params, const ExperimentContext& context, Reporter& reporter)
{
    return LreFact(params, context, reporter).run();
}

}  // namespace

Experiment lreFactExperiment()
{
    auto description =
        describe<LreFactParams>("lre-fact", "One fact, linearly",
                                "What a relation's affine map says of one fact, and what the model says when the "
                                "subject's state is moved by its inverse.");
    description.param("relation", &LreFactParams::relation, "Relation", "Name of a relation.", {.required = true})
        .param("subject", &LreFactParams::subject, "Subject", "One of the relation's subjects.", {.required = true})
        .param("layer", &LreFactParams::layer, "Layer", "The state behind which layer: emb, or a number.",
               {.required = true})
        .param("say", &LreFactParams::say, "Say", "Another object of the relation, which the model is to say.");
    describeLre(description);
    return description.run(runLreFact);
}

}  // namespace mnemo
