// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/rpc_client.h"
#include "core/jobs/rpc_server.h"

#include <QtTest>

using namespace mnemo;

namespace {

Prompt twoTokens(const std::string& text)
{
    return {.text = text,
            .tokens = {{.id = 5, .text = "Zür", .bytes = "Z\xc3\xbcr", .begin = 0, .end = 3},
                       {.id = 9, .text = "\xef\xbf\xbd", .bytes = "\xe6\x9d", .begin = 3, .end = 4}},
            .prefixTokens = 1};
}

/// A server that remembers what it was asked.
struct FakeEngine {
    std::vector<std::string> calls;
    Job job;
    EditTerm edit;

    ServerHooks hooks()
    {
        return {.initialize =
                    [] {
                        return Json{{"threads", 2}};
                    },
                .load =
                    [this](const LoadRequest& request) {
                        calls.push_back("load " + request.model + " " + request.device + " " + request.dtype);
                        return JobId(41);
                    },
                .tokenize =
                    [](const std::string& model, const std::string& text, Prefix) {
                        if (model != "sha256:1")
                            throw Failure(ErrorCode::UnknownModel, "The engine does not hold " + model + ".",
                                          "Load it.");
                        return twoTokens(text);
                    },
                .putEdit = [this](EditTerm upload) { edit = std::move(upload); },
                .submit =
                    [this](Job given) {
                        job = std::move(given);
                        return JobId(42);
                    },
                .cancel = [this](JobId id) { calls.push_back("cancel " + std::to_string(id)); },
                .cancelTag = [this](const std::string& tag) { calls.push_back("cancel tag " + tag); },
                .cancelAll = [this] { calls.push_back("cancel all"); },
                .shutdown = [this] { calls.push_back("shutdown"); }};
    }
};

/// Client and server joined without a pipe.
struct Joined {
    FakeEngine engine;
    RpcServer server{engine.hooks()};
    FrameReader reader;
    std::vector<std::pair<JobId, Event>> events;
    std::vector<Error> faults;
    RpcClient client{[this](JobId id, Event event) { events.emplace_back(id, std::move(event)); },
                     [this](const Error& error) { faults.push_back(error); }};

    void exchange()
    {
        for (const FrameReader::Item& item : reader.feed(client.takeOutgoing()))
            if (const auto reply = server.handle(std::get<std::string>(item)))
                client.onBytes(writeFrame(*reply));
    }
};

const RpcClient::Refused unexpected = [](const Error& error) { QFAIL(error.message.c_str()); };

Json errorOf(RpcServer& server, const std::string& body)
{
    const std::optional<std::string> reply = server.handle(body);
    return reply ? Json::parse(*reply) : Json{{"error", "no reply"}};
}

}  // namespace

