// SPDX-License-Identifier: GPL-3.0-or-later
// Evaluations of edits on tiny random models: each number is that of its own edit, whatever was done before.
#include "tests/experiments/tiny_loaded.h"  // before <compare>, which moc cannot read first
#include "tests/support/lines.h"
#include "tests/support/refusal.h"
#include "tests/support/stops_at.h"

#include "core/experiments/evaluate_params.h"
#include "core/experiments/evaluation.h"
#include "core/experiments/text_measures.h"
#include "core/io/record_log.h"
#include "core/io/session.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

using namespace mnemo;
using namespace mnemo::test;

namespace {

EditCase caseOf(const std::string& subject, const std::string& targetNew, const std::string& targetTrue)
{
    EditCase made;
    made.id = subject;
    made.prompt = "The {} is in the city of";
    made.subject = subject;
    made.targetNew = targetNew;
    made.targetTrue = targetTrue;
    made.paraphrases = {"the city of " + subject + " is", "The old " + subject + " is near"};
    made.neighbours = {"The Louvre is in the city of", "The Pyramid is in the city of"};
    made.otherRelations = {subject + " is a"};
    made.generations = {subject + " and", "The old " + subject};
    return made;
}

const std::vector<EditCase> cases{caseOf("Eiffel Tower", "Rome", "Paris"), caseOf("Big Ben", "Giza-left", "Rome"),
                                  caseOf("old Pyramid", "Paris", "Giza")};

Json rowOf(const EditCase& one)
{
    Json row = one.toJson();
    row["paraphrase_prompts"] = one.paraphrases;
    row["neighborhood_prompts"] = one.neighbours;
    row["other_relations"] = one.otherRelations;
    row["generation_prompts"] = one.generations;
    return row;
}

bool isNear(double a, double b)
{
    return (std::isnan(a) && std::isnan(b)) || std::abs(a - b) < 1e-9;
}

}  // namespace

