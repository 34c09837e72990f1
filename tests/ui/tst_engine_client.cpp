// SPDX-License-Identifier: GPL-3.0-or-later
// The client against a process that follows the protocol, and against ones that do not.
#include "tests/ui/fake_engine.h"
#include "ui/engine_client.h"

#include <QCoreApplication>
#include <QSignalSpy>
#include <QTest>
#include <cstring>

using namespace mnemo;

namespace {

constexpr int patience = 20'000;  // ms; a bound on hanging, not a measurement

EngineCommand fake(const QString& manner)
{
    return {QCoreApplication::applicationFilePath(), {"--fake-engine", manner}};
}

/// What the client says of one ticket, in order.
struct Listener {
    explicit Listener(EngineClient& client)
    {
        QObject::connect(&client, &EngineClient::jobChanged, &client,
                         [this](JobId ticket, const Event& event) { events.emplace_back(ticket, event); });
    }
    int count(JobId ticket, const char* name) const
    {
        int n = 0;
        for (const auto& [id, event] : events)
            n += id == ticket && eventName(event) == name;
        return n;
    }
    std::vector<std::pair<JobId, Event>> events;
};

/// Waits for the job, and says which edits were on; null when it did not finish.
Json editsOf(const Listener& heard, const EngineClient& client, JobId ticket)
{
    if (!QTest::qWaitFor([&] { return !client.isActive(ticket); }, patience))
        return {};
    for (const auto& [id, event] : heard.events)
        if (const auto* finished = std::get_if<Finished>(&event); finished && id == ticket)
            return finished->result->provenance.at("edits");
    return {};
}

Job job(const char* experiment, const char* tag = "")
{
    Job made;
    made.experiment = experiment;
    made.parameters = Json::object();
    made.tag = tag;
    return made;
}

}  // namespace

