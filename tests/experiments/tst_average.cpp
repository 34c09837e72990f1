// SPDX-License-Identifier: GPL-3.0-or-later
// Averages over facts, each against the trace of every fact by itself and plain loops.
#include "tests/experiments/tiny_loaded.h"  // before <compare>, which moc cannot read first
#include "tests/support/architectures.h"
#include "tests/support/refusal.h"
#include "tests/support/stops_at.h"

#include <ATen/Parallel.h>

#include "core/data/metric.h"
#include "core/experiments/fact_choice.h"
#include "core/experiments/role_average.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <set>

using namespace mnemo;
using namespace mnemo::test;

namespace {

/// Subjects of one, two and three tokens with objects of the city tokenizer.
Json relation()
{
    Json samples = Json::array();
    for (const auto& [subject, object] :
         std::initializer_list<std::pair<const char*, const char*>>{{"Louvre", "Paris"},
                                                                    {"Pyramid", "Giza"},
                                                                    {"Eiffel", "Rome"},
                                                                    {"Eiffel Tower", "Paris"},
                                                                    {"Big Ben", "Rome"},
                                                                    {"old Pyramid", "Giza"},
                                                                    {"old Louvre", "Paris"},
                                                                    {"the old Tower", "Rome"},
                                                                    {"the old Pyramid", "Giza"},
                                                                    {"a Big Ben", "city"},
                                                                    {"near Rome", "Giza"}})
        samples.push_back({{"subject", subject}, {"object", object}});
    return {{"name", "place in city"},
            {"prompt_templates", {"The city of {} is in the", "{} is in", "in {}"}},
            {"samples", std::move(samples)}};
}

}  // namespace

