// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/session.h"

#include "core/io/sha256.h"
#include "tests/io/io_test.h"

#include <cmath>
#include <cstring>

using namespace mnemo;

namespace {

ResultPtr trace(double p)
{
    Array array = Array::make("h.p", {{"layer", {"0", "1"}}, {"token", {" The", "é\n", ""}}}, "probability");
    array.values = {p, 0.1, 1 / 3.0, std::numeric_limits<double>::infinity(), array.values[4], 1e-300};
    array.states = {CellState::Computed, CellState::Exact,       CellState::Computed,
                    CellState::Computed, CellState::NotComputed, CellState::Undefined};
    Result result;
    result.kind = "trace";
    result.title = "A trace";
    result.parameters = {{"prompt", "{} is"}, {"seed", 1}};
    result.model = {{"name", "tiny"}};
    result.head = {{"p_clean", 0.123456789012345678}, {"sites", {"h"}}};
    result.provenance = {{"threads", 2}};
    result.arrays = {std::make_shared<const Array>(std::move(array))};
    result.done = 0.61;
    return std::make_shared<const Result>(std::move(result));
}

}  // namespace

class TestSession : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void resultsGoThereAndBack()
    {
        Session session;
        session.results = {trace(0.5), trace(0.25)};
        session.document = {{"view", {{"layout_version", 1}}}, {"notes", {"ä"}}};
        const Session read = roundTrip(session);
        QCOMPARE(read.results.size(), std::size_t(2));
        for (std::size_t i = 0; i < 2; ++i) {
            QCOMPARE(toJson(*read.results[i]).dump(), toJson(*session.results[i]).dump());
            const Array& was = *session.results[i]->arrays[0];
            const Array& is = *read.results[i]->arrays[0];
            QVERIFY(std::memcmp(is.values.data(), was.values.data(), 48) == 0);
            QVERIFY(is.states == was.states);
        }
        QCOMPARE(read.document.dump(), session.document.dump());
        QVERIFY(!read.readOnly);
    }

    /// The layout that other programs read (UX.md §D.2).
    void theFileIsASafetensorsFile()
    {
        writeSession(*trace(0.5), path());
        const SafetensorsFile file(path());
        for (const char* key : {"format", "format_version", "min_reader", "app", "created", "modified", "session"})
            QVERIFY2(file.metadata().contains(key), key);
        QCOMPARE(file.metadata().at("format"), std::string("mnemo.session"));
        QCOMPARE(file.metadata().at("sha256:session"), sha256(file.metadata().at("session")));
        QCOMPARE(int(file.find("r0/h.p")->dtype), int(Dtype::F64));
        QCOMPARE(file.find("r0/h.p")->shape, (std::vector<std::int64_t>{2, 3}));
        QCOMPARE(int(file.find("r0/h.p.state")->dtype), int(Dtype::U8));
        const Json document = Json::parse(file.metadata().at("session"));
        QCOMPARE(document["runs"][0]["arrays"][0]["values"].get<std::string>(), std::string("r0/h.p"));
    }

    void whatItDoesNotKnowSurvives()
    {
        Session session;
        session.results = {trace(0.5)};
        session.document = {{"x-tool", {{"deep", {1, 2}}}}, {"undo", nullptr}};
        session.extras[session.results[0]] = {{"x-mark", true}};
        session.metadata = {{"title", "Mine"}, {"license", "CC0"}, {"created", "2024-01-01T00:00:00Z"}};
        session.otherTensors = {{"r0/stray", Dtype::I32, {1}, std::vector<std::byte>(4, std::byte{7})},
                                {"g0/thumb.png", Dtype::U8, {3}, std::vector<std::byte>(3, std::byte{9})}};
        Session read = roundTrip(roundTrip(session));
        QCOMPARE(read.document.dump(), session.document.dump());
        QCOMPARE(read.extras.at(read.results[0]).dump(), std::string(R"({"x-mark":true})"));
        for (const char* key : {"title", "license", "created"})
            QCOMPARE(read.metadata.at(key), session.metadata.at(key));
        QCOMPARE(read.otherTensors.size(), std::size_t(2));
        QVERIFY(read.otherTensors[0] == session.otherTensors[1]);
        QVERIFY(read.otherTensors[1] == session.otherTensors[0]);
        read.results.clear();  // tensors of a removed result go with it
        QCOMPARE(roundTrip(read).otherTensors.size(), std::size_t(2));
    }

    void newerSessionsAreReadOnlyOrRefusedReadably()
    {
        writeSession(*trace(0.5), path());
        change([](TensorMetadata& metadata) { metadata["min_reader"] = "2"; });
        const Session read = readSession(path());
        QVERIFY(read.readOnly);
        QCOMPARE(read.results.size(), std::size_t(1));
        VERIFY_REFUSED(writeSession(read, path()), ErrorCode::Usage, "newer version");
        change([](TensorMetadata& metadata) { setText(metadata, R"({"runs":{"another":"layout"}})"); });
        VERIFY_REFUSED(readSession(path()), ErrorCode::UnsupportedModel, "newer version");
    }

    void refusesDamage_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("words");
        QTest::newRow("no JSON") << "{"
                                 << "JSON";
        QTest::newRow("no runs") << "{}"
                                 << "no list of runs";
        QTest::newRow("run without kind") << R"({"runs":[{}]})"
                                          << "run 0";
        const QString run = R"({"runs":[{"kind":"trace","title":"","parameters":{},"model":{},"head":{},"provenance":{},
            "done":1,"arrays":[%1]}]})";
        const QString array = R"({"name":"h.p","unit":"","axes":[%1],"values":"%2","states":"r0/h.p.state"})";
        const QString two = R"({"name":"layer","labels":["0","1"]})";
        const QString three = R"({"name":"token","labels":["a","b","c"]})";
        QTest::newRow("missing tensor") << run.arg(array.arg(two + "," + three, "r9/h.p")) << "r9/h.p is missing";
        QTest::newRow("axes do not fit") << run.arg(array.arg(two, "r0/h.p")) << "type and shape";
        QTest::newRow("states as values") << run.arg(array.arg(two + "," + three, "r0/h.p.state")) << "type and shape";
        const QString good = array.arg(two + "," + three, "r0/h.p");
        QTest::newRow("the same array twice") << run.arg(good + "," + good) << "share the tensor";
        QTest::newRow("labels are numbers")
            << run.arg(array.arg(R"({"name":"layer","labels":[0]})", "r0/h.p")) << "type";
        QTest::newRow("parameters are a number")
            << QString(run.arg("")).replace(R"("parameters":{})", R"("parameters":3)") << "run 0";
        QTest::newRow("head is a list") << QString(run.arg("")).replace(R"("head":{})", R"("head":[])") << "run 0";
        QTest::newRow("array is a list") << run.arg("[]") << "run 0";
    }
    void refusesDamage()
    {
        QFETCH(QString, text);
        QFETCH(QString, words);
        writeSession(*trace(0.5), path());
        change([&](TensorMetadata& metadata) { setText(metadata, text.toStdString()); });
        VERIFY_REFUSED(readSession(path()), ErrorCode::Damaged, words.toStdString());
    }

    void refusesWrongChecksumsAndOtherFiles()
    {
        writeSession(*trace(0.5), path());
        change([](TensorMetadata& metadata) { metadata["session"] += " "; });
        VERIFY_REFUSED(readSession(path()), ErrorCode::Damaged, "checksum");
        change([](TensorMetadata& metadata) { metadata["min_reader"] = "x"; });
        VERIFY_REFUSED(readSession(path()), ErrorCode::Damaged, "min_reader");
        change([](TensorMetadata& metadata) { metadata.clear(); });
        VERIFY_REFUSED(readSession(path()), ErrorCode::Damaged, "no session");
        VERIFY_REFUSED(readSession(path().string() + "x"), ErrorCode::NotFound, "does not exist");
        VERIFY_REFUSED(writeSession(*trace(0.5), path() / "x"), ErrorCode::WriteFailed, path().string());
    }

    void refusesEveryTruncation()
    {
        writeSession(*trace(0.5), path());
        const std::string whole = io_test::readFile(path());
        QVERIFY(whole.size() < 4000);
        for (std::size_t length = 0; length < whole.size(); length += 3)
            VERIFY_REFUSED(readSession(io_test::writeFile(m_folder, "cut.mnemo", whole.substr(0, length))),
                           ErrorCode::Damaged, "cut.mnemo");
    }

private:
    std::filesystem::path path() const { return m_folder.filePath("s.mnemo").toStdString(); }

    Session roundTrip(const Session& session) const
    {
        writeSession(session, path());
        return readSession(path());
    }

    static void setText(TensorMetadata& metadata, const std::string& text)
    {
        metadata["session"] = text;
        metadata["sha256:session"] = sha256(text);
    }

    /// Writes the file again with other metadata.
    void change(const std::function<void(TensorMetadata&)>& edit) const
    {
        const SafetensorsFile file(path());
        TensorMetadata metadata = file.metadata();
        edit(metadata);
        writeSafetensors(path(), file.tensors(), metadata);
    }

    QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(TestSession)
#include "tst_session.moc"
