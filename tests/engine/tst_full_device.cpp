// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/data/error.h"
#include "core/engine/rows.h"
#include "core/engine/run_plan.h"
#include "tests/support/random_plan.h"
#include "tests/support/refusal.h"
#include "tests/support/tiny_models.h"

#include <c10/util/Exception.h>

using namespace mnemo;
using namespace mnemo::test;

namespace {

/// A device with room for so many rows at once; more fail in the middle of the model, as on a real one.
class SmallDevice : public LanguageModel
{
public:
    SmallDevice(std::shared_ptr<LanguageModel> model, std::int64_t room) : m_model(std::move(model)), m_room(room) {}

    const ModelInfo& info() const override { return m_model->info(); }
    std::vector<SiteInfo> sites() const override { return m_model->sites(); }
    std::vector<std::string> matrices() const override { return m_model->matrices(); }
    at::TensorOptions options() const override { return m_model->options(); }
    at::Tensor embed(const at::Tensor& ids_X) const override { return m_model->embed(ids_X); }
    at::Tensor unembed(const at::Tensor& resid_XD, const std::function<void()>& checkStop) const override
    {
        return m_model->unembed(resid_XD, checkStop);
    }
    at::Tensor unembedParts(const at::Tensor& parts_PD, const at::Tensor& whole_D) const override
    {
        return m_model->unembedParts(parts_PD, whole_D);
    }
    BlockFlops flopsPerRow() const override { return m_model->flopsPerRow(); }
    void block(int layer, Rows& rows, Taps& tap) const override
    {
        if (layer == info().layers / 2 && rows.size() > m_room)
            throw c10::OutOfMemoryError({__func__, __FILE__, __LINE__}, "CUDA out of memory.");
        m_model->block(layer, rows, tap);
    }

private:
    std::shared_ptr<LanguageModel> m_model;
    std::int64_t m_room;
};

class Notes : public SilentReporter
{
public:
    void note(const std::string& line) override { lines << QString::fromStdString(line); }
    QStringList lines;
};

}  // namespace

class TestFullDevice : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void smallerBatchesGiveTheSameValues()
    {
        const auto model = tinyMamba(3, at::kDouble);
        std::mt19937 random{3};
        const Plan plan = randomPlan(*model, random, 40);
        SilentReporter silent;
        const PlanResult whole = runPlan(*model, {}, plan, silent);
        Notes notes;
        const PlanResult pieces = runPlan(SmallDevice(model, 120), {}, plan, notes);
        QVERIFY2(!notes.lines.isEmpty() && notes.lines.first().contains("going on with batches of"),
                 qPrintable(notes.lines.join('\n')));
        QCOMPARE(pieces.values.size(), whole.values.size());
        std::size_t compared = 0;
        for (std::size_t i = 0; i < whole.values.size(); ++i) {
            QVERIFY(pieces.values[i].computed);
            QCOMPARE(pieces.values[i].tokens.size(), whole.values[i].tokens.size());
            for (std::size_t k = 0; k < whole.values[i].tokens.size(); ++k, ++compared)
                QVERIFY(std::abs(pieces.values[i].tokens[k].logp - whole.values[i].tokens[k].logp) < 1e-12);
        }
        QVERIFY(compared > 0);
    }

    void oneRunThatDoesNotFitIsAnErrorWithANextStep()
    {
        const auto model = tinyNeox(3, at::kDouble);
        std::mt19937 random{3};
        const Plan plan = randomPlan(*model, random, 10);
        Notes notes;
        VERIFY_REFUSED(runPlan(SmallDevice(model, 0), {}, plan, notes), ErrorCode::OutOfMemory, "");
    }

    /// A run that another one brings along is read with it, which does not make the two divisible.
    void aRunThatDoesNotFitWithItsParentIsAnErrorToo()
    {
        const auto model = tinyMamba(3, at::kDouble);
        const std::vector<int> prompt{1, 2, 3, 4};
        Plan plan;
        const RunId base = plan.addRun(prompt);
        const auto change = [&](int token) {
            return std::vector<Patch>{{{SiteKind::H, 0}, {0}, CopyFrom{base, {token}}}};
        };
        const RunId parent = plan.addRun(base, change(1)), child = plan.addRun(parent, change(2));
        for (const RunId run : {child, parent})
            plan.read({.run = run, .position = 3, .tokens = {4}});
        Notes notes;
        VERIFY_REFUSED(runPlan(SmallDevice(model, 10), {}, plan, notes), ErrorCode::OutOfMemory, "");
        QVERIFY(notes.lines.size() < 3);
    }
};

QTEST_MAIN(TestFullDevice)
#include "tst_full_device.moc"