class TestRpc : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initializeNamesTheProtocol()
    {
        Joined both;
        Json got;
        both.client.initialize(
            "mnemoscope", "0.1", [&](const Json& result) { got = result; }, unexpected);
        QCOMPARE(both.client.pending(), std::size_t(1));
        both.exchange();
        QCOMPARE(got.at("protocol").get<int>(), protocolNumber);
        QCOMPARE(got.at("threads").get<int>(), 2);
        QCOMPARE(both.client.pending(), std::size_t(0));
    }

    void anotherProtocolIsAnErrorThatNamesBoth()
    {
        Joined both;
        const Json reply =
            errorOf(both.server, R"({"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocol":7}})");
        const std::string message = reply.at("error").at("message");
        QVERIFY2(message.find("protocol 7") != std::string::npos && message.find("protocol 1") != std::string::npos,
                 message.c_str());
        QCOMPARE(reply.at("error").at("code").get<int>(), -32000);
    }

    void jobsTravelWhole()
    {
        Joined both;
        const Job job{.experiment = "trace",
                      .parameters = {{"prompt", "{} is in"}, {"samples", 10}},
                      .model = "sha256:1",
                      .jobClass = JobClass::Selection,
                      .tag = "map",
                      .edits = {{"sha256:e", 0.5}, {"sha256:f", -1}}};
        JobId id = 0;
        both.client.submit(
            job, [&](JobId given) { id = given; }, unexpected);
        both.exchange();
        QCOMPARE(id, JobId(42));
        const Job& got = both.engine.job;
        QCOMPARE(got.experiment, job.experiment);
        QVERIFY(got.parameters == job.parameters);
        QCOMPARE(got.model, job.model);
        QVERIFY(got.jobClass == job.jobClass);
        QCOMPARE(got.tag, job.tag);
        QVERIFY(got.edits == job.edits);
    }

    void loadAndCancelAndShutdownArrive()
    {
        Joined both;
        JobId id = 0;
        both.client.loadModel(
            {"mnemo-mamba", "cpu", "bf16"}, [&](JobId given) { id = given; }, unexpected);
        both.client.cancel(3);
        both.client.cancelTag("map");
        both.client.cancelAll();
        both.client.shutdown();
        both.exchange();
        QCOMPARE(id, JobId(41));
        QVERIFY((both.engine.calls == std::vector<std::string>{"load mnemo-mamba cpu bf16", "cancel 3",
                                                               "cancel tag map", "cancel all", "shutdown"}));
        QCOMPARE(both.client.pending(), std::size_t(0));
        QVERIFY(both.faults.empty());
    }

    void promptsKeepTheirBytes()
    {
        Joined both;
        Prompt got;
        both.client.tokenize(
            "sha256:1", "Zür東", Prefix::Eos, [&](const Prompt& prompt) { got = prompt; }, unexpected);
        both.exchange();
        const Prompt expected = twoTokens("Zür東");
        QCOMPARE(got.text, expected.text);
        QVERIFY(got.tokens == expected.tokens);
        QCOMPARE(got.prefixTokens, 1);
    }

    void anUnknownModelIsToldByItsCode()
    {
        Joined both;
        Error got;
        both.client.tokenize(
            "sha256:2", "x", Prefix::None, [](const Prompt&) { QFAIL("not known"); },
            [&](const Error& error) { got = error; });
        both.exchange();
        QVERIFY(got.code == ErrorCode::UnknownModel);
        QCOMPARE(got.message, std::string("The engine does not hold sha256:2."));
        QCOMPARE(got.hint, std::string("Load it."));
    }

    void editsTravelWhole()
    {
        Joined both;
        bool stored = false;
        both.client.putEdit(
            {"sha256:e", "W_o", 3, {1, 0.1f, -2.5f}, {0.25f}}, [&] { stored = true; }, unexpected);
        both.exchange();
        QVERIFY(stored);
        QCOMPARE(both.engine.edit.matrix, std::string("W_o"));
        QCOMPARE(both.engine.edit.layer, 3);
        QVERIFY((both.engine.edit.u == std::vector<float>{1, 0.1f, -2.5f}));
        QVERIFY(both.engine.edit.v == std::vector<float>{0.25f});
    }

    void eventsTravelWhole()
    {
        Joined both;
        Result result;
        result.kind = "trace";
        result.done = 0.5;
        const auto shared = std::make_shared<const Result>(result);
        const std::vector<Event> sent{Started{},
                                      Progress{2, 8, "cells", 0.5},
                                      Partial{shared},
                                      Paused{9},
                                      Finished{shared},
                                      Stopped{},
                                      Failed{{ErrorCode::OutOfMemory, "full", "Wait."}}};
        for (const Event& event : sent)
            both.client.onBytes(writeFrame(RpcServer::eventText(7, event)));
        QCOMPARE(both.events.size(), sent.size());
        for (std::size_t i = 0; i < sent.size(); ++i) {
            QCOMPARE(both.events[i].first, JobId(7));
            QVERIFY(toJson(both.events[i].second) == toJson(sent[i]));
        }
        QVERIFY(both.faults.empty());
    }

    void badRequestsGetTheirNumber_data()
    {
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("code");
        const auto row = [](const char* name, const std::string& body, int code) {
            QTest::newRow(name) << QByteArray::fromStdString(body) << code;
        };
        row("no json", "{", -32700);
        row("empty", "", -32700);
        row("not utf-8", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xff\"}", -32700);
        row("a million brackets", std::string(1000000, '['), -32700);
        row("batch", "[]", -32600);
        row("no version", R"({"id":1,"method":"initialize"})", -32600);
        row("odd id", R"({"jsonrpc":"2.0","id":{},"method":"initialize"})", -32600);
        row("odd method", R"({"jsonrpc":"2.0","id":1,"method":7})", -32600);
        row("neither", R"({"jsonrpc":"2.0","id":1})", -32600);
        row("unknown method", R"({"jsonrpc":"2.0","id":1,"method":"model/melt"})", -32601);
        row("params a list", R"({"jsonrpc":"2.0","id":1,"method":"tokenize","params":[1]})", -32602);
        row("params missing", R"({"jsonrpc":"2.0","id":1,"method":"tokenize"})", -32602);
        row("wrong type", R"({"jsonrpc":"2.0","id":1,"method":"model/load","params":{"model":3}})", -32602);
        row("no experiment", R"({"jsonrpc":"2.0","id":1,"method":"job/submit","params":{}})", -32602);
        row("class", R"({"jsonrpc":"2.0","id":1,"method":"job/submit","params":{"experiment":"x","class":"soon"}})",
            -32602);
        row("cancel what", R"({"jsonrpc":"2.0","id":1,"method":"job/cancel","params":{}})", -32602);
        row("huge entry",
            R"({"jsonrpc":"2.0","id":1,"method":"edit/put","params":{"hash":"h","matrix":"W_o","layer":0,"u":[1e300],"v":[]}})",
            -32602);
    }
    void badRequestsGetTheirNumber()
    {
        QFETCH(QByteArray, body);
        QFETCH(int, code);
        Joined both;
        const Json reply = errorOf(both.server, body.toStdString());
        QVERIFY2(reply.contains("error") && reply.at("error").is_object(), reply.dump().c_str());
        QCOMPARE(reply.at("error").at("code").get<int>(), code);
        QVERIFY(!reply.at("error").at("message").get<std::string>().empty());
        QVERIFY(codeFromName(reply.at("error").at("data").at("code").get<std::string>()).has_value());
    }

    void repliesCarryTheRequestsId()
    {
        Joined both;
        QCOMPARE(errorOf(both.server, R"({"jsonrpc":"2.0","id":"a7","method":"nope"})").at("id").get<std::string>(),
                 std::string("a7"));
        QVERIFY(errorOf(both.server, "{").at("id").is_null());
        QVERIFY(Json::parse(RpcServer::refuse({ErrorCode::BadMessage, "x", ""})).at("id").is_null());
    }

    void notificationsGetNoReply()
    {
        Joined both;
        QVERIFY(!both.server.handle(R"({"jsonrpc":"2.0","method":"job/cancel","params":{"all":true}})"));
        QVERIFY(!both.server.handle(R"({"jsonrpc":"2.0","method":"nope"})"));
        QCOMPARE(both.engine.calls, std::vector<std::string>{"cancel all"});
    }

    void aLostEngineRefusesWhatIsPending()
    {
        Joined both;
        std::vector<std::string> refused;
        const auto note = [&](const Error& error) { refused.push_back(std::string(codeName(error.code))); };
        both.client.submit(
            {.experiment = "trace"}, [](JobId) { QFAIL("no engine"); }, note);
        both.client.tokenize(
            "sha256:1", "x", Prefix::None, [](const Prompt&) { QFAIL("no engine"); }, note);
        both.client.onBytes("Content-Length: 500\r\n\r\n{\"half\"");
        both.client.onLost({ErrorCode::EngineLost, "The engine stopped (signal 11).", "Restart the engine."});
        QVERIFY((refused == std::vector<std::string>{"engine-lost", "engine-lost"}));
        QVERIFY(both.client.takeOutgoing().empty());
        Json got;
        both.client.initialize(
            "mnemoscope", "0.1", [&](const Json& result) { got = result; }, unexpected);
        both.reader = FrameReader();
        both.exchange();  // a new engine is understood from its first byte
        QVERIFY(got.contains("threads"));
    }

    void nonsenseFromTheEngineIsAFault_data()
    {
        QTest::addColumn<QString>("body");
        QTest::newRow("no json") << "warning: something";
        QTest::newRow("no question") << R"({"jsonrpc":"2.0","id":99,"result":{}})";
        QTest::newRow("unknown event")
            << R"({"jsonrpc":"2.0","method":"job/event","params":{"id":1,"event":"melted"}})";
        QTest::newRow("no id") << R"({"jsonrpc":"2.0","method":"job/event","params":{"event":"started"}})";
    }
    void nonsenseFromTheEngineIsAFault()
    {
        QFETCH(QString, body);
        Joined both;
        both.client.onBytes(writeFrame(body.toStdString()));
        QCOMPARE(both.faults.size(), std::size_t(1));
        QVERIFY(both.events.empty());
        both.client.onBytes(writeFrame(RpcServer::eventText(1, Started{})));
        QCOMPARE(both.events.size(), std::size_t(1));
    }
};

QTEST_APPLESS_MAIN(TestRpc)
#include "tst_rpc.moc"
