// SPDX-License-Identifier: GPL-3.0-or-later
// Where pairs differ, against whole runs of the slow reference one by one, and the laws of METHODS.md §7.
#include "tests/experiments/tiny_loaded.h"  // before <compare>, which moc cannot read first
#include "tests/support/refusal.h"
#include "tests/support/stops_at.h"

#include "core/experiments/greedy_layers.h"
#include "core/experiments/pair_params.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

using namespace mnemo;
using namespace mnemo::test;

namespace {

constexpr int layers = 3, width = 12;  // of the tiny models

/// Three pairs of two groups with their names at the same tokens, and one with names elsewhere.
std::vector<ContrastText> cities()
{
    return {{"The Rome near Paris of the Rome is",
             "The Giza near Paris of the Giza is",
             "Rome",
             "Giza",
             {"Paris", "Rome", "Giza"},
             "first",
             "form",
             {{"n1", 4}, {"n2", 14}}},
            {"The Louvre and Paris in the Tower is",
             "The Louvre and Rome in the Tower is",
             "Paris",
             "Rome",
             {},
             "second",
             "form",
             {{"n1", 4}, {"n2", 15}}},
            {"The Ben near Giza of the Ben is",
             "The Paris near Giza of the Paris is",
             "Ben",
             "Paris",
             {"Ben", "Giza", "Paris"},
             "first",
             "form",
             {{"n1", 4}, {"n2", 13}}},
            {"Rome and the Paris is in the",
             "Rome and the Giza is in the",
             "Paris",
             "Giza",
             {"Rome"},
             "second",
             "other",
             {{"n1", 0}, {"n2", 13}}}};
}

double mean(const std::vector<double>& values)
{
    double sum = 0;
    for (const double value : values)
        sum += value;
    return sum / double(values.size());
}

bool near(double a, double b)
{
    return std::abs(a - b) < 1e-8 * std::max(1.0, std::abs(b));
}

/// What one run says of a pair, from the reference's logits.
PairAnswer answerOf(const ReferenceRun& run, const PromptPair& pair)
{
    const auto logit = [&](int id) { return run.logits_TV[pair.last()][id].item<double>(); };
    PairAnswer answer{logit(pair.answer()) - logit(pair.corruptAnswer()), 0, true};
    double sum = 0;
    for (const int id : pair.candidates) {
        sum += std::exp(logit(id));
        answer.right = answer.right && (id == pair.answer() || logit(id) < logit(pair.answer()));
    }
    answer.probability = std::exp(logit(pair.answer())) / sum;
    return answer;
}

/// A pair's runs by the reference, each through the whole network.
struct PairTwin {
    const TinyLoaded& model;
    PromptPair pair;
    PairAnswer clean, corrupt;

    PairTwin(const TinyLoaded& of, PromptPair what) : model(of), pair(std::move(what))
    {
        clean = with([](RunId) { return std::vector<Patch>(); });
        PromptPair swapped = pair;
        std::swap(swapped.clean, swapped.corrupt);
        Plan plan;
        corrupt = answerOf(referenceRun(model.tiny, plan, plan.addRun(swapped.clean.ids())), pair);
    }

    /// @param patches made of the corrupted run
    template <class Make>
    PairAnswer with(const Make& patches) const
    {
        Plan plan;
        const RunId cleanRun = plan.addRun(pair.clean.ids()), corruptRun = plan.addRun(pair.corrupt.ids());
        const RunId run = plan.addRun(cleanRun, patches(corruptRun));
        return answerOf(referenceRun(model.tiny, plan, run), pair);
    }

