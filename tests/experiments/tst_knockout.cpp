// SPDX-License-Identifier: GPL-3.0-or-later
// Knock-outs against whole runs of the slow reference, and the laws of METHODS.md §6.
#include "tests/experiments/tiny_loaded.h"  // before <compare>, which moc cannot read first
#include "tests/support/refusal.h"

#include "core/experiments/knockout_plan.h"
#include "core/experiments/texts.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>

using namespace mnemo;
using namespace mnemo::test;

namespace {

const std::vector<std::string> texts{"The Louvre is in the city of Paris", "the old Tower", "in Rome"};

const std::string prompt = "The Eiffel Tower is in the city of";
const std::vector<std::vector<int>> sets{
    {1, 2}, {2}, {0, 3, 4, 5, 6}, {7}};  // of its tokens, as knockoutSets() has them

/// The prompt read whole by the reference, with patches and without.
struct WholeRuns {
    const TinyLoaded& model;
    Plan plan;
    RunId clean;
    int target;
    double pClean;

    explicit WholeRuns(const TinyLoaded& of)
        : model(of),
          clean(plan.addRun(makePrompt(*of.loaded.tokenizer, prompt, Prefix::None).ids())),
          target(runNamed("predict", {{"prompt", prompt}, {"top", 1}}, of.loaded).head["top"][0]["id"]),
          pClean(p(clean))
    {
    }

    double p(RunId run) const
    {
        return std::exp(logProbabilities(referenceRun(model.tiny, plan, run), 7)[std::size_t(target)]);
    }

    /// What the patches make of the answer's probability: p / p_clean − 1.
    double change(std::vector<Patch> patches) { return p(plan.addRun(clean, std::move(patches))) / pClean - 1; }
};

class TextFile
{
public:
    TextFile()
    {
        std::ofstream out(path());
        for (const std::string& text : texts)
            out << text << "\n\n";
    }
    std::string path() const { return m_folder.filePath("texts.txt").toStdString(); }

private:
    QTemporaryDir m_folder;
};

Json factWith(const Json& more)
{
    Json json{{"prompt", "The {} is in the city of"}, {"subject", "Eiffel Tower"}, {"window", "2"}};
    json.update(more);
    return json;
}

/// E[a] per layer, from whole runs of the reference.
LayerMeans referenceMeans(const TinyLoaded& model)
{
    LayerMeans means;
    for (int layer = 0; layer < 3; ++layer) {
        at::Tensor sum;
        for (const std::string& text : texts) {
            Plan plan;
            plan.addRun(makePrompt(*model.loaded.tokenizer, text, Prefix::None).ids());
            const at::Tensor mean_E =
                referenceRun(model.tiny, plan, 0).states_TW.at({SiteKind::A, layer, {}}).mean(0) / double(texts.size());
            sum = sum.defined() ? sum + mean_E : mean_E;
        }
        const at::Tensor mean_E = sum.to(at::kFloat).contiguous();
        const float* values = mean_E.const_data_ptr<float>();
        means.push_back(std::make_shared<const HostTensor>(
            HostTensor{{mean_E.numel()}, std::vector<float>(values, values + mean_E.numel())}));
    }
    return means;
}

}  // namespace

