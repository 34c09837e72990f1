// SPDX-License-Identifier: GPL-3.0-or-later
// Files that are no good: refused with a sentence, or read as what they were. Never a crash, never other numbers.
#include "tests/io/io_test.h"

#include "core/io/sha256.h"
#include "tests/io/hostile_files.h"
#include "tests/io/sample_session.h"
#include "tests/support/use_session.h"

#include <cstring>
#include <set>

using namespace mnemo;
using mnemo::test::tryFile;

namespace {

/// Files in memory where there is such a place: thousands are written.
QString folderTemplate()
{
    return (QDir("/dev/shm").exists() ? QStringLiteral("/dev/shm") : QDir::tempPath()) + "/mnemo-damage-XXXXXX";
}

/// A file in two parts, to be put together in another way.
struct Parts {
    Json header;
    std::string data;

    std::string bytes() const { return io_test::safetensorsBytes(header.dump(), data); }

    Json document() const { return Json::parse(header["__metadata__"]["session"].get<std::string>()); }

    void setText(const std::string& text)
    {
        header["__metadata__"]["session"] = text;
        header["__metadata__"]["sha256:session"] = sha256(text);
    }
};

Parts partsOf(const std::string& bytes)
{
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), sizeof length);
    return {Json::parse(bytes.substr(8, length)), bytes.substr(8 + length)};
}

/// One of each type, and numbers that are easily taken for others.
const std::vector<Json>& values()
{
    static const std::vector<Json> all{nullptr,
                                       true,
                                       -1,
                                       3,
                                       1e300,
                                       0.5,
                                       "x",
                                       "",
                                       Json::array(),
                                       {1, 2},
                                       Json::object(),
                                       {{"x", {{"y", 1}}}},
                                       std::uint64_t(-1),
                                       {{"a", "b"}, {"c"}},
                                       "r0/h.p"};
    return all;
}

}  // namespace

class TestSessionDamage : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        Session session = io_test::SessionSampler(3).session();
        session.results.insert(session.results.begin(), trace());
        session.results.push_back(std::make_shared<const Result>(io_test::romeResult(1)));
        setSessionEdits(session, {{session.results.size() - 1, true, 0.5}});
        session.document["view"] = {{"beside", {{0, 1}}}, {"metric", "ie"}};
        session.document["notes"] = {{{"text", "a note"}, {"run", 0}, {"site", "h"}, {"layer", 1}, {"token", 2}}};
        session.document["facts"] = {{{"id", "f0"}, {"subject", "x"}}};
        session.metadata["title"] = "A title";
        writeSession(session, path("whole.mnemo"));
        m_bytes = io_test::readFile(path("whole.mnemo"));
        m_session = session;
        QVERIFY(!tryBytes(m_bytes));
        QVERIFY(partsOf(m_bytes).bytes().size() + 8 > m_bytes.size());  // but for the padding
    }

    /// Whatever single bit is turned: the numbers that are read are those that were written.
    void flippedBits()
    {
        int refused = 0;
        std::mt19937 random(1);
        for (int i = 0; i < 1500; ++i) {
            std::string bytes = m_bytes;
            const std::size_t at = random() % bytes.size();
            bytes[at] = char(bytes[at] ^ (1 << random() % 8));
            refused += checkBytes(bytes, "bit flip at " + std::to_string(at)) ? 1 : 0;
        }
        QVERIFY2(refused > 1200, qPrintable(QString::number(refused)));  // others fell into a title or spaces
    }

    void cutAndMixed()
    {
        std::mt19937 random(2);
        const auto place = [&] { return random() % m_bytes.size(); };
        for (int i = 0; i < 500; ++i) {
            std::string bytes = m_bytes;
            const std::size_t at = place(), length = 1 + random() % 64, from = place();
            switch (random() % 5) {
                case 0:
                    bytes.resize(at);
                    break;
                case 1:
                    bytes.erase(at, length);
                    break;
                case 2:
                    bytes.insert(at, m_bytes.substr(from, length));
                    break;
                case 3:
                    bytes.replace(at, length, m_bytes.substr(from, length));
                    break;
                default:
                    for (std::size_t k = at; k < std::min(at + length, bytes.size()); ++k)
                        bytes[k] = char(random());
            }
            checkBytes(bytes, "mixed, try " + std::to_string(i));
        }
    }

    /// Every value of the document becomes each kind of another, and goes.
    void otherTypesEverywhere()
    {
        const Parts parts = partsOf(m_bytes);
        int tried = 0, refused = 0;
        const Json flat = parts.document().flatten();
        std::set<std::string> places;
        for (const auto& [place, value] : flat.items())
            for (std::string at = place; !at.empty(); at.resize(at.rfind('/')))
                places.insert(at);
        QVERIFY(places.size() > 150);
        for (const std::string& place : places)
            for (std::size_t kind = 0; kind <= values().size(); ++kind) {
                if (std::ranges::count(place, '/') > 3 && (kind + places.size() + place.size()) % 3 != 0)
                    continue;  // deep inside, some of them do
                Parts changed = parts;
                Json document = parts.document();
                const Json::json_pointer pointer(place);
                if (kind < values().size())
                    document[pointer] = values()[kind];
                else if (document[pointer.parent_pointer()].is_object())
                    document[pointer.parent_pointer()].erase(pointer.back());
                changed.setText(document.dump());
                changed.header["__metadata__"].erase("sha256:tensors");
                refused += tryBytes(changed.bytes(), place) ? 1 : 0;
                ++tried;
            }
        QVERIFY2(refused > tried / 20 && refused < tried, qPrintable(QString("%1 of %2").arg(refused).arg(tried)));
    }

    void otherTypesInTheHeader()
    {
        const Parts parts = partsOf(m_bytes);
        int refused = 0, tried = 0;
        const Json flat = parts.header.flatten();
        for (const auto& [place, value] : flat.items())
            for (const Json& other : values()) {
                Parts changed = parts;
                changed.header[Json::json_pointer(place)] = other;
                refused += tryBytes(changed.bytes(), place) ? 1 : 0;
                ++tried;
            }
        QVERIFY2(refused > tried / 2, qPrintable(QString("%1 of %2").arg(refused).arg(tried)));
    }

    void hostileHeaders_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        for (const auto& [name, bytes] : io_test::hostileFiles())
            QTest::newRow(name) << QByteArray::fromStdString(bytes);
    }
    void hostileHeaders()
    {
        QFETCH(QByteArray, bytes);
        const std::optional<Error> error = tryBytes(bytes.toStdString());
        QVERIFY(error);
        QVERIFY2(error->code == ErrorCode::Damaged && !error->hint.empty(), error->message.c_str());
        QVERIFY2(error->message.find("x.mnemo") != std::string::npos, error->message.c_str());
    }

    /// Files that were wrong once, and some by hand: `bad-…` are refused, `odd-…` read. See make_sessions.py there.
    void keptFiles_data()
    {
        QTest::addColumn<QString>("file");
        const QDir folder(MNEMO_TEST_FIXTURES "/sessions/damaged");
        for (const QString& name : folder.entryList(QDir::Files))
            QTest::newRow(qPrintable(name)) << folder.filePath(name);
    }
    void keptFiles()
    {
        QFETCH(QString, file);
        const std::optional<Error> error = tryFile(file.toStdString(), path("again.mnemo"));
        const bool isBad = QFileInfo(file).fileName().startsWith("bad-");
        QVERIFY2(error.has_value() == isBad, error ? error->message.c_str() : "it reads");
    }

    /// What the fuzzer found worth keeping: a base64 of each on a line.
    void fuzzedInputs()
    {
        QFile file(MNEMO_TEST_FIXTURES "/sessions/fuzzed.txt");
        QVERIFY(file.open(QIODevice::ReadOnly));
        int number = 0, refused = 0;
        for (; !file.atEnd(); ++number) {
            const QByteArray input = QByteArray::fromBase64(file.readLine().trimmed());
            refused += mnemo::test::tryInput(input.toStdString(), m_folder.path().toStdString()) ? 1 : 0;
        }
        QVERIFY2(number > 100 && refused > 50 && refused < number, qPrintable(QString::number(refused)));
    }