class TestEvaluate : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        qputenv("XDG_CACHE_HOME", m_folder.path().toUtf8());
        std::vector<std::string> rows;
        for (const EditCase& one : cases)
            rows.push_back(rowOf(one).dump());
        write(file("cases.jsonl"), rows);
        write(file("references.jsonl"), {R"({"object":"Rome","text":"the old city and the Tower"})",
                                         R"({"object":"Paris","text":"near the Louvre"})",
                                         R"({"subject":"Big Ben","text":"Big Ben is the old Tower"})"});
    }

    void eachNumberIsItsOwnEdit_data() { architectures(); }
    void eachNumberIsItsOwnEdit()
    {
        const TinyLoaded model = tiny();
        const Result result = run(model, {{"layers", {"0", "2"}}});
        const std::vector<std::string> matrices = model.loaded.model->matrices();
        const ExperimentContext context{model.loaded, {}};
        SilentReporter silent;
        MeasureMeans before;
        std::map<std::pair<int, int>, MeasureMeans> after;
        for (const EditCase& one : cases) {
            const CaseQuestions questions(one, {}, Prefix::None, context);
            const CaseAnswers was = questions.ask({}, nullptr, silent);
            before.add(measuresOf(was, was));
            for (const int layer : {0, 2})
                for (int m = 0; m < int(matrices.size()); ++m) {
                    const RomeEdit made =
                        computeEdit(requestFor(one, matrices[std::size_t(m)], layer), context, silent);
                    after[{layer, m}].add(measuresOf(questions.ask({made.edit}, &was, silent), was));
                }
        }
        const ArrayPtr s = result.find("S"), n = result.find("n"), low = result.find("ES.low"),
                       high = result.find("ES.high");
        QCOMPARE(s->axes[0].labels, (std::vector<std::string>{"0", "2"}));
        QCOMPARE(s->axes[1].labels, matrices);
        for (auto& [place, means] : after) {
            const int row = place.first / 2;
            for (const Measure measure :
                 {Measure::Efficacy, Measure::Paraphrase, Measure::Neighbourhood, Measure::EfficacySize,
                  Measure::ParaphraseSize, Measure::NeighbourhoodSize, Measure::OthersKept}) {
                const double found = result.find(measureName(measure))->at(row, place.second);
                QVERIFY2(isNear(found, means.mean(measure)), measureName(measure).data());
            }
            QVERIFY(isNear(s->at(row, place.second), means.score()));
            QCOMPARE(n->at(row, place.second), 3.0);
            QVERIFY(low->at(row, place.second) <= means.mean(Measure::Efficacy));
            QVERIFY(high->at(row, place.second) >= means.mean(Measure::Efficacy));
        }
        QVERIFY(isNear(result.head["floor"]["NM"].get<double>(), before.mean(Measure::NeighbourhoodSize)));
        QVERIFY(isNear(result.head["floor"]["others_kept"].get<double>(), 100));
        QVERIFY(result.head["floor"]["GE"].is_null() && !result.find("GE"));
        QVERIFY(result.head["counts"]["used"] == 3 && result.done == 1);
        QCOMPARE(result.head["cases"].size(), std::size_t(3));
        QVERIFY(result.head["cases"][1]["id"] == "Big Ben");
        QCOMPARE(result.head["cases"][1]["edits"].size(), 2 * matrices.size());
        QVERIFY(!isNear(result.find("EM")->at(1, 0), result.head["floor"]["EM"].get<double>()));
    }

    void goesOnWhereItWas_data() { architectures(); }
    void goesOnWhereItWas()
    {
        const TinyLoaded model = tiny();
        const Result whole = run(model, Json::object());
        QVERIFY(sameNumbers(run(model, {{"records", fresh("whole.jsonl")}}), whole));
        const std::vector<std::string> lines = linesOf(file("whole.jsonl"));
        const std::size_t edits = 3 * model.loaded.model->matrices().size();
        QCOMPARE(lines.size(), 1 + edits);
        for (const std::size_t kept : {std::size_t(0), std::size_t(1), std::size_t(3)}) {
            write(file("part.jsonl"), {lines.begin(), lines.begin() + std::ptrdiff_t(kept)});
            std::ofstream(file("part.jsonl"), std::ios::app) << lines[kept].substr(0, 17);  // killed while writing
            const Result resumed = run(model, {{"records", file("part.jsonl")}});
            QVERIFY2(sameNumbers(resumed, whole), qPrintable(QString::number(kept)));
            QVERIFY(resumed.head == whole.head);
            QCOMPARE(linesOf(file("part.jsonl")), lines);
        }
        // What is recorded is not computed again.
        Json record = Json::parse(lines[1]);
        record["p"] = 0.125;
        std::vector<std::string> marked = lines;
        marked[1] = record.dump();
        write(file("part.jsonl"), marked);
        StopsAt counts(-1);
        const Result known = run(model, {{"records", file("part.jsonl")}}, counts);
        QVERIFY(known.head["cases"][0]["edits"][0]["p"] == 0.125);
        QVERIFY2(counts.checks <= 4, qPrintable(QString::number(counts.checks)));
        record["after"].erase("neighbours");
        marked[1] = record.dump();
        write(file("part.jsonl"), marked);
        VERIFY_REFUSED(run(model, {{"records", file("part.jsonl")}}), ErrorCode::Damaged, "Line 2 of the records");
    }

    void stoppedAndTakenUp_data() { architectures(); }
    void stoppedAndTakenUp()
    {
        const TinyLoaded model = tiny();
        StopsAt never(-1);
        const Result whole = run(model, Json::object(), never);
        for (const int stop : {never.checks / 3, never.checks - 1}) {
            const Json given{{"records", fresh("stopped.jsonl")}};
            StopsAt reporter(stop);
            QVERIFY_EXCEPTION_THROWN(run(model, given, reporter), Cancelled);
            QVERIFY(reporter.last.has_value() && reporter.last->done < 1);
            QVERIFY(sameNumbers(run(model, given), whole));
        }
    }

    /// Shards are parts of the whole: merged, they are it.
    void shardsMerge()
    {
        const TinyLoaded model("gpt_neox", 3);
        const Result whole = run(model, {{"records", fresh("whole.jsonl")}});
        std::vector<std::filesystem::path> files;
        int used = 0;
        for (const char* shard : {"1/2", "2/2"}) {
            files.push_back(fresh(std::string("shard") + shard[0] + ".jsonl"));
            const Result part = run(model, {{"shard", shard}, {"records", files.back().string()}});
            used += part.head["counts"]["used"].get<int>();
        }
        QCOMPARE(used, 3);
        QCOMPARE(mergeRecords(files, file("all.jsonl")).records, 3);
        StopsAt counts(-1);
        const Result merged = run(model, {{"records", file("all.jsonl")}}, counts);
        QVERIFY(merged.head == whole.head && sameNumbers(merged, whole));
        QVERIFY(counts.checks <= 4);
    }

    void otherComputationsAreRefused()
    {
        const TinyLoaded model("gpt_neox", 3);
        const Json given{{"records", fresh("other.jsonl")}};
        run(model, given);
        const std::vector<std::string> before = linesOf(file("other.jsonl"));
        for (const auto& [key, value] :
             {std::pair("seed", Json(2)), std::pair("steps", Json(3)), std::pair("ridge", Json(0.5)),
              std::pair("generate", Json(4)), std::pair("prefix", Json("eos")),
              std::pair("references", Json(file("references.jsonl")))}) {
            Json other = given;
            other[key] = value;
            VERIFY_REFUSED(run(model, other), ErrorCode::Usage, "\"" + std::string(key) + "\" differs");
        }
        QCOMPARE(linesOf(file("other.jsonl")), before);
        // Other places and fewer cases belong to the same computation.
        QVERIFY(run(model, {{"records", file("other.jsonl")}, {"limit", 2}}).head["counts"]["used"] == 2);
        run(model, {{"records", file("other.jsonl")}, {"layers", {"0-1"}}});
        QCOMPARE(linesOf(file("other.jsonl")).size(), std::size_t(7));
    }

    /// Cases whose object the model does not say are left out, and stand in no mean.
    void onlyKnownCases()
    {
        const TinyLoaded model("mamba", 3);
        Json predicted = runNamed("predict", {{"prompt", "The Eiffel Tower is in the city of"}}, model.loaded).head;
        EditCase known = caseOf("Eiffel Tower", "Rome", predicted["top"][0]["text"].get<std::string>());
        if (known.targetNew == known.targetTrue)
            known.targetNew = "Giza";
        EditCase unknown = caseOf("Eiffel Tower", "Paris", predicted["top"][5]["text"].get<std::string>());
        unknown.id = "unknown";
        write(file("known.jsonl"), {rowOf(known).dump(), rowOf(unknown).dump()});
        const Json only{{"cases", file("known.jsonl")}, {"knows", "strict"}};
        const Result result = run(model, only);
        QVERIFY(result.head["counts"]["used"] == 1 && result.head["counts"]["unknown"] == 1);
        QCOMPARE(result.find("n")->at(0, 0), 1.0);
        Json all = only;
        all["knows"] = "anything";
        QVERIFY(run(model, all).head["counts"]["used"] == 2);
    }

    void whatCannotBeAskedIsNamed()
    {
        const TinyLoaded model("gpt_neox", 3);  // reads 32 tokens
        EditCase tooLong = cases[0];
        for (int i = 0; i < 40; ++i)
            tooLong.neighbours[0] += " of";
        EditCase another = cases[1];
        another.id = "fine";
        write(file("mixed.jsonl"), {rowOf(tooLong).dump(), "nonsense", rowOf(another).dump()});
        const Result result = run(model, {{"cases", file("mixed.jsonl")}});
        QVERIFY(result.head["counts"]["used"] == 1 && result.head["counts"]["unusable"] == 1);
        QCOMPARE(result.head["problems"].size(), std::size_t(2));
        QVERIFY(result.head["problems"][0]["where"] == "line 2");
        QVERIFY(result.head["problems"][1]["where"] == "Eiffel Tower");
        QCOMPARE(result.done, 1.0);
    }

    void textsAreMeasured()
    {
        const TinyLoaded model("mamba", 3);
        const Json given{{"generate", 6}, {"references", file("references.jsonl")}};
        const Result result = run(model, given);
        const Json& rows = result.head["cases"];
        for (const char* name : {"GE", "RS", "essence"})
            QVERIFY2(result.find(name), name);
        for (const Json& row : rows)
            QVERIFY(row["before"]["GE"].get<double>() > 0);
        QVERIFY(rows[0]["before"]["RS"].is_number());  // of Rome
        QVERIFY(rows[1]["before"]["RS"].is_null());    // nothing is known of Giza-left
        QVERIFY(rows[1]["before"]["essence"].get<double>() > 1);
        QVERIFY(rows[0]["before"]["essence"].is_null());
        QVERIFY(rows[1]["edits"][0]["essence"] != rows[1]["before"]["essence"]);
        QVERIFY(sameNumbers(run(model, given), result));
    }

    /// Beside an average over facts of the same model, as its session has it.
    void tracesStandBesideEdits()
    {
        const TinyLoaded model("mamba", 3);
        Result average;
        average.kind = "average";
        average.title = "Average over 2 facts";
        average.model = model.loaded.describe();
        average.parameters = average.head = average.provenance = Json::object();
        Array effects = Array::make("o.ie", {{"layer", {"0", "1", "2"}}, {"role", {"subject, last"}}}, "IE");
        effects.values = {0.1, 0.3, 0.2};
        effects.states.assign(3, CellState::Computed);
        average.arrays = {std::make_shared<const Array>(effects)};
        writeSession(average, file("average.mnemo"));
        const Json given{{"layers", {"0", "2"}}, {"matrices", {"W_o", "W_g"}}, {"records", fresh("beside.jsonl")}};
        Json beside = given;
        beside["profile"] = file("average.mnemo");
        const Result result = run(model, beside);
        QVERIFY(result.head["profile"]["curves"] ==
                Json::array({{{"matrix", "W_o"}, {"site", "o"}, {"values", {0.1, 0.2}}}}));
        QVERIFY(result.head["rank_correlation"]["ES"].contains("W_o"));
        StopsAt counts(-1);
        QVERIFY(sameNumbers(run(model, given, counts), result));  // the same edits, the same records
        QVERIFY2(counts.checks <= 4, qPrintable(QString::number(counts.checks)));

        beside["matrices"] = {"W_g"};
        VERIFY_REFUSED(run(model, beside), ErrorCode::Usage, "none of the sites");
        average.provenance["edits"] = {{{"hash", "e"}, {"alpha", 1}}};
        writeSession(average, file("average.mnemo"));
        VERIFY_REFUSED(run(model, beside), ErrorCode::NotFound, "no average over facts");
        beside["profile"] = file("none.mnemo");
        VERIFY_REFUSED(run(model, beside), ErrorCode::NotFound, "none.mnemo");
    }

    void casesOfFacts()
    {
        const Json relation{{"name", "place in city"},
                            {"prompt_templates", {"The {} is in the city of"}},
                            {"held_out_templates", {"the city of {} is"}},
                            {"samples",
                             {{{"subject", "Louvre"}, {"object", "Paris"}},
                              {{"subject", "Eiffel Tower"}, {"object", "Paris"}},
                              {{"subject", "Pyramid"}, {"object", "Giza"}}}}};
        write(file("facts.json"), {relation.dump()});
        const TinyLoaded model("mamba", 3);
        const Result result = run(model, {{"cases", ""}, {"facts", {file("facts.json")}}});
        QVERIFY(result.head["counts"]["used"] == 3);
        for (const Json& row : result.head["cases"])
            QVERIFY(row["target_new"] != row["target_true"]);
        VERIFY_REFUSED(run(model, {{"cases", ""}, {"facts", {file("facts.json")}}, {"relations", {"sport"}}}),
                       ErrorCode::Usage, "sport");
    }

    void whatCannotBe()
    {
        const TinyLoaded model("mamba", 3);
        const auto refused = [&](const char* key, const Json& value, ErrorCode code, const std::string& words) {
            VERIFY_REFUSED(run(model, {{key, value}}), code, words);
        };
        refused("layers", {"deep"}, ErrorCode::Usage, "deep");
        refused("layers", {"2-1"}, ErrorCode::Usage, "2-1");
        refused("layers", {"0-3"}, ErrorCode::SiteNotReached, "layer 3");
        refused("matrices", {"W_down"}, ErrorCode::UnknownSite, "W_down");
        for (const char* shard : {"0/2", "3/2", "2", "1/x"})
            refused("shard", shard, ErrorCode::Usage, shard);
        refused("cases", file("none.jsonl"), ErrorCode::NotFound, "none.jsonl");
        refused("references", file("none.jsonl"), ErrorCode::NotFound, "none.jsonl");
        write(file("empty.json"), {"[]"});
        refused("cases", file("empty.json"), ErrorCode::Usage, "no case");
        QCOMPARE(layersOf({"2", "0-1", "1"}, *model.loaded.model), (std::vector<int>{0, 1, 2}));
        QCOMPARE(layersOf({}, *model.loaded.model), (std::vector<int>{0, 1, 2}));
        QCOMPARE(matricesOf({"W_g", "W_o", "W_g"}, *model.loaded.model), (std::vector<std::string>{"W_g", "W_o"}));
    }