class TestAverage : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        at::set_num_threads(2);  // a plan each: how many facts are done when it stops
        std::ofstream(file("city.json")) << relation();
    }

    /// Mean and standard error of Eq. 7 per role and layer, from the traces of the same facts.
    void equalsTheTracesOfItsFacts_data() { architectures(); }
    void equalsTheTracesOfItsFacts()
    {
        QFETCH(QString, architecture);
        const TinyLoaded model(architecture.toStdString(), 4);
        const Result average = runNamed("average", params({{"template", "any"}}), model.loaded);
        const Json& facts = average.head["facts"];
        QVERIFY2(facts.size() >= 5, qPrintable(QString::number(facts.size())));
        std::vector<Result> traces;
        std::set<int> lengths;
        for (const Json& fact : facts) {
            traces.push_back(runNamed("trace",
                                      {{"prompt", fact["fact"]["template"]},
                                       {"subject", fact["fact"]["subject"]},
                                       {"swap", fact["fact"]["swap"]},
                                       {"window", "2"}},
                                      model.loaded));
            const Json& subject = traces.back().head["subject"];
            lengths.insert(subject[1].get<int>() - subject[0].get<int>());
        }
        QVERIFY(lengths.size() > 1);
        int compared = 0, missing = 0;
        for (const Json& site : average.head["sites"])
            for (int role = 0; role < int(allRoles.size()); ++role)
                for (int layer = 0; layer < 3; ++layer) {
                    std::vector<double> effects;
                    for (const Result& trace : traces)
                        if (const auto effect = meanEffect(trace, site, allRoles[std::size_t(role)], layer))
                            effects.push_back(*effect);
                    const Array& ie = *average.find(site.get<std::string>() + ".ie");
                    QCOMPARE(average.find(site.get<std::string>() + ".n")->at(layer, role), double(effects.size()));
                    if (effects.empty()) {
                        QVERIFY(!ie.has(layer, role));
                        ++missing;
                        continue;
                    }
                    double mean = 0, squares = 0;
                    for (const double effect : effects)
                        mean += effect / double(effects.size());
                    for (const double effect : effects)
                        squares += (effect - mean) * (effect - mean);
                    QVERIFY(std::abs(ie.at(layer, role) - mean) < 1e-9);
                    const double n = double(effects.size());
                    if (effects.size() > 1)
                        QVERIFY(std::abs(average.find(site.get<std::string>() + ".se")->at(layer, role) -
                                         std::sqrt(squares / (n - 1) / n)) < 1e-7);
                    ++compared;
                }
        QVERIFY(compared > 40);
        QVERIFY(missing >= 0);
    }

    void lawsHold_data() { architectures(); }
    void lawsHold()
    {
        QFETCH(QString, architecture);
        const TinyLoaded model(architecture.toStdString(), 4);
        const Result average = runNamed("average", params(Json::object()), model.loaded);
        const Array& h = *average.find("h.ie");
        const int promptLast = int(Role::PromptLast), prefix = int(Role::Prefix);
        QVERIFY(std::abs(h.at(2, promptLast) - 1) < 1e-9);  // the head reads nothing else
        for (int layer = 0; layer < 3; ++layer)
            QVERIFY(std::abs(h.at(layer, prefix)) < 1e-12);  // before the subject nothing differs
        const Array& peaks = *average.find("h.peaks");
        double facts = 0;
        for (int layer = 0; layer < 3; ++layer)
            facts += peaks.values[std::size_t(layer)];
        QCOMPARE(facts, double(average.head["facts"].size()));
        for (const Json& site : average.head["sites"]) {  // each fact's peak is the one that was counted
            std::vector<double> counted(3, 0);
            for (const Json& fact : average.head["facts"])
                ++counted.at(fact.at("peaks").at(site.get<std::string>()).get<std::size_t>());
            QCOMPARE(counted, average.find(site.get<std::string>() + ".peaks")->values);
        }
        if (architecture == "mamba") {
            const Array& difference = *average.find("difference.ie");
            QVERIFY(std::abs(difference.at(1, 3) - (average.find("o.ie")->at(1, 3) - average.find("s.ie")->at(1, 3) -
                                                    average.find("g.ie")->at(1, 3))) < 1e-12);
        } else {
            QVERIFY(!average.find("difference.ie"));
        }
    }

    /// Of two sites, three layers and tokens; the subject's last one is the second.
    void peaksAreWhereTheSubjectsLastTokenGivesMost()
    {
        const FactMaps maps{
            {}, {0, 2}, 3, 0.9, 0.1, {"h", "s"}, {{9, .1, 9, 9, .3, 9, 9, .2, 9}, {0, .4, 0, 0, .1, 0, 0, .4, 0}}};
        QCOMPARE(maps.peaks(), (std::vector<int>{1, 0}));
    }

    /// The authors' averages, cell by cell, as METHODS.md §2.6 lists them.
    void asPublished()
    {
        const auto maps = [](TokenSpan subject, int tokens, double p) {
            FactMaps fact{{}, subject, tokens, 0.9, 0.1, {"h"}, {{}}};
            for (int token = 0; token < tokens; ++token)
                fact.p[0].push_back(p + token / 100.0);
            return fact;
        };
        const auto rows = [](const std::vector<FactMaps>& facts) {
            RoleAverage average(Averaging::AsPublished, {"h"}, 1);
            for (const FactMaps& fact : facts)
                average.add(fact);
            return *average.arrays().front();
        };
        // Three tokens of subject behind two others, one between: p*/(high − low), without − low.
        const Array plain = rows({maps({2, 5}, 7, 0.3)});
        QVERIFY(std::abs(plain.at(0, 0) - 0.305 / 0.8) < 1e-12);
        QVERIFY(std::abs(plain.at(0, 1) - 0.32 / 0.8) < 1e-12);
        QVERIFY(std::abs(plain.at(0, 3) - 0.34 / 0.8) < 1e-12);
        // A subject of two at the very beginning: no prefix makes the row blank, earlier tokens count zero.
        const Array two = rows({maps({0, 2}, 3, 0.3), maps({2, 5}, 7, 0.3)});
        QVERIFY(!two.has(0, 0));
        QVERIFY(std::abs(two.at(0, 1) - 0.32 / 0.8 / 2) < 1e-12);
        QVERIFY(std::abs(two.at(0, 4) - 0.35 / 0.8 / 2) < 1e-12);  // nothing between: zero
        // A subject of one: the token before it; with none before, the prompt's last.
        QVERIFY(std::abs(rows({maps({1, 2}, 4, 0.3)}).at(0, 2) - 0.30 / 0.8) < 1e-12);
        QVERIFY(std::abs(rows({maps({0, 1}, 4, 0.3)}).at(0, 2) - 0.33 / 0.8) < 1e-12);
        QVERIFY(!rows({maps({1, 2}, 4, 0.3)}).has(0, 1));
    }

    void factsFollowFromTheirParameters()
    {
        const TinyLoaded model("mamba", 4);
        const auto factsWith = [&](const Json& more) {
            return runNamed("average", params(more), model.loaded).head["facts"];
        };
        const Json all = factsWith(Json::object()), again = factsWith(Json::object()), few = factsWith({{"limit", 3}});
        QVERIFY(all == again);
        QCOMPARE(few.size(), std::size_t(3));
        for (std::size_t i = 0; i < few.size(); ++i)
            QVERIFY(few[i] == all[i]);
        QVERIFY(factsWith({{"seed", 2}}) != all);
        for (const Json& fact : all)
            QVERIFY(fact["p_clean"].get<double>() >= fact["p_corrupt"].get<double>());
    }

    /// Used are they alone, in their sentences; swapped in is whatever the relation has.
    void onlyTheseFactsAreUsed()
    {
        const TinyLoaded model("mamba", 1);
        const std::set<std::string> wanted{"Big Ben", "old Louvre"};
        const auto write = [&](const char* name, const char* sentence) {
            std::ofstream out(file(name));
            for (const std::string& subject : wanted)
                out << Json{{"relation", "place in city"},
                            {"template", sentence},
                            {"subject", subject},
                            {"object", subject == "Big Ben" ? "Rome" : "Paris"}}
                    << '\n';
            return file(name);
        };
        std::ofstream(file("other.json"))
            << Json{{"name", "other"}, {"prompt_templates", {"{} is in"}}, {"samples", Json::array()}};
        SilentReporter silent;
        FactChoiceParams choice;
        choice.facts = {file("other.json"), file("city.json")};  // both have the sentence: the relation's name decides
        choice.only = write("only.jsonl", "{} is in");
        choice.knows = Knows::Anything;
        choice.leastEffect = -1;
        const auto chosen = [&](bool needsSwap) { return chooseFacts(choice, {model.loaded, {}}, needsSwap, silent); };
        std::set<std::string> used;
        for (const ChosenFact& fact : chosen(false).facts) {
            QVERIFY(fact.promptTemplate == "{} is in" && fact.relation == "place in city");
            used.insert(fact.subject);
        }
        QCOMPARE(used, wanted);
        const auto swapsOfAll = [&] {
            std::set<std::string> swaps;
            for (choice.seed = 1; choice.seed < 8; ++choice.seed)
                try {
                    for (const ChosenFact& fact : chosen(true).facts)
                        if (wanted.contains(fact.subject))
                            swaps.insert(fact.swap);
                        else
                            swaps.insert(fact.subject + " is used");
                } catch (const Failure&) {  // neither swap changes what this random model says
                }
            return swaps;
        };
        const std::set<std::string> fromOthers = swapsOfAll();
        QVERIFY(!std::ranges::includes(wanted, fromOthers));
        const Json all = relation();
        for (const Json& sample : all["samples"])
            used.insert(sample["subject"].get<std::string>());
        QVERIFY(std::ranges::includes(used, fromOthers));
        // A sentence that no relation has: they are swapped with each other.
        choice.only = write("own.jsonl", "near {} is");
        QCOMPARE(chosen(false).facts.size(), std::size_t(2));
        QVERIFY(std::ranges::includes(wanted, swapsOfAll()));
        choice.only = file("none.jsonl");
        VERIFY_REFUSED(chosen(true), ErrorCode::NotFound, "none.jsonl");
    }

    void whatTheModelKnows()
    {
        QVERIFY(isBeginningOf(" R", "Riyadh"));
        QVERIFY(isBeginningOf("riyadh ", "Riyadh"));
        QVERIFY(!isBeginningOf(" ", "Riyadh"));
        QVERIFY(!isBeginningOf("Riyadh,", "Riyadh"));
        // A random model knows next to nothing: all that is left must be right.
        const TinyLoaded model("mamba", 4);
        SilentReporter silent;
        FactChoiceParams choice;
        choice.facts = {file("city.json")};
        choice.knows = Knows::Strict;
        VERIFY_REFUSED(chooseFacts(choice, {model.loaded, {}}, true, silent), ErrorCode::Usage, "are not known");
    }

    void damagedRecordsAreRefused()
    {
        const TinyLoaded model("mamba", 4);
        const std::string file = m_folder.filePath("damaged.jsonl").toStdString();
        const Json given = params({{"records", file}, {"limit", 1}});
        runNamed("average", given, model.loaded);
        std::string header, record;
        {
            std::ifstream in(file);
            std::getline(in, header);
            std::getline(in, record);
        }
        const auto refused = [&](const std::function<void(Json&)>& damage) {
            Json damaged = Json::parse(record);
            damage(damaged);
            std::ofstream(file) << header << '\n' << damaged.dump() << '\n';
            VERIFY_REFUSED(runNamed("average", given, model.loaded), ErrorCode::Damaged,
                           "damaged.jsonl: A record is not one of a fact's trace.");
        };
        refused([](Json& json) { json["p"]["h"].erase(0); });
        refused([](Json& json) { json["p"].erase("o"); });
        refused([](Json& json) { json["tokens"] = 1000; });
        refused([](Json& json) { json["tokens"] = -1; });
        refused([](Json& json) { json["subject"] = {2, 2}; });
        refused([](Json& json) { json["subject"] = {0, 99}; });
        refused([](Json& json) { json["p_clean"] = "most"; });
    }

    void whatIsDoneSurvivesAStop()
    {
        const TinyLoaded model("gpt_neox", 4);
        StopsAt never(-1);
        Json files = Json::array();  // more facts than are traced in one plan
        for (int copy = 0; copy < 40; ++copy) {
            Json named = relation();
            named["name"] = "copy " + std::to_string(copy);
            files.push_back(file("copy" + std::to_string(copy) + ".json"));
            std::ofstream(files.back().get<std::string>()) << named;
        }
        Json given = params({{"facts", files}});
        const Result whole = runNamed("average", given, model.loaded, never);
        given["records"] = file("stopped.jsonl");
        StopsAt reporter(never.checks - 1);
        QVERIFY_EXCEPTION_THROWN(runNamed("average", given, model.loaded, reporter), Cancelled);
        QVERIFY(reporter.last);
        QVERIFY(reporter.last->done > 0 && reporter.last->done < 1);
        QVERIFY(reporter.last->find("h.ie"));
        QVERIFY(sameNumbers(runNamed("average", given, model.loaded), whole));
    }

    /// Stopped at any moment: a result of no facts would replace what an earlier run has written.
    void nothingIsNoResult_data()
    {
        QTest::addColumn<QString>("experiment");
        QTest::addColumn<QString>("architecture");
        for (const char* experiment : {"average", "paths"})
            for (const char* architecture : {"mamba", "gpt_neox"})
                QTest::addRow("%s, %s", experiment, architecture) << QString(experiment) << QString(architecture);
    }
    void nothingIsNoResult()
    {
        QFETCH(QString, experiment);
        QFETCH(QString, architecture);
        const TinyLoaded model(architecture.toStdString(), 4);
        const auto run = [&](StopsAt& reporter) {
            Json given = params(Json::object());
            given.erase("window");  // paths have none
            return runNamed(experiment.toStdString(), given, model.loaded, reporter);
        };
        StopsAt never(-1);
        run(never);
        QVERIFY(never.last);
        constexpr int stops = 12;
        for (int stop = 0; stop < stops; ++stop) {
            StopsAt reporter(never.checks * stop / stops);
            QVERIFY_EXCEPTION_THROWN(run(reporter), Cancelled);
            QVERIFY(!reporter.last || reporter.last->head["facts"].size() > 0);
        }
    }

    void whatCannotBe()
    {
        const TinyLoaded model("mamba", 4);
        const auto refused = [&](const Json& more) { return runNamed("average", params(more), model.loaded); };
        VERIFY_REFUSED(refused({{"facts", {"/nowhere"}}}), ErrorCode::NotFound, "/nowhere");
        VERIFY_REFUSED(refused({{"relations", {"mothers"}}}), ErrorCode::Usage, "mothers");
        VERIFY_REFUSED(refused({{"template", "9"}}), ErrorCode::Usage, "\"9\"");
        VERIFY_REFUSED(refused({{"window", "none"}}), ErrorCode::Usage, "none");
        VERIFY_REFUSED(refused({{"sites", {"attn"}}}), ErrorCode::UnknownSite, "attn");
    }

