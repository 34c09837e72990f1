// SPDX-License-Identifier: GPL-3.0-or-later
// The engine behind the window as a process: what the window relies on, and what it must survive.
#include "core/data/schema.h"
#include "tests/jobs/engine_process.h"

#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>
#include <QTemporaryDir>

using namespace mnemo;

namespace {

const std::string checkpoint = MNEMO_RESOURCES "/checkpoints/mnemo-mamba";
const std::string prompt = "{} is located in the city of";

std::string show(const Event& event)
{
    return toJson(event).dump().substr(0, 300);
}

Json trace(int samples)
{
    return {
        {"prompt", prompt}, {"subject", "The Space Needle"}, {"noise", 3.0}, {"samples", samples}, {"sites", {"h"}}};
}

/// The most memory the process ever had, in MiB.
double peakMemory(const EngineProcess& engine)
{
    QFile status(QStringLiteral("/proc/%1/status").arg(engine.process.processId()));
    if (!status.open(QIODevice::ReadOnly))
        return -1;
    const QRegularExpression peak(QStringLiteral("VmHWM:\\s+(\\d+) kB"));
    return peak.match(QString::fromUtf8(status.readAll())).captured(1).toDouble() / 1024;
}

/// Loads the shipped checkpoint; empty when that fails.
std::string loadedHash(EngineProcess& engine)
{
    const std::optional<JobId> id = engine.load({checkpoint, "cpu", "f32"});
    if (!id)
        return {};
    const Event last = engine.end(*id);
    const auto* finished = std::get_if<Finished>(&last);
    return finished ? finished->result->model.value("hash", "") : std::string();
}

}  // namespace

