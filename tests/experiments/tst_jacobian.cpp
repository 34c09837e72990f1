// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/data/error.h"
#include "core/experiments/jacobian.h"
#include "tests/experiments/tiny_loaded.h"
#include "tests/support/refusal.h"
#include "tests/support/stops_at.h"

#include <ATen/ATen.h>

using namespace mnemo;
using namespace mnemo::test;

namespace {

const std::vector<int> prompt{1, 5, 7, 8, 10, 11, 12};

ExperimentContext contextOf(const TinyLoaded& model)
{
    return {model.loaded, {}};
}

std::vector<int> layersOf(const TinyLoaded& model)
{
    std::vector<int> layers;
    for (int layer = embeddingLayer; layer < model.loaded.model->info().layers; ++layer)
        layers.push_back(layer);
    return layers;
}

/// By the reference: z when a number is added to one entry of the state.
at::Tensor endWith(const TinyLoaded& model, const Site& site, int position, std::int64_t entry, float number)
{
    const std::int64_t width = model.loaded.model->info().dModel;
    HostTensor step{{width}, std::vector<float>(std::size_t(width), 0.0f)};
    step.values[std::size_t(entry)] = number;
    Plan plan;
    plan.addRun(prompt, {{site, {position}, AddTo{std::make_shared<const HostTensor>(step)}}});
    return referenceRun(model.tiny, plan, 0).states_TW.at({SiteKind::Final, 0, {}})[std::int64_t(prompt.size()) - 1];
}

/// Central differences, column by column.
at::Tensor differences(const TinyLoaded& model, int layer, int position)
{
    constexpr float step = 1.0f / 1024;
    std::vector<at::Tensor> columns;
    for (std::int64_t entry = 0; entry < model.loaded.model->info().dModel; ++entry)
        columns.push_back((endWith(model, residualBehind(layer), position, entry, step) -
                           endWith(model, residualBehind(layer), position, entry, -step)) /
                          double(2 * step));
    return at::stack(columns, 1);
}

double distance(const at::Tensor& a, const at::Tensor& b)
{
    return (a - b).abs().max().item<double>();
}

void architectures()
{
    QTest::addColumn<QString>("architecture");
    QTest::newRow("Mamba") << "mamba";
    QTest::newRow("GPT-NeoX") << "gpt_neox";
}

}  // namespace

class TestJacobian : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void itIsWhatDifferencesSay_data() { architectures(); }
    void itIsWhatDifferencesSay()
    {
        QFETCH(QString, architecture);
        const TinyLoaded model(architecture.toStdString(), 3);
        SilentReporter silent;
        for (const int position : {0, 3, int(prompt.size()) - 1}) {
            const std::vector<StateJacobian> found =
                stateJacobians(contextOf(model), {prompt, position, layersOf(model)}, silent);
            QCOMPARE(found.size(), layersOf(model).size());
            for (const StateJacobian& at : found) {
                const at::Tensor expected = differences(model, at.layer, position);
                const double off = distance(at.J_DD, expected);
                QVERIFY2(off < 1e-5 * (1 + expected.abs().max().item<double>()),
                         qPrintable(QStringLiteral("layer %1, token %2: %3").arg(at.layer).arg(position).arg(off)));
            }
        }
    }

    void itBringsTheStates_data() { architectures(); }
    void itBringsTheStates()
    {
        QFETCH(QString, architecture);
        const TinyLoaded model(architecture.toStdString(), 5);
        SilentReporter silent;
        Plan plan;
        plan.addRun(prompt);
        const ReferenceRun reference = referenceRun(model.tiny, plan, 0);
        for (const StateJacobian& at : stateJacobians(contextOf(model), {prompt, 2, layersOf(model)}, silent)) {
            QVERIFY(distance(at.h_D, reference.states_TW.at(residualBehind(at.layer))[2]) < 1e-9);
            QVERIFY(distance(at.z_D, reference.states_TW.at({SiteKind::Final, 0, {}})[6]) < 1e-9);
        }
    }

    /// METHODS.md §5.2: behind the last layer nothing reads other tokens any more.
    void behindTheLastLayerItIsNothingOrTheIdentity_data() { architectures(); }
    void behindTheLastLayerItIsNothingOrTheIdentity()
    {
        QFETCH(QString, architecture);
        const TinyLoaded model(architecture.toStdString(), 3);
        SilentReporter silent;
        const int last = model.loaded.model->info().layers - 1;
        const StateJacobian before = stateJacobians(contextOf(model), {prompt, 3, {last}}, silent).front();
        QCOMPARE(before.J_DD.abs().max().item<double>(), 0.0);
        const StateJacobian end =
            stateJacobians(contextOf(model), {prompt, int(prompt.size()) - 1, {last}}, silent).front();
        QVERIFY(at::equal(end.J_DD, at::eye(end.J_DD.size(0), end.J_DD.options())));
        QVERIFY(at::equal(end.z_D, end.h_D));
    }

    void alone_orTogether_orInLittleMemory()
    {
        const TinyLoaded model("mamba", 7);
        SilentReporter silent;
        const std::vector<StateJacobian> together =
            stateJacobians(contextOf(model), {prompt, 2, layersOf(model)}, silent);
        ExperimentContext little = contextOf(model);
        little.memoryBytes = 1 << 18;  // few copies at once
        const std::vector<StateJacobian> inPieces = stateJacobians(little, {prompt, 2, layersOf(model)}, silent);
        for (std::size_t i = 0; i < together.size(); ++i) {
            const StateJacobian alone =
                stateJacobians(contextOf(model), {prompt, 2, {together[i].layer}}, silent).front();
            QVERIFY(distance(alone.J_DD, together[i].J_DD) < 1e-9);
            QVERIFY(distance(inPieces[i].J_DD, together[i].J_DD) < 1e-9);
        }
    }

    void badRequestsAreNamed()
    {
        const TinyLoaded model("mamba", 7);
        SilentReporter silent;
        VERIFY_REFUSED(stateJacobians(contextOf(model), {prompt, 7, {0}}, silent), ErrorCode::Usage, "token 7");
        VERIFY_REFUSED(stateJacobians(contextOf(model), {prompt, 1, {3}}, silent), ErrorCode::Usage, "layer 3");
        VERIFY_REFUSED(stateJacobians(contextOf(model), {prompt, 1, {-2}}, silent), ErrorCode::Usage, "layer -2");
        QVERIFY(stateJacobians(contextOf(model), {prompt, 1, {}}, silent).empty());
    }

    void itCanBeStopped()
    {
        const TinyLoaded model("gpt_neox", 7);
        StopsAt soon(4);
        QVERIFY_EXCEPTION_THROWN(stateJacobians(contextOf(model), {prompt, 1, {0, 1}}, soon), Cancelled);
    }
};

QTEST_APPLESS_MAIN(TestJacobian)
#include "tst_jacobian.moc"