private:
    std::string file(const std::string& name) const
    {
        return m_folder.filePath(QString::fromStdString(name)).toStdString();
    }

    Json params(const Json& more) const
    {
        Json json{{"facts", {file("city.json")}}, {"knows", "anything"}, {"least_effect", 0.0}, {"window", "2"}};
        json.update(more);
        return json;
    }

    /// Mean of Eq. 7 over the tokens of a role in one trace; none without such tokens.
    static std::optional<double> meanEffect(const Result& trace, const Json& site, Role role, int layer)
    {
        const Array ie = traceMetric(trace, site.get<std::string>(), Metric::IndirectEffect);
        const int first = trace.head["subject"][0], end = trace.head["subject"][1], tokens = ie.axes[1].size();
        double sum = 0;
        int count = 0;
        for (int token = 0; token < tokens; ++token) {
            const bool inRole = role == Role::Prefix              ? token < first
                                : role == Role::SubjectEarlier    ? token >= first && token < end - 2
                                : role == Role::SubjectNextToLast ? token >= first && token == end - 2
                                : role == Role::SubjectLast       ? token == end - 1
                                : role == Role::Further           ? token >= end && token < tokens - 1
                                                                  : token == tokens - 1;
            if (!inRole)
                continue;
            sum += ie.at(layer, token);
            ++count;
        }
        return count > 0 ? std::optional(sum / count) : std::nullopt;
    }

    QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(TestAverage)
#include "tst_average.moc"