class TestServe : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        if (!QFileInfo::exists(QString::fromStdString(checkpoint)))
            QSKIP("the shipped checkpoint resources/checkpoints/mnemo-mamba is not there");
    }

    void initializeTellsWhatTheWindowNeeds()
    {
        EngineProcess engine;
        Json got;
        engine.client.initialize(
            "test", "0", [&](const Json& result) { got = result; }, [](const Error&) {});
        QVERIFY(engine.until([&] { return !got.is_null(); }));
        QCOMPARE(got.at("protocol").get<int>(), protocolNumber);
        QVERIFY(got.at("server").at("torch").get<std::string>().starts_with("2.11"));
        QCOMPARE(got.at("devices").at(0).get<std::string>(), std::string("cpu"));
        const Json& problem = got.at("cuda_problem");
        QVERIFY(problem.is_null() || (problem.get<std::string>().size() > 5 && got.at("devices").size() == 1));
        QVERIFY(got.at("threads").get<int>() >= 1);
        std::vector<std::string> keys;
        for (const Json& schema : got.at("experiments"))
            keys.push_back(schemaFromJson(schema).key);
        for (const char* key : {"predict", "trace", "patch", "states"})
            QVERIFY2(std::count(keys.begin(), keys.end(), key) == 1, key);
        const Json& mamba = got.at("architectures").at(0);
        QCOMPARE(mamba.at("name").get<std::string>(), std::string("mamba"));
        QVERIFY(mamba.at("trace_sites") == Json({"h", "a", "s", "g", "o"}));
        QVERIFY(got.at("catalog").dump().find("mnemo-mamba") != std::string::npos);
    }

    void loadsReportsAndKeepsTheModel()
    {
        EngineProcess engine;
        const std::optional<JobId> first = engine.load({checkpoint, "cpu", "f32"});
        QVERIFY(first);
        const Event last = engine.end(*first);
        QVERIFY2(std::holds_alternative<Finished>(last), show(last).c_str());
        const Result& model = *std::get<Finished>(last).result;
        QCOMPARE(model.kind, std::string("model"));
        QVERIFY(model.model.at("hash").get<std::string>().starts_with("sha256:"));
        QCOMPARE(model.model.at("architecture").get<std::string>(), std::string("mamba"));
        QVERIFY(model.head.at("read").get<bool>());

        const std::optional<JobId> again = engine.load({checkpoint, "cpu", "f32"});
        QVERIFY(again);
        const Event instant = engine.end(*again);
        QVERIFY2(std::holds_alternative<Finished>(instant), show(instant).c_str());
        QVERIFY(!std::get<Finished>(instant).result->head.at("read").get<bool>());
        QVERIFY(std::get<Finished>(instant).result->model == model.model);
    }

    void aMissingModelFails()
    {
        EngineProcess engine;
        const std::optional<JobId> id = engine.load({"no-such-model", "cpu", "f32"});
        QVERIFY(id);
        const Event last = engine.end(*id);
        QVERIFY2(std::holds_alternative<Failed>(last), show(last).c_str());
        const Error error = std::get<Failed>(last).error;
        QCOMPARE(std::string(codeName(error.code)), std::string("not-found"));
        QVERIFY2(error.message.find("no-such-model") != std::string::npos, error.message.c_str());
    }

    void tokenizesWhileAJobRuns()
    {
        EngineProcess engine;
        const std::string hash = loadedHash(engine);
        QVERIFY(!hash.empty());
        const std::optional<JobId> id = engine.submit({.experiment = "trace", .parameters = trace(300), .model = hash});
        QVERIFY(id);
        QVERIFY(engine.until([&] { return engine.has(*id, "partial"); }));
        const std::string text = "The Space Needle is located in the city of";
        std::optional<Prompt> got;
        engine.client.tokenize(
            hash, text, Prefix::Eos, [&](const Prompt& answer) { got = answer; }, [](const Error&) {});
        QVERIFY(engine.until([&] { return got.has_value(); }));
        QVERIFY2(!isLast(engine.record.of(*id).back()), "the trace must still run, or the test shows nothing");
        QCOMPARE(got->prefixTokens, 1);
        std::string bytes;
        for (int i = got->prefixTokens; i < got->size(); ++i)
            bytes += got->tokens[std::size_t(i)].bytes;
        QVERIFY2(bytes == text || bytes == " " + text, bytes.c_str());  // SentencePiece puts a space in front
        engine.client.cancelAll();
        const Event last = engine.end(*id);
        QVERIFY2(std::holds_alternative<Stopped>(last), show(last).c_str());
    }

    void unknownNamesAreToldAtOnce()
    {
        EngineProcess engine;
        Error error;
        QVERIFY(!engine.submit({.experiment = "trace", .parameters = trace(1), .model = "sha256:none"}, &error));
        QCOMPARE(std::string(codeName(error.code)), std::string("unknown-model"));
        error = {};
        engine.client.tokenize(
            "sha256:none", "x", Prefix::None, [](const Prompt&) {}, [&](const Error& refused) { error = refused; });
        QVERIFY(engine.until([&] { return !error.message.empty(); }));
        QCOMPARE(std::string(codeName(error.code)), std::string("unknown-model"));

        const std::string hash = loadedHash(engine);
        QVERIFY(!hash.empty());
        Job job{.experiment = "trace", .parameters = trace(1), .model = hash, .edits = {{"sha256:edit", 1}}};
        QVERIFY(!engine.submit(job, &error));
        QCOMPARE(std::string(codeName(error.code)), std::string("unknown-model"));
        QVERIFY2(error.message.find("sha256:edit") != std::string::npos, error.message.c_str());
        job.edits.clear();
        job.parameters["sampels"] = 3;
        QVERIFY(!engine.submit(job, &error));
        QCOMPARE(std::string(codeName(error.code)), std::string("usage"));
        QVERIFY2(error.message.find("sampels") != std::string::npos, error.message.c_str());
        job.experiment = "melt";
        QVERIFY(!engine.submit(job, &error));
        QCOMPARE(std::string(codeName(error.code)), std::string("usage"));
    }

    void aTraceArrivesInPartsThenWhole()
    {
        EngineProcess engine;
        const std::string hash = loadedHash(engine);
        QVERIFY(!hash.empty());
        const std::optional<JobId> id = engine.submit({.experiment = "trace", .parameters = trace(5), .model = hash});
        QVERIFY(id);
        const Event last = engine.end(*id);
        QVERIFY2(std::holds_alternative<Finished>(last), show(last).c_str());
        const std::string names = engine.record.names(*id);
        QVERIFY2(names.starts_with("started "), names.c_str());
        QVERIFY2(engine.has(*id, "partial"), names.c_str());
        QVERIFY(std::get<Partial>(*engine.find(*id, "partial")).result->done < 1);
        const Result& whole = *std::get<Finished>(last).result;
        QCOMPARE(whole.kind, std::string("trace"));
        QCOMPARE(whole.done, 1.0);
        const ArrayPtr p = whole.find("h.p");
        QVERIFY(p);
        const int layers = p->axes.at(0).size();
        const int tokens = p->axes.at(1).size();
        QVERIFY(layers > 1 && tokens > 4);
        // The answer is read at the last position: putting that state back in the last layer undoes the noise.
        QVERIFY(std::abs(p->at(layers - 1, tokens - 1) - whole.head.at("p_clean").get<double>()) < 1e-4);
        QVERIFY(engine.faults.empty());
    }

    /// α u (v·x) beside W_o: off is the base bit for bit, on it is not; what does not fit is refused by name.
    void uploadedEditsAreUsed()
    {
        EngineProcess engine;
        const std::optional<JobId> load = engine.load({checkpoint, "cpu", "f32"});
        QVERIFY(load);
        const Event loaded = engine.end(*load);
        QVERIFY2(std::holds_alternative<Finished>(loaded), show(loaded).c_str());
        const Json model = std::get<Finished>(loaded).result->model;
        const std::size_t dModel = model.at("d_model").get<std::size_t>();
        engine.client.putEdit({"fits", "W_o", 2, std::vector<float>(dModel, 1), std::vector<float>(2 * dModel, 1)},
                              [] {}, {});
        engine.client.putEdit({"other matrix", "W_down", 2, {1}, {1}}, [] {}, {});
        engine.client.putEdit({"other size", "W_o", 2, {1, 2}, {1, 2, 3}}, [] {}, {});
        const auto predict = [&](std::vector<EditRef> edits) {
            const std::optional<JobId> id =
                engine.submit({.experiment = "predict",
                               .parameters = {{"prompt", "The Space Needle is located in the city of"}},
                               .model = model.at("hash"),
                               .edits = std::move(edits)});
            return id ? engine.end(*id) : Event(Failed{});
        };
        const auto top = [](const Event& event) {
            const auto* finished = std::get_if<Finished>(&event);
            return finished ? finished->result->head.at("top") : Json(show(event));
        };
        const Json base = top(predict({}));
        QVERIFY2(base.is_array() && !base.empty(), base.dump().c_str());
        QVERIFY(top(predict({{"fits", 0}})) == base);
        const Json edited = top(predict({{"fits", 0.5}}));
        QVERIFY2(edited.is_array() && edited != base, edited.dump().c_str());
        for (const char* misfit : {"other matrix", "other size"}) {
            const Event last = predict({{misfit, 1}});
            QVERIFY2(std::holds_alternative<Failed>(last), show(last).c_str());
            const Error error = std::get<Failed>(last).error;
            QCOMPARE(std::string(codeName(error.code)), std::string("usage"));
            QVERIFY2(error.message.find("does not fit the model") != std::string::npos, error.message.c_str());
        }
    }

    void cancelKeepsWhatIsDone()
    {
        EngineProcess engine;
        const std::string hash = loadedHash(engine);
        QVERIFY(!hash.empty());
        const std::optional<JobId> id =
            engine.submit({.experiment = "trace", .parameters = trace(1000), .model = hash, .tag = "map"});
        QVERIFY(id);
        const auto begun = [&] {
            for (const Event& event : engine.record.of(*id))
                if (const auto* progress = std::get_if<Progress>(&event); progress && progress->done > 0)
                    return true;
            return false;
        };
        QVERIFY(engine.until(begun));
        engine.client.cancel(*id);
        const Event last = engine.end(*id);
        QVERIFY2(std::holds_alternative<Stopped>(last), show(last).c_str());
        const ResultPtr result = std::get<Stopped>(last).result;
        QVERIFY(result);
        QVERIFY2(result->done > 0 && result->done < 1, std::to_string(result->done).c_str());
    }

    void aClickIsAnsweredInsideALongJob()
    {
        EngineProcess engine;
        const std::string hash = loadedHash(engine);
        QVERIFY(!hash.empty());
        const std::optional<JobId> sweep = engine.submit(
            {.experiment = "trace", .parameters = trace(1000), .model = hash, .jobClass = JobClass::Background});
        QVERIFY(sweep);
        QVERIFY(engine.until([&] { return engine.has(*sweep, "partial"); }));
        const std::optional<JobId> click = engine.submit({.experiment = "predict",
                                                          .parameters = {{"prompt", "The Space Needle is in"}},
                                                          .model = hash,
                                                          .jobClass = JobClass::Selection});
        QVERIFY(click);
        const Event answer = engine.end(*click);
        QVERIFY2(std::holds_alternative<Finished>(answer), show(answer).c_str());
        QVERIFY(!isLast(engine.record.of(*sweep).back()));
        QVERIFY(engine.has(*sweep, "paused"));
        QCOMPARE(std::get<Paused>(*engine.find(*sweep, "paused")).by, *click);
        engine.client.cancelAll();
        const Event last = engine.end(*sweep);
        QVERIFY2(std::holds_alternative<Stopped>(last), show(last).c_str());
    }

    void garbageIsAnsweredAndPassedOver()
    {
        EngineProcess engine;
        engine.sendRaw("GET / HTTP/1.1\r\nHost: nowhere\r\n\r\n");
        engine.sendRaw("Content-Length: minus one\r\n\r\nxyz");
        engine.sendRaw(writeFrame("{\"jsonrpc\":"));
        engine.sendRaw(writeFrame(std::string(100000, '[')));
        Error error;
        engine.client.request("model/melt", Json::object(), {}, [&](const Error& refused) { error = refused; });
        QVERIFY(engine.until([&] { return !error.message.empty(); }));
        QVERIFY2(error.message.find("model/melt") != std::string::npos, error.message.c_str());
        QVERIFY(error.code == ErrorCode::BadMessage);
        QCOMPARE(engine.faults.size(), std::size_t(3));  // the first two are one fault: no frame came between them
        for (const Error& fault : engine.faults)
            QVERIFY2(fault.code == ErrorCode::BadMessage, fault.message.c_str());
    }

    void aGigabyteIsRefusedWithoutBeingKept()
    {
        EngineProcess engine;
        bool ready = false;
        engine.client.initialize(
            "test", "0", [&](const Json&) { ready = true; }, [](const Error&) {});
        QVERIFY(engine.until([&] { return ready; }));
        const double before = peakMemory(engine);
        QVERIFY(before > 0);
        const std::int64_t size = std::int64_t(1) << 30;
        engine.sendRaw("Content-Length: " + std::to_string(size) + "\r\n\r\n");
        const std::string chunk(1 << 22, 'x');
        for (std::int64_t sent = 0; sent < size; sent += std::int64_t(chunk.size()))
            engine.sendRaw(chunk);
        bool again = false;
        engine.client.initialize(
            "test", "0", [&](const Json&) { again = true; }, [](const Error&) {});
        QVERIFY(engine.until([&] { return again; }));
        QCOMPARE(engine.faults.size(), std::size_t(1));
        QVERIFY2(engine.faults[0].message.find("1073741824") != std::string::npos, engine.faults[0].message.c_str());
        QVERIFY2(peakMemory(engine) < before + 64, std::to_string(peakMemory(engine) - before).c_str());
    }

    void stdoutCarriesFramesOnly()
    {
        EngineProcess engine;
        bool ready = false;
        engine.client.initialize(
            "test", "0", [&](const Json&) { ready = true; }, [](const Error&) {});
        QVERIFY(engine.until([&] { return ready; }));
        const QString proc = QStringLiteral("/proc/%1/fd/").arg(engine.process.processId());
        QCOMPARE(QFile::symLinkTarget(proc + u'1'), QFile::symLinkTarget(proc + u'2'));
    }

    void theEndOfStdinEndsARunningEngine()
    {
        EngineProcess engine;
        const std::string hash = loadedHash(engine);
        QVERIFY(!hash.empty());
        const std::optional<JobId> id =
            engine.submit({.experiment = "trace", .parameters = trace(1000), .model = hash});
        QVERIFY(id);
        QVERIFY(engine.until([&] { return engine.has(*id, "partial"); }));
        engine.submit({.experiment = "trace", .parameters = trace(1000), .model = hash});  // one more waits
        engine.process.closeWriteChannel();
        QVERIFY2(engine.process.waitForFinished(1500), "protocol: within a second, and half of one for this test");
        QVERIFY(engine.process.exitStatus() == QProcess::NormalExit);
        QCOMPARE(engine.process.exitCode(), 0);
    }

    void shutdownAnswersAndEnds()
    {
        EngineProcess engine;
        bool answered = false;
        engine.client.request("shutdown", Json::object(), [&](const Json&) { answered = true; }, {});
        QVERIFY(engine.until([&] { return answered; }));
        QVERIFY(engine.process.waitForFinished());
        QVERIFY(engine.process.exitStatus() == QProcess::NormalExit);
        QCOMPARE(engine.process.exitCode(), 0);
    }

    void aClosedPipeIsNoCrash()
    {
        QProcess engine;
        QProcess reader;
        engine.setStandardOutputProcess(&reader);
        reader.start(QStringLiteral("true"), {});
        engine.start(QStringLiteral(MNEMO_BIN_DIR "/mnemo"), {QStringLiteral("serve"), QStringLiteral("--stdio")});
        QVERIFY(reader.waitForFinished());  // nobody holds the reading end now: the next write raises SIGPIPE
        RpcClient client({}, {});
        for (int i = 0; i < 50; ++i)
            client.initialize("test", "0", {}, {});
        const std::string bytes = client.takeOutgoing();
        engine.write(bytes.data(), qint64(bytes.size()));
        engine.closeWriteChannel();
        QVERIFY(engine.waitForFinished());
        QVERIFY(engine.exitStatus() == QProcess::NormalExit);
        QCOMPARE(engine.exitCode(), 0);
    }
};

QTEST_GUILESS_MAIN(TestServe)
#include "tst_serve.moc"
