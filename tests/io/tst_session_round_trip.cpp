// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever is saved comes back, to the last bit, and is written again as the same file.
#include "tests/io/io_test.h"  // before <compare> and <span>, which moc cannot read first

#include "core/io/session_check.h"
#include "core/io/session_diff.h"
#include "core/io/session_recipe.h"
#include "tests/io/sample_session.h"

#include <cstring>

using namespace mnemo;

namespace {

constexpr int seeds = 100;

bool sameBits(const std::vector<double>& a, const std::vector<double>& b)
{
    return a.size() == b.size() && (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0);
}

bool sameArray(const Array& a, const Array& b)
{
    return a.name == b.name && a.axes == b.axes && a.unit == b.unit && sameBits(a.values, b.values) &&
           a.states == b.states;
}

bool sameResult(const Result& a, const Result& b)
{
    return a.kind == b.kind && a.title == b.title && a.parameters == b.parameters && a.model == b.model &&
           a.head == b.head && a.provenance == b.provenance && a.done == b.done &&
           std::ranges::equal(a.arrays, b.arrays,
                              [](const ArrayPtr& x, const ArrayPtr& y) { return sameArray(*x, *y); });
}

Json extraOf(const Session& session, std::size_t run)
{
    const auto found = session.extras.find(session.results[run]);
    return found == session.extras.end() ? Json() : found->second;
}

/// Keys that nobody knows come in another order: those of arrays are collected behind those of the run.
bool sameExtra(const Json& a, const Json& b)
{
    return nlohmann::json(a) == nlohmann::json(b);
}

}  // namespace

class TestSessionRoundTrip : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whateverIsSavedComesBack()
    {
        for (unsigned seed = 0; seed < seeds; ++seed) {
            const QByteArray what = "seed " + QByteArray::number(seed);
            const Session was = io_test::SessionSampler(seed).session();
            writeSession(was, path("a"));
            const Session is = readSession(path("a"));
            QVERIFY2(is.document == was.document, what);
            QCOMPARE(is.results.size(), was.results.size());
            for (std::size_t run = 0; run < was.results.size(); ++run) {
                QVERIFY2(sameResult(*is.results[run], *was.results[run]), what);
                QVERIFY2(sameExtra(extraOf(is, run), extraOf(was, run)), what);
            }
            for (const auto& [key, value] : was.metadata)
                QVERIFY2(is.metadata.at(key) == value, what);
            QVERIFY2(is.otherTensors == was.otherTensors, what);
            QVERIFY2(sessionEdits(is) == sessionEdits(was), what);
        }
    }

    void whatIsReadIsWrittenAsTheSameFile()
    {
        for (unsigned seed = 0; seed < seeds; ++seed) {
            writeSession(io_test::SessionSampler(seed).session(), path("a"));
            setStamps(path("a"));
            const std::string bytes = io_test::readFile(path("a"));
            writeSession(readSession(path("a")), path("b"));
            setStamps(path("b"));
            QVERIFY2(io_test::readFile(path("b")) == bytes, qPrintable(QString("seed %1").arg(seed)));
        }
    }

    /// What is written is valid by the program's own check, differs in nothing from itself, and has one recipe.
    void whatIsSavedIsEqualToItself()
    {
        for (unsigned seed = 0; seed < seeds; ++seed) {
            const QByteArray what = "seed " + QByteArray::number(seed);
            writeSession(io_test::SessionSampler(seed).session(), path("a"));
            const Session session = readSession(path("a"));
            for (const std::string& problem : checkSession(path("a")).problems)
                QVERIFY2(problem.find("result has no \"tokens\"") != std::string::npos,
                         (what + ": " + problem.c_str()));
            QVERIFY2(diffSessions(session, readSession(path("a")))["equal"] == true, what);
            const std::string recipe = recipeText(recipeOf(session));
            const auto file = io_test::writeFile(m_folder, "recipe.json", recipe);
            QVERIFY2(recipeText(readRecipe(file)) == recipe, what);
        }
    }

private:
    std::filesystem::path path(const char* name) const
    {
        return m_folder.filePath(QString(name) + ".mnemo").toStdString();
    }

    /// The times of writing are the only thing that may differ.
    static void setStamps(const std::filesystem::path& path)
    {
        const SafetensorsFile file(path);
        TensorMetadata metadata = file.metadata();
        metadata["created"] = metadata["modified"] = "2026-01-01T00:00:00Z";
        writeSafetensors(path, file.tensors(), metadata);
    }

    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestSessionRoundTrip)
#include "tst_session_round_trip.moc"
