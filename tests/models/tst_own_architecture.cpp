// SPDX-License-Identifier: GPL-3.0-or-later
// An architecture this program has never heard of, added through the seam: a class and one entry of the table.
#include <QTemporaryDir>
#include <QTest>

#include "core/data/error.h"
#include "core/engine/rows.h"
#include "core/engine/taps.h"
#include "core/io/model_config.h"
#include "models/table.h"
#include "tests/experiments/tiny_loaded.h"
#include "tests/support/checkpoint_folder.h"
#include "tests/support/refusal.h"

#include <ATen/ATen.h>
#include <cmath>

using namespace mnemo;
using namespace mnemo::test;

namespace {

/// Each layer adds what a matrix makes of the token before. No attention, no state: a patch travels one token a layer.
class Relay : public LanguageModel
{
public:
    Relay(const ModelConfig& config, Weights& weights)
    {
        m_embedding_VD = weights.lookup("embed", {config.vocabSize, config.hiddenSize});
        for (int layer = 0; layer < config.layers; ++layer)
            m_relay_DD.push_back(
                weights.matrix("relay." + std::to_string(layer), {config.hiddenSize, config.hiddenSize}));
        m_info = {"relay", config.layers, config.hiddenSize, config.vocabSize, 0, 0, {SiteKind::H, SiteKind::O}, 4};
    }

    const ModelInfo& info() const override { return m_info; }
    std::vector<SiteInfo> sites() const override
    {
        using enum SiteKind;
        return {{Embed, m_info.dModel}, {H, m_info.dModel}, {O, m_info.dModel}};
    }
    std::vector<std::string> matrices() const override { return {}; }
    at::TensorOptions options() const override { return m_embedding_VD.options(); }
    at::Tensor embed(const at::Tensor& ids_X) const override { return m_embedding_VD.index_select(0, ids_X); }
    void block(int layer, Rows& rows, Taps& tap) const override
    {
        const at::Tensor none_1D = at::zeros({1, m_info.dModel}, options());
        const at::Tensor before_XD = at::cat({rows.resid_XD(), none_1D}).index_select(0, rows.shiftedRows_X(-1));
        const at::Tensor o_XD =
            tap({SiteKind::O, layer}, at::tanh(tap.linear("relay", layer, before_XD, m_relay_DD[std::size_t(layer)])));
        rows.addToResid(o_XD);
    }
    at::Tensor unembed(const at::Tensor& resid_XD, const std::function<void()>&) const override
    {
        return at::linear(resid_XD, m_embedding_VD);
    }
    at::Tensor unembedParts(const at::Tensor& parts_PD, const at::Tensor& whole_D) const override
    {
        return at::linear(at::cat({parts_PD, at::zeros_like(whole_D).unsqueeze(0)}), m_embedding_VD);
    }
    BlockFlops flopsPerRow() const override { return {.mixing = 2.0 * m_info.dModel * m_info.dModel}; }

private:
    ModelInfo m_info;
    at::Tensor m_embedding_VD;
    std::vector<Matrix> m_relay_DD;
};

Architecture relayArchitecture()
{
    using enum SiteKind;
    return {.modelType = "relay",
            .sites = {Embed, H, O},
            .traceSites = {H, O},
            .matrices = {},
            .paperLayers = 4,
            .build = [](const ModelConfig& config, Weights& weights) -> std::unique_ptr<LanguageModel> {
                return std::make_unique<Relay>(config, weights);
            }};
}

}  // namespace

class TestOwnArchitecture : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

private Q_SLOTS:
    void initTestCase()
    {
        at::manual_seed(5);
        const NamedTensors tensors{{"embed", at::randn({256, 8})},
                                   {"relay.0", at::randn({8, 8})},
                                   {"relay.1", at::randn({8, 8})},
                                   {"relay.2", at::randn({8, 8})}};
        writeCheckpoint(tensors, R"({"model_type":"relay","hidden_size":8,"num_hidden_layers":3,"vocab_size":256})",
                        m_folder.path());
    }

    void withoutItsEntryItIsRefused()
    {
        SilentReporter silent;
        VERIFY_REFUSED(loadCheckpoint(m_folder.path().toStdString(), {.device = "cpu"}, builtInArchitectures(), silent),
                       ErrorCode::UnsupportedModel, "relay");
    }

    void withItsEntryItIsTracedLikeTheOthers()
    {
        std::vector<Architecture> architectures = builtInArchitectures();
        architectures.push_back(relayArchitecture());
        SilentReporter silent;
        const LoadedModel model =
            loadCheckpoint(m_folder.path().toStdString(), {.device = "cpu"}, architectures, silent);
        QCOMPARE(model.describe().at("architecture").get<std::string>(), std::string("relay"));

        // tokens: a b x y
        const Result result = runNamed("trace", {{"prompt", "{}xy"}, {"subject", "ab"}, {"swap", "cd"}}, model);
        QVERIFY(result.head.at("sites") == Json({"h", "o"}));
        const ArrayPtr p = result.find("h.p");
        QCOMPARE(p->axes[0].size(), 3);
        const double clean = result.head.at("p_clean").get<double>();
        const double corrupt = result.head.at("p_corrupt").get<double>();
        QVERIFY(std::abs(clean - corrupt) > 1e-4);
        // Three layers carry "b" to the end; after layer 0 it sits at x as well, so restoring b alone is too late
        // from the layer on after which too few are left.
        QVERIFY(std::abs(p->at(0, 1) - corrupt) > 1e-6);
        QVERIFY(std::abs(p->at(2, 1) - corrupt) < 1e-6);
        QVERIFY(std::abs(p->at(1, 1) - corrupt) < 1e-6);
        QVERIFY(std::abs(p->at(2, 3) - clean) < 1e-6);
    }
};

QTEST_APPLESS_MAIN(TestOwnArchitecture)
#include "tst_own_architecture.moc"
