// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "core/data/error.h"
#include "core/data/lre_summary.h"
#include "core/experiments/jacobian_cache.h"
#include "core/experiments/linear_relation.h"
#include "core/experiments/lre_data.h"
#include "core/experiments/lre_params.h"
#include "core/experiments/number_grid.h"
#include "core/io/tokenizer.h"
#include "tests/experiments/tiny_loaded.h"
#include "tests/support/refusal.h"

#include <ATen/ATen.h>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>

using namespace mnemo;
using namespace mnemo::test;

namespace {

namespace fs = std::filesystem;

Relation relationOf(const std::vector<std::string>& objects)
{
    Relation relation;
    relation.name = "letters";
    relation.templates = {"{} is in"};
    for (std::size_t i = 0; i < objects.size(); ++i)
        relation.samples.push_back({"s" + std::to_string(i), objects[i]});
    return relation;
}

/// Notes that were written.
class Notes : public SilentReporter
{
public:
    void note(const std::string& line) override { lines.push_back(line); }
    std::vector<std::string> lines;
};

std::vector<fs::path> keptFiles(const QTemporaryDir& cache)
{
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator at(fs::path(cache.path().toStdString()) / "mnemoscope" / "jacobians", error), end;
         !error && at != end; ++at)
        files.push_back(at->path());
    std::ranges::sort(files);
    return files;
}

constexpr std::int64_t plenty = 1 << 30;
const JacobianRequest request{{1, 5, 7, 8, 10, 11, 12}, 3, {embeddingLayer, 0, 2}};

}  // namespace

class TestLreParts : public QObject
{
    Q_OBJECT

    /// A model whose weights are named, so that what is computed of it may be kept.
    static LoadedModel namedModel()
    {
        LoadedModel loaded;
        loaded.model = tinyMamba(3);
        loaded.tokenizer = cityTokenizer();
        loaded.name = "tiny";
        loaded.hash = "sha256:tiny";
        loaded.dtype = "f32";
        return loaded;
    }

    QTemporaryDir m_cache;

private Q_SLOTS:
    void initTestCase() { qputenv("XDG_CACHE_HOME", m_cache.path().toUtf8()); }

    void gridsOfNumbers()
    {
        QCOMPARE(numberGrid("2.25", "beta"), std::vector<double>{2.25});
        QCOMPARE(numberGrid("4, 1,1", "beta"), (std::vector<double>{1, 4}));
        const std::vector<double> steps = numberGrid("0:5:0.25", "beta");
        QCOMPARE(steps.size(), std::size_t(21));
        QCOMPARE(steps[12], 3.0);
        QCOMPARE(numberGrid("0:0.3:0.1", "beta").back(), 0.3);
        QCOMPARE(wholeNumberGrid("8:312:8", "rank").size(), std::size_t(39));
        for (const char* bad : {"", "x", "1:2", "1:2:0", "2:1:1", "1:2:-1", "inf", "nan", "1;2", "1:2:x"})
            VERIFY_REFUSED(numberGrid(bad, "beta"), ErrorCode::Usage, bad);
        VERIFY_REFUSED(numberGrid("0:1:0.00001", "beta"), ErrorCode::Usage, "1000");
        VERIFY_REFUSED(wholeNumberGrid("1, 2.5", "rank"), ErrorCode::Usage, "2.5");
        QCOMPARE(numberLabel(0.25), std::string("0.25"));
        QCOMPARE(numberLabel(3), std::string("3"));
    }

