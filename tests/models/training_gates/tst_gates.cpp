// SPDX-License-Identifier: GPL-3.0-or-later
// Bounds, the report, and that a model that knows nothing passes none.
#include "tests/models/training_gates/shipped_checkpoint.h"  // first, see there

#include "models/training/gates/fact_gates.h"
#include "models/training/gates/release_gates.h"

using namespace mnemo;
using namespace mnemo::test;

namespace {

const Gate& gateNamed(const GateReport& report, const std::string& name)
{
    for (const Gate& gate : report.gates)
        if (gate.name == name)
            return gate;
    throw std::runtime_error("no gate " + name);
}

}  // namespace

class TestGates : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aBoundIsMetOrNot()
    {
        QVERIFY(atLeast("a", 0.5, 0.5).passed());
        QVERIFY(!atLeast("a", 0.49, 0.5).passed());
        QVERIFY(atMost("a", 0.5, 0.5).passed());
        QVERIFY(!atMost("a", 0.51, 0.5).passed());
        QVERIFY(!atLeast("a", notMeasured, 0.5).passed());
        QVERIFY(!atMost("a", notMeasured, 0.5).passed());
        QVERIFY(shown("a", notMeasured).passed());
    }

    void aReportSaysEverything()
    {
        const GateReport report{
            "m",
            "sha256:0",
            "mamba",
            1,
            {atLeast("enough", 0.75, 0.6, "note"), counted(atMost("few", 4, 3)), shown("none", notMeasured)},
            {{"capital", 2, 1, notMeasured}},
            {{"h", {0.25, 1}, 2}}};
        QVERIFY(!report.passed());
        const QString text = QString::fromStdString(plainText(report));
        const QStringList lines = text.split('\n');
        QVERIFY2(lines.contains("enough  0.750  ≥ 0.60  pass  note"), qPrintable(text));
        QVERIFY2(lines.contains("few     4      ≤ 3     FAIL"), qPrintable(text));
        QVERIFY2(lines.contains("none    –"), qPrintable(text));
        QVERIFY(text.contains("1 of 2 gates do not hold."));
        QVERIFY(QString::fromStdString(markdown(report)).contains("| enough | 0.750 | ≥ 0.60 | pass | note |"));
        const Json json = toJson(report);
        QCOMPARE(json["passed"].get<bool>(), false);
        QVERIFY(json["gates"][2]["value"].is_null());
        QCOMPARE(json["gates"][1]["at_most"].get<double>(), 3.0);
        QCOMPARE(json["curves"][0]["layers"][1].get<double>(), 1.0);
    }

    void swapsDifferInNothingButTheSubject_data() { shippedNames(); }
    void swapsDifferInNothingButTheSubject()
    {
        QFETCH(QString, name);
        const LoadedModel* model = shipped(name);
        if (!model)
            QSKIP("the shipped checkpoint is not in this tree");
        for (const SwapKind kind : {SwapKind::AnySubject, SwapKind::SharedLastToken}) {
            const SwapDraw swaps = draw(*model, kind, 40);
            QCOMPARE(int(swaps.facts.size()), 40);
            for (const SwapFact& fact : swaps.facts) {
                QVERIFY(fact.subject != fact.swap);
                QVERIFY(fact.p - fact.pCorrupt > leastSwapEffect);
                QCOMPARE(fact.clean.prompt.size(), fact.corrupt.prompt.size());
                for (int pos = 0; pos <= fact.clean.last(); ++pos)
                    if (!fact.clean.subject.contains(pos))
                        QCOMPARE(fact.clean.ids()[std::size_t(pos)], fact.corrupt.ids()[std::size_t(pos)]);
                const auto last = std::size_t(fact.clean.subject.end - 1);
                if (kind == SwapKind::SharedLastToken)
                    QCOMPARE(fact.clean.ids()[last], fact.corrupt.ids()[last]);
            }
        }
    }

    void threeOtherNames()
    {
        const IoiPrompt prompt{"When Rose and Anna met Roses, Anna gave a rose to", "Rose", "Anna"};
        QCOMPARE(withNames(prompt, {"A", "B", "C"}), std::string("When A and B met Roses, C gave a rose to"));
    }

    void shareOfFactsThatAreRight_data() { shippedNames(); }
    void shareOfFactsThatAreRight()
    {
        QFETCH(QString, name);
        const LoadedModel* model = shipped(name);
        if (!model)
            QSKIP("the shipped checkpoint is not in this tree");
        std::vector<Relation> facts = shippedFacts();
        facts.resize(2);
        for (Relation& relation : facts) {
            relation.templates.resize(1);  // no draw: there is one to pick
            relation.heldOutTemplates.clear();
            relation.samples.resize(6);
            relation.samples[0].object = "Nowhere";
        }
        SilentReporter silent;
        const FactScores scores = scoreFacts(*model, facts, 1, silent);
        int right = 0;
        for (const Relation& relation : facts)
            for (const FactSample& sample : relation.samples) {
                std::string prompt = relation.templates[0];
                prompt.replace(prompt.find("{}"), 2, sample.subject);
                const Json head = runNamed("predict", {{"prompt", prompt}, {"target", sample.object}}, *model).head;
                right += head["target"]["rank"].get<int>() == 0 ? 1 : 0;
            }
        QCOMPARE(scores.trained, double(right) / 12);
        QVERIFY(right >= 8 && right <= 10);
        QVERIFY(std::isnan(scores.heldOut));
        QVERIFY(!factGates(scores)[1].passed());
    }

    void aRandomModelPassesNone_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::newRow("mamba") << "mamba";
        QTest::newRow("gpt_neox") << "gpt_neox";
    }
    void aRandomModelPassesNone()
    {
        QFETCH(QString, architecture);
        const bool isMamba = architecture == "mamba";
        const TinyModel tiny = isMamba ? tinyMambaWeights(3, 4) : tinyNeoxWeights(3, 4);
        LoadedModel model;
        model.model = tiny.build(at::kFloat);
        model.tokenizer = std::make_shared<const WordTokenizer>(std::vector<std::string>{
            "<end>", "Old",  "New", "Tower", "Bridge", "is",  "in",  "Paris", "Rome", "the",  "of", "lies",
            "Anna",  "Rose", "Amy", "Paul",  "John",   "and", "met", "gave",  "a",    "ball", "to"});
        const std::vector<Relation> facts{
            {"place in city",
             {"the {} is in"},
             {"the {} lies in"},
             {{"Old Tower", "Paris"}, {"New Tower", "Rome"}, {"Old Bridge", "Rome"}, {"New Bridge", "Paris"}}}};
        const std::vector<IoiPrompt> prompts{{"Anna and Rose met and Rose gave a ball to", "Anna", "Rose"},
                                             {"Rose and Amy met and Rose gave a ball to", "Amy", "Rose"}};
        SilentReporter silent;
        const GateReport report =
            measureGates(model, facts, prompts, {"Anna", "Rose", "Amy", "Paul", "John"}, {}, silent);
        QVERIFY(!report.passed());
        for (const char* name : {"facts, trained templates", "facts, held-out templates", "IOI, unseen pairs"})
            QVERIFY2(!gateNamed(report, name).passed(), name);
        QCOMPARE(gateNamed(report, "subject last: peak IE").passed(), !isMamba);  // no bound there
        QCOMPARE(gateNamed(report, "subject last: peak IE").bound.has_value(), isMamba);
        for (const char* name :
             {"severing o at subject last: IE lost", "prompt last after the crossover", "swaps sharing the last token",
              "IOI: left without one layer", "IOI: left without any other"})
            QVERIFY2(gateNamed(report, name).passed() == !isMamba, plainText(report).c_str());
        if (!isMamba)
            QVERIFY(!gateNamed(report, "attn: prompt last / subject last").passed());
    }
};

QTEST_APPLESS_MAIN(TestGates)
#include "tst_gates.moc"
