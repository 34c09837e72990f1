// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/session_choices.h"
#include "tests/io/io_test.h"

using namespace mnemo;

namespace {

Session twoRuns()
{
    Session session;
    for (const char* kind : {"circuit", "lre"}) {
        auto result = std::make_shared<Result>();
        result->kind = kind;
        result->model = result->parameters = result->provenance = Json::object();
        result->head = {{"edges", 3}};
        session.results.push_back(result);
    }
    return session;
}

}  // namespace

class TestSessionChoices : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void writtenAndRead()
    {
        QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath("s.mnemo").toStdString();
        Session session = twoRuns();
        session.document["view"] = {{"metric", "ie"}};
        setRunChoices(session, {{1, {{"beta", 2}}}});
        writeSession(session, file);
        const Session read = readSession(file);
        QCOMPARE(read.document["view"]["metric"].get<std::string>(), "ie");
        const RunChoices choices = runChoices(read);
        QCOMPARE(choices.size(), std::size_t(1));
        QVERIFY(choices.at(1) == Json({{"beta", 2}}));
        QVERIFY(shownRun(read, 1).head["choice"] == choices.at(1));
        QCOMPARE(shownRun(read, 1).head["edges"].get<int>(), 3);
        QVERIFY(!shownRun(read, 0).head.contains("choice"));
        setRunChoices(session, {});
        QVERIFY(!session.document["view"].contains("choices"));
    }

    void whatMakesNoSenseIsLeftOut()
    {
        Session session = twoRuns();
        QVERIFY(runChoices(session).empty());
        for (const Json& view : {Json(3), Json({{"choices", 3}}), Json({{"choices", {1, "a", nullptr}}}),
                                 Json({{"choices", Json::array({{{"run", 2}, {"choice", {{"beta", 1}}}}})}}),
                                 Json({{"choices", Json::array({{{"run", -1}, {"choice", {{"beta", 1}}}}})}}),
                                 Json({{"choices", Json::array({{{"run", "0"}, {"choice", {{"beta", 1}}}}})}}),
                                 Json({{"choices", Json::array({{{"run", 0}, {"choice", 5}}})}}),
                                 Json({{"choices", Json::array({{{"run", 0}}})}})}) {
            session.document["view"] = view;
            QVERIFY2(runChoices(session).empty(), view.dump().c_str());
        }
        session.document["view"] = 3;
        setRunChoices(session, {{0, {{"edges", 7}}}});
        QVERIFY(runChoices(session).at(0) == Json({{"edges", 7}}));
    }
};

QTEST_APPLESS_MAIN(TestSessionChoices)
#include "tst_session_choices.moc"