class TestEngineClient : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void jobsSentBeforeTheEngineIsUpAreDone()
    {
        EngineClient client(fake("good"));
        Listener heard(client);
        client.start();
        client.loadModel("fake");
        const JobId ticket = client.submit(job("echo"));
        QVERIFY(client.isActive(ticket));
        QTRY_COMPARE_WITH_TIMEOUT(heard.count(ticket, "finished"), 1, patience);
        QCOMPARE(client.modelHash(), std::string("abc"));
        QVERIFY(!client.isActive(ticket));
    }

    void snapshotsOvertakeEachOther()
    {
        EngineClient client(fake("good"));
        Listener heard(client);
        client.start();
        client.loadModel("fake");
        const JobId ticket = client.submit(job("flood"));
        QTRY_COMPARE_WITH_TIMEOUT(heard.count(ticket, "finished"), 1, patience);
        const int partials = heard.count(ticket, "partial");
        QVERIFY2(partials >= 1 && partials < 300, qPrintable(QString::number(partials)));
    }

    void aCancelledJobIsNotHeardOfAgain()
    {
        EngineClient client(fake("good"));
        Listener heard(client);
        QSignalSpy cancelled(&client, &EngineClient::jobCancelled);
        client.start();
        client.loadModel("fake");
        const JobId ticket = client.submit(job("hang"));
        QTRY_COMPARE_WITH_TIMEOUT(heard.count(ticket, "partial"), 1, patience);
        client.cancel(ticket);
        QVERIFY(!client.isActive(ticket));
        QCOMPARE(cancelled.size(), 1);
        const JobId next = client.submit(job("echo"));  // answered after the late "stopped" of the first
        QTRY_COMPARE_WITH_TIMEOUT(heard.count(next, "finished"), 1, patience);
        QCOMPARE(heard.count(ticket, "stopped"), 0);
    }

    void aNewerJobOfATagDropsTheOlder()
    {
        EngineClient client(fake("good"));
        Listener heard(client);
        client.start();
        client.loadModel("fake");
        const JobId first = client.submit(job("hang", "bars"));
        QTRY_COMPARE_WITH_TIMEOUT(heard.count(first, "started"), 1, patience);
        const JobId second = client.submit(job("echo", "bars"));
        QVERIFY(!client.isActive(first));
        QTRY_COMPARE_WITH_TIMEOUT(heard.count(second, "finished"), 1, patience);
    }

    void aDeadEngineIsStartedAgainWithItsModel()
    {
        EngineClient client(fake("good"));
        Listener heard(client);
        QSignalSpy loaded(&client, &EngineClient::modelLoaded);
        QSignalSpy lost(&client, &EngineClient::lost);
        client.start();
        client.loadModel("fake");
        QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, patience);
        const qint64 before = client.processId();
        const JobId ticket = client.submit(job("crash"));
        QTRY_COMPARE_WITH_TIMEOUT(heard.count(ticket, "failed"), 1, patience);
        const auto& failed = std::get<Failed>(heard.events.back().second);
        QCOMPARE(failed.error.code, ErrorCode::EngineLost);
        QVERIFY2(failed.error.message.find("signal 9") != std::string::npos, failed.error.message.c_str());
        QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 2, patience);
        QVERIFY(client.processId() != before);
        QCOMPARE(lost.size(), 1);
        const JobId next = client.submit(job("echo"));
        QTRY_COMPARE_WITH_TIMEOUT(heard.count(next, "finished"), 1, patience);
        QCOMPARE(heard.count(ticket, "failed"), 1);  // and it was not sent again
    }

    void aModelTheEngineForgotIsLoadedAndTheJobRepeated()
    {
        EngineClient client(fake("good"));
        Listener heard(client);
        QSignalSpy loaded(&client, &EngineClient::modelLoaded);
        client.start();
        client.loadModel("fake");
        const JobId forget = client.submit(job("forget"));
        QTRY_COMPARE_WITH_TIMEOUT(heard.count(forget, "finished"), 1, patience);
        const JobId ticket = client.submit(job("echo"));
        QTRY_COMPARE_WITH_TIMEOUT(heard.count(ticket, "finished"), 1, patience);
        QCOMPARE(loaded.size(), 2);
    }

    void aJobOfAModelThatIsNotTheLoadedOneIsRefused()
    {
        EngineClient client(fake("good"));
        Listener heard(client);
        QSignalSpy loaded(&client, &EngineClient::modelLoaded);
        client.start();
        client.loadModel("fake");
        const JobId forget = client.submit(job("forget"));
        QTRY_COMPARE_WITH_TIMEOUT(heard.count(forget, "finished"), 1, patience);
        Job other = job("echo");
        other.model = "another hash";
        const JobId ticket = client.submit(other);
        QTRY_COMPARE_WITH_TIMEOUT(heard.count(ticket, "failed"), 1, patience);
        QCOMPARE(loaded.size(), 1);  // loading this one again would not help
    }

    void jobsCarryTheEditsThatAreOn()
    {
        EngineClient client(fake("good"));
        Listener heard(client);
        client.start();
        client.loadModel("fake");
        QTRY_COMPARE_WITH_TIMEOUT(client.modelHash(), std::string("abc"), patience);
        client.keepEdit({"e1", "W_o", 3, {1}, {2}});
        client.setActiveEdits({{"abc", {{"e1", 0.5}}}, {"another", {{"e2", 1}}}});
        QVERIFY(editsOf(heard, client, client.submit(job("echo"))) == Json::parse(R"([{"hash":"e1","alpha":0.5}])"));
        QVERIFY(editsOf(heard, client, client.submitAsIs(job("echo"))) == Json::array());
        // The engine dropped it, then died: it is uploaded again each time.
        for (const char* blow : {"forget edits", "crash"}) {
            const JobId ticket = client.submit(job(blow));
            QTRY_VERIFY_WITH_TIMEOUT(!client.isActive(ticket), patience);
            QCOMPARE(int(editsOf(heard, client, client.submit(job("echo"))).size()), 1);
        }
        client.setActiveEdits({{"abc", {{"nobody has it", 1}}}});
        const JobId ticket = client.submit(job("echo"));
        QTRY_COMPARE_WITH_TIMEOUT(heard.count(ticket, "failed"), 1, patience);
    }

    void anotherProtocolIsSaidAndNotTriedAgain()
    {
        EngineClient client(fake("mismatch"));
        QSignalSpy lost(&client, &EngineClient::lost);
        client.start();
        QTRY_COMPARE_WITH_TIMEOUT(lost.size(), 1, patience);
        QVERIFY(QString::fromStdString(lost[0][0].value<Error>().message).contains("protocol 9"));
        QCOMPARE(lost[0][1].toBool(), false);
        QCOMPARE(client.state(), EngineClient::State::GaveUp);
    }

    void anEngineThatKeepsDyingIsGivenUp_data()
    {
        QTest::addColumn<QString>("manner");
        QTest::newRow("at its start") << "dies";
        QTest::newRow("of the model") << "dies-loading";
    }
    void anEngineThatKeepsDyingIsGivenUp()
    {
        QFETCH(QString, manner);
        EngineClient client(fake(manner));
        QSignalSpy lost(&client, &EngineClient::lost);
        client.start();
        client.loadModel("fake");
        QTRY_COMPARE_WITH_TIMEOUT(client.state(), EngineClient::State::GaveUp, patience);
        QCOMPARE(lost.size(), 5);
        QCOMPARE(lost.last()[1].toBool(), false);
    }

    void aMissingEngineIsNamed()
    {
        EngineClient client({"/nonexistent/mnemo", {}});
        QSignalSpy lost(&client, &EngineClient::lost);
        client.start();
        QTRY_VERIFY_WITH_TIMEOUT(lost.size() >= 1, patience);
        QVERIFY(QString::fromStdString(lost[0][0].value<Error>().message).contains("/nonexistent/mnemo"));
    }
};

int main(int argc, char** argv)
{
    if (argc == 3 && std::strcmp(argv[1], "--fake-engine") == 0)
        return fakeEngine(argv[2]);
    QCoreApplication app(argc, argv);
    TestEngineClient test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_engine_client.moc"
