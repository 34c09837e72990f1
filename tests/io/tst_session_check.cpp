// SPDX-License-Identifier: GPL-3.0-or-later
// What is wrong with a session is named, all of it, in a sentence each; what is only unknown is no fault.
#include "tests/io/io_test.h"

#include "core/io/session_check.h"
#include "core/io/session_edits.h"
#include "core/io/sha256.h"
#include "tests/io/sample_edit.h"

#include <algorithm>

using namespace mnemo;

namespace {

ResultPtr lens(int layers = 2)
{
    Result result;
    result.kind = "lens";
    result.title = "A lens";
    result.parameters = {{"prompt", "It is"}};
    result.model = {{"name", "tiny"}, {"hash", "sha256:00"}, {"layers", layers}};
    result.head = {{"tokens", Json::array()}};
    result.provenance = Json::object();
    result.arrays = {io_test::vectorArray("p", {0.5, 0.25})};
    return std::make_shared<const Result>(std::move(result));
}

Session good()
{
    Session session;
    Result rome = io_test::romeResult();
    rome.head["tokens"] = Json::array();
    session.results = {lens(), std::make_shared<const Result>(std::move(rome))};
    setSessionEdits(session, {{1, true, 1}});
    session.document["notes"] = {{{"id", "n0"}, {"text", "a"}, {"run", 0}}, "plain"};
    session.document["facts"] = {{{"id", "f0"}, {"subject", "x"}}};
    session.document["tables"] = {{{"runs", {0, 1}}, {"fact", "f0"}, {"edit", 0}}};
    return session;
}

std::string joined(const std::vector<std::string>& sentences)
{
    std::string all;
    for (const std::string& sentence : sentences)
        all += sentence + "\n";
    return all;
}

}  // namespace