    double nld(const PairAnswer& patched, bool absolute = true) const
    {
        const double range = clean.difference - corrupt.difference;
        return (patched.difference - corrupt.difference) / (absolute ? std::abs(range) : range);
    }
};

std::vector<int> everyToken(const PromptPair& pair)
{
    std::vector<int> tokens;
    for (int token = 0; token < pair.tokens(); ++token)
        tokens.push_back(token);
    return tokens;
}

Patch copied(SiteKind kind, int layer, const std::vector<int>& tokens, RunId from)
{
    return {{kind, layer, {}}, tokens, CopyFrom{from, tokens}};
}

Patch zeroed(int layer, const std::vector<int>& tokens)
{
    const auto zeros = std::make_shared<const HostTensor>(HostTensor{{width}, std::vector<float>(width, 0.0F)});
    return {{SiteKind::O, layer, {}}, tokens, SetTo{zeros}};
}

struct TwinMeans {
    double accuracy = 0, probability = 0, nld = 0;
};

template <class Make>
TwinMeans meansOf(const std::vector<PairTwin>& twins, const Make& patches)
{
    TwinMeans means;
    for (const PairTwin& twin : twins) {
        const PairAnswer answer = twin.with([&](RunId corrupt) { return patches(twin.pair, corrupt); });
        means.accuracy += (answer.right ? 1.0 : 0.0) / double(twins.size());
        means.probability += answer.probability / double(twins.size());
        means.nld += twin.nld(answer) / double(twins.size());
    }
    return means;
}

struct TwinStep {
    int layer = 0;
    TwinMeans means;
};

/// Layer by layer the one that leaves most right. @param patches of the layers taken
template <class Make, class Enough>
std::vector<TwinStep> twinOfGreedy(const std::vector<PairTwin>& twins, const Make& patches, const Enough& enough)
{
    std::vector<TwinStep> steps;
    std::vector<bool> taken(layers, false);
    for (int step = 0; step < layers; ++step) {
        TwinStep best{-1, {-1, -1, 0}};
        for (int layer = 0; layer < layers; ++layer) {
            if (taken[std::size_t(layer)])
                continue;
            taken[std::size_t(layer)] = true;
            const TwinMeans means =
                meansOf(twins, [&](const PromptPair& pair, RunId corrupt) { return patches(pair, taken, corrupt); });
            taken[std::size_t(layer)] = false;
            if (means.accuracy > best.means.accuracy + 1e-9 ||
                (means.accuracy > best.means.accuracy - 1e-9 && means.probability > best.means.probability + 1e-9))
                best = {layer, means};
        }
        taken[std::size_t(best.layer)] = true;
        steps.push_back(best);
        if (enough(best.means))
            break;
    }
    return steps;
}

struct TwinSearch {
    bool reached = false;
    std::vector<TwinStep> steps;
};

/// The search of the template and group that `told` names: layers whose tokens mix are restored until enough is right.
TwinSearch crossTalkOfTwins(const std::vector<PairTwin>& twins, const Json& told, double enough, bool mamba)
{
    std::vector<PairTwin> some;
    for (const PairTwin& twin : twins)
        if (twin.pair.text.form == told["template"] && twin.pair.text.group == told["group"])
            some.push_back(twin);
    const auto cutOthers = [&](const PromptPair& pair, const std::vector<bool>& restored, RunId corrupt) {
        std::vector<Patch> patches;
        for (int layer = 0; layer < layers; ++layer)
            if (!restored[std::size_t(layer)])
                patches.push_back(copied(mamba ? SiteKind::Conv : SiteKind::Attn, layer, everyToken(pair), corrupt));
        return patches;
    };
    const auto isEnough = [&](const TwinMeans& means) { return means.accuracy > enough; };
    const TwinMeans none = meansOf(some, [&](const PromptPair& pair, RunId corrupt) {
        return cutOthers(pair, std::vector<bool>(layers, false), corrupt);
    });
    if (isEnough(none))
        return {true, {}};
    std::vector<TwinStep> steps = twinOfGreedy(some, cutOthers, isEnough);
    return {isEnough(steps.back().means), std::move(steps)};
}

}  // namespace

class TestIoi : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;

    std::string fileOf(const std::vector<ContrastText>& texts)
    {
        const std::string file = m_folder.filePath("own.jsonl").toStdString();
        std::ofstream(file) << contrastLines(texts);
        return file;
    }

    Json asked(const std::vector<ContrastText>& texts, const Json& more)
    {
        Json json{{"pairs", fileOf(texts)}, {"prefix", "none"}};
        json.update(more);
        return json;
    }

    static std::vector<PromptPair> pairsOf(const TinyLoaded& model, const std::vector<ContrastText>& texts)
    {
        std::vector<PromptPair> pairs;
        for (const PromptPair& pair : readPairs(texts, Prefix::None, model.loaded)) {
            pairs.push_back(pair);
            pairs.push_back(pair.swapped());
        }
        return pairs;
    }

    static std::vector<PairTwin> twinsOf(const TinyLoaded& model, const std::vector<ContrastText>& texts)
    {
        std::vector<PairTwin> twins;
        for (PromptPair& pair : pairsOf(model, texts))
            twins.emplace_back(model, std::move(pair));
        return twins;
    }

    static void bothArchitectures()
    {
        QTest::addColumn<QString>("architecture");
        QTest::newRow("Mamba") << "mamba";
        QTest::newRow("GPT-NeoX") << "gpt_neox";
    }

