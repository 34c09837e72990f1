// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/experiments/word_model.h"  // before <compare>, which moc cannot read first

#include "tests/experiments/trace_twin.h"

#include "core/data/metric.h"

#include <QTest>
#include <set>

using namespace mnemo;
using namespace mnemo::test;

namespace {

const Json swapFact{{"prompt", "The {} is in"}, {"subject", "Eiffel Tower"}, {"swap", "Big Ben"}};

Json with(Json fact, const Json& more)
{
    fact.update(more);
    return fact;
}

bool near(double a, double b, double tolerance)
{
    return std::abs(a - b) < tolerance;
}

/// Keeps snapshots, and stops at a given stop check.
class Recorder : public Reporter
{
public:
    explicit Recorder(int stopAfter = -1) : m_left(stopAfter) {}

    void checkStop() override
    {
        if (m_left > 0 && --m_left == 0)
            throw Cancelled{};
    }
    void progress(std::int64_t done, std::int64_t total, const std::string&) override
    {
        QVERIFY(done <= total);
        lastDone = done;
    }
    void partial(const std::function<Result()>& make) override { snapshots.push_back(make()); }
    void note(const std::string&) override {}

    std::vector<Result> snapshots;
    std::int64_t lastDone = 0;

private:
    int m_left;
};

int count(const Array& array, CellState state)
{
    return int(std::count(array.states.begin(), array.states.end(), state));
}

}  // namespace

