// SPDX-License-Identifier: GPL-3.0-or-later
// Fact files, the catalogue, help for errors, and the data files that ship.
#include "core/data/json.h"
#include "core/io/catalog.h"
#include "core/io/fact_set.h"
#include "core/io/paths.h"
#include "core/io/strict_json.h"

#include "tests/io/io_test.h"

#include <set>

using namespace mnemo;
using io_test::writeFile;

class TestResources : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        qputenv("HF_HUB_CACHE", m_cache.path().toUtf8());
        QVERIFY(QDir().mkpath(m_data.path()));
        for (const char* name : {"checkpoints", "facts", "errors.json"})
            QVERIFY(QFile::link(QStringLiteral(MNEMO_RESOURCES "/") + name, m_data.filePath(name)));
        QVERIFY(
            QFile::link(QStringLiteral(MNEMO_RESOURCES "/../models/catalog.json"), m_data.filePath("catalog.json")));
        qputenv("MNEMO_DATA_DIR", m_data.path().toUtf8());
    }

    void everyErrorHasHelp()
    {
        const SortedJson help = readJsonFile(dataDir() / "errors.json");
        std::size_t codes = 0;
        for (int code = 0; code <= int(ErrorCode::Internal); ++code, ++codes) {
            const std::string name(codeName(ErrorCode(code)));
            QVERIFY2(help.contains(name) && help[name].get<std::string>().size() > 60, name.c_str());
        }
        QCOMPARE(help.size(), codes);
    }

    void theShippedFacts()
    {
        const FactSet facts = readFacts(dataDir() / "facts");
        QVERIFY(facts.problems.empty());
        QCOMPARE(facts.relations.size(), std::size_t(19));
        std::size_t samples = 0;
        for (const Relation& relation : facts.relations) {
            samples += relation.samples.size();
            QVERIFY(relation.templates.size() >= 10 && !relation.heldOutTemplates.empty());
            for (const FactSample& sample : relation.samples)
                QVERIFY(!sample.subject.starts_with(' ') && !sample.object.ends_with(' '));
        }
        QCOMPARE(samples, std::size_t(9646));
        const auto known = facts.findFact("Eiffel Tower is located in the city of");
        QVERIFY(known);
        QCOMPARE(known->relation->name, std::string("place in city"));
        QCOMPARE(known->subject, std::string("Eiffel Tower"));
        QCOMPARE(known->object, std::string("Paris"));
        QVERIFY(!known->heldOut);
        QVERIFY(facts.findFact("Eiffel Tower is situated in the city of")->heldOut);
        for (const char* other :
             {"The Eiffel Tower is located in the city of", "Eiffel Tower is located in the city of ",
              "Nobody is located in the city of", "is located in the city of", "", "{}"})
            QVERIFY2(!facts.findFact(other), other);
    }

    void guessesTheSubject()
    {
        const FactSet facts = readFacts(dataDir() / "facts");
        QCOMPARE(facts.subjectsIn("The Casa Loma was built in").front(), std::string("Casa Loma"));
        QCOMPARE(facts.subjectsIn("Galata Tower in Paris").front(), std::string("Galata Tower"));
        QVERIFY(facts.subjectsIn("Parisians").empty());
        QVERIFY(facts.subjectsIn("").empty());
    }

    void swapsHaveAnotherAnswer()
    {
        QTemporaryDir folder;
        writeFile(folder, "r.json", R"({"name":"r","prompt_templates":["{} is"],"samples":[{"subject":"a","object":"1"},
            {"subject":"b","object":"1"},{"subject":"b","object":"2"},{"subject":"c","object":"2"},
            {"subject":"c","object":"3"},{"subject":"a","object":"4"}]})");
        const FactSet facts = readFacts(folder.path().toStdString());
        QCOMPARE(swapCandidates(facts.relations[0], "a"), (std::vector<FactSample>{{"c", "2"}}));
        QCOMPARE(swapCandidates(facts.relations[0], "c"), (std::vector<FactSample>{{"a", "1"}}));
    }

    void rowsThatAreWrongLoseNothingElse()
    {
        QTemporaryDir folder;
        writeFile(folder, "a.json", R"({"name":"r","prompt_templates":["{} is","no hole",3],"samples":[
            {"subject":"s"},{"subject":"s","object":"o"},7,{"subject":"","object":"o"},{"subject":1,"object":"o"}]})");
        writeFile(folder, "b.json", "{");
        writeFile(folder, "c.json", "[]");
        writeFile(folder, "d.json", R"({"samples":[{"subject":"x","object":"y"}]})");
        const FactSet facts = readFacts(folder.path().toStdString());
        QCOMPARE(facts.relations.size(), std::size_t(2));
        QCOMPARE(facts.relations[0].samples, (std::vector<FactSample>{{"s", "o"}}));
        QCOMPARE(facts.relations[0].templates, (std::vector<std::string>{"{} is"}));
        QCOMPARE(facts.relations[1].name, std::string("d"));
        QCOMPARE(facts.problems.size(), std::size_t(8));
        QCOMPARE(facts.problems[2].where, std::string("samples[0]"));
        VERIFY_REFUSED(readFacts(folder.path().toStdString() + "/none"), ErrorCode::NotFound, "none");
    }

    void aFolderHoldsFactsOfEveryFormat()
    {
        QTemporaryDir folder;
        writeFile(folder, "a.json",
                  R"({"name":"r","prompt_templates":["{} is"],"samples":[{"subject":"s","object":"o"}]})");
        writeFile(folder, "b.csv", "relation,template,subject,object\nq,{} was,t,p\n");
        writeFile(folder, "c.jsonl", R"({"template":"{} lies in","subject":"u","object":"v"})");
        writeFile(folder, "notes.txt", "no facts");
        const FactSet facts = readFacts(folder.path().toStdString());
        QVERIFY(facts.problems.empty());
        QCOMPARE(facts.relations.size(), std::size_t(3));
        QCOMPARE(facts.relations[1].name, std::string("q: {} was"));
        QCOMPARE(facts.relations[2].samples, (std::vector<FactSample>{{"u", "v"}}));
    }

    /// The data set of the relations paper reads without a complaint.
    void readsThePublicRelations()
    {
        const std::filesystem::path folder = MNEMO_SHARED_DATA "/relations/factual";
        if (!std::filesystem::exists(folder))
            QSKIP("the public relations are not on this machine");
        const FactSet facts = readFacts(folder);
        QCOMPARE(facts.relations.size(), std::size_t(26));
        QVERIFY2(facts.problems.empty(), facts.problems.empty() ? "" : facts.problems[0].message.c_str());
    }

    void theCatalogueKnowsWhatShips()
    {
        const auto entries = readCatalog();
        std::set<std::string> names;
        for (const CatalogEntry& entry : entries) {
            QVERIFY(names.insert(entry.name).second);
            QVERIFY(entry.parameters > 0 && entry.layers > 0 && !entry.summary.empty());
            QCOMPARE(entry.folder.has_value(), !entry.shipped.empty());
            QCOMPARE(entry.demonstration, !entry.shipped.empty());
        }
        QCOMPARE(entries[0].name, std::string("mnemo-mamba"));
        QCOMPARE(resolveModel("mnemo-pythia"), dataDir() / "checkpoints/mnemo-pythia");
        for (const char* name : {"mamba-130m", "state-spaces/mamba-130m-hf"}) {
            VERIFY_REFUSED(resolveModel(name), ErrorCode::NotFound, "not on this machine");
            QVERIFY(test::refusal([&] { resolveModel(name); }).hint.find("Hugging Face") != std::string::npos);
        }
    }

    void foldersAndMistakes()
    {
        QTemporaryDir folder;
        QCOMPARE(resolveModel(folder.path().toStdString()), std::filesystem::path(folder.path().toStdString()));
        VERIFY_REFUSED(resolveModel(writeFile(folder, "f", "").string()), ErrorCode::NotFound, "is a file");
        VERIFY_REFUSED(resolveModel("no-such-model"), ErrorCode::NotFound, "no-such-model");
        VERIFY_REFUSED(resolveModel(""), ErrorCode::NotFound, "no model");
        VERIFY_REFUSED(resolveModel("../x/y"), ErrorCode::NotFound, "../x/y");
    }

    void findsTheHubCache()
    {
        const QString repo = "models--state-spaces--mamba-370m-hf";
        const std::string commit(40, 'a');
        QVERIFY(!findInHubCache("state-spaces/mamba-370m-hf"));
        writeFile(m_cache, repo + "/refs/main", commit + "\n");
        QVERIFY(!findInHubCache("state-spaces/mamba-370m-hf"));
        const auto config =
            writeFile(m_cache, repo + "/snapshots/" + QString::fromStdString(commit) + "/config.json", "{}");
        QCOMPARE(findInHubCache("state-spaces/mamba-370m-hf").value(), config.parent_path());
        QCOMPARE(resolveModel("mamba-370m"), config.parent_path());
        writeFile(m_cache, repo + "/refs/main", "../../etc");
        QVERIFY(!findInHubCache("state-spaces/mamba-370m-hf"));
    }

    void hubCacheFollowsTheEnvironment()
    {
        const QByteArray before = qgetenv("HF_HUB_CACHE");
        qunsetenv("HF_HUB_CACHE");
        qunsetenv("HUGGINGFACE_HUB_CACHE");
        qputenv("HF_HOME", "/hf");
        QCOMPARE(hubCacheDir().string(), std::string("/hf/hub"));
        qunsetenv("HF_HOME");
        qputenv("XDG_CACHE_HOME", "/cache");
        QCOMPARE(hubCacheDir().string(), std::string("/cache/huggingface/hub"));
        qputenv("HF_HUB_CACHE", before);
    }

    void hashesTellCheckpointsApart()
    {
        const auto mamba = checkpointHash(resolveModel("mnemo-mamba"));
        QCOMPARE(mamba.size(), std::size_t(64));
        QVERIFY(mamba != checkpointHash(resolveModel("mnemo-pythia")));
        QTemporaryDir copy;
        for (const char* name : {"config.json", "model.safetensors", "tokenizer.model"})
            std::filesystem::copy(resolveModel("mnemo-mamba") / name, copy.filePath(name).toStdString());
        QCOMPARE(checkpointHash(copy.path().toStdString()), mamba);
        std::string weights = io_test::readFile(copy.filePath("model.safetensors").toStdString());
        weights.back() = char(weights.back() ^ 1);
        writeFile(copy, "model.safetensors", weights);
        QVERIFY(checkpointHash(copy.path().toStdString()) != mamba);
    }

private:
    QTemporaryDir m_cache;
    QTemporaryDir m_data;
};

QTEST_APPLESS_MAIN(TestResources)
#include "tst_resources.moc"