private:
    static void architectures()
    {
        QTest::addColumn<QString>("architecture");
        QTest::newRow("mamba") << "mamba";
        QTest::newRow("gpt_neox") << "gpt_neox";
    }

    static TinyLoaded tiny()
    {
        QFETCH(QString, architecture);
        return TinyLoaded(architecture.toStdString(), 3);
    }

    std::string file(const std::string& name) const
    {
        return m_folder.filePath(QString::fromStdString(name)).toStdString();
    }

    /// Without what was there before.
    std::string fresh(const std::string& name) const
    {
        std::filesystem::remove(file(name));
        return file(name);
    }

    /// As run() asks for it.
    static RomeRequest requestFor(const EditCase& one, const std::string& matrix, int layer)
    {
        RomeRequest request;
        request.prompt = one.prompt;
        request.subject = one.subject;
        request.target = one.targetNew;
        request.matrix = matrix;
        request.layer = layer;
        request.contexts = 0;
        request.identity = true;
        request.hyper.steps = 4;
        request.hyper.clampNorm = 0;
        request.hyper.weightDecay = 0;  // the outputs of random models are too small for it
        return request;
    }

    Result run(const TinyLoaded& model, const Json& more, Reporter& reporter) const
    {
        Json given{{"cases", file("cases.jsonl")},
                   {"layers", {"1"}},
                   {"contexts", 0},
                   {"covariance", "identity"},
                   {"steps", 4},
                   {"clamp_norm", 0},
                   {"weight_decay", 0}};
        given.update(more);
        return runNamed("evaluate", given, model.loaded, reporter);
    }

    Result run(const TinyLoaded& model, const Json& more) const
    {
        SilentReporter silent;
        return run(model, more, silent);
    }

    QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(TestEvaluate)
#include "tst_evaluate.moc"
