// SPDX-License-Identifier: GPL-3.0-or-later
// Two results beside each other as JSON, CSV and NPY, and the runs of a session that stand so.
#include <QTest>

#include "core/io/export_pair.h"
#include "core/io/npy.h"
#include "core/io/session_pairs.h"
#include "tests/support/refusal.h"
#include "tests/widgets/sample_results.h"

#include <QTemporaryDir>
#include <algorithm>

using namespace mnemo;
using namespace mnemo::test;

namespace {

/// Every number of every map is `value`, but for the last cell, which is not computed.
Result traceOf(const char* model, int layers, const std::vector<std::string>& sites, double value)
{
    Result trace = sampleTrace();
    trace.model = {{"name", model}, {"hash", model}, {"layers", layers}};
    trace.head["sites"] = sites;
    trace.arrays.clear();
    for (const std::string& site : sites)
        for (const char* quantity : {".p", ".logp", ".rank", ".logit", ".logit_foil", ".kl"}) {
            Array map = sampleArray(site + quantity, layers);
            std::ranges::fill(map.values, value);
            std::ranges::fill(map.states, CellState::Computed);
            map.states.back() = CellState::NotComputed;
            trace.arrays.push_back(std::make_shared<const Array>(std::move(map)));
        }
    return trace;
}

Result mamba()
{
    return traceOf("mamba", 4, {"h", "s", "g"}, 0.75);
}

Result pythia()
{
    return traceOf("pythia", 2, {"h", "attn"}, 0.5);
}

std::ptrdiff_t linesWith(const std::string& csv, const std::string& start)
{
    std::ptrdiff_t lines = 0;
    for (std::size_t at = csv.find("\n" + start); at != std::string::npos; at = csv.find("\n" + start, at + 1))
        ++lines;
    return lines;
}

Session sessionOf(std::vector<const char*> kinds, Json besides)
{
    Session session;
    for (const char* kind : kinds)
        session.results.push_back(std::make_shared<const Result>(sampleOf(kind)));
    session.document = {{"view", {{"beside", std::move(besides)}}}};
    return session;
}

}  // namespace

class TestExportPair : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    std::filesystem::path path(const char* name) const { return m_folder.filePath(name).toStdString(); }

