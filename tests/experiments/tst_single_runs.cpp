// SPDX-License-Identifier: GPL-3.0-or-later
// predict, patch and states against the slow reference.
#include "tests/experiments/tiny_loaded.h"  // before <compare>, which moc cannot read first
#include "tests/support/architectures.h"

#include <QTest>

using namespace mnemo;
using namespace mnemo::test;

namespace {

const Json fact{{"prompt", "The {} is in"}, {"subject", "Eiffel Tower"}, {"swap", "Big Ben"}};

Json with(Json base, const Json& more)
{
    base.update(more);
    return base;
}

ErrorCode codeOf(const std::string& key, const Json& params, const LoadedModel& model)
{
    try {
        runNamed(key, params, model);
    } catch (const Failure& failure) {
        return failure.error().code;
    }
    return ErrorCode::Internal;
}

double entry(const at::Tensor& state_TW, int pos, int i)
{
    return state_TW.select(0, pos).flatten().select(0, i).item().toDouble();
}

}  // namespace

class TestSingleRuns : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void predictionIsTheReference_data() { architectures(); }
    void predictionIsTheReference()
    {
        QFETCH(QString, architecture);
        const TinyLoaded model(architecture.toStdString(), 3);
        const Result result =
            runNamed("predict", {{"prompt", "The Eiffel Tower is in"}, {"top", 5}, {"target", "Paris"}}, model.loaded);
        Plan plan;
        plan.addRun({1, 2, 3, 8, 9});
        const std::vector<double> logp = logProbabilities(referenceRun(model.tiny, plan, 0), 4);
        QCOMPARE(result.head["top"].size(), std::size_t(5));
        double before = 1;
        for (const Json& token : result.head["top"]) {
            const double p = token["p"];
            QVERIFY(std::abs(p - std::exp(logp[token["id"].get<std::size_t>()])) < 1e-6);
            QVERIFY(p <= before);
            before = p;
        }
        QCOMPARE(result.head["target"]["id"].get<int>(), 13);
        QVERIFY(std::abs(result.head["target"]["logp"].get<double>() - logp[13]) < 1e-5);
    }

    void idsAreReadAsTheyAre()
    {
        const TinyLoaded model("mamba", 3);
        const Result text = runNamed("predict", {{"prompt", "The Tower"}}, model.loaded);
        const Result ids = runNamed("predict", {{"ids", {"1", "3"}}}, model.loaded);
        QVERIFY(text.head["top"] == ids.head["top"]);
        QCOMPARE(codeOf("predict", {{"ids", {"1", "48"}}}, model.loaded), ErrorCode::TargetNotInVocabulary);
        QCOMPARE(codeOf("predict", {{"ids", {"1", "x"}}}, model.loaded), ErrorCode::Usage);
        QCOMPARE(codeOf("predict", Json::object(), model.loaded), ErrorCode::EmptyPrompt);
    }

    void allLogitsOfAllPositions()
    {
        const TinyLoaded model("gpt_neox", 3);
        const Result result = runNamed("predict", {{"prompt", "The Tower is"}, {"all_logits", true}}, model.loaded);
        Plan plan;
        plan.addRun({1, 3, 8});
        const at::Tensor expected_TV = referenceRun(model.tiny, plan, 0).logits_TV;
        const ArrayPtr logits = result.find("logits");
        QCOMPARE(logits->axes[0].size(), 3);
        QCOMPARE(logits->axes[1].size(), 48);
        for (int pos = 0; pos < 3; ++pos)
            for (int v = 0; v < 48; ++v)
                QVERIFY(std::abs(logits->at(pos, v) - entry(expected_TV, pos, v)) < 1e-4);
    }

    void aPatchIsACellOfTheTrace_data() { architectures(); }
    void aPatchIsACellOfTheTrace()
    {
        QFETCH(QString, architecture);
        const TinyLoaded model(architecture.toStdString(), 3);
        const Result trace = runNamed("trace", with(fact, {{"sites", {"h", "o"}}, {"window", "2"}}), model.loaded);
        const Result h = runNamed("patch", with(fact, {{"patches", {"layers.1.h@2=clean"}}}), model.loaded);
        const Result o = runNamed("patch", with(fact, {{"patches", {"layers.0-1.o@last=clean"}}}), model.loaded);
        QVERIFY(std::abs(h.head["patched"]["logp"].get<double>() - trace.find("h.logp")->at(1, 2)) < 1e-6);
        QVERIFY(std::abs(o.head["patched"]["logp"].get<double>() - trace.find("o.logp")->at(1, 4)) < 1e-6);
        QVERIFY(std::abs(o.head["kl"].get<double>() - trace.find("o.kl")->at(1, 4)) < 1e-6);
        QVERIFY(h.head["p_clean"] == trace.head["p_clean"]);
        QCOMPARE(h.head["top_patched"].size(), std::size_t(10));
    }

    void everythingRestoredIsTheCleanRun_data() { architectures(); }
    void everythingRestoredIsTheCleanRun()
    {
        QFETCH(QString, architecture);
        const TinyLoaded model(architecture.toStdString(), 3);
        const Result all = runNamed("patch", with(fact, {{"patches", {"layers.0.h@all=clean"}}}), model.loaded);
        QVERIFY(std::abs(all.head["patched"]["logp"].get<double>() - all.head["clean"]["logp"].get<double>()) < 1e-6);
        QVERIFY(std::abs(all.head["kl"].get<double>()) < 1e-6);
        const Result none = runNamed("patch", fact, model.loaded);
        QVERIFY(none.head["patched"] == none.head["corrupt"]);
    }

    /// METHODS.md §2.2: at every site, layer and token, the run's own state put back changes nothing.
    void aRunsOwnStateChangesNothing_data() { architectures(); }
    void aRunsOwnStateChangesNothing()
    {
        QFETCH(QString, architecture);
        const TinyLoaded model(architecture.toStdString(), 3);
        int compared = 0;
        for (const SiteKind kind : model.loaded.model->info().traceSites)
            for (int layer = 0; layer < 3; ++layer)
                for (int pos = 0; pos < 5; ++pos, ++compared) {
                    const std::string where = "layers." + std::to_string(layer) + "." + std::string(siteName(kind)) +
                                              "@" + std::to_string(pos) + "=corrupt";
                    const Result result = runNamed("patch", with(fact, {{"patches", {where}}}), model.loaded);
                    const double p = result.head["patched"]["logp"].get<double>();
                    QVERIFY2(std::abs(p - result.head["corrupt"]["logp"].get<double>()) < 1e-6, where.c_str());
                }
        QCOMPARE(compared, 15 * int(model.loaded.model->info().traceSites.size()));
    }

    /// METHODS.md §2.2: the outputs of all blocks at one token leave its embedding in the residual.
    void allBlockOutputsAreTheResidualButForTheEmbedding_data() { architectures(); }
    void allBlockOutputsAreTheResidualButForTheEmbedding()
    {
        QFETCH(QString, architecture);
        const TinyLoaded model(architecture.toStdString(), 3);
        const auto states = [&](const char* prompt) {
            return runNamed("states", {{"prompt", prompt}, {"sites", {"embed", "layers.2.h"}}}, model.loaded);
        };
        const Result clean = states("The Eiffel Tower is in");
        const Result corrupt = states("The Big Ben is in");
        for (const int pos : {2, 4}) {  // a token of the subject, and one that both prompts share
            const std::string at = "@" + std::to_string(pos);
            const Result result = runNamed(
                "patch", with(fact, {{"patches", {"layers.0-2.o" + at + "=clean"}}, {"read", {"layers.2.h" + at}}}),
                model.loaded);
            const ArrayPtr h = result.find("layers.2.h");
            double most = 0;
            for (int d = 0; d < h->axes[1].size(); ++d) {
                const double left = corrupt.find("embed")->at(pos, d) - clean.find("embed")->at(pos, d);
                QVERIFY(std::abs(h->at(0, d) - clean.find("layers.2.h")->at(pos, d) - left) < 1e-5);
                most = std::max(most, std::abs(left));
            }
            QVERIFY(pos == 2 ? most > 0.1 : most == 0);
        }
    }

    void aSecondPatchHoldsWhatTheFirstChanged()
    {
        const TinyLoaded model("mamba", 3);
        const Result held = runNamed(
            "patch", with(fact, {{"patches", {"layers.0.h@all=clean", "layers.2.h@last=corrupt"}}}), model.loaded);
        QVERIFY(std::abs(held.head["patched"]["logp"].get<double>() - held.head["corrupt"]["logp"].get<double>()) <
                1e-6);
    }

    void statesOfAPatchedRun()
    {
        const TinyLoaded model("mamba", 3);
        const Json zeroed{{"prompt", "The Tower is"},
                          {"patches", {"layers.1.s@1=zero"}},
                          {"read", {"layers.1-2.h@last", "layers.1.s@1,last"}}};
        const Result result = runNamed("patch", zeroed, model.loaded);
        Plan plan;
        plan.addRun({1, 3, 8});
        const auto zero = std::make_shared<const HostTensor>(HostTensor{{24}, std::vector<float>(24, 0.0F)});
        plan.addRun(0, {{{SiteKind::S, 1, {}}, {1}, SetTo{zero}}});
        const ReferenceRun reference = referenceRun(model.tiny, plan, 1);
        QCOMPARE(result.arrays.size(), std::size_t(3));
        const ArrayPtr h = result.find("layers.2.h");
        QCOMPARE(h->axes[0].labels, std::vector<std::string>{" is"});
        for (int d = 0; d < 12; ++d)
            QVERIFY(std::abs(h->at(0, d) - entry(reference.states_TW.at({SiteKind::H, 2, {}}), 2, d)) < 1e-5);
        QCOMPARE(result.find("layers.1.s")->at(0, 7), 0.0);
        QVERIFY(result.find("layers.1.s")->at(1, 7) != 0.0);
        QVERIFY(result.head["ie"].is_null());
    }

    void statesAreTheReference_data() { architectures(); }
    void statesAreTheReference()
    {
        QFETCH(QString, architecture);
        const TinyLoaded model(architecture.toStdString(), 3);
        const Result result = runNamed(
            "states", {{"prompt", "The Tower is"}, {"sites", {"layers.*.o", "layers.1.h", "embed"}}}, model.loaded);
        Plan plan;
        plan.addRun({1, 3, 8});
        const ReferenceRun reference = referenceRun(model.tiny, plan, 0);
        QCOMPARE(result.arrays.size(), std::size_t(5));
        for (const char* name : {"layers.2.o", "layers.1.h", "embed"}) {
            const Site site = parseSites(name, 3).front();
            for (int pos = 0; pos < 3; ++pos)
                for (int d = 0; d < 12; ++d)
                    QVERIFY(std::abs(result.find(name)->at(pos, d) - entry(reference.states_TW.at(site), pos, d)) <
                            1e-5);
        }
        QCOMPARE(codeOf("states", {{"prompt", "The"}, {"sites", {"layers.9.h"}}}, model.loaded),
                 ErrorCode::UnknownSite);
        QCOMPARE(codeOf("states", {{"prompt", "The"}, {"sites", Json::array()}}, model.loaded), ErrorCode::Usage);
    }
};

QTEST_APPLESS_MAIN(TestSingleRuns)
#include "tst_single_runs.moc"
