// SPDX-License-Identifier: GPL-3.0-or-later
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include "core/data/error.h"
#include "core/data/lre_summary.h"
#include "core/engine/rows.h"
#include "core/engine/run_plan.h"
#include "core/engine/taps.h"
#include "core/experiments/fact.h"
#include "core/experiments/jacobian.h"
#include "tests/experiments/tiny_loaded.h"
#include "tests/support/refusal.h"
#include "tests/support/stops_at.h"

#include <ATen/ATen.h>
#include <algorithm>
#include <cmath>
#include <map>

using namespace mnemo;
using namespace mnemo::test;

namespace {

/// Every layer adds what a matrix makes of the token and another one of the token before: linear from end to end.
class LinearModel : public LanguageModel
{
public:
    LinearModel(int layers, int width, int vocabulary)
    {
        at::manual_seed(11);
        m_embedding_VD = at::randn({vocabulary, width}, at::kDouble);
        m_head_VD = at::randn({vocabulary, width}, at::kDouble);
        for (int layer = 0; layer < layers; ++layer) {
            m_same_DD.push_back(at::randn({width, width}, at::kDouble) / std::sqrt(double(width)));
            m_before_DD.push_back(at::randn({width, width}, at::kDouble) / std::sqrt(double(width)));
        }
        m_info = {"linear", layers, width, vocabulary, 0, 0, {SiteKind::H, SiteKind::O}, layers};
    }

