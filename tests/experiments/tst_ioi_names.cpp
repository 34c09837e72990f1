// SPDX-License-Identifier: GPL-3.0-or-later
// Averages of names and what they overwrite, against whole runs of the slow reference.
#include "tests/experiments/tiny_loaded.h"  // before <compare>, which moc cannot read first

#include "tests/experiments/ioi_words.h"
#include "tests/support/refusal.h"
#include "tests/support/stops_at.h"

#include "core/engine/run_plan.h"
#include "core/experiments/name_averages.h"
#include "core/experiments/name_patch.h"
#include "core/experiments/prompt_names.h"

#include <QTest>
#include <map>

using namespace mnemo;
using namespace mnemo::test;

namespace {

constexpr int layer = 1, tests = 4, slotCount = 3;

std::vector<double> numbers(const at::Tensor& values)
{
    const at::Tensor whole = values.to(at::kDouble).contiguous();
    return {whole.const_data_ptr<double>(), whole.const_data_ptr<double>() + whole.numel()};
}

/// All logits of the prompt's end, with a patch or without.
std::vector<float> lastLogits(const LoadedModel& model, const Prompt& prompt, const std::vector<Patch>& patches)
{
    Plan plan;
    const RunId clean = plan.addRun(prompt.ids());
    for (const RunId run : {clean, plan.addRun(clean, patches)}) {
        Readout readout;
        readout.run = run;
        readout.position = prompt.size() - 1;
        readout.allLogits = true;
        plan.read(readout);
    }
    SilentReporter silent;
    return runPlan(*model.model, {}, plan, silent).values[patches.empty() ? 0 : 1].logits;
}

}  // namespace

class TestIoiNames : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    TinyLoaded m_model{"mamba", 5};

    Json asked(const Json& more = Json::object()) const
    {
        Json params{{"material", writeMaterial(m_folder)}, {"samples", 60}, {"layer", layer}};
        params.update(more);
        return params;
    }

    NameParams params() const
    {
        NameParams params;
        params.material = writeMaterial(m_folder);
        params.samples = 60;
        params.layer = layer;
        return params;
    }

    std::vector<NamedPrompt> sentences(int count, PairShare share) const
    {
        PairParams given = params();
        given.count = count;
        given.symmetric = false;
        return namedPrompts(choosePairs(given, m_model.loaded, share).pairs);
    }

    at::Tensor statesOf(const Prompt& prompt) const
    {
        Plan plan;
        plan.addRun(prompt.ids());
        return referenceRun(m_model.tiny, plan, 0).states_TW.at({SiteKind::C, layer, {}});
    }

    Result believe(const Json& more) const
    {
        Json params = asked({{"prompt", "The Rome and Paris is in the city Paris of a old in"}, {"prefix", "eos"}});
        params.update(more);
        return runNamed("ioi-believe", params, m_model.loaded);
    }