private Q_SLOTS:
    void jsonHasBothTracesAndTheirDifference()
    {
        const Json json = exportPairJson(mamba(), pythia());
        QCOMPARE(json.at("schema").get<std::string>(), std::string("mnemo.pair/1"));
        QCOMPARE(json.at("first").at("schema").get<std::string>(), std::string("mnemo.trace/1"));
        QCOMPARE(json.at("second").at("model").at("name").get<std::string>(), std::string("pythia"));
        QCOMPARE(json.at("paired_by").get<std::string>(), std::string("tokens"));
        QCOMPARE(json.at("tokens").size(), cleanTokens.size());
        QVERIFY(json.at("tokens").at(1) == Json({{"first", 1}, {"second", 1}}));
        const Json& maps = json.at("maps");
        QCOMPARE(maps.size(), std::size_t(2));  // g has no counterpart
        QVERIFY(maps.at(1).at("first") == "s" && maps.at(1).at("second") == "attn");
        QCOMPARE(maps.at(1).at("p").size(), std::size_t(4));  // the deeper one's layers
        QCOMPARE(maps.at(1).at("p").at(0).at(0).get<double>(), 0.25);
        QVERIFY(maps.at(0).at("p").at(3).back().is_null());
        QVERIFY(maps.at(0).at("state").at(3).back() == "not_computed");
        for (const char* metric : {"ie", "logp", "rank", "logit_diff", "kl"})
            QVERIFY2(maps.at(0).contains(metric), metric);
    }

    void pairsByRoleSayWhichRole()
    {
        Result other = pythia();
        other.head["tokens"].erase(0);
        other.head["subject"] = {0, 3};
        other.parameters["prompt"] = "Now {} is in";
        const Json json = exportPairJson(mamba(), other);
        QCOMPARE(json.at("paired_by").get<std::string>(), std::string("roles"));
        QVERIFY(json.at("tokens").at(0).at("role") == "subject_first");
        QCOMPARE(json.at("maps").at(0).at("p").at(0).size(), json.at("tokens").size());
    }

    void csvHasLinesOfEachAndOfTheDifference()
    {
        const std::string csv = exportPairCsv(mamba(), pythia());
        QVERIFY(csv.starts_with("# mnemo.pair/1\n"));
        QCOMPARE(linesWith(csv, "trace,site,window,layer,token,text,p,logp,rank,ie,state"), 1);
        QCOMPARE(linesWith(csv, "# model: "), 2);
        const auto tokens = std::ptrdiff_t(cleanTokens.size());
        QCOMPARE(linesWith(csv, "first,"), 3 * 4 * tokens);
        QCOMPARE(linesWith(csv, "second,"), 2 * 2 * tokens);
        QCOMPARE(linesWith(csv, "difference,"), 2 * 4 * tokens);
        QCOMPARE(linesWith(csv, "difference,s - attn,,2,1,\" Space\",0.25,0.25,0.25,"), 1);
    }

    void npyHasThemOnOneGrid()
    {
        exportPair(mamba(), pythia(), path("pair.npy"));
        const HostTensor numbers = readNpy(path("pair.npy"));
        QVERIFY(numbers.shape == (std::vector<std::int64_t>{3, 2, 4, std::int64_t(cleanTokens.size())}));
        const std::size_t part = numbers.values.size() / 3;
        QCOMPARE(numbers.values[0], 0.75F);
        QCOMPARE(numbers.values[part], 0.5F);
        QCOMPARE(numbers.values[2 * part], 0.25F);
        QVERIFY(std::isnan(numbers.values.back()));
    }

    void curvesAreExportedAtTheDepthsOfTheFirst()
    {
        const Result first = sampleKnockout();
        Result second = sampleKnockout();
        second.model["name"] = "other";
        second.arrays = {filled("change", {{"layer", {"0"}}, {"tokens", {"subject"}}}, "relative change", -0.5)};
        const Json json = exportPairJson(first, second);
        QCOMPARE(json.at("second").at("model").at("name").get<std::string>(), std::string("other"));
        QCOMPARE(json.at("curves").size(), std::size_t(1));  // of the subject alone
        const Json& curve = json.at("curves").at(0);
        QVERIFY(curve.at("array") == "change" && curve.at("column") == "subject");
        QVERIFY(curve.at("second").at(1) == -0.5 && curve.at("second").size() == std::size_t(sampleLayers));
        QVERIFY(std::abs(curve.at("difference").at(1).get<double>() - (-0.7 + 0.5)) < 1e-12);

        const std::string csv = exportPairCsv(first, second);
        QCOMPARE(linesWith(csv, "result,array,unit,layer,tokens,value,state"), 1);
        QCOMPARE(linesWith(csv, "second,change,"), 1);
        QCOMPARE(linesWith(csv, "difference,change,relative change,"), std::ptrdiff_t(sampleLayers));

        const HostTensor numbers = exportPairNumbers(first, second);
        QVERIFY(numbers.shape == (std::vector<std::int64_t>{3, 1, sampleLayers}));
        QCOMPARE(numbers.values[sampleLayers], -0.5F);
    }

    void whatCannotBeWrittenIsRefused()
    {
        VERIFY_REFUSED(exportPair(mamba(), pythia(), path("pair.xlsx")), ErrorCode::Usage, "pair.xlsx");
        VERIFY_REFUSED(exportPair(traceOf("mamba", 4, {"g"}, 0.5), pythia(), path("none.npy")), ErrorCode::NotFound,
                       "compared");
        VERIFY_REFUSED(exportPair(mamba(), pythia(), path("absent") / "pair.json"), ErrorCode::WriteFailed, "absent");
        QVERIFY(!std::filesystem::exists(path("none.npy")));
    }

    void pairsOfASessionGoThereAndBack()
    {
        Session session = sessionOf({"trace", "trace", "average", "average"}, Json::array());
        session.document["view"]["metric"] = "kl";
        const std::vector<RunPair> pairs{{0, 1}, {3, 2}, {2, 3}};
        setRunPairs(session, pairs);
        QVERIFY(runPairs(session) == pairs);
        QVERIFY(session.document["view"]["metric"] == "kl");
        setRunPairs(session, {});
        QVERIFY(!session.document["view"].contains("beside"));
        QVERIFY(runPairs(session).empty());
    }

    void pairsThatMakeNoSenseAreLeftOut_data()
    {
        QTest::addColumn<QString>("besides");
        QTest::newRow("no list") << "{\"a\":1}";
        QTest::newRow("no pair") << "[[0],[0,1,2],7,null]";
        QTest::newRow("no number") << "[[\"0\",\"1\"],[0.5,1],[-1,0]]";
        QTest::newRow("no run") << "[[0,9],[18446744073709551615,0]]";
        QTest::newRow("itself") << "[[1,1]]";
        QTest::newRow("two kinds") << "[[0,3]]";
        QTest::newRow("the second first") << "[[1,0]]";
    }
    void pairsThatMakeNoSenseAreLeftOut()
    {
        QFETCH(QString, besides);
        QVERIFY(
            runPairs(sessionOf({"trace", "trace", "trace", "average"}, Json::parse(besides.toStdString()))).empty());
    }

    void aTraceIsInOnePairAlone()
    {
        const Json besides = {{0, 1}, {0, 2}, {1, 2}, {2, 3}};
        QVERIFY(runPairs(sessionOf({"trace", "trace", "trace", "trace"}, besides)) ==
                (std::vector<RunPair>{{0, 1}, {2, 3}}));
    }
};

QTEST_APPLESS_MAIN(TestExportPair)
#include "tst_export_pair.moc"