    const ModelInfo& info() const override { return m_info; }
    std::vector<SiteInfo> sites() const override
    {
        using enum SiteKind;
        return {{Embed, m_info.dModel}, {H, m_info.dModel}, {O, m_info.dModel}, {Final, m_info.dModel}};
    }
    std::vector<std::string> matrices() const override { return {}; }
    at::TensorOptions options() const override { return m_embedding_VD.options(); }
    at::Tensor embed(const at::Tensor& ids_X) const override { return m_embedding_VD.index_select(0, ids_X); }
    void block(int layer, Rows& rows, Taps& tap) const override
    {
        const at::Tensor resid_XD = rows.resid_XD(), all_XD = rows.withKept(layer, resid_XD, &KeptLayer::conv_PE, 1);
        const bool kept = all_XD.size(0) > resid_XD.size(0);  // then the place for nothing is there
        const at::Tensor padded = kept ? all_XD : at::cat({all_XD, at::zeros({1, m_info.dModel}, options())});
        const at::Tensor before_XD = padded.index_select(0, rows.shiftedRows_X(-1));
        const auto at = std::size_t(layer);
        rows.addToResid(
            tap({SiteKind::O, layer}, at::linear(resid_XD, m_same_DD[at]) + at::linear(before_XD, m_before_DD[at])));
    }
    at::Tensor unembed(const at::Tensor& resid_XD, const std::function<void()>&) const override
    {
        return at::linear(resid_XD, m_head_VD);
    }
    at::Tensor unembedParts(const at::Tensor& parts_PD, const at::Tensor&) const override { return parts_PD; }
    BlockFlops flopsPerRow() const override { return {.mixing = 1}; }

private:
    ModelInfo m_info;
    at::Tensor m_embedding_VD, m_head_VD;
    std::vector<at::Tensor> m_same_DD, m_before_DD;
};

LoadedModel linearModel()
{
    LoadedModel loaded;
    loaded.model = std::make_shared<const LinearModel>(3, 12, 21);
    loaded.tokenizer = cityTokenizer();
    loaded.name = "linear";
    return loaded;
}

const std::string sentence = "the {} is in the city";

/// Subjects of one to three words.
std::vector<std::string> subjects()
{
    std::vector<std::string> all;
    for (const char* first : {"Eiffel", "Louvre", "old", "Big", "near", "Pyramid"})
        for (const char* last : {"Tower", "Ben", "Giza", "old Rome"})
            all.push_back(std::string(first) + " " + last);
    return all;
}

/// What the model says behind a subject's sentence, alone.
std::string answerOf(const LoadedModel& model, const std::string& promptTemplate, const std::string& subject)
{
    const FilledPrompt prompt = fillPrompt(promptTemplate, subject, Prefix::None, *model.tokenizer);
    Plan plan;
    plan.read({.run = plan.addRun(prompt.ids()), .position = prompt.last(), .topK = 1});
    SilentReporter silent;
    const PlanResult result = runPlan(*model.model, {}, plan, silent, {.visibleVocabulary = model.tokenizer->size()});
    return model.tokenizer->token(result.values[0].top[0].token).text;
}

/// A relation of what the model says, so that it knows all of it; another object where `wrong`.
QString writeRelation(const QTemporaryDir& folder, const LoadedModel& model, const std::vector<std::string>& about,
                      const std::string& promptTemplate = sentence, int wrong = 0)
{
    Json samples = Json::array();
    for (const std::string& subject : about) {
        const bool lies = int(samples.size()) < wrong;
        samples.push_back(
            {{"subject", subject}, {"object", lies ? "<end>" : answerOf(model, promptTemplate, subject)}});
    }
    const Json relation{{"name", "answers"}, {"prompt_templates", {promptTemplate}}, {"samples", std::move(samples)}};
    QFile file(folder.filePath(QStringLiteral("answers.json")));
    if (file.open(QIODevice::WriteOnly))
        file.write(QByteArray::fromStdString(relation.dump()));
    return file.fileName();
}

Json paramsFor(const QString& file)
{
    return {{"facts", {file.toStdString()}},
            {"shots", 0},
            {"train", 3},
            {"trials", 2},
            {"prefix", "none"},
            {"betas", "0:2:0.25"},
            {"ranks", "1, 2, 4, 8"},
            {"cache_gib", 0}};
}

double cell(const Array& array, std::initializer_list<int> indices)
{
    std::size_t at = 0;
    auto axis = array.axes.begin();
    for (const int index : indices)
        at = at * std::size_t((axis++)->size()) + std::size_t(index);
    return hasValue(array.states[at]) ? array.values[at] : std::nan("");
}

std::shared_ptr<const HostTensor> hostOf(const at::Tensor& value)
{
    const at::Tensor floats = value.to(at::kFloat).contiguous();
    return std::make_shared<const HostTensor>(
        HostTensor{{floats.numel()}, {floats.data_ptr<float>(), floats.data_ptr<float>() + floats.numel()}});
}

/// The reference's most probable word when a state of a prompt is set or moved.
int saidBy(const TinyModel& model, const FilledPrompt& prompt, const Patch& patch, int words)
{
    Plan plan;
    plan.addRun(prompt.ids(), {patch});
    return int(referenceRun(model, plan, 0).logits_TV[prompt.last()].narrow(0, 0, words).argmax().item<std::int64_t>());
}

}  // namespace

class TestLre : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder, m_cache;