private Q_SLOTS:
    void averagesAreMeansOfTheReferencesStates()
    {
        const std::vector<NamedPrompt> prompts = sentences(10, PairShare::All);
        SilentReporter silent;
        const NameAverages averages = averageNames(prompts, layer, {m_model.loaded, {}}, silent);
        QCOMPARE(averages.slots(), std::size_t(slotCount));
        std::map<std::pair<std::size_t, std::string>, std::pair<at::Tensor, int>> sums;
        for (const NamedPrompt& one : prompts) {
            const at::Tensor c_TE = statesOf(one.prompt);
            for (std::size_t slot = 0; slot < slotCount; ++slot) {
                auto& [sum, count] = sums[{slot, one.names[slot]}];
                const at::Tensor c_E = c_TE[one.slots[slot] + 1];
                sum = count++ == 0 ? c_E.clone() : sum + c_E;
            }
        }
        for (const auto& [key, sum] : sums) {
            const std::vector<double>* average = averages.find(key.first, key.second);
            QVERIFY(average);
            const std::vector<double> expected = numbers(sum.first / sum.second);
            for (std::size_t i = 0; i < expected.size(); ++i)
                QVERIFY(std::abs((*average)[i] - expected[i]) < 1e-6 * std::max(1.0, std::abs(expected[i])));
        }
        QVERIFY(!averages.find(0, "Ben") && !averages.find(7, "Rome"));
    }

    /// METHODS.md §7.6: the sentences, the names and the cells again, by hand.
    void theMapsAreRunsOfTheirOwn()
    {
        const Result result = runNamed("ioi-names", asked({{"tests", tests}}), m_model.loaded);
        SilentReporter silent;
        const NameAverages averages = knownNames(params(), {m_model.loaded, {}}, silent)->averages;
        const std::vector<NamedPrompt> inOrder = sentences(tests, PairShare::HeldOut);
        std::vector<const NamedPrompt*> inTurns;
        for (std::size_t i = 0; i < 2 * tests; ++i)
            for (std::size_t corruption = 0; corruption < 3; ++corruption)
                inTurns.push_back(&inOrder[corruption * 2 * tests + i]);
        QVERIFY(result.head.at("answer_slots") == Json({"n1", "n2"}));
        for (std::size_t slot = 0; slot < slotCount; ++slot) {
            int tested = 0;
            std::vector<int> replaced(slotCount), added(slotCount);
            for (const NamedPrompt* one : inTurns) {
                if (tested == tests || (slot < 2 && one->names[slot] != one->answer))
                    continue;
                ++tested;
                const std::string written = slot < 2 ? one->other : one->answer;
                const std::string erased = one->names[slot], expected = slot < 2 ? one->other : one->names[slot];
                for (std::size_t from = 0; from < slotCount; ++from) {
                    const auto succeeds = [&](const Patch& patch) {
                        Plan plan;
                        plan.addRun(one->prompt.ids(), {patch});
                        const at::Tensor logits = referenceRun(m_model.tiny, plan, 0).logits_TV[one->prompt.size() - 1];
                        const auto logit = [&](const std::string& name) {
                            return logits[answerTokens(*m_model.loaded.tokenizer, name)[0].id].item<double>();
                        };
                        return logit(expected) > logit(one->answer) ? 1 : 0;
                    };
                    const int after = one->slots[slot] + 1;
                    replaced[from] += succeeds(replaceName(layer, after, *averages.find(from, written)));
                    added[from] += succeeds(
                        exchangeName(layer, after, *averages.find(from, written), *averages.find(from, erased), 1));
                }
            }
            QCOMPARE(result.find("tests")->values[slot], double(tested));
            for (std::size_t from = 0; from < slotCount; ++from) {
                QCOMPARE(result.find("replace")->at(int(slot), int(from)), double(replaced[from]) / tested);
                QCOMPARE(result.find("add")->at(int(slot), int(from)), double(added[from]) / tested);
            }
        }
    }

    void aNameExchangedForItselfChangesNothing()
    {
        const std::vector<NamedPrompt> prompts = sentences(2, PairShare::All);
        for (const NamedPrompt& one : prompts) {
            const std::vector<double> c = numbers(statesOf(one.prompt)[one.slots[0] + 1]);
            QVERIFY(lastLogits(m_model.loaded, one.prompt, {exchangeName(layer, one.slots[0] + 1, c, c, 1)}) ==
                    lastLogits(m_model.loaded, one.prompt, {}));
        }
    }

    void anAverageOfOnePromptWrittenBackChangesNothing()
    {
        std::vector<NamedPrompt> prompts = sentences(1, PairShare::All);
        prompts.resize(1);
        const NamedPrompt& one = prompts.front();
        SilentReporter silent;
        const NameAverages averages = averageNames(prompts, layer, {m_model.loaded, {}}, silent);
        QCOMPARE(averages.most(), 1);
        for (std::size_t slot = 0; slot < slotCount; ++slot) {
            const std::vector<float> clean = lastLogits(m_model.loaded, one.prompt, {});
            const std::vector<float> written =
                lastLogits(m_model.loaded, one.prompt,
                           {replaceName(layer, one.slots[slot] + 1, *averages.find(slot, one.names[slot]))});
            for (std::size_t i = 0; i < clean.size(); ++i)
                QVERIFY(std::abs(clean[i] - written[i]) <= 1e-5F);
        }
    }

    void believingIsTheSameExchange()
    {
        const Result result = believe({{"believe", "Giza"}, {"slot", 2}, {"alpha", 0.3}, {"alphas", "0, 1"}});
        QCOMPARE(result.head.at("name").get<std::string>(), std::string("Paris"));
        QVERIFY(result.head.at("alphas") == Json({0.0, 0.3, 1.0}));
        const Prompt prompt =
            makePrompt(*m_model.loaded.tokenizer, "The Rome and Paris is in the city Paris of a old in", Prefix::Eos);
        SilentReporter silent;
        const NameAverages averages = knownNames(params(), {m_model.loaded, {}}, silent)->averages;
        Plan plan;
        plan.addRun(prompt.ids());
        for (const double alpha : {0.3, 1.0})
            plan.addRun(prompt.ids(), {exchangeName(layer, result.head.at("position").get<int>(),
                                                    *averages.find(1, "Giza"), *averages.find(1, "Paris"), alpha)});
        QCOMPARE(result.head.at("position").get<int>(), 5);
        const std::vector<ReferenceRun> runs = referenceRuns(m_model.tiny, plan);
        const Json& candidates = result.head.at("candidates");
        QCOMPARE(candidates.size(), std::size_t(3));  // Rome, Paris, Giza
        const auto p = [&](std::size_t run, std::size_t i) {
            return std::exp(logProbabilities(runs[run], prompt.size() - 1)[candidates[i].at("id").get<std::size_t>()]);
        };
        for (std::size_t i = 0; i < 3; ++i) {
            QVERIFY(std::abs(candidates[i].at("before").get<double>() - p(0, i)) < 1e-6);
            QVERIFY(std::abs(candidates[i].at("after").get<double>() - p(1, i)) < 1e-6);
            QVERIFY(std::abs(result.find("p")->at(2, int(i)) - p(2, i)) < 1e-6);
            QCOMPARE(result.find("p")->at(0, int(i)), candidates[i].at("before").get<double>());
        }
        QVERIFY(std::abs(p(2, 2) - p(0, 2)) > 1e-6);  // something was changed
    }

    void aNameOfThePromptIsFoundByItself()
    {
        QCOMPARE(believe({{"believe", "Giza"}, {"name", "Paris"}}).head.at("slot").get<int>(), 3);
        const Result first = believe({{"believe", "Giza"}, {"name", "Paris"}, {"nth", 1}});
        QCOMPARE(first.head.at("slot").get<int>(), 2);
        QVERIFY(sameNumbers(first, believe({{"believe", "Giza"}, {"slot", 2}})));
        const Result replaced = believe({{"believe", "Giza"}, {"method", "replace"}, {"slot", 2}});
        QVERIFY(!sameNumbers(first, replaced));
    }

    /// Three tokens in the first slot of a template; another slot's name is the one that is meant.
    void anotherSlotMayHoldSeveralTokens()
    {
        const Json asks{{"prompt", "The Big Ben and Paris is in the city Rome of a old in"}, {"believe", "Giza"}};
        const auto meant = [&](const Json& more) {
            Json all = asks;
            all.update(more);
            return believe(all);
        };
        const Result bySlot = meant({{"slot", 2}});
        QVERIFY(bySlot.head.at("names") == Json({{{"name", "Big Ben"}, {"token", nullptr}},
                                                 {{"name", "Paris"}, {"token", 5}},
                                                 {{"name", "Rome"}, {"token", 10}}}));
        QCOMPARE(bySlot.head.at("name").get<std::string>(), std::string("Paris"));
        QCOMPARE(bySlot.head.at("position").get<int>(), 6);
        QVERIFY(bySlot.find("p")->axes[1].labels == (std::vector<std::string>{"Paris", "Rome", "Giza"}));
        QVERIFY(sameNumbers(bySlot, meant({{"name", "Paris"}})));
        VERIFY_REFUSED(meant({{"slot", 1}}), ErrorCode::Usage, "\"Big Ben\" is 2 tokens in the prompt");
        VERIFY_REFUSED(meant({{"name", "Big Ben"}}), ErrorCode::Usage, "\"Big Ben\" is 2 tokens in the prompt");
    }

    /// Every seed is a new one here, so that nothing is known of it before.
    void whatThePromptDecidesIsSaidFirst()
    {
        int seed = 1000;
        const auto checks = [&](const Json& more, const char* says) {
            Json params = asked({{"prompt", "The Rome and Paris is in the city Paris of a old in"},
                                 {"prefix", "eos"},
                                 {"believe", "Giza"},
                                 {"seed", ++seed}});
            params.update(more);
            StopsAt counting;
            const Error error = refusal([&] { runNamed("ioi-believe", params, m_model.loaded, counting); });
            if (error.message.find(says) == std::string::npos)
                qWarning("%s", error.message.c_str());
            return error.message.find(says) == std::string::npos ? -1 : counting.checks;
        };
        QVERIFY(checks(Json::object(), "it was taken") > 0);
        QCOMPARE(checks({{"prompt", "is in the city"}}, "No name of the material stands in the prompt \"is in"), 0);
        QCOMPARE(checks({{"prompt", "near Paris"}}, "Nothing follows \"Paris\""), 0);
        QCOMPARE(checks({{"slot", 4}}, "no slot 4"), 0);
        QCOMPARE(checks({{"name", "Giza"}}, "no name \"Giza\""), 0);
        QCOMPARE(checks({{"alphas", "a lot"}}, "a lot"), 0);
        QCOMPARE(checks({{"believe", "Ben"}}, "material.json has no name \"Ben\""), 0);
        QCOMPARE(checks({{"name", "city"}, {"slot", 1}}, "material.json has no name \"city\""), 0);
        QVERIFY(checks({{"name", "city"}, {"slot", 1}, {"method", "replace"}}, "it was taken") > 0);
        Json material = cityMaterial();
        for (const char* name : {"a", "and"})
            material["names"].push_back(name);
        const QTemporaryDir folder;
        const std::string file = writeMaterial(folder, material);
        QCOMPARE(checks({{"material", file}, {"believe", "a"}}, "it begins and"), 0);
    }

    /// The seed of what is held out is never that of the sentences that are averaged over.
    void othersAreTestedThanAreAveragedOver()
    {
        for (const std::int64_t seed : {0, 27, 28, 29}) {
            NameParams given = params();
            given.seed = seed;
            given.count = 10;
            const auto texts = [&](PairShare share) {
                std::vector<std::string> all;
                for (const NamedPrompt& one : namedPrompts(choosePairs(given, m_model.loaded, share).pairs))
                    all.push_back(one.prompt.text);
                return all;
            };
            QVERIFY(texts(PairShare::HeldOut) != texts(PairShare::All));
            given.seed = heldOutSeed(seed);
            QVERIFY(given.seed != seed);
            const std::vector<std::string> tested = texts(PairShare::All);
            given.seed = seed;
            QVERIFY(texts(PairShare::HeldOut) == tested);
        }
        const Result result = runNamed("ioi-names", asked({{"tests", 1}, {"seed", 28}}), m_model.loaded);
        QCOMPARE(result.provenance.at("seed").get<int>(), 28);
        QCOMPARE(result.provenance.at("seed_held_out").get<int>(), 29);
    }

    void whatCannotBeBelieved()
    {
        VERIFY_REFUSED(believe({{"believe", "Pyramid-left"}}), ErrorCode::Usage, "2 tokens");
        VERIFY_REFUSED(believe({{"believe", "Giza"}, {"name", "Louvre"}}), ErrorCode::SubjectNotInPrompt, "Louvre");
        VERIFY_REFUSED(believe({{"believe", "Giza"}, {"name", "Paris"}, {"nth", 3}}), ErrorCode::Usage, "2 times");
        VERIFY_REFUSED(believe({{"believe", "Giza"}, {"layer", 3}}), ErrorCode::Usage, "There is no layer 3");
        VERIFY_REFUSED(believe({{"believe", "Ben"}}), ErrorCode::Usage, "has no name \"Ben\"");
        VERIFY_REFUSED(believe({{"believe", "Giza"}, {"slot", 4}}), ErrorCode::Usage, "no slot 4");
        VERIFY_REFUSED(believe({{"believe", "Giza"}, {"name", "Paris"}, {"slot", 3}, {"prompt", "near Paris"}}),
                       ErrorCode::Usage, "Nothing follows");
        // What to do next names what may be used.
        QVERIFY(refusal([&] { believe({{"believe", "Ben"}}); }).hint.find("Giza") != std::string::npos);
        const Error unnamed = refusal([&] { believe({{"believe", "Giza"}, {"prompt", "is in the city"}}); });
        QVERIFY2(unnamed.hint.find(" in the city ") != std::string::npos, unnamed.hint.c_str());
        const TinyLoaded neox("gpt_neox", 5);
        VERIFY_REFUSED(runNamed("ioi-names", asked(), neox.loaded), ErrorCode::Usage, "gpt_neox");
    }
};

QTEST_APPLESS_MAIN(TestIoiNames)
#include "tst_ioi_names.moc"
