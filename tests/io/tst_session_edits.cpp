// SPDX-License-Identifier: GPL-3.0-or-later
// Edits in a session: results like others, with what the stack says of them.
#include "core/io/session_edits.h"

#include "core/io/edit_file.h"
#include "tests/io/io_test.h"
#include "tests/io/sample_edit.h"

using namespace mnemo;

namespace {

/// With a curve of the search, which deltas do not keep.
ResultPtr rome(double first)
{
    Result result = io_test::romeResult(first);
    result.arrays.push_back(io_test::vectorArray("search.p", {0.1, 0.9}));
    return std::make_shared<const Result>(std::move(result));
}

ResultPtr something()
{
    Result result;
    result.kind = "predict";
    for (Json* part : {&result.model, &result.parameters, &result.head, &result.provenance})
        *part = Json::object();
    return std::make_shared<const Result>(std::move(result));
}

}  // namespace

class TestSessionEdits : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    Session roundTrip(const Session& session) const
    {
        const std::filesystem::path file = m_folder.filePath("s.mnemo").toStdString();
        writeSession(session, file);
        return readSession(file);
    }

private Q_SLOTS:
    void goThereAndBack()
    {
        Session session;
        session.results = {something(), rome(1.5), rome(2.5)};
        const std::vector<SessionEdit> edits{{2, true, 0.5}, {1, false, -1}};
        setSessionEdits(session, edits);
        const Session read = roundTrip(session);
        QVERIFY(sessionEdits(read) == edits);
        for (const std::size_t run : {1, 2})
            QVERIFY(editOf(*read.results[run]).term == editOf(*session.results[run]).term);
        QCOMPARE(read.results[1]->find("search.p")->values, session.results[1]->find("search.p")->values);
        Session none = read;
        setSessionEdits(none, {});
        QVERIFY(!none.document.contains("edits"));
    }

    /// Also where the runs have other numbers by now.
    void whatIsNotKnownStaysWithItsEdit()
    {
        Session session;
        session.results = {rome(1.5), rome(2.5)};
        setSessionEdits(session, {{0, true, 1}, {1, true, 1}});
        session.document["edits"][1]["note"] = "mine";
        Session read = roundTrip(session);
        std::swap(read.results[0], read.results[1]);
        setSessionEdits(read, {{1, true, 1}, {0, false, 2}});
        QVERIFY(!read.document["edits"][0].contains("note"));
        QVERIFY(read.document["edits"][1]["note"] == "mine");
    }

    void whatMakesNoSenseIsLeftOut()
    {
        Session session;
        session.results = {something(), rome(1.5)};
        session.document["edits"] = Json::parse(
            R"([{"run":0},{"run":1,"alpha":0.5},{"run":1},{"run":7},{"run":-1},{"run":"1"},3,null,{"on":true}])");
        const std::vector<SessionEdit> one{{1, true, 0.5}};
        QVERIFY(sessionEdits(session) == one);
        for (const char* text : {"3", "{}", "null", "[]"}) {
            session.document["edits"] = Json::parse(text);
            QVERIFY(sessionEdits(session).empty());
        }
        session.document = 3;
        QVERIFY(sessionEdits(session).empty());
    }

    /// A delta read again is what it was written from, but for the curves of the search.
    void aDeltaIsAnEditLikeAnyOther()
    {
        const std::filesystem::path file = m_folder.filePath("d.safetensors").toStdString();
        const std::filesystem::path again = m_folder.filePath("again.safetensors").toStdString();
        writeEdit(*rome(1.5), file);
        const Result read = readRome(file);
        QCOMPARE(read.kind, std::string("rome"));
        QVERIFY(read.head == rome(1.5)->head && read.parameters == rome(1.5)->parameters);
        QVERIFY(read.title.find("Rome") != std::string::npos);
        writeEdit(read, again);
        QCOMPARE(io_test::readFile(again), io_test::readFile(file));
    }
};

QTEST_GUILESS_MAIN(TestSessionEdits)
#include "tst_session_edits.moc"