class TestSessionCheck : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aGoodOneHasNoProblems()
    {
        const SessionCheck found = check(good());
        QVERIFY2(found.problems.empty() && found.remarks.empty(), joined(found.problems).c_str());
    }

    void referencesToNothing_data()
    {
        QTest::addColumn<QByteArray>("change");
        QTest::addColumn<QByteArray>("words");
        const auto row = [](const char* change, const char* words) {
            QTest::newRow(change) << QByteArray(change) << QByteArray(words);
        };
        row(R"({"notes":[{"run":2}]})", "notes names the run 2");
        row(R"({"notes":[{"run":-1}]})", "notes names the run -1");
        row(R"({"notes":[{"run":"r0"}]})", "notes names the run");
        row(R"({"notes":[{"id":"a"},{"id":"a"}]})", "the id a of another");
        row(R"({"notes":{"a":1}})", "notes are no list");
        row(R"({"tables":[{"runs":[0,5]}]})", "names the runs [0,5]");
        row(R"({"tables":[{"runs":0}]})", "names the runs 0");
        row(R"({"tables":[{"fact":"f1"}]})", "names the fact");
        row(R"({"figures":[{"edit":1}]})", "names the edit 1");
        row(R"({"edits":[{"run":0}]})", "no run that is an edit");
        row(R"({"edits":[{"run":1},{"run":1}]})", "no run that is an edit");
        row(R"({"edits":[{"run":1,"hash":"0123"}]})", "is called 0123");
        row(R"({"edits":3,"tables":[]})", "edits are no list");
        row(R"({"view":{"beside":[[0,1]]}})", "beside each other");
        row(R"({"view":{"beside":"x"}})", "beside each other");
    }
    void referencesToNothing()
    {
        QFETCH(QByteArray, change);
        QFETCH(QByteArray, words);
        Session session = good();
        session.document.update(Json::parse(change.toStdString()));
        const SessionCheck found = check(session);
        QVERIFY2(found.problems.size() == 1 && joined(found.problems).find(words.toStdString()) != std::string::npos,
                 joined(found.problems).c_str());
    }

    void whatRunsPromise()
    {
        const auto problemsOf = [&](const std::function<void(Result&)>& change) {
            Session session = good();
            Result result = *session.results[0];
            change(result);
            session.results[0] = std::make_shared<const Result>(std::move(result));
            return joined(check(session).problems);
        };
        const auto has = [](const std::string& problems, const char* words) {
            return problems.find("run 0") != std::string::npos && problems.find(words) != std::string::npos;
        };
        QVERIFY(has(problemsOf([](Result& result) { result.done = 1.5; }), "1.5"));
        QVERIFY(has(problemsOf([](Result& result) { result.kind.clear(); }), "no kind"));
        QVERIFY(has(problemsOf([](Result& result) { result.model = 3; }), "model"));
        QVERIFY(has(problemsOf([](Result& result) { result.head.erase("tokens"); }), "\"tokens\""));
        QVERIFY(has(problemsOf([](Result& result) {
                        result.kind = "trace";
                        result.model["layers"] = 3;
                        result.head["sites"] = Json::array();
                    }),
                    "2 layers, and its model 3"));
    }

    /// One broken run does not hide another.
    void everyBrokenRunIsNamed()
    {
        Session session = good();
        session.results = {lens(), lens(), lens()};
        session.document = Json::object();
        writeSession(session, path());
        const SafetensorsFile file(path());
        TensorMetadata metadata = file.metadata();
        Json document = Json::parse(metadata["session"]);
        document["runs"][0]["arrays"][0]["values"] = "nowhere";
        document["runs"][2].erase("kind");
        metadata["session"] = document.dump();
        metadata["sha256:session"] = sha256(metadata["session"]);
        writeSafetensors(path(), file.tensors(), metadata);
        const SessionCheck found = checkSession(path());
        QVERIFY2(found.problems.size() == 2, joined(found.problems).c_str());
        QVERIFY(found.problems[0].find("run 0") != std::string::npos &&
                found.problems[0].find("nowhere") != std::string::npos);
        QVERIFY(found.problems[1].find("run 2") != std::string::npos);
    }

    void whatIsUnknownIsRemarked()
    {
        Session session = good();
        session.otherTensors = {{"g0/thumb.png", Dtype::U8, {1}, {std::byte{1}}}};
        Result edited = *session.results[0];
        edited.provenance["edits"] = {{{"hash", "fedcba9876543210"}, {"alpha", 1}}};
        session.results.push_back(std::make_shared<const Result>(edited));
        const SessionCheck found = check(session);
        QVERIFY2(found.problems.empty(), joined(found.problems).c_str());
        QVERIFY(joined(found.remarks).find("g0/thumb.png") != std::string::npos);
        QVERIFY(joined(found.remarks).find("run 2 was made with the edit fedcba987654") != std::string::npos);
    }

    void versionsAndChecksums()
    {
        writeSession(good(), path());
        const SafetensorsFile file(path());
        TensorMetadata metadata = file.metadata();
        for (const char* key : {"sha256:session", "sha256:tensors"})
            metadata.erase(key);
        writeSafetensors(path(), file.tensors(), metadata);
        QVERIFY(checkSession(path()).problems.empty());
        QCOMPARE(checkSession(path()).remarks.size(), std::size_t(2));
        for (const char* key : {"app", "created", "format_version"})
            metadata.erase(key);
        writeSafetensors(path(), file.tensors(), metadata);
        QCOMPARE(checkSession(path()).problems.size(), std::size_t(3));
        metadata["format_version"] = "1";
        metadata["min_reader"] = "2";
        writeSafetensors(path(), file.tensors(), metadata);
        QVERIFY(joined(checkSession(path()).problems).find("asks for readers of version 2") != std::string::npos);
        VERIFY_REFUSED(checkSession(path().string() + "x"), ErrorCode::NotFound, "does not exist");
    }

private:
    std::filesystem::path path() const { return m_folder.filePath("s.mnemo").toStdString(); }

    SessionCheck check(const Session& session) const
    {
        writeSession(session, path());
        return checkSession(path());
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestSessionCheck)
#include "tst_session_check.moc"
