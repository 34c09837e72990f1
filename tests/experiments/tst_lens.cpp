// SPDX-License-Identifier: GPL-3.0-or-later
// What the head says of every layer, and of every part of the last state.
#include "tests/experiments/tiny_loaded.h"  // before <compare>, which moc cannot read first
#include "tests/support/architectures.h"
#include "tests/support/refusal.h"

#include <ATen/ATen.h>

#include <QTest>

using namespace mnemo;
using namespace mnemo::test;

namespace {

const Json fact{{"prompt", "The {} is in the city of"}, {"subject", "Eiffel Tower"}, {"swap", "Big Ben"}};

/// Normed and unembedded by hand, from the checkpoint's tensors.
at::Tensor headOf(const TinyLoaded& model, const at::Tensor& state_D)
{
    const auto tensor = [&](const std::string& name) { return model.tiny.tensors.at(name).to(at::kDouble); };
    const at::Tensor x = state_D.to(at::kDouble);
    if (model.loaded.model->info().architecture == "mamba") {
        const at::Tensor normed = x / at::sqrt(x.square().mean() + 1e-5) * tensor("backbone.norm_f.weight");
        return at::mv(tensor("backbone.embeddings.weight"), normed);
    }
    const at::Tensor centred = x - x.mean();
    const at::Tensor normed =
        centred / at::sqrt(centred.square().mean() + 1e-5) * tensor("gpt_neox.final_layer_norm.weight") +
        tensor("gpt_neox.final_layer_norm.bias");
    return at::mv(tensor("embed_out.weight"), normed);
}

}  // namespace

class TestLens : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyLayerThroughTheHead_data() { architectures(); }
    void everyLayerThroughTheHead()
    {
        QFETCH(QString, architecture);
        const TinyLoaded model(architecture.toStdString(), 5);
        const Result lens = runNamed("lens", fact, model.loaded);
        const int target = lens.head["target"]["id"];
        for (const auto& [name, tokens] : {std::pair("clean", "tokens"), std::pair("corrupt", "corrupt_tokens")}) {
            Plan plan;
            plan.addRun(idsOf(lens.head[tokens]));
            const ReferenceRun run = referenceRun(model.tiny, plan, 0);
            const Array &logp = *lens.find(name + std::string(".logp")),
                        &rank = *lens.find(name + std::string(".rank"));
            const Array &top = *lens.find(name + std::string(".top")), &p = *lens.find(name + std::string(".p"));
            QCOMPARE(logp.axes[0].labels.front(), std::string("embed"));
            for (int depth = 0; depth < 4; ++depth)
                for (int token = 0; token < logp.axes[1].size(); ++token) {
                    const Site site = depth == 0 ? Site{SiteKind::Embed, 0, {}} : Site{SiteKind::H, depth - 1, {}};
                    const at::Tensor logits_V = headOf(model, run.states_TW.at(site)[token]);
                    const at::Tensor expected_V = at::log_softmax(logits_V, 0);
                    QVERIFY(std::abs(logp.at(depth, token) - expected_V[target].item<double>()) < 1e-5);
                    QVERIFY(std::abs(p.at(depth, token) - std::exp(logp.at(depth, token))) < 1e-12);
                    QCOMPARE(rank.at(depth, token), (expected_V > expected_V[target]).sum().item<double>());
                    const int size = model.loaded.tokenizer->size();  // the rows behind are padding
                    QCOMPARE(int(top.at(depth, token)),
                             int(expected_V.narrow(0, 0, size).argmax().item<std::int64_t>()));
                    QVERIFY(lens.head[name + std::string("_top_text")][std::size_t(depth)][std::size_t(token)] ==
                            model.loaded.tokenizer->token(int(top.at(depth, token))).text);
                }
        }
        // The last layer at the last token is what the model says.
        const Array& p = *lens.find("clean.p");
        QVERIFY(std::abs(p.at(3, p.axes[1].size() - 1) - lens.head["p_clean"].get<double>()) < 1e-6);
    }

    void partsSumToTheLogitDifference_data() { architectures(); }
    void partsSumToTheLogitDifference()
    {
        QFETCH(QString, architecture);
        const TinyLoaded model(architecture.toStdString(), 5);
        const Result dla = runNamed("dla", fact, model.loaded);
        for (const char* run : {"clean", "corrupt"}) {
            const double difference = dla.head[run]["logit"].get<double>() - dla.head[run]["logit_foil"].get<double>();
            QVERIFY2(std::abs(dla.head[std::string(run) + "_sum"].get<double>() - difference) < 1e-4,
                     qPrintable(QString::number(difference)));
            const Array& parts = *dla.find(std::string(run) + ".parts");
            QCOMPARE(parts.axes[0].size(), architecture == "mamba" ? 5 : 8);
            double sum = 0;
            for (const double part : parts.values)
                sum += part;
            QVERIFY(std::abs(sum - difference) < 1e-4);
            QCOMPARE(parts.values.back() == 0, architecture == "mamba");  // RMSNorm has no bias
        }
    }

    /// A part's share is how the difference moves with it while the scale is held: a finite step by hand.
    void eachPartByHand()
    {
        const TinyLoaded model("mamba", 5);
        const Result dla = runNamed("dla", fact, model.loaded);
        const int target = dla.head["target"]["id"], foil = dla.head["foil"]["id"];
        Plan plan;
        plan.addRun(idsOf(dla.head["tokens"]));
        const ReferenceRun run = referenceRun(model.tiny, plan, 0);
        const int last = int(dla.head["tokens"].size()) - 1;
        const at::Tensor whole_D = run.states_TW.at({SiteKind::H, 2, {}})[last].to(at::kDouble);
        const at::Tensor W_VD = model.tiny.tensors.at("backbone.embeddings.weight").to(at::kDouble);
        const at::Tensor norm_D = model.tiny.tensors.at("backbone.norm_f.weight").to(at::kDouble);
        const at::Tensor direction_D = (W_VD[target] - W_VD[foil]) * norm_D / at::sqrt(whole_D.square().mean() + 1e-5);
        const Array& parts = *dla.find("clean.parts");
        for (int layer = 0; layer < 3; ++layer) {
            const at::Tensor o_D = run.states_TW.at({SiteKind::O, layer, {}})[last].to(at::kDouble);
            QVERIFY(std::abs(parts.values[std::size_t(layer + 1)] - at::dot(o_D, direction_D).item<double>()) < 1e-5);
        }
    }

    void withoutASwapTheFoilIsTheNextBest()
    {
        const TinyLoaded model("gpt_neox", 5);
        const Json given{{"prompt", "The Eiffel Tower is in the city of"}};
        const Result dla = runNamed("dla", given, model.loaded);
        QVERIFY(dla.head["foil"]["id"] == dla.head["top_clean"][1]["id"]);
        QVERIFY(!dla.find("corrupt.parts"));
        QVERIFY(!runNamed("lens", given, model.loaded).find("corrupt.p"));
        VERIFY_REFUSED(runNamed("lens", {{"prompt", " "}}, model.loaded), ErrorCode::EmptyPrompt, "empty");
    }
};

QTEST_APPLESS_MAIN(TestLens)
#include "tst_lens.moc"
