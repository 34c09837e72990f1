// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever is changed in a session is found, and named in its part.
#include "tests/io/io_test.h"

#include "core/io/json_difference.h"
#include "core/io/session_diff.h"
#include "tests/io/sample_session.h"

using namespace mnemo;

namespace {

/// A session with a run that has an array with cells, drawn by a seed.
Session sampleWithCells(unsigned& seed)
{
    for (;; ++seed) {
        Session session = io_test::SessionSampler(seed).session();
        if (!session.results.empty() && !session.results[0]->arrays.empty() &&
            session.results[0]->arrays[0]->size() > 0)
            return session;
    }
}

/// The same with its first result changed.
template <class Change>
Session withResult(const Session& session, const Change& change)
{
    Session changed = session;
    Result result = *session.results[0];
    change(result);
    changed.results[0] = std::make_shared<const Result>(std::move(result));
    return changed;
}

template <class Change>
Session withArray(const Session& session, const Change& change)
{
    return withResult(session, [&](Result& result) {
        Array array = *result.arrays[0];
        change(array);
        result.arrays[0] = std::make_shared<const Array>(std::move(array));
    });
}

Json differing(const Session& first, const Session& second, double tolerance = 0)
{
    return diffSessions(first, second, tolerance)["runs"]["differ"];
}

}  // namespace

