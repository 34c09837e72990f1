// SPDX-License-Identifier: GPL-3.0-or-later
// Files of every version of the format: those written in the past read as they did, those of the future lose nothing.
// tests/fixtures/sessions/make_sessions.py says how they were made.
#include "tests/io/io_test.h"

#include "core/io/edit_file.h"
#include "core/io/session_check.h"
#include "core/io/session_diff.h"
#include "core/io/session_edits.h"

#include <cmath>
#include <numeric>

using namespace mnemo;

namespace {

std::filesystem::path fixture(const char* name)
{
    return std::string(MNEMO_TEST_FIXTURES "/sessions/") + name;
}

bool near(double value, double expected)
{
    return std::abs(value - expected) <= 1e-12 * std::max(1.0, std::abs(expected));
}

/// Of all cells that have a value.
double sumOf(const Array& array)
{
    double sum = 0;
    for (std::size_t i = 0; i < array.size(); ++i)
        sum += hasValue(array.states[i]) ? array.values[i] : 0;
    return sum;
}

}  // namespace

class TestSessionGolden : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void versionOneReadsAsItWasWritten()
    {
        const Session session = readSession(fixture("v1.mnemo"));
        QVERIFY(!session.readOnly && session.metadata.at("format_version") == "1");
        QCOMPARE(session.metadata.at("title"), std::string("A golden session"));
        QCOMPARE(session.results.size(), std::size_t(3));
        const Result& trace = *session.results[0];
        QVERIFY(trace.kind == "trace" && trace.done == 1);
        QCOMPARE(trace.model["hash"].get<std::string>(), std::string(modelHash));
        QVERIFY(trace.head["sites"] == Json({"h", "s"}));
        QVERIFY(trace.head["tokens"][0]["text"] == " The" && trace.parameters["swap"] == "The Brandenburg Gate");
        QVERIFY2(near(trace.head["p_clean"].get<double>(), pClean), trace.head["p_clean"].dump().c_str());
        const ArrayPtr map = trace.find("h.p");
        QVERIFY(map && map->axes.size() == 2 && map->axes[0].size() == 12 && map->unit == "probability");
        QVERIFY2(near(sumOf(*map), sumOfMap), Json(sumOf(*map)).dump().c_str());
        QVERIFY2(near(map->at(5, 3), cellOfMap), Json(map->at(5, 3)).dump().c_str());
        QCOMPARE(int(map->state(5, 3)), int(CellState::Computed));
        const std::vector<SessionEdit> edits{{1, true, 0.5}};
        QVERIFY(sessionEdits(session) == edits);
        QCOMPARE(editOf(*session.results[1]).term.hash, std::string(editHash));
        QVERIFY(session.results[2]->provenance["edits"][0]["hash"] == editHash);
        QVERIFY(session.document["notes"][0]["text"] == "Łódź, 東京");
        QVERIFY(session.document["view"]["metric"] == "ie");
        const std::vector<std::string> problems = checkSession(fixture("v1.mnemo")).problems;
        QVERIFY2(problems.empty(), problems.empty() ? "" : problems[0].c_str());
        writeSession(session, path());
        QVERIFY(diffSessions(session, readSession(path()))["equal"] == true);
    }

    /// What the next version adds is kept by this one, byte for byte.
    void whatTheNextVersionAddsSurvives()
    {
        const Session session = readSession(fixture("newer-1.mnemo"));
        QVERIFY(!session.readOnly);
        QCOMPARE(session.otherTensors.size(), std::size_t(2));
        writeSession(session, path());
        const SafetensorsFile was(fixture("newer-1.mnemo")), is(path());
        QCOMPARE(is.tensors().size(), was.tensors().size());
        for (const TensorView& tensor : was.tensors())
            QVERIFY2(is.find(tensor.name) && std::ranges::equal(is.find(tensor.name)->bytes, tensor.bytes),
                     tensor.name.c_str());
        QCOMPARE(is.metadata().at("sha512:session"), std::string("whatever"));
        const Json before = Json::parse(was.metadata().at("session")), after = Json::parse(is.metadata().at("session"));
        QVERIFY(nlohmann::json(before) == nlohmann::json(after));
        QVERIFY(after["runs"][0]["env"]["host"] == "x" && after["graphs"][0]["nodes"].size() == 2);
    }

    /// Except its version number: this program wrote the file, and says so.
    void whatIsWrittenIsOfThisVersion()
    {
        writeSession(readSession(fixture("newer-1.mnemo")), path());
        QCOMPARE(SafetensorsFile(path()).metadata().at("format_version"), std::to_string(Session::formatVersion));
    }

    void aVersionThatAsksForNewReadersOpensReadOnly()
    {
        const Session session = readSession(fixture("newer-2.mnemo"));
        QVERIFY(session.readOnly && session.results.at(0)->title == "A lens");
        QVERIFY(session.document["ledger"].size() == 2);
        const std::filesystem::path never = m_folder.filePath("never.mnemo").toStdString();
        VERIFY_REFUSED(writeSession(session, never), ErrorCode::Usage, "newer version");
        QVERIFY(!std::filesystem::exists(never));
        VERIFY_REFUSED(readSession(fixture("newer-3.mnemo")), ErrorCode::UnsupportedModel, "10.0.0");
    }

private:
    std::filesystem::path path() const { return m_folder.filePath("again.mnemo").toStdString(); }

    static constexpr const char* modelHash = "sha256:d849d26cf9ee0a48803f24ab6b100b24578f370ac5a45987095b1ced8b742e23";
    static constexpr const char* editHash = "c0c30ae6563e99d9200de05f9c595ee6ce9fbaa640255d1e0fa27fecd3c75b90";
    static constexpr double pClean = 0.9610585181955832, sumOfMap = 3.8129131013528887,
                            cellOfMap = 6.235110083137457e-05;

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestSessionGolden)
#include "tst_session_golden.moc"
