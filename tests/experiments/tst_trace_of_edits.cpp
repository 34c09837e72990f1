// SPDX-License-Identifier: GPL-3.0-or-later
// The trace of an edit: the same prompt with and without it, in place of a clean and a corrupted prompt.
#include "tests/experiments/word_model.h"  // before <compare>, which moc cannot read first

#include "tests/experiments/trace_twin.h"
#include "tests/support/architectures.h"
#include "tests/support/refusal.h"
#include "tests/support/tiny_edit.h"

#include <QTest>

using namespace mnemo;
using namespace mnemo::test;

namespace {

const Json fact{{"prompt", "The {} is in"}, {"subject", "Eiffel Tower"}, {"unedited", true}};

Json with(Json given, const Json& more)
{
    given.update(more);
    return given;
}

/// A model, an edit of one of its matrices, and the same weights with the edit inside.
struct Edited {
    TinyLoaded base;
    Edits edits;
    TinyModel merged;

    explicit Edited(const QString& architecture)
        : base(architecture.toStdString(), 3), edits{tinyEdit(base.tiny)}, merged(withEdit(base.tiny, edits[0]))
    {
    }
};

}  // namespace

class TestTraceOfEdits : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyCellIsItsTwin_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<QString>("params");
        for (const char* architecture : {"mamba", "gpt_neox"}) {
            const auto row = [&](const char* name, const char* params) {
                QTest::addRow("%s, %s", architecture, name) << architecture << params;
            };
            row("edited states into the unedited run", R"({"window": "1"})");
            row("window 2", R"({"window": "2"})");
            row("the reverse", R"({"sites": ["h", "o"], "direction": "corrupt", "window": "2"})");
            row("sequence", R"({"sites": ["h"], "target": "the old city", "target_mode": "sequence"})");
        }
    }
    void everyCellIsItsTwin()
    {
        QFETCH(QString, architecture);
        QFETCH(QString, params);
        const Edited model(architecture);
        const Result trace =
            runNamed("trace", with(fact, Json::parse(params.toStdString())), model.base.loaded, model.edits);
        TraceTwin twin(model.merged, trace, model.base.tiny);
        const double clean = twin.clean().logp, corrupt = twin.corrupt().logp;
        QVERIFY(std::abs(trace.head["clean"]["logp"].get<double>() - clean) < 1e-6);
        QVERIFY(std::abs(trace.head["corrupt"]["logp"].get<double>() - corrupt) < 1e-6);
        QVERIFY2(std::abs(clean - corrupt) > 1e-2, "the edit must matter");

        const int layers = trace.model["layers"];
        int exact = 0, computed = 0;
        for (const Json& name : trace.head["sites"]) {
            const std::string site = name;
            const ArrayPtr logp = trace.find(site + ".logp");
            for (int layer = 0; layer < layers; ++layer)
                for (int pos = 0; pos < logp->axes[1].size(); ++pos) {
                    QVERIFY(logp->has(layer, pos));
                    (logp->state(layer, pos) == CellState::Exact ? exact : computed)++;
                    const double expected =
                        twin.cell(*siteKindFromName(site), trace.head["windows"][site], layer, pos, layers).logp;
                    QVERIFY2(std::abs(logp->at(layer, pos) - expected) < 1e-6,
                             qPrintable(QString("%1 layer %2 token %3: %4 and %5")
                                            .arg(site.c_str())
                                            .arg(layer)
                                            .arg(pos)
                                            .arg(logp->at(layer, pos))
                                            .arg(expected)));
                }
        }
        QVERIFY2(exact >= trace.find("h.p")->axes[1].size(), "nothing below the edit differs");
        QVERIFY(computed > 0);
        QCOMPARE(trace.done, 1.0);
    }

    /// METHODS.md Â§4: all of a layer's residual carries all that the edit does, from its layer on, and none below.
    void theWholeResidualCarriesTheEdit_data() { architectures(); }
    void theWholeResidualCarriesTheEdit()
    {
        QFETCH(QString, architecture);
        const Edited model(architecture);
        const int layers = model.base.loaded.model->info().layers;
        for (const char* direction : {"restore", "corrupt"})
            for (int layer = 0; layer < layers; ++layer) {
                const bool restore = direction == std::string("restore");
                const std::string patch =
                    "layers." + std::to_string(layer) + ".h@all=" + (restore ? "clean" : "corrupt");
                const Json head = runNamed("patch", with(fact, {{"direction", direction}, {"patches", {patch}}}),
                                           model.base.loaded, model.edits)
                                      .head;
                const Json& expected = head[(layer >= model.edits[0].layer) == restore ? "clean" : "corrupt"];
                QVERIFY2(std::abs(head["patched"]["logp"].get<double>() - expected["logp"].get<double>()) < 1e-12,
                         qPrintable(QString("%1, layer %2").arg(direction).arg(layer)));
            }
    }

    /// The run with the edit says what it says beside any other experiment, the other one what the base says.
    void theTwoRunsAreThoseOfTheTwoWeights_data() { architectures(); }
    void theTwoRunsAreThoseOfTheTwoWeights()
    {
        QFETCH(QString, architecture);
        const Edited model(architecture);
        const Json head = runNamed("patch", fact, model.base.loaded, model.edits).head;
        const Json asked{{"prompt", "The Eiffel Tower is in"}, {"target_id", head["target"]["id"]}};
        const auto logp = [&](const Edits& edits) {
            return runNamed("patch", asked, model.base.loaded, edits).head["clean"]["logp"].get<double>();
        };
        QVERIFY(std::abs(head["clean"]["logp"].get<double>() - logp(model.edits)) < 1e-12);
        QVERIFY(std::abs(head["corrupt"]["logp"].get<double>() - logp({})) < 1e-12);
    }

    void whatMakesNoSenseIsRefused()
    {
        const Edited model("mamba");
        VERIFY_REFUSED(runNamed("trace", fact, model.base.loaded), ErrorCode::Usage, "No edit is on");
        Edits off = model.edits;
        off[0].alpha = 0;
        VERIFY_REFUSED(runNamed("trace", fact, model.base.loaded, off), ErrorCode::Usage, "No edit is on");
        VERIFY_REFUSED(runNamed("trace", with(fact, {{"swap", "Big Ben"}}), model.base.loaded, model.edits),
                       ErrorCode::Usage, "Big Ben");
        VERIFY_REFUSED(runNamed("trace", with(fact, {{"noise", 3}}), model.base.loaded, model.edits), ErrorCode::Usage,
                       "noise");
    }
};

QTEST_GUILESS_MAIN(TestTraceOfEdits)
#include "tst_trace_of_edits.moc"