private:
    static ResultPtr trace()
    {
        Result result = *std::make_shared<Result>();
        result.kind = "trace";
        result.title = "A trace";
        result.parameters = {{"prompt", "{} is"}, {"subject", "It"}};
        result.model = {{"name", "tiny"}, {"hash", "sha256:00"}, {"layers", 2}};
        const Json token{{"id", 1}, {"text", "a"}, {"begin", 0}, {"end", 1}};
        result.head = {{"tokens", {token, token, token}},
                       {"subject", {0, 1}},
                       {"sites", {"h"}},
                       {"windows", {{"h", 1}}},
                       {"p_clean", 0.5},
                       {"p_corrupt", 0.25},
                       {"target", token},
                       {"partner", {0, 1, 2}},
                       {"effect_defined", true}};
        result.provenance = {{"threads", 2}, {"edits", {{{"hash", "0123"}, {"alpha", 1}}}}};
        const std::vector<Axis> axes{{"layer", {"0", "1"}}, {"token", {"a", "b", "c"}}};
        for (const char* quantity : {"p", "logp", "rank", "logit_diff", "kl"})
            result.arrays.push_back(std::make_shared<const Array>(
                computedArray(std::string("h.") + quantity, axes, "probability", {0.5, 0.25, 0.125, 1, 0, 1 / 3.0})));
        return std::make_shared<const Result>(std::move(result));
    }

    std::filesystem::path path(const char* name) const { return m_folder.filePath(name).toStdString(); }

    /// @return the refusal, with a sentence and a hint; absent: it reads. Fails on whatever else leaves it.
    std::optional<Error> tryBytes(const std::string& bytes, const std::string& what = {})
    {
        const std::filesystem::path file = io_test::writeFile(m_folder, "x.mnemo", bytes);
        try {
            const std::optional<Error> error = tryFile(file, path("again.mnemo"));
            if (error && (error->message.empty() || error->hint.empty()))
                qFatal("%s: refused without a word", what.c_str());
            return error;
        } catch (const std::exception& error) {
            qFatal("%s: %s", what.c_str(), error.what());
        }
    }

    /// The same; what reads has the numbers that were written. @return whether it was refused
    bool checkBytes(const std::string& bytes, const std::string& what)
    {
        if (tryBytes(bytes, what))
            return true;
        const Json difference = diffSessions(m_session, readSession(path("x.mnemo")));
        if (difference["runs"]["same"] != m_session.results.size())
            qFatal("%s: read with other numbers", what.c_str());
        return false;
    }

    QTemporaryDir m_folder{folderTemplate()};
    std::string m_bytes;
    Session m_session;
};

QTEST_GUILESS_MAIN(TestSessionDamage)
#include "tst_session_damage.moc"