class TestSessionDiff : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyChangeIsFound()
    {
        for (unsigned seed = 0, tried = 0; tried < 100; ++seed, ++tried) {
            const Session was = sampleWithCells(seed);
            const QByteArray what = "seed " + QByteArray::number(seed);
            const std::size_t cell = seed % was.results[0]->arrays[0]->size();
            const Json value = differing(
                was, withArray(was, [&](Array& array) { array.values[cell] = array.values[cell] == 7 ? 8 : 7; }));
            QVERIFY2(value.size() == 1 && value[0]["arrays"][0]["cells"] == 1, what);
            const Json state = differing(was, withArray(was, [&](Array& array) {
                                             array.states[cell] = CellState((int(array.states[cell]) + 1) % 4);
                                         }));
            QVERIFY2(state.size() == 1 && state[0]["arrays"][0]["states"] == 1, what);
            const Json unit = differing(was, withArray(was, [](Array& array) { array.unit += "x"; }));
            QVERIFY2(unit[0]["arrays"][0]["problem"] == "other axes", what);
            const Json gone =
                differing(was, withResult(was, [](Result& result) { result.arrays.erase(result.arrays.begin()); }));
            QVERIFY2(gone[0]["arrays"][0]["problem"] == "only in the first", what);
            const Json head = differing(was, withResult(was, [](Result& result) { result.head["x"] = 1; }));
            QVERIFY2(head[0]["head"] == Json({"/x"}), what);
            const Json title = differing(was, withResult(was, [](Result& result) { result.title += "x"; }));
            QVERIFY2(title[0].contains("titles"), what);
        }
    }

    /// Another question is another run, not the same one with other answers.
    void runsBelongTogetherByWhatWasAsked()
    {
        unsigned seed = 0;
        Session was = sampleWithCells(seed);
        was.results.resize(1);
        was.document = Json::object();
        const auto isAnother = [&](const auto& change) {
            const Json runs = diffSessions(was, withResult(was, change))["runs"];
            return runs["only_first"].size() == 1 && runs["only_second"].size() == 1 && runs["differ"].empty();
        };
        QVERIFY(isAnother([](Result& result) { result.kind += "x"; }));
        QVERIFY(isAnother([](Result& result) { result.parameters["seed"] = 2; }));
        QVERIFY(isAnother([](Result& result) { result.model["hash"] = "another"; }));
        QVERIFY(isAnother([](Result& result) { result.model["dtype"] = "bf16"; }));
        QVERIFY(isAnother([](Result& result) { result.provenance["edits"] = {{{"hash", "0"}, {"alpha", 1}}}; }));
        QVERIFY(!isAnother([](Result& result) { result.parameters["records"] = "records.jsonl"; }));
        QVERIFY(!isAnother([](Result& result) { result.provenance["seconds"] = 100; }));
        // Asked twice, it is there twice: in whatever order.
        Session twice = was;
        twice.results.push_back(was.results[0]);
        QCOMPARE(diffSessions(twice, was)["runs"]["only_first"].size(), std::size_t(1));
        QCOMPARE(diffSessions(twice, twice)["runs"]["same"].get<int>(), 2);
    }

    void whatIsNoRunIsComparedToo()
    {
        Session first, second;
        const auto part = [&](const char* name) { return diffSessions(first, second)[name]; };
        first.document["notes"] = {{{"id", "n0"}, {"text", "a"}}, "plain"};
        second.document["notes"] = {{{"id", "n0"}, {"text", "b"}}, "other"};
        QCOMPARE(part("notes")["differ"].size(), std::size_t(1));
        QVERIFY(part("notes")["only_first"] == Json({"plain"}) && part("notes")["only_second"] == Json({"other"}));
        second.document["notes"] = first.document["notes"];
        first.document["view"] = {{"metric", "p"}};
        first.metadata = {{"created", "2026-01-01T00:00:00Z"}, {"app", "0.1.0"}};
        QVERIFY(diffSessions(first, second)["equal"] == true);  // how it is looked at, and when it was made
        second.metadata["title"] = "x";
        second.document["x-tool"] = 1;
        second.otherTensors = {{"t", Dtype::U8, {1}, {std::byte{1}}}};
        QCOMPARE(part("others")["only_second"].size(), std::size_t(3));
        first.otherTensors = {{"t", Dtype::U8, {1}, {std::byte{2}}}};
        QCOMPARE(part("others")["differ"].size(), std::size_t(1));
        first.results = second.results = {std::make_shared<const Result>(io_test::romeResult(1))};
        setSessionEdits(first, {{0, true, 1}});
        setSessionEdits(second, {{0, false, 1}});
        QCOMPARE(part("edits")["differ"].size(), std::size_t(1));
        QVERIFY(part("edits")["differ"][0]["second"]["on"] == false);
    }

    void toleranceIsForNumbers()
    {
        unsigned seed = 0;
        Session was = sampleWithCells(seed);
        was = withArray(was, [](Array& array) {
            array.values[0] = 0.5;
            array.states[0] = CellState::Computed;
        });
        const Session near = withArray(was, [](Array& array) { array.values[0] += 1e-9; });
        QCOMPARE(differing(was, near).size(), std::size_t(1));
        QVERIFY(differing(was, near, 1e-8).empty());
        const Session none = withArray(was, [](Array& array) { array.values[0] = std::nan(""); });
        const Json found = differing(was, none, 1e300);
        QVERIFY(found.size() == 1 && found[0]["arrays"][0]["largest"].is_null());
    }

    void differencesOfNumbers()
    {
        const double infinite = std::numeric_limits<double>::infinity();
        QCOMPARE(numberDifference(1, 3), 2.0);
        QCOMPARE(numberDifference(0.0, -0.0), 0.0);
        QCOMPARE(numberDifference(infinite, infinite), 0.0);
        QCOMPARE(numberDifference(infinite, -infinite), infinite);
        QCOMPARE(numberDifference(std::nan(""), std::nan("")), 0.0);
        QCOMPARE(numberDifference(std::nan(""), 1), infinite);
    }

    void differencesOfDocuments_data()
    {
        QTest::addColumn<QByteArray>("first");
        QTest::addColumn<QByteArray>("second");
        QTest::addColumn<QStringList>("places");
        const auto row = [](const char* name, const char* first, const char* second, const QStringList& places) {
            QTest::newRow(name) << QByteArray(first) << QByteArray(second) << places;
        };
        row("order of keys", R"({"a":1,"b":2})", R"({"b":2,"a":1})", {});
        row("types of numbers", "[1, 2.0]", "[1.0, 2]", {});
        row("large whole numbers", "[9007199254740993]", "[9007199254740992]", {"/0"});
        row("deep", R"({"a":[{"b":1},{"b":2}]})", R"({"a":[{"b":1},{"b":3}]})", {"/a/1/b"});
        row("keys of one", R"({"a":1,"x/y":1})", R"({"a":1,"c":1})", {"/x~1y", "/c"});
        row("longer list", R"({"a":[1]})", R"({"a":[1,2]})", {"/a"});
        row("other type", R"({"a":"1"})", R"({"a":1})", {"/a"});
        row("null", R"({"a":null})", "{}", {"/a"});
        row("the whole", "1", "[]", {""});
    }
    void differencesOfDocuments()
    {
        QFETCH(QByteArray, first);
        QFETCH(QByteArray, second);
        QFETCH(QStringList, places);
        QStringList found;
        for (const std::string& place :
             jsonDifferences(Json::parse(first.toStdString()), Json::parse(second.toStdString()), 0))
            found << QString::fromStdString(place);
        QCOMPARE(found, places);
    }
};

QTEST_APPLESS_MAIN(TestSessionDiff)
#include "tst_session_diff.moc"