private Q_SLOTS:
    void theScale_data() { bothArchitectures(); }
    void theScale()
    {
        QFETCH(QString, architecture);
        const TinyLoaded model(architecture.toStdString(), 5);
        const ExperimentContext context{model.loaded, {}};
        SilentReporter silent;
        const PairRuns runs(context, pairsOf(model, cities()), silent);
        const std::vector<PairTwin> twins = twinsOf(model, cities());
        bool right = false, wrong = false;
        for (std::size_t i = 0; i < twins.size(); ++i) {
            const PairBaseline& baseline = runs.baseline(i);
            QVERIFY(near(baseline.clean.difference, twins[i].clean.difference));
            QVERIFY(near(baseline.corrupt.difference, twins[i].corrupt.difference));
            QVERIFY(near(baseline.clean.probability, twins[i].clean.probability));
            QCOMPARE(baseline.clean.right, twins[i].clean.right);
            QCOMPARE(baseline.normalized(baseline.clean.difference, false), 1.0);
            QCOMPARE(baseline.normalized(baseline.corrupt.difference, false), 0.0);
            QCOMPARE(baseline.normalized(baseline.corrupt.difference), 0.0);
            const bool forwards = baseline.clean.difference > baseline.corrupt.difference;
            QCOMPARE(baseline.normalized(baseline.clean.difference), forwards ? 1.0 : -1.0);
            (forwards ? right : wrong) = true;
        }
        QVERIFY(right && wrong);  // both kinds of pairs are among them
        const PairBaseline same{{2, 0.5, true}, {2, 0.5, true}};
        QCOMPARE(same.normalized(5), 3.0);  // a range of 0 counts as 1
    }

    void answers()
    {
        const auto score = [](double logit) {
            TokenScore one;
            one.logit = logit;
            return one;
        };
        const PairAnswer right = mnemo::answerOf({score(3), score(1), score(2)});
        QCOMPARE(right.difference, 2.0);
        QVERIFY(right.right);
        QVERIFY(near(right.probability, std::exp(3) / (std::exp(3) + std::exp(1) + std::exp(2))));
        QVERIFY(!mnemo::answerOf({score(2), score(1), score(3)}).right);
        QVERIFY(!mnemo::answerOf({score(2), score(2)}).right);  // the largest means larger than all others
    }

    /// Cell by cell, one patched run of the whole network.
    void theResampleGrid_data() { bothArchitectures(); }
    void theResampleGrid()
    {
        QFETCH(QString, architecture);
        const TinyLoaded model(architecture.toStdString(), 6);
        for (const bool absolute : {true, false}) {
            const Result result = runNamed(
                "ioi", asked(cities(), {{"parts", {"resample"}}, {"divisor", absolute ? "absolute" : "signed"}}),
                model.loaded);
            const ArrayPtr grid = result.find("resample");
            QCOMPARE(grid->axes[0].size(), layers);
            QCOMPARE(grid->axes[1].labels[1], std::string("n1"));
            const std::vector<PairTwin> all = twinsOf(model, cities());
            const std::vector<PairTwin> twins(all.begin(), all.end() - 2);  // the last pair has its names elsewhere
            double largest = 0;
            for (int layer = 0; layer < layers; ++layer)
                for (int token = 0; token < grid->axes[1].size(); ++token) {
                    std::vector<double> every, first, second;
                    for (const PairTwin& twin : twins) {
                        const PairAnswer patched = twin.with([&](RunId corrupt) {
                            return std::vector{copied(SiteKind::BlockIn, layer, {token}, corrupt)};
                        });
                        const double cell = 1 - twin.nld(patched, absolute);
                        every.push_back(cell);
                        (twin.pair.text.group == "first" ? first : second).push_back(cell);
                    }
                    QVERIFY2(near(grid->at(layer, token), mean(every)),
                             qPrintable(QString("%1 beside %2").arg(grid->at(layer, token)).arg(mean(every))));
                    QVERIFY(near(result.find("resample.1")->at(layer, token), mean(first)));
                    QVERIFY(near(result.find("resample.2")->at(layer, token), mean(second)));
                    largest = std::max(largest, std::abs(grid->at(layer, token)));
                }
            QVERIFY(largest > 1e-3);
        }
    }

    void namesElsewhereAreLeftOutAndSaid_data() { bothArchitectures(); }
    void namesElsewhereAreLeftOutAndSaid()
    {
        QFETCH(QString, architecture);
        const TinyLoaded model(architecture.toStdString(), 6);
        const Json parts{{"parts", {"resample", "removal"}}};
        const Result all = runNamed("ioi", asked(cities(), parts), model.loaded);
        QCOMPARE(all.head["pairs"]["count"].get<int>(), 8);
        QCOMPARE(all.head["pairs"]["left_out"]["pairs_of_other_positions"].get<int>(), 2);
        QCOMPARE(all.head["positions"].size(), std::size_t(8));
        std::vector<ContrastText> placed = cities();
        placed.pop_back();
        const Result some = runNamed("ioi", asked(placed, parts), model.loaded);
        QVERIFY(!some.head["pairs"]["left_out"].contains("pairs_of_other_positions"));
        QVERIFY(all.find("resample")->values == some.find("resample")->values);
        QVERIFY(all.find("removal.nld")->values != some.find("removal.nld")->values);  // it counts there
        QCOMPARE(some.done, 1.0);
    }

    void removal_data() { bothArchitectures(); }
    void removal()
    {
        QFETCH(QString, architecture);
        const TinyLoaded model(architecture.toStdString(), 7);
        const Result result = runNamed("ioi", asked(cities(), {{"parts", {"removal"}}}), model.loaded);
        const std::vector<PairTwin> twins = twinsOf(model, cities());
        for (int layer = 0; layer < layers; ++layer) {
            const TwinMeans means = meansOf(
                twins, [&](const PromptPair& pair, RunId) { return std::vector{zeroed(layer, everyToken(pair))}; });
            QVERIFY(near(result.find("removal.accuracy")->values[std::size_t(layer)], means.accuracy));
            QVERIFY(near(result.find("removal.probability")->values[std::size_t(layer)], means.probability));
            QVERIFY(near(result.find("removal.nld")->values[std::size_t(layer)], means.nld));
        }
        const TwinMeans clean = meansOf(twins, [](const PromptPair&, RunId) { return std::vector<Patch>(); });
        QVERIFY(near(result.head["clean"]["accuracy"].get<double>(), clean.accuracy));
        QVERIFY(near(result.head["clean"]["probability"].get<double>(), clean.probability));
    }

    void greedyRemoval_data() { bothArchitectures(); }
    void greedyRemoval()
    {
        QFETCH(QString, architecture);
        std::size_t longest = 0;
        for (const std::uint64_t seed : {8U, 9U, 10U, 11U, 12U, 14U, 15U}) {
            const TinyLoaded model(architecture.toStdString(), seed);
            const Result result = runNamed("ioi", asked(cities(), {{"parts", {"greedy"}}}), model.loaded);
            const std::vector<TwinStep> steps = twinOfGreedy(
                twinsOf(model, cities()),
                [](const PromptPair& pair, const std::vector<bool>& taken, RunId) {
                    std::vector<Patch> patches;
                    for (int layer = 0; layer < layers; ++layer)
                        if (taken[std::size_t(layer)])
                            patches.push_back(zeroed(layer, everyToken(pair)));
                    return patches;
                },
                [](const TwinMeans& means) { return means.accuracy < 0.5; });
            QCOMPARE(result.head["greedy"].size(), steps.size());
            longest = std::max(longest, steps.size());
            for (std::size_t i = 0; i < steps.size(); ++i) {
                QCOMPARE(result.head["greedy"][i].get<std::string>(), std::to_string(steps[i].layer));
                QVERIFY(near(result.find("greedy.accuracy")->values[i], steps[i].means.accuracy));
                QVERIFY(near(result.find("greedy.probability")->values[i], steps[i].means.probability));
                QVERIFY(near(result.find("greedy.nld")->values[i], steps[i].means.nld));
            }
        }
        QVERIFY2(longest > 1, "every search ended at its first step");
    }

    /// Once for each template and corruption; what is not restored has the corrupted run's convolution (attention).
    void crossTalk_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<double>("enough");
        for (const char* architecture : {"mamba", "gpt_neox"})
            for (const double enough : {0.0, 0.45, 0.6, 1.0})
                QTest::addRow("%s, %g", architecture, enough) << architecture << enough;
    }
    void crossTalk()
    {
        QFETCH(QString, architecture);
        QFETCH(double, enough);
        int never = 0, atOnce = 0, some = 0;  // searches by how they ended
        for (std::uint64_t seed = 10; seed < 16; ++seed) {
            const TinyLoaded model(architecture.toStdString(), seed);
            const Result result =
                runNamed("ioi", asked(cities(), {{"parts", {"crosstalk"}}, {"enough", enough}}), model.loaded);
            const Json& told = result.head["crosstalk"];
            QCOMPARE(told.size(), std::size_t(3));
            const std::vector<PairTwin> twins = twinsOf(model, cities());
            std::vector<double> needed(layers, 0);
            int reached = 0;
            for (const Json& run : told) {
                const auto [right, steps] = crossTalkOfTwins(twins, run, enough, architecture == "mamba");
                QCOMPARE(run["reached"].get<bool>(), right);
                QCOMPARE(run["restored"].size(), steps.size());
                for (std::size_t i = 0; i < steps.size(); ++i) {
                    QCOMPARE(run["restored"][i]["layer"].get<int>(), steps[i].layer);
                    QVERIFY(near(run["restored"][i]["accuracy"].get<double>(), steps[i].means.accuracy));
                    needed[std::size_t(steps[i].layer)] += right;
                }
                reached += right;
                ++(!right ? never : steps.empty() ? atOnce : some);
            }
            QCOMPARE(result.find("crosstalk.share") != nullptr, reached > 0);
            for (std::size_t layer = 0; reached > 0 && layer < layers; ++layer)
                QVERIFY(near(result.find("crosstalk.share")->values[layer], needed[layer] / reached));
        }
        QVERIFY2(enough == 0  ? atOnce > 0
                 : enough < 1 ? never > 0 && atOnce + some > 0
                              : never == 18,
                 qPrintable(QStringLiteral("%1 %2 %3").arg(never).arg(atOnce).arg(some)));
    }

    void nothingAndEverythingCut_data() { bothArchitectures(); }
    void nothingAndEverythingCut()
    {
        QFETCH(QString, architecture);
        const bool mamba = architecture == "mamba";
        const TinyLoaded model(architecture.toStdString(), 11);
        const ExperimentContext context{model.loaded, {}};
        SilentReporter silent;
        const PairRuns runs(context, pairsOf(model, cities()), silent);
        const std::vector<PairTwin> twins = twinsOf(model, cities());
        runs.run(
            runs.all(), 2,
            [&](const PromptPair& pair, std::size_t all, RunId corrupt) {
                return cutCrossTalk(pair, all == 1 ? std::vector{0, 1, 2} : std::vector<int>(), mamba, corrupt);
            },
            [&](std::size_t pair, const std::vector<PairAnswer>& found) {
                QCOMPARE(found[0].difference, runs.baseline(pair).clean.difference);
                const PairTwin& twin = twins[pair];
                const std::vector<int> tokens = everyToken(twin.pair);
                const PairAnswer cut = twin.with([&](RunId corrupt) {
                    std::vector<Patch> patches;
                    for (int layer = 0; layer < layers; ++layer)
                        patches.push_back(copied(mamba ? SiteKind::Conv : SiteKind::Attn, layer, tokens, corrupt));
                    return patches;
                });
                QVERIFY(near(found[1].difference, cut.difference));
                QVERIFY(found[1].difference != found[0].difference);
            },
            silent);

        // The gate (the MLP's input) of the first layer stays the clean run's; what mixes tokens does not.
        const PromptPair& pair = runs.pairs()[0];
        Plan plan;
        const RunId clean = plan.addRun(pair.clean.ids()), corrupt = plan.addRun(pair.corrupt.ids());
        const RunId cut = plan.addRun(clean, cutCrossTalk(pair, {0, 1, 2}, mamba, corrupt));
        const std::vector<ReferenceRun> ran = referenceRuns(model.tiny, plan);
        const Site gate{mamba ? SiteKind::G : SiteKind::MlpIn, 0, {}},
            mixed{mamba ? SiteKind::C : SiteKind::Attn, 0, {}};
        const auto at = [&](RunId run, const Site& site) { return ran[std::size_t(run)].states_TW.at(site); };
        QVERIFY(at::equal(at(cut, gate), at(clean, gate)));
        QVERIFY(at::equal(at(cut, mixed), at(corrupt, mixed)));
        QVERIFY(!at::equal(at(cut, mixed), at(clean, mixed)));
    }

    /// The block's input as the corrupted run's at all tokens is its output as the corrupted run's at all tokens.
    void inputAndOutputOfABlock_data() { bothArchitectures(); }
    void inputAndOutputOfABlock()
    {
        QFETCH(QString, architecture);
        const TinyLoaded model(architecture.toStdString(), 12);
        const ExperimentContext context{model.loaded, {}};
        SilentReporter silent;
        const PairRuns runs(context, pairsOf(model, cities()), silent);
        runs.run(
            runs.all(), std::size_t(2 * layers),
            [&](const PromptPair& pair, std::size_t variant, RunId corrupt) {
                const SiteKind kind = variant % 2 == 0 ? SiteKind::BlockIn : SiteKind::O;
                return std::vector{fromCorrupt({kind, int(variant / 2), {}}, everyToken(pair), corrupt)};
            },
            [&](std::size_t pair, const std::vector<PairAnswer>& found) {
                for (std::size_t layer = 0; layer < layers; ++layer) {
                    QVERIFY(near(found[2 * layer].difference, found[2 * layer + 1].difference));
                    QVERIFY(near(found[2 * layer].probability, found[2 * layer + 1].probability));
                }
                // One layer alone is not the corrupted run, nor the clean one.
                QVERIFY(!near(found[0].difference, runs.baseline(pair).corrupt.difference));
                QVERIFY(!near(found[0].difference, runs.baseline(pair).clean.difference));
            },
            silent);
    }

    void whatIsDoneIsKept_data() { bothArchitectures(); }
    void whatIsDoneIsKept()
    {
        QFETCH(QString, architecture);
        const TinyLoaded model(architecture.toStdString(), 13);
        const Json parameters = asked(cities(), {{"enough", 1.0}});
        StopsAt whole;
        const Result all = runNamed("ioi", parameters, model.loaded, whole);
        QCOMPARE(all.done, 1.0);
        QVERIFY(whole.checks > 20);
        const std::vector<std::string> names{"resample", "removal.nld", "greedy.nld", "crosstalk.share"};
        std::size_t most = 0;
        bool between = false;  // stopped where some parts were done
        for (int check = 0; check < whole.checks; check += std::max(1, whole.checks / 25)) {
            StopsAt stops(check);
            QVERIFY_EXCEPTION_THROWN(runNamed("ioi", parameters, model.loaded, stops), Cancelled);
            if (!stops.last)
                continue;
            const Result& kept = *stops.last;
            QVERIFY(kept.done < 1);
            const auto parts = std::size_t(std::lround(kept.done * 4));
            for (std::size_t part = 0; part < parts; ++part)
                QVERIFY2(kept.find(names[part]) && kept.find(names[part])->values == all.find(names[part])->values,
                         names[part].c_str());
            between = between || (parts > 0 && parts < 4);
            most = std::max(most, parts);
            // Steps of a search that was stopped are the first of the whole.
            if (kept.head.contains("greedy"))
                for (std::size_t i = 0; i < kept.head["greedy"].size(); ++i)
                    QVERIFY(kept.head["greedy"][i] == all.head["greedy"][i]);
        }
        QVERIFY(between);
        QCOMPARE(most, std::size_t(3));
    }

    void badParameters()
    {
        const TinyLoaded model("mamba", 1);
        VERIFY_REFUSED(runNamed("ioi", asked(cities(), {{"parts", {"resample", "everything"}}}), model.loaded),
                       ErrorCode::Usage, "\"parts\" is \"everything\", not one of resample, removal");
        VERIFY_REFUSED(runNamed("ioi", asked({}, Json::object()), model.loaded), ErrorCode::Usage,
                       "own.jsonl has no pairs");
        VERIFY_REFUSED(runNamed("ioi", asked(cities(), {{"material", "x.json"}}), model.loaded), ErrorCode::Usage,
                       "both given");
    }
};

QTEST_APPLESS_MAIN(TestIoi)
#include "tst_ioi.moc"
