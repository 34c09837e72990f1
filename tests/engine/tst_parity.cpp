// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/engine/parity_fixture.h"

#include "core/engine/run_plan.h"

#include <QtTest>
#include <cmath>
#include <set>

using namespace mnemo;

namespace {

constexpr double tolerance = 1e-4;  ///< absolute, f32

void everyFixture()
{
    QTest::addColumn<QString>("name");
    for (const char* name : parityFixtures)
        QTest::newRow(name) << name;
}

/// "layers.3.conv[-1]" → "conv[-1]"
std::string kindOf(const std::string& site)
{
    return site.substr(site.rfind('.') + 1);
}

/// Everything of one prompt: every state at every token, and all logits.
void comparePrompt(const ParityFixture& fixture, const Json& prompt, Comparison& comparison, std::size_t& wanted)
{
    const std::string key = prompt.at("key");
    const auto sites = fixture.expected.at("sites").get<std::vector<std::string>>();
    const auto tokens = prompt.at("ids").get<std::vector<int>>();
    Plan plan;
    const RunId run = plan.addRun(tokens);
    for (const std::string& site : sites)
        for (int pos = 0; pos < int(tokens.size()); ++pos)
            plan.read({.run = run, .position = pos, .state = parseSites(site, fixture.layers()).at(0)});
    for (int pos = 0; pos < int(tokens.size()); ++pos)
        plan.read({.run = run, .position = pos, .allLogits = true});

    SilentReporter reporter;
    const PlanResult result = runPlan(*fixture.loaded.model, {}, plan, reporter);
    std::size_t next = 0;
    const auto compare = [&](const std::string& what, std::vector<float> ReadoutValue::*member) {
        const std::vector<float> want = fixture.values(key + "." + what);
        std::vector<float> got;
        for (std::size_t pos = 0; pos < tokens.size(); ++pos, ++next) {
            const std::vector<float>& row = result.values.at(next).*member;
            got.insert(got.end(), row.begin(), row.end());
        }
        comparison.add(fixture.name + " " + key + "." + what, got, want);
        wanted += want.size();
    };
    for (const std::string& site : sites)
        compare(site, &ReadoutValue::state);
    compare("logits", &ReadoutValue::logits);
}

}  // namespace

/// The engine against the plain PyTorch reference, whose numbers are those of transformers (tests/fixtures).
class TestParity : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase_data() { everyFixture(); }

    /// Nothing is left out: the fixture has each site the model has, in each layer, and no other.
    void fixtureCoversEverySite()
    {
        QFETCH_GLOBAL(QString, name);
        const ParityFixture fixture = loadParityFixture(name.toStdString());
        std::set<std::string> have;
        for (const std::string site : fixture.expected.at("sites"))
            QVERIFY2(have.insert(site).second, site.c_str());
        std::size_t expected = 0;
        for (const SiteInfo& site : fixture.loaded.model->sites()) {
            const std::string kind(siteName(site.kind));
            if (!isPerLayer(site.kind)) {
                ++expected;
                QVERIFY2(have.contains(kind), kind.c_str());
                continue;
            }
            for (int layer = 0; layer < fixture.layers(); ++layer) {
                const std::string full = "layers." + std::to_string(layer) + "." + kind;
                QVERIFY2(have.contains(full), full.c_str());
                expected += site.kind == SiteKind::Conv ? 5 : 1;  // with its four taps
            }
        }
        QCOMPARE(have.size(), expected);
    }

    void statesAndLogits()
    {
        QFETCH_GLOBAL(QString, name);
        const ParityFixture fixture = loadParityFixture(name.toStdString());
        Comparison comparison(tolerance);
        std::size_t wanted = 0;
        for (const Json& prompt : fixture.expected.at("prompts"))
            comparePrompt(fixture, prompt, comparison, wanted);
        qInfo("%zu values, max |delta| %.3g", comparison.compared(), comparison.worst());
        QVERIFY(wanted > 20000);
        QCOMPARE(comparison.compared(), wanted);
        QVERIFY(comparison.isGood());
    }

    void tokenizerGivesTheIds()
    {
        QFETCH_GLOBAL(QString, name);
        const ParityFixture fixture = loadParityFixture(name.toStdString());
        int compared = 0;
        for (const Json& prompt : fixture.expected.at("prompts")) {
            std::vector<int> ids;
            for (const Token& token : fixture.loaded.tokenizer->encode(prompt.at("text").get<std::string>()))
                ids.push_back(token.id);
            QCOMPARE(ids, prompt.at("ids").get<std::vector<int>>());
            ++compared;
        }
        QCOMPARE(compared, 3);
    }

    /// p and IE of whole grids: every site with windows 1 and 10, the paper's sites with window 3 as well; swap and
    /// noise.
    void grids()
    {
        QFETCH_GLOBAL(QString, name);
        const ParityFixture fixture = loadParityFixture(name.toStdString());
        Comparison comparison(tolerance);
        std::size_t cells = 0;
        std::set<std::string> kinds;
        for (const Json& pair : fixture.expected.at("pairs")) {
            const double pClean = pair.at("p_clean");
            for (const GridCase& grid : gridCases(pair)) {
                const GridValues got = runGrid(fixture, pair, grid);
                const double pCorrupt = pair.at(grid.noise ? "p_corrupt_noise" : "p_corrupt_swap");
                QVERIFY2(pClean - pCorrupt > 0.05, "the corruption must matter, or the grid shows nothing");
                QVERIFY(std::abs(got.pClean - pClean) < tolerance);
                QVERIFY(std::abs(got.pCorrupt - pCorrupt) < tolerance);
                comparison.add(fixture.name + " " + grid.key + ".p", got.p, fixture.values(grid.key + ".p"));
                comparison.add(fixture.name + " " + grid.key + ".ie", got.indirectEffect(),
                               fixture.values(grid.key + ".ie"));
                cells += std::size_t(fixture.layers()) * pair.at("clean").size();
                kinds.insert(grid.kind);
            }
        }
        qInfo("%zu cells, max |delta| %.3g", cells, comparison.worst());
        std::set<std::string> patchable;
        for (const std::string site : fixture.expected.at("sites"))
            if (site != "embed" && site != "final")
                patchable.insert(kindOf(site));
        QCOMPARE(kinds, patchable);
        QVERIFY(cells > 1000);
        QCOMPARE(comparison.compared(), 2 * cells);
        QVERIFY(comparison.isGood());
    }
};

QTEST_APPLESS_MAIN(TestParity)
#include "tst_parity.moc"