class TestKnockout : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void meansOfTexts()
    {
        const TinyLoaded model("mamba", 5);
        SilentReporter silent;
        const LayerMeans means = meanStates({model.loaded, {}}, SiteKind::A, readTexts(m_texts.path()), silent);
        const LayerMeans expected = referenceMeans(model);
        QCOMPARE(means.size(), expected.size());
        for (std::size_t layer = 0; layer < means.size(); ++layer)
            for (std::size_t i = 0; i < means[layer]->values.size(); ++i)
                QVERIFY(std::abs(means[layer]->values[i] - expected[layer]->values[i]) < 1e-5F);
    }

    void mambaEqualsWholeRuns_data()
    {
        QTest::addColumn<QString>("others");
        QTest::newRow("others as in the clean run") << "clean";
        QTest::newRow("others free") << "free";
    }
    void mambaEqualsWholeRuns()
    {
        QFETCH(QString, others);
        const TinyLoaded model("mamba", 5);
        const Json given = factWith({{"texts", m_texts.path()}, {"others", others.toStdString()}});
        const Result result = runNamed("knockout", given, model.loaded);
        const LayerMeans means = referenceMeans(model);
        WholeRuns whole(model);
        const Array& change = *result.find("change");
        for (int layer = 0; layer < 3; ++layer)
            for (std::size_t set = 0; set < sets.size(); ++set) {
                std::vector<Patch> patches;  // all others, also those where nothing can differ
                std::vector<int> rest;
                for (int token = 0; token < 7; ++token)
                    if (std::ranges::find(sets[set], token) == sets[set].end())
                        rest.push_back(token);
                for (int l = std::max(0, layer - 1); l <= layer; ++l) {
                    const Site site{SiteKind::A, l, {}};
                    patches.push_back({site, sets[set], SetTo{means[std::size_t(l)]}});
                    if (others == "clean")
                        patches.push_back({site, rest, CopyFrom{whole.clean, rest}});
                }
                const double expected = whole.change(patches);
                QVERIFY2(std::abs(change.at(layer, int(set)) - expected) < 1e-4,
                         qPrintable(QString("%1 %2: %3").arg(layer).arg(set).arg(expected)));
            }
    }

    /// Nothing is written at the tokens, whose own s stays; in all layers together, beside the mean of a.
    void tokensThatWriteNothing()
    {
        const TinyLoaded model("mamba", 5);
        const Result result =
            runNamed("knockout", factWith({{"texts", m_texts.path()}, {"cut", "writes"}}), model.loaded);
        WholeRuns whole(model);
        const auto width =
            referenceRun(model.tiny, whole.plan, whole.clean).states_TW.at({SiteKind::Write, 0, {}}).size(1);
        const auto nothing =
            std::make_shared<const HostTensor>(HostTensor{{width}, std::vector<float>(std::size_t(width), 0.0F)});
        const auto silenced = [&](const std::vector<int>& set, int first, int end) {
            std::vector<Patch> patches;
            for (int layer = first; layer < end; ++layer) {
                patches.push_back({{SiteKind::Write, layer, {}}, set, SetTo{nothing}});
                patches.push_back({{SiteKind::S, layer, {}}, set, CopyFrom{whole.clean, set}});
            }
            return whole.change(patches);
        };
        const Array& change = *result.find("change");
        const Array& everywhere = *result.find("all_layers.change");
        const Result byMean =
            runNamed("knockout", factWith({{"texts", m_texts.path()}, {"window", "6"}}), model.loaded);
        for (std::size_t set = 0; set < sets.size(); ++set) {
            for (int layer = 0; layer < 3; ++layer)
                QVERIFY(std::abs(change.at(layer, int(set)) - silenced(sets[set], std::max(0, layer - 1), layer + 1)) <
                        1e-5);
            QVERIFY(std::abs(everywhere.at(1, int(set)) - silenced(sets[set], 0, 3)) < 1e-5);
            QVERIFY(std::abs(everywhere.at(0, int(set)) - byMean.find("change")->at(0, int(set))) < 1e-9);
        }
        QVERIFY(std::abs(change.at(0, 3)) < 1e-6);  // the last token writes for nobody
    }

    /// In one layer: what is gone of a later token's s is what α̃ says came from these tokens (§6.1).
    void whatIsGoneIsTheHiddenAttention()
    {
        const TinyLoaded model("mamba", 5);
        WholeRuns whole(model);
        const ReferenceRun before = referenceRun(model.tiny, whole.plan, whole.clean);
        const auto width = int(before.states_TW.at({SiteKind::Write, 1, {}}).size(1));
        const RunId cut = whole.plan.addRun(whole.clean, silence({1, 2}, {1, 2}, width, whole.clean));
        const ReferenceRun after = referenceRun(model.tiny, whole.plan, cut);
        const Json given{{"prompt", prompt}, {"over", "mean"}};
        const Result maps = runNamed("attention", given, model.loaded);
        const Array& map = *maps.find("layers.1.attention");
        const Site s{SiteKind::S, 1, {}};
        for (int k = 3; k < 8; ++k) {
            const double gone =
                (before.states_TW.at(s)[k] - after.states_TW.at(s)[k]).to(at::kDouble).mean().item<double>();
            const double expected = map.at(k, 1) + map.at(k, 2);
            QVERIFY2(std::abs(expected) > 1e-5, qPrintable(QString::number(expected)));
            QVERIFY2(std::abs(gone - expected) < 1e-3 * std::abs(expected),
                     qPrintable(QString("%1: %2, not %3").arg(k).arg(gone).arg(expected)));
        }
        for (int k = 0; k < 3; ++k)
            QVERIFY(at::equal(before.states_TW.at(s)[k], after.states_TW.at(s)[k]));
    }

    void attentionEqualsWholeRuns_data()
    {
        QTest::addColumn<QString>("queries");
        QTest::newRow("of the prompt's last token") << "prompt-last";
        QTest::newRow("of later tokens") << "later";
    }
    void attentionEqualsWholeRuns()
    {
        QFETCH(QString, queries);
        const TinyLoaded model("gpt_neox", 5);
        const Result result = runNamed("knockout", factWith({{"queries", queries.toStdString()}}), model.loaded);
        WholeRuns whole(model);
        const Array& change = *result.find("change");
        for (int layer = 0; layer < 3; ++layer)
            for (std::size_t set = 0; set < sets.size(); ++set) {
                std::vector<Patch> patches;
                for (int l = std::max(0, layer - 1); l <= layer; ++l)
                    for (int query = queries == "later" ? 0 : 7; query < 8; ++query) {
                        std::vector<int> keys = sets[set];
                        std::erase_if(keys, [&](int key) { return key >= query; });  // itself is always seen
                        if (!keys.empty())
                            patches.push_back({{SiteKind::Pattern, l, {}}, {query}, Mask{keys}});
                    }
                if (patches.empty()) {
                    QVERIFY(!change.has(layer, int(set)));  // the last token gives nothing to others
                    continue;
                }
                const double expected = whole.change(patches);
                QVERIFY2(std::abs(change.at(layer, int(set)) - expected) < 1e-5,
                         qPrintable(QString("%1 %2: %3").arg(layer).arg(set).arg(expected)));
            }
    }

    /// With the clean a in place of its mean nothing changes (METHODS.md §6.2).
    void theCleanStateChangesNothing()
    {
        const TinyLoaded model("mamba", 5);
        WholeRuns whole(model);
        const ReferenceRun reference = referenceRun(model.tiny, whole.plan, whole.clean);
        for (const TokenSet& set : knockoutSets({1, 3}, 8)) {
            if (set.tokens.size() != 1)
                continue;  // one mean for all tokens can be the clean state of one only
            LayerMeans own;
            for (int layer = 0; layer < 3; ++layer) {
                const at::Tensor a_E = reference.states_TW.at({SiteKind::A, layer, {}})[set.tokens[0]].to(at::kFloat);
                const float* values = a_E.const_data_ptr<float>();
                own.push_back(std::make_shared<const HostTensor>(
                    HostTensor{{a_E.numel()}, std::vector<float>(values, values + a_E.numel())}));
            }
            QVERIFY(std::abs(whole.change(ablate(set.tokens, {0, 3}, own, 8, whole.clean))) < 1e-5);
        }
    }

    void overFacts()
    {
        const TinyLoaded model("gpt_neox", 4);
        QTemporaryDir folder;
        const std::string file = folder.filePath("city.json").toStdString();
        std::ofstream(file) << R"({"name": "city", "prompt_templates": ["The {} is in the city of"], "samples": [
            {"subject": "Eiffel Tower", "object": "Paris"}, {"subject": "Louvre", "object": "Paris"},
            {"subject": "the old Pyramid", "object": "Giza"}]})";
        const Result all =
            runNamed("knockout", {{"facts", {file}}, {"knows", "anything"}, {"window", "2"}}, model.loaded);
        QCOMPARE(all.head["facts"].size(), std::size_t(3));
        std::vector<double> means(12, 0.0);
        for (const Json& one : all.head["facts"]) {
            Json given{{"prompt", one["fact"]["template"]}, {"subject", one["fact"]["subject"]}, {"window", "2"}};
            const ArrayPtr change = runNamed("knockout", given, model.loaded).find("change");
            for (std::size_t cell = 0; cell < means.size(); ++cell)
                means[cell] += change->values[cell] / 3;
        }
        const Array& change = *all.find("change");
        for (std::size_t cell = 0; cell < means.size(); ++cell)
            if (cell % 4 != 3)
                QVERIFY(std::abs(change.values[cell] - means[cell]) < 1e-9);
    }

    void whatCannotBe()
    {
        const TinyLoaded model("mamba", 5);
        QTemporaryDir folder;
        const std::string empty = folder.filePath("empty.txt").toStdString();
        std::ofstream(empty) << "\n  \n";
        VERIFY_REFUSED(runNamed("knockout", factWith({{"texts", empty}}), model.loaded), ErrorCode::Usage, "empty.txt");
        VERIFY_REFUSED(runNamed("knockout", factWith({{"texts", "/nowhere"}}), model.loaded), ErrorCode::NotFound,
                       "/nowhere");
        VERIFY_REFUSED(runNamed("knockout", factWith({{"window", "0"}}), model.loaded), ErrorCode::Usage, "\"0\"");
    }

    /// What the other architecture's cut has is not passed over in silence.
    void whatDoesNotApplyIsRefused()
    {
        const TinyLoaded mamba("mamba", 5), neox("gpt_neox", 5);
        VERIFY_REFUSED(runNamed("knockout", factWith({{"queries", "later"}}), mamba.loaded), ErrorCode::Usage,
                       "\"queries\"");
        for (const Json& given : {Json{{"cut", "writes"}}, Json{{"others", "free"}}, Json{{"texts", m_texts.path()}}})
            VERIFY_REFUSED(runNamed("knockout", factWith(given), neox.loaded), ErrorCode::Usage,
                           '"' + given.begin().key() + '"');
    }

private:
    const TextFile m_texts;
};

QTEST_APPLESS_MAIN(TestKnockout)
#include "tst_knockout.moc"