private Q_SLOTS:
    void initTestCase() { qputenv("XDG_CACHE_HOME", m_cache.path().toUtf8()); }

    /// METHODS.md §5.2: the map of a linear model is the model, and moving a state by its inverse says the target.
    /// While the subject's word is followed by another one, that is so from the embedding on: behind a layer, the other
    /// word's state, which is held, has read it. At the prompt's end it is so from everywhere.
    void aLinearModelIsDecodedExactly_data()
    {
        QTest::addColumn<QString>("sentence");
        QTest::addColumn<QStringList>("layers");
        QTest::newRow("a word behind the subject") << "the {} is" << QStringList{"emb"};
        QTest::newRow("the subject is the end") << "city of {}" << QStringList{"emb", "0", "1", "2"};
    }
    void aLinearModelIsDecodedExactly()
    {
        QFETCH(QString, sentence);
        QFETCH(QStringList, layers);
        const LoadedModel model = linearModel();
        const std::vector<std::string> words{"Eiffel", "Tower", "Rome", "Louvre", "old", "Pyramid", "Paris",
                                             "Giza",   "and",   "near", "Big",    "Ben", "a",       "in"};
        Json params = paramsFor(writeRelation(m_folder, model, words, sentence.toStdString()));
        params["ranks"] = "1, 12";
        const Result result = runNamed("lre", params, model);
        const std::vector<std::string>& labels = result.find("recall.1")->axes[2].labels;
        const int one = indexOf(result.find("recall.1")->axes[3], "1");
        for (int trial = 0; trial < 2; ++trial)
            for (const QString& layer : layers) {
                const int at = indexOf(result.find("recall.1")->axes[2], layer.toStdString());
                QCOMPARE(cell(*result.find("recall.1"), {trial, 0, at, one}), 1.0);
                QCOMPARE(cell(*result.find("strict.1"), {trial, 0, at, one}), 1.0);
                QCOMPARE(cell(*result.find("causality"), {trial, 0, at, 1}), 1.0);
            }
        QCOMPARE(labels.size(), std::size_t(4));
        const LreRelation summary = summarizeLre(result).front();
        QCOMPARE(summary.bestLayer()->faithfulness.mean, 1.0);
        QCOMPARE(summary.name, std::string("answers"));
    }

    /// Everything the engine batches, done one by one with the reference.
    void measuresAreTheirDefinitions_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::newRow("Mamba") << "mamba";
        QTest::newRow("GPT-NeoX") << "gpt_neox";
    }
    void measuresAreTheirDefinitions()
    {
        QFETCH(QString, architecture);
        const TinyLoaded model(architecture.toStdString(), 3);
        const Result result =
            runNamed("lre", paramsFor(writeRelation(m_folder, model.loaded, subjects())), model.loaded);
        const Json& trial = result.head.at("relations")[0].at("trials")[0];
        QCOMPARE(trial.at("asked").get<int>(), int(subjects().size()) - 3);
        QCOMPARE(trial.at("known").get<int>(), int(subjects().size()) - 3);
        const Tokenizer& tokenizer = *model.loaded.tokenizer;
        const auto filled = [&](const Json& sample) {
            return fillPrompt(sentence, sample.at("subject").get<std::string>(), Prefix::None, tokenizer);
        };
        const auto endOf = [&](const FilledPrompt& prompt, const Site& site, int position) {
            Plan plan;
            plan.addRun(prompt.ids());
            return referenceRun(model.tiny, plan, 0).states_TW.at(site)[position];
        };
        const Site end{SiteKind::Final, 0, {}};
        const ExperimentContext context{model.loaded, {}};
        SilentReporter silent;
        const Axis &layers = result.find("recall.1")->axes[2], &betas = result.find("recall.1")->axes[3],
                   &ranks = result.find("causality")->axes[3];
        std::map<std::string, Json> bySubject;
        for (const Json& sample : trial.at("samples"))
            bySubject[sample.at("subject").get<std::string>()] = sample;
        double best = -1;
        for (int l = 0; l < layers.size(); ++l) {
            const int layer = l - 1;
            at::Tensor W, b;
            for (const Json& sample : trial.at("train")) {
                const FilledPrompt prompt = filled(sample);
                const StateJacobian at =
                    stateJacobians(context, {prompt.ids(), prompt.subject.end - 1, {layer}}, silent).front();
                const at::Tensor rest = endOf(prompt, end, prompt.last()) -
                                        at.J_DD.mv(endOf(prompt, residualBehind(layer), prompt.subject.end - 1));
                W = W.defined() ? W + at.J_DD / 3 : at.J_DD / 3;
                b = b.defined() ? b + rest / 3 : rest / 3;
            }
            for (int beta = 0; beta < betas.size(); ++beta) {
                double right = 0;
                for (const Json& sample : trial.at("samples")) {
                    const FilledPrompt prompt = filled(sample);
                    const at::Tensor h = endOf(prompt, residualBehind(layer), prompt.subject.end - 1);
                    const at::Tensor z = W.mv(h) * std::stod(betas.labels[std::size_t(beta)]) + b;
                    const int said =
                        saidBy(model.tiny, prompt, {end, {prompt.last()}, SetTo{hostOf(z)}}, tokenizer.size());
                    right += sample.at("object").get<std::string>() == tokenizer.token(said).text ? 1 : 0;
                }
                const double share = right / double(trial.at("samples").size());
                QCOMPARE(cell(*result.find("recall.1"), {0, 0, l, beta}), share);
                QCOMPARE(cell(*result.find("strict.1"), {0, 0, l, beta}), share);
                if (share > best) {
                    best = share;
                    QVERIFY(trial.at("layer") == layers.labels[std::size_t(l)] || share < bestOf(result));
                }
            }
            const auto [U, sigma, Vt] = at::linalg_svd(W, false);
            const bool isNothing = sigma[0].item<double>() == 0;
            for (int r = 0; r < ranks.size(); ++r) {
                const int rank = std::stoi(ranks.labels[std::size_t(r)]);
                double right = 0;
                for (const Json& sample : trial.at("samples")) {
                    const FilledPrompt prompt = filled(sample);
                    const Json& target = bySubject.at(sample.at("target").get<std::string>());
                    QVERIFY(target.at("object") != sample.at("object"));
                    const FilledPrompt other = filled(target);
                    const at::Tensor step = endOf(other, end, other.last()) - endOf(prompt, end, prompt.last());
                    at::Tensor by = at::zeros_like(step);
                    for (int k = 0; k < rank && !isNothing; ++k)
                        by += Vt[k] * (U.select(1, k).dot(step) / sigma[k]);
                    const int said =
                        saidBy(model.tiny, prompt, {residualBehind(layer), {prompt.subject.end - 1}, AddTo{hostOf(by)}},
                               tokenizer.size());
                    right += target.at("object").get<std::string>() == tokenizer.token(said).text ? 1 : 0;
                }
                const double found = cell(*result.find("causality"), {0, 0, l, r});
                if (isNothing)
                    QVERIFY(std::isnan(found));
                else
                    QCOMPARE(found, right / double(trial.at("samples").size()));
            }
        }
        QVERIFY(best > 0.3);  // there was something to find
    }

    void recallGrowsAndStrictIsLess()
    {
        const TinyLoaded model("mamba", 5);
        const Result result =
            runNamed("lre", paramsFor(writeRelation(m_folder, model.loaded, subjects())), model.loaded);
        for (std::size_t i = 0; i < result.find("recall.1")->size(); ++i) {
            QVERIFY(result.find("recall.1")->values[i] <= result.find("recall.2")->values[i]);
            QVERIFY(result.find("recall.2")->values[i] <= result.find("recall.3")->values[i]);
            QVERIFY(result.find("strict.2")->values[i] <= result.find("recall.2")->values[i]);
        }
        QCOMPARE(result.done, 1.0);
    }

    void trialsAreDrawnByTheSeed()
    {
        const TinyLoaded model("gpt_neox", 5);
        Json params = paramsFor(writeRelation(m_folder, model.loaded, subjects()));
        const Result first = runNamed("lre", params, model.loaded), again = runNamed("lre", params, model.loaded);
        QVERIFY(sameNumbers(first, again));
        QVERIFY(first.head == again.head);
        const Json& trials = first.head.at("relations")[0].at("trials");
        QVERIFY(trials[0].at("train") != trials[1].at("train"));
        params["seed"] = 2;
        const Result other = runNamed("lre", params, model.loaded);
        QVERIFY(other.head.at("relations")[0].at("trials")[0].at("train") != trials[0].at("train"));
        // One trial is the first of two.
        params["seed"] = 1;
        params["trials"] = 1;
        QVERIFY(runNamed("lre", params, model.loaded).head.at("relations")[0].at("trials")[0] == trials[0]);
    }

    void factsThatItDoesNotKnowAreLeftOut()
    {
        const TinyLoaded model("mamba", 5);
        const Result result =
            runNamed("lre", paramsFor(writeRelation(m_folder, model.loaded, subjects(), sentence, 6)), model.loaded);
        for (const Json& trial : result.head.at("relations")[0].at("trials")) {
            QCOMPARE(trial.at("asked").get<int>(), int(subjects().size()) - 3);
            int lies = 0;
            for (const Json& sample : trial.at("train"))
                lies += sample.at("object") == "<end>" ? 1 : 0;
            QCOMPARE(trial.at("known").get<int>(), int(subjects().size()) - 3 - (6 - lies));
            for (const Json& sample : trial.at("samples"))
                QVERIFY(sample.at("object") != "<end>");
        }
    }

    void whatCannotBeMeasuredIsSaid()
    {
        const TinyLoaded model("mamba", 5);
        const std::vector<std::string> few{"Eiffel Tower", "Big Ben", "Louvre"};
        VERIFY_REFUSED(runNamed("lre", paramsFor(writeRelation(m_folder, model.loaded, few)), model.loaded),
                       ErrorCode::Usage, "answers: The relation answers has 3 facts");
        const std::vector<std::string> some{"Eiffel Tower", "Big Ben", "Louvre", "old Rome", "Giza"};
        VERIFY_REFUSED(runNamed("lre", paramsFor(writeRelation(m_folder, model.loaded, some)), model.loaded),
                       ErrorCode::Usage, "knows 2 of the 2 test facts; more than 3 are needed");
        Json same = Json::array();
        const std::string object = answerOf(model.loaded, sentence, "Big Ben");
        for (const std::string& subject : subjects())
            if (answerOf(model.loaded, sentence, subject) == object)
                same.push_back({{"subject", subject}, {"object", object}});
        for (int i = 0; int(same.size()) < 9; ++i)  // facts may be said twice
            same.push_back({{"subject", "Big Ben"}, {"object", object}});
        QFile file(m_folder.filePath(QStringLiteral("one.json")));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray::fromStdString(
            Json{{"name", "one"}, {"prompt_templates", {sentence}}, {"samples", same}}.dump()));
        file.close();
        VERIFY_REFUSED(runNamed("lre", paramsFor(file.fileName()), model.loaded), ErrorCode::Usage,
                       ("have one object, " + object).c_str());

        const QString good = writeRelation(m_folder, model.loaded, subjects());
        const auto refused = [&](const char* key, const Json& value, const char* what) {
            Json params = paramsFor(good);
            params[key] = value;
            VERIFY_REFUSED(runNamed("lre", params, model.loaded), ErrorCode::Usage, what);
        };
        refused("ranks", "8, 400", "rank 400");
        refused("ranks", "0, 8", "rank 0");
        refused("decode_rank", 400, "rank 400");
        refused("betas", "much", "much");
        refused("layers", Json{"3"}, "\"3\" is no layer");
        refused("layers", Json{"x"}, "\"x\" is no layer");
        refused("template", "2", "template \"2\"");
        refused("relations", Json{"nothing"}, "nothing");

        // Beside one that can be measured, it is left out with the reason.
        Json params = paramsFor(good);
        params["facts"].push_back(file.fileName().toStdString());
        const Result both = runNamed("lre", params, model.loaded);
        QCOMPARE(both.head.at("relations").size(), std::size_t(2));
        QVERIFY(both.head.at("relations")[1].at("trials")[0].at("skipped").is_string());
        const std::vector<LreRelation> summary = summarizeLre(both);
        QVERIFY(summary[0].bestLayer() && !summary[1].bestLayer());
    }

    void whatIsDoneStaysWhenItIsStopped()
    {
        const TinyLoaded model("mamba", 5);
        const Json params = paramsFor(writeRelation(m_folder, model.loaded, subjects()));
        StopsAt count(1 << 30);
        const Result whole = runNamed("lre", params, model.loaded, count);
        StopsAt late(count.checks - 5);
        QVERIFY_EXCEPTION_THROWN(runNamed("lre", params, model.loaded, late), Cancelled);
        QVERIFY(late.last);
        QCOMPARE(late.last->done, 0.5);
        const ArrayPtr part = late.last->find("recall.1"), all = whole.find("recall.1");
        for (std::size_t i = 0; i < part->size(); ++i)
            if (i < part->size() / 2)
                QCOMPARE(part->values[i], all->values[i]);
            else
                QVERIFY(part->states[i] == CellState::NotComputed);
        QCOMPARE(summarizeLre(*late.last).front().layers[0].faithfulness.trials, 1);
    }

    void oneFactGoesThroughTheSameMap()
    {
        const TinyLoaded model("gpt_neox", 3);
        const Json shared = paramsFor(writeRelation(m_folder, model.loaded, subjects()));
        const Result all = runNamed("lre", shared, model.loaded);
        const Json& trial = all.head.at("relations")[0].at("trials")[0];
        const Json sample = trial.at("samples")[0];
        Json params = shared;
        params.erase("trials");
        params.update({{"relation", "answers"}, {"subject", sample.at("subject")}, {"layer", trial.at("layer")}});
        const Result one = runNamed("lre-fact", params, model.loaded);
        const Axis& betas = all.find("recall.1")->axes[3];
        QCOMPARE(one.head.at("lre").size(), std::size_t(betas.size()));
        for (int beta = 0; beta < betas.size(); ++beta)
            if (std::stod(betas.labels[std::size_t(beta)]) == trial.at("beta").get<double>()) {
                QVERIFY(one.head.at("lre")[std::size_t(beta)][0].at("text") == sample.at("lre"));
                QCOMPARE(sample.at("right").get<bool>(), sample.at("lre") == sample.at("object"));
            }
        QVERIFY(one.head.at("model")[0].at("text") == sample.at("object"));
        QVERIFY(one.head.at("say").is_null());
        for (std::size_t beta = 0; beta < one.find("lre.p")->size(); ++beta)
            for (const Json& token : one.head.at("lre")[beta])
                if (token.at("text") == sample.at("object"))
                    QVERIFY(std::abs(token.at("p").get<double>() - one.find("lre.p")->values[beta]) < 1e-9);

        std::string other;
        for (const Json& another : trial.at("samples"))
            if (another.at("object") != sample.at("object"))
                other = another.at("object").get<std::string>();
        params["say"] = other;
        params["layer"] = "emb";
        const Result moved = runNamed("lre-fact", params, model.loaded);
        QCOMPARE(moved.head.at("say").at("object").get<std::string>(), other);
        QVERIFY(moved.head.at("say").at("subject") != sample.at("subject"));
        QCOMPARE(moved.head.at("edited").size(), std::size_t(4));
        QCOMPARE(moved.find("edited.p")->axes[1].labels[1], other);
        QVERIFY(moved.find("edited.p")->has(0, 0));

        const auto refused = [&](const char* key, const Json& value, const char* what) {
            Json bad = params;
            bad[key] = value;
            VERIFY_REFUSED(runNamed("lre-fact", bad, model.loaded), ErrorCode::Usage, what);
        };
        refused("subject", "Mont Blanc", "Mont Blanc");
        refused("say", "Atlantis", "Atlantis");
        refused("layer", "0-1", "more than one layer");
        refused("layer", "9", "\"9\" is no layer");
        refused("relation", "nothing", "nothing");
    }

private:
    static int indexOf(const Axis& axis, const std::string& label)
    {
        return int(std::ranges::find(axis.labels, label) - axis.labels.begin());
    }

    /// The largest recall@1 of the first trial.
    static double bestOf(const Result& result)
    {
        const ArrayPtr recall = result.find("recall.1");
        const auto end = recall->values.begin() + std::ptrdiff_t(recall->size() / 2);
        return *std::max_element(recall->values.begin(), end);
    }
};

QTEST_APPLESS_MAIN(TestLre)
#include "tst_lre.moc"