    void aSplitCoversAsManyObjectsAsItCan()
    {
        const Relation relation = relationOf({"a", "a", "a", "a", "b", "b", "c", "a", "a"});
        std::set<std::string> orders;
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            Random random(seed);
            const LreSplit split = splitRelation(relation, 5, random);
            QCOMPARE(split.train.size(), std::size_t(5));
            QCOMPARE(split.test.size(), std::size_t(4));
            std::map<std::string, int> counts;
            for (const FactSample& sample : split.train)
                ++counts[sample.object];
            QCOMPARE(counts["c"], 1);
            QCOMPARE(counts["b"], 2);
            QCOMPARE(counts["a"], 2);
            std::set<std::string> subjects;
            for (const auto* facts : {&split.train, &split.test})
                for (const FactSample& sample : *facts)
                    subjects.insert(sample.subject);
            QCOMPARE(subjects.size(), relation.samples.size());
            orders.insert(split.train[0].subject + split.train[1].subject + split.test[0].subject);
        }
        QVERIFY(orders.size() > 5);
        Random random(1);
        VERIFY_REFUSED(splitRelation(relationOf({"a", "b", "c"}), 3, random), ErrorCode::Usage, "3 facts");
    }

    void examplesAreLines()
    {
        const std::vector<FactSample> examples{{"Louvre", "Paris"}, {"Big Ben", "London"}};
        QCOMPARE(exampleLines("{} is in", examples), std::string("Louvre is in Paris\nBig Ben is in London\n"));
        QCOMPARE(exampleLines("{} is in", {}), std::string());
    }

    void promptsOfATrial()
    {
        LoadedModel model = shapeModel("mamba", 2);
        model.tokenizer = loadTokenizer(fs::path(MNEMO_RESOURCES) / "checkpoints" / "mnemo-mamba");
        Relation relation;
        relation.name = "places";
        relation.templates = {"{} is in the city of"};
        relation.samples = {
            {"The Louvre Museum", "Paris"}, {"Big Ben", "London"}, {"The Colosseum", "Rome"}, {"The Prado", "Madrid"}};
        LreParams params;
        params.train = 3;
        params.ranks = "1";
        const auto textsOf = [&](int shots, int trainShots) {
            params.shots = shots;
            params.trainShots = trainShots;
            const LreSettings settings = readSettings(params, model);
            const LrePrompts prompts(settings, relation, 0, model);
            std::vector<std::string> texts;
            for (const JacobianRequest& one : prompts.estimate({0}))
                texts.push_back(decoded(*model.tokenizer, one.ids));
            const FilledPrompt test = *prompts.test(prompts.split().test[0].subject);
            texts.push_back(test.prompt.text);
            // The subject's last token, in the last line.
            std::string subject;
            for (int token = test.subject.first; token < test.subject.end; ++token)
                subject += test.prompt.tokens[std::size_t(token)].text;
            if (subject.find(prompts.split().test[0].subject.substr(4)) == std::string::npos ||
                test.subject.first < test.prompt.size() - 12)
                texts.emplace_back("the subject is not found: " + subject);
            return texts;
        };
        const auto lines = [](const std::string& text) { return std::ranges::count(text, '\n'); };
        const std::vector<std::string> paper = textsOf(-1, -1);
        QCOMPARE(paper.size(), std::size_t(4));
        for (int i = 0; i < 3; ++i)
            QCOMPARE(lines(paper[std::size_t(i)]), std::ptrdiff_t(2));
        QCOMPARE(lines(paper[3]), std::ptrdiff_t(3));
        QVERIFY(paper[3].ends_with(" is in the city of"));
        QCOMPARE(lines(textsOf(-1, 1)[0]), std::ptrdiff_t(1));  // as the authors' branch, fewer in the estimate
        QCOMPARE(lines(textsOf(1, -1)[0]), std::ptrdiff_t(1));
        QCOMPARE(lines(textsOf(0, -1)[0]), std::ptrdiff_t(0));
        QCOMPARE(lines(textsOf(9, -1)[3]), std::ptrdiff_t(3));  // there are no more
        // Nobody stands in an example of their own prompt.
        for (std::size_t i = 0; i < 3; ++i)
            for (const FactSample& sample : relation.samples) {
                const std::string name = sample.subject.substr(4);
                const std::size_t first = paper[i].find(name);
                QVERIFY(first == std::string::npos || paper[i].find(name, first + 1) == std::string::npos);
            }
    }

    /// The dark-red lines of Figs 7 and 12, to the four digits they are published with.
    void randomChoiceIsThePublishedLine()
    {
        const fs::path data = fs::path(MNEMO_SHARED_DATA);
        if (!fs::exists(data / "relations") || !fs::exists(data / "gpt-neox-20b-tokenizer"))
            QSKIP("the shared data sets are not there");
        const std::unique_ptr<Tokenizer> tokenizer = loadTokenizer(data / "gpt-neox-20b-tokenizer");
        const FactSet facts = readFacts(data / "relations" / "factual");
        QCOMPARE(facts.relations.size(), std::size_t(26));
        std::ifstream in(data / "romba-reference-results" / "lre_faithfulness.json");
        const Json published = Json::parse(in);
        // Where the figures' names differ from the files'.
        const std::map<std::string, std::string> names{{"plays pro sport", "person plays pro sport"}};
        int compared = 0;
        QStringList off;
        for (const Json& bar : published.at("mamba-2.8b")) {
            const std::string name = bar.at("relation").get<std::string>();
            const auto other = names.find(name);
            const auto found =
                std::ranges::find(facts.relations, other == names.end() ? name : other->second, &Relation::name);
            if (found == facts.relations.end())
                continue;
            const double line = randomChoice(found->samples, *tokenizer);
            ++compared;
            if (std::abs(line - bar.at("random_choice_baseline").get<double>()) > 5e-5)
                off << QString::fromStdString(name) +
                           QStringLiteral(" %1 %2").arg(line).arg(bar.at("random_choice_baseline").get<double>());
        }
        QVERIFY2(compared - off.size() >= 6, qPrintable(off.join(QStringLiteral("; "))));
        QVERIFY2(off.isEmpty(), qPrintable(off.join(QStringLiteral("; "))));
    }

    void theInverseUndoesTheMap()
    {
        at::manual_seed(3);
        const at::Tensor W_DD = at::randn({6, 6}, at::kDouble), b_D = at::randn({6}, at::kDouble);
        const LinearRelation map(0, W_DD, b_D);
        QCOMPARE(map.rank(), 6);
        const at::Tensor dz_ND = at::randn({4, 6}, at::kDouble);
        QVERIFY((map.mapped(map.inverse(dz_ND, 6)) - dz_ND).abs().max().item<double>() < 1e-9);
        // Of rank ρ it is LibTorch's pseudo-inverse of the truncated map.
        const auto [U, sigma, Vt] = at::linalg_svd(W_DD, false);
        for (const int rank : {1, 3}) {
            const at::Tensor truncated =
                U.narrow(1, 0, rank).matmul(at::diag(sigma.narrow(0, 0, rank))).matmul(Vt.narrow(0, 0, rank));
            QVERIFY((map.inverse(dz_ND, rank) - dz_ND.matmul(at::linalg_pinv(truncated, 1e-9).t()))
                        .abs()
                        .max()
                        .item<double>() < 1e-8);
            QVERIFY((map.mapped(dz_ND, rank) - dz_ND.matmul(truncated.t())).abs().max().item<double>() < 1e-9);
        }
        QCOMPARE(LinearRelation(0, at::zeros({6, 6}), at::zeros({6})).rank(), 0);
        QCOMPARE(LinearRelation(0, W_DD.matmul(at::diag(at::tensor({1.0, 1.0, 0.0, 0.0, 1.0, 0.0}, at::kDouble))), b_D)
                     .rank(),
                 3);
    }

    void anEstimateIsTheMeanOfItsPrompts()
    {
        const TinyLoaded model("mamba", 4);
        const ExperimentContext context{model.loaded, {}};
        SilentReporter silent;
        JacobianCache cache(context, 0);
        const std::vector<JacobianRequest> prompts{{{1, 5, 7, 8, 10}, 1, {0, 2}}, {{1, 3, 4, 8, 10}, 2, {0, 2}}};
        int heard = 0;
        const std::vector<LinearRelation> maps = estimateLinear(cache, prompts, silent, [&] { ++heard; });
        QCOMPARE(heard, 2);
        QCOMPARE(maps.size(), std::size_t(2));
        for (std::size_t i = 0; i < 2; ++i) {
            const StateJacobian a = stateJacobians(context, prompts[0], silent)[i],
                                b = stateJacobians(context, prompts[1], silent)[i];
            QVERIFY((maps[i].W_DD() - (a.J_DD + b.J_DD) / 2).abs().max().item<double>() < 1e-12);
            const at::Tensor rest = (a.z_D - a.J_DD.mv(a.h_D) + b.z_D - b.J_DD.mv(b.h_D)) / 2;
            // The states were read as floats where they are kept for readouts.
            QVERIFY((maps[i].b_D() - rest).abs().max().item<double>() < 1e-9);
        }
    }

    void whatWasComputedIsKept()
    {
        const QTemporaryDir folder;
        qputenv("XDG_CACHE_HOME", folder.path().toUtf8());
        const LoadedModel model = namedModel();
        const ExperimentContext context{model, {}};
        Notes notes;
        JacobianCache first(context, plenty);
        const std::vector<StateJacobian> computed = first.get(request, notes);
        QCOMPARE(first.computed(), 3);
        QCOMPARE(keptFiles(folder).size(), std::size_t(3));

        JacobianCache second(context, plenty);
        const std::vector<StateJacobian> kept = second.get(request, notes);
        QCOMPARE(second.computed(), 0);
        for (std::size_t i = 0; i < 3; ++i) {
            QCOMPARE(kept[i].layer, computed[i].layer);
            QVERIFY(at::equal(kept[i].J_DD, computed[i].J_DD));
            QVERIFY(at::equal(kept[i].h_D, computed[i].h_D.to(kept[i].h_D.scalar_type())));
            QVERIFY(at::equal(kept[i].z_D, computed[i].z_D.to(kept[i].z_D.scalar_type())));
        }
        // Other layers, positions, prompts and models are others.
        JacobianCache third(context, plenty);
        third.get({request.ids, request.position, {0, 1}}, notes);
        QCOMPARE(third.computed(), 1);
        third.get({request.ids, 2, {0}}, notes);
        third.get({{1, 5, 7, 8, 10, 11, 13}, 3, {0}}, notes);
        QCOMPARE(third.computed(), 3);
        LoadedModel other = model;
        other.hash = "sha256:other";
        const ExperimentContext ofOther{other, {}};
        JacobianCache fourth(ofOther, plenty);
        fourth.get(request, notes);
        QCOMPARE(fourth.computed(), 3);
        QVERIFY(notes.lines.empty());

        // No more than may be kept stays.
        JacobianCache(context, 2000).trim();
        std::uintmax_t bytes = 0;
        for (const fs::path& file : keptFiles(folder))
            bytes += fs::file_size(file);
        QVERIFY(bytes <= 2000);
    }

    void nothingToBeKeptTouchesNothing()
    {
        const QTemporaryDir folder;
        qputenv("XDG_CACHE_HOME", folder.path().toUtf8());
        const LoadedModel model = namedModel();
        const ExperimentContext context{model, {}};
        Notes notes;
        JacobianCache(context, plenty).get(request, notes);
        const std::vector<fs::path> files = keptFiles(folder);
        QCOMPARE(files.size(), std::size_t(3));
        const fs::file_time_type longAgo = fs::last_write_time(files[0]) - std::chrono::hours(1);
        for (const fs::path& file : files)
            fs::last_write_time(file, longAgo);

        JacobianCache none(context, 0);
        none.get(request, notes);
        QCOMPARE(none.computed(), 3);  // not read
        none.get({request.ids, 2, {0}}, notes);
        none.trim();
        QVERIFY(keptFiles(folder) == files);  // neither written nor removed
        for (const fs::path& file : files)
            QVERIFY(fs::last_write_time(file) == longAgo);
        QVERIFY(notes.lines.empty());
    }

    void damageIsSeenAndComputedAgain()
    {
        const LoadedModel model = namedModel();
        const ExperimentContext context{model, {}};
        const JacobianRequest one{request.ids, request.position, {1}};
        for (const char* how : {"cut", "flipped", "empty", "other"}) {
            const QTemporaryDir folder;
            qputenv("XDG_CACHE_HOME", folder.path().toUtf8());
            Notes notes;
            JacobianCache first(context, plenty);
            const at::Tensor J = first.get(one, notes).front().J_DD;
            const fs::path file = keptFiles(folder).front();
            if (how == std::string("cut")) {
                fs::resize_file(file, fs::file_size(file) - 7);
            } else if (how == std::string("empty")) {
                fs::resize_file(file, 0);
            } else if (how == std::string("other")) {
                std::ofstream(file) << "not a tensor at all, but long enough to have a header";
            } else {
                std::fstream bytes(file, std::ios::in | std::ios::out | std::ios::binary);
                bytes.seekp(-5, std::ios::end);
                bytes.put('\x7f');
            }
            JacobianCache second(context, plenty);
            QVERIFY(at::equal(second.get(one, notes).front().J_DD, J));
            QCOMPARE(second.computed(), 1);
            QCOMPARE(notes.lines.size(), std::size_t(1));
            QVERIFY(notes.lines[0].find("damaged") != std::string::npos);
            JacobianCache third(context, plenty);
            third.get(one, notes);
            QCOMPARE(third.computed(), 0);
        }
    }

    void aCacheThatCannotBeWrittenCostsTimeAlone()
    {
        const QTemporaryDir folder;
        QFile file(folder.filePath(QStringLiteral("mnemoscope")));  // where a folder would have to be
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        qputenv("XDG_CACHE_HOME", folder.path().toUtf8());
        const LoadedModel model = namedModel();
        const ExperimentContext context{model, {}};
        Notes notes;
        JacobianCache cache(context, plenty);
        QCOMPARE(cache.get(request, notes).size(), std::size_t(3));
        QCOMPARE(cache.get(request, notes).size(), std::size_t(3));
        QCOMPARE(cache.computed(), 6);
        QCOMPARE(notes.lines.size(), std::size_t(1));  // said once
    }

    void aSummaryTakesTheBestOfEachTrial()
    {
        const Axis trials{"trial", {"1", "2"}}, relations{"relation", {"r"}}, layers{"layer", {"emb", "0"}};
        const Axis betas{"beta", {"0.5", "2"}}, ranks{"rank", {"1", "8"}};
        const auto filled = [&](const char* name, const Axis& last, std::vector<double> values) {
            Array array = Array::make(name, {trials, relations, layers, last}, "share");
            for (std::size_t i = 0; i < values.size(); ++i)
                if (!std::isnan(values[i])) {
                    array.values[i] = values[i];
                    array.states[i] = CellState::Computed;
                }
            return std::make_shared<const Array>(std::move(array));
        };
        Array baseline = Array::make("baseline", {relations}, "share"), objects = baseline;
        baseline.values = {0.25};
        objects.name = "objects";
        objects.values = {4};
        Result result;
        result.kind = "lre";
        const double nan = std::nan("");
        result.arrays = {filled("recall.1", betas, {0.1, 0.5, 0.6, 0.2, 0.3, 0.1, nan, nan}),
                         filled("recall.2", betas, {0.2, 0.7, 0.6, 0.9, 0.4, 0.8, nan, nan}),
                         filled("causality", ranks, {0.1, 0.2, 0.9, 0.8, 0.4, 0.2, nan, nan}),
                         std::make_shared<const Array>(baseline), std::make_shared<const Array>(objects)};
        LreRelation relation = summarizeLre(result).front();
        QCOMPARE(relation.baseline, 0.25);
        QCOMPARE(relation.objects, 4);
        QCOMPARE(relation.best, 1);  // 0.6 of one trial over 0.4 of two
        QCOMPARE(relation.layers[0].faithfulness.mean, 0.4);
        QCOMPARE(relation.layers[0].faithfulness.trials, 2);
        QVERIFY(std::abs(relation.layers[0].faithfulness.sd - std::sqrt(0.02)) < 1e-12);
        QCOMPARE(relation.layers[0].beta, 1.25);
        QVERIFY(std::abs(relation.layers[0].causality.mean - 0.3) < 1e-12);
        QCOMPARE(relation.layers[1].faithfulness, (LreShare{0.6, 0, 1}));
        // Recall@2 at the β that is best by recall@1.
        relation = summarizeLre(result, {.top = 2}).front();
        QVERIFY(std::abs(relation.layers[0].faithfulness.mean - 0.55) < 1e-12);
        // One β and ρ for all.
        relation = summarizeLre(result, {.beta = 1, .rank = 1}).front();
        QVERIFY(std::abs(relation.layers[0].faithfulness.mean - 0.3) < 1e-12);
        QVERIFY(std::abs(relation.layers[0].causality.mean - 0.2) < 1e-12);
        QCOMPARE(relation.best, 0);
        QCOMPARE(summarizeLre(result, {.beta = 1, .byCausality = true}).front().best, 1);
        VERIFY_REFUSED(summarizeLre(result, {.top = 3}), ErrorCode::Damaged, "recall.3");
    }
};

QTEST_APPLESS_MAIN(TestLreParts)
#include "tst_lre_parts.moc"