class TestTrace : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyCellIsItsTwin_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<QString>("params");
        QTest::addColumn<int>("exact");
        for (const char* architecture : {"mamba", "gpt_neox"}) {
            const auto row = [&](const char* name, const char* params, int exact) {
                QTest::addRow("%s, %s", architecture, name) << architecture << params << exact;
            };
            row("window 1", R"({"swap": "Big Ben", "window": "1"})", 4);
            row("window 2", R"({"swap": "Big Ben", "window": "2"})", 4);
            row("window 10", R"({"swap": "Big Ben", "window": "10"})", 4);
            row("shared first token", R"({"sites": ["h", "o"], "swap": "Eiffel Pyramid"})", 7);
            row("prefix", R"({"sites": ["h", "o"], "swap": "Big Ben", "prefix": "eos"})", 8);
            row("sequence",
                R"({"sites": ["h", "o"], "swap": "Big Ben", "target": "the old city", "target_mode": "sequence"})", 3);
            row("corrupt", R"({"sites": ["h", "o"], "swap": "Big Ben", "direction": "corrupt"})", 4);
            row("noise", R"({"sites": ["h", "o"], "noise": 2.0, "samples": 3, "seed": 7})", 4);
            row("noise into the clean run",
                R"({"sites": ["h", "o"], "noise": 2.0, "samples": 2, "direction": "corrupt"})", 4);
            row("longer swap", R"({"sites": ["h", "o"], "swap": "old Big Ben", "align": "right"})", 4);
            row("shorter swap", R"({"sites": ["h", "o"], "swap": "Rome", "align": "right"})", 4);
        }
    }
    /// Exact cells are compared as well: the twin makes the run that the trace saves.
    void everyCellIsItsTwin()
    {
        QFETCH(QString, architecture);
        QFETCH(QString, params);
        QFETCH(int, exact);
        const TinyLoaded model(architecture.toStdString(), 3);
        const Json given =
            with({{"prompt", "The {} is in"}, {"subject", "Eiffel Tower"}}, Json::parse(params.toStdString()));
        const Result trace = runNamed("trace", given, model.loaded);
        TraceTwin twin(model.tiny, trace);
        QVERIFY(near(trace.head["clean"]["logp"], twin.clean().logp, 1e-6));
        const TwinScore corrupt = twin.corrupt();
        QVERIFY(near(trace.head["corrupt"]["logp"], corrupt.logp, 1e-6));
        QVERIFY(near(trace.head["p_corrupt"], corrupt.p, 1e-6));

        const int layers = trace.model["layers"];
        int compared = 0;
        double moved = 0;
        for (const Json& name : trace.head["sites"]) {
            const std::string site = name;
            const int window = trace.head["windows"][site];
            const ArrayPtr p = trace.find(site + ".p");
            for (int layer = 0; layer < layers; ++layer)
                for (int pos = 0; pos < p->axes[1].size(); ++pos) {
                    if (trace.head["partner"][std::size_t(pos)].is_null()) {
                        QCOMPARE(p->state(layer, pos), CellState::NotComputed);
                        continue;
                    }
                    QVERIFY(p->has(layer, pos));
                    const TwinScore expected = twin.cell(*siteKindFromName(site), window, layer, pos, layers);
                    const QByteArray where = QString("%1 layer %2 token %3: %4 and %5")
                                                 .arg(site.c_str())
                                                 .arg(layer)
                                                 .arg(pos)
                                                 .arg(p->at(layer, pos), 0, 'g', 12)
                                                 .arg(expected.p, 0, 'g', 12)
                                                 .toUtf8();
                    QVERIFY2(near(p->at(layer, pos), expected.p, 1e-6), where);
                    QVERIFY2(near(trace.find(site + ".logp")->at(layer, pos), expected.logp, 1e-5), where);
                    QVERIFY2(near(trace.find(site + ".rank")->at(layer, pos), expected.rank, 1e-9), where);
                    QVERIFY2(near(trace.find(site + ".kl")->at(layer, pos), expected.kl, 1e-5), where);
                    moved = std::max(moved, std::abs(expected.logp - corrupt.logp));
                    ++compared;
                }
        }
        QVERIFY(compared >= 2 * 3 * 4);
        QVERIFY2(moved > 1e-2, "the patches must matter, or the test shows nothing");
        // h: the first column in every layer, the other tokens but the last in the last layer, and its last cell.
        QVERIFY2(count(*trace.find("h.p"), CellState::Exact) >= exact,
                 QByteArray::number(count(*trace.find("h.p"), CellState::Exact)));
        QCOMPARE(trace.done, 1.0);
    }

    void restoringTheLastStateRestoresTheAnswer_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::newRow("mamba") << "mamba";
        QTest::newRow("gpt_neox") << "gpt_neox";
    }
    void restoringTheLastStateRestoresTheAnswer()
    {
        QFETCH(QString, architecture);
        const TinyLoaded model(architecture.toStdString(), architecture == "mamba" ? 5 : 3);
        const Result trace = runNamed("trace", with(swapFact, {{"sites", {"h"}}}), model.loaded);
        QVERIFY2(trace.head["effect_defined"].get<bool>(), "the swap must matter, or the test shows nothing");
        const Array ie = traceMetric(trace, "h", Metric::IndirectEffect);
        const int last = ie.axes[1].size() - 1;
        QVERIFY(near(ie.at(ie.axes[0].size() - 1, last), 1, 1e-9));
        for (int layer = 0; layer < ie.axes[0].size(); ++layer)
            QCOMPARE(ie.at(layer, 0), 0.0);
    }

    void rightAlignmentOfEqualLengthsChangesNothing()
    {
        const TinyLoaded model("mamba", 5);
        const Result exact = runNamed("trace", swapFact, model.loaded);
        const Result right = runNamed("trace", with(swapFact, {{"align", "right"}}), model.loaded);
        QCOMPARE(exact.arrays.size(), right.arrays.size());
        for (std::size_t i = 0; i < exact.arrays.size(); ++i) {
            QCOMPARE(right.arrays[i]->values, exact.arrays[i]->values);
            QCOMPARE(right.arrays[i]->states, exact.arrays[i]->states);
        }
    }

    void runsThatAgreeHaveNoEffectAndNoError()
    {
        const TinyLoaded model("mamba", 3);
        const Result once = runNamed("trace", with(swapFact, {{"sites", {"h"}}}), model.loaded);
        const int foil = once.head["foil"]["id"];
        QVERIFY(foil != once.head["target"]["id"].get<int>());
        const Result trace = runNamed("trace", with(swapFact, {{"sites", {"h"}}, {"target_id", foil}}), model.loaded);
        QVERIFY(trace.head["p_clean"].get<double>() < trace.head["p_corrupt"].get<double>());
        QVERIFY(!trace.head["effect_defined"].get<bool>());
        const Array ie = traceMetric(trace, "h", Metric::IndirectEffect);
        QCOMPARE(count(ie, CellState::Undefined), int(ie.size()));
        QVERIFY(count(*trace.find("h.p"), CellState::Computed) > 0);
    }

    void stoppingKeepsWhatIsDone()
    {
        const TinyLoaded model("mamba", 3);
        const Result whole = runNamed("trace", swapFact, model.loaded);
        Recorder recorder(120);
        bool cancelled = false;
        try {
            runNamed("trace", swapFact, model.loaded, recorder, 1);  // one run per batch
        } catch (const Cancelled&) {
            cancelled = true;
        }
        QVERIFY(cancelled);
        QVERIFY(!recorder.snapshots.empty());
        const Result& kept = recorder.snapshots.back();
        QCOMPARE(kept.kind, std::string("trace"));
        QVERIFY(kept.parameters["window"] == "auto");
        QVERIFY(kept.done > 0 && kept.done < 1);
        int computed = 0;
        for (const ArrayPtr& array : kept.arrays)
            for (std::size_t i = 0; i < array->size(); ++i)
                if (array->states[i] == CellState::Computed) {
                    ++computed;
                    QVERIFY(near(array->values[i], whole.find(array->name)->values[i], 1e-6));
                }
        QVERIFY(computed > 0);
    }

    void whatIsLookedAtComesFirst()
    {
        const TinyLoaded model("mamba", 3);
        Recorder recorder;
        const Result whole = runNamed("trace", with(swapFact, {{"first_positions", {"3"}}}), model.loaded, recorder, 1);
        std::vector<int> columns;
        for (const Result& snapshot : recorder.snapshots) {
            const ArrayPtr p = snapshot.find("h.p");
            for (int pos = 0; pos < p->axes[1].size(); ++pos)
                for (int layer = 0; layer < p->axes[0].size(); ++layer)
                    if (p->state(layer, pos) == CellState::Computed &&
                        std::find(columns.begin(), columns.end(), pos) == columns.end())
                        columns.push_back(pos);
        }
        QCOMPARE(columns, (std::vector<int>{3, 2, 4, 1}));
        QVERIFY(recorder.lastDone > 0);
        QCOMPARE(whole.done, 1.0);
    }

    /// The columns that are looked at come first in every site, not only in the first.
    void whatIsLookedAtComesFirstInEverySite()
    {
        const TinyLoaded model("mamba", 3);
        Recorder recorder;
        runNamed("trace", with(swapFact, {{"sites", {"h", "s", "o"}}}), model.loaded, recorder, 1);
        const auto computed = [](const Result& snapshot, const char* site, int pos) {
            return snapshot.find(std::string(site) + ".p")->state(0, pos) == CellState::Computed;
        };
        int seen = 0;
        for (const Result& snapshot : recorder.snapshots)
            if (computed(snapshot, "h", 1)) {  // neither the subject's last token nor the prompt's
                const int last = snapshot.find("o.p")->axes[1].size() - 1;
                QVERIFY(computed(snapshot, "o", last) || snapshot.find("o.p")->state(0, last) == CellState::Exact);
                QVERIFY(computed(snapshot, "s", 2) && computed(snapshot, "o", 2));
                ++seen;
            }
        QVERIFY(seen > 0);
    }

    void samplesSpread()
    {
        const TinyLoaded model("mamba", 3);
        Json noise{{"prompt", "The {} is in"}, {"subject", "Eiffel Tower"}, {"noise", 2.0}, {"sites", {"h"}}};
        const Result ten = runNamed("trace", noise, model.loaded);
        QCOMPARE(ten.head["samples"].get<int>(), 10);
        QVERIFY(ten.head["spread"].get<double>() > 0);
        QVERIFY(ten.head["sigma"].get<double>() > 0);
        noise["samples"] = 1;
        QCOMPARE(runNamed("trace", noise, model.loaded).head["spread"].get<double>(), 0.0);
    }

    void theResultSaysHowItWasMade()
    {
        const TinyLoaded model("mamba", 3);
        const Result trace = runNamed("trace", swapFact, model.loaded);
        QCOMPARE(trace.parameters["prompt"].get<std::string>(), std::string("The {} is in"));
        QCOMPARE(trace.parameters["samples"].get<int>(), 10);
        QCOMPARE(trace.model["name"].get<std::string>(), std::string("tiny"));
        for (const char* key : {"mnemo", "torch", "threads", "seconds", "seed", "runs", "plan"})
            QVERIFY2(trace.provenance.contains(key), key);
        QCOMPARE(trace.head["top_clean"].size(), std::size_t(10));
        QVERIFY(trace.head["top_clean"][0]["id"] == trace.head["target"]["id"]);
        for (const Json& token : trace.head["top_clean"])
            QVERIFY(token["id"].get<int>() < model.loaded.tokenizer->size());
        const Result again = resultFromJson(toJson(trace));
        QCOMPARE(again.arrays.size(), trace.arrays.size());
    }
};

QTEST_APPLESS_MAIN(TestTrace)
#include "tst_trace.moc"
