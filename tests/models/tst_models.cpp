// SPDX-License-Identifier: GPL-3.0-or-later
#include <ATen/ATen.h>

#include "core/data/error.h"
#include "models/architectures.h"
#include "models/table.h"
#include "tests/support/checkpoint_folder.h"
#include "tests/support/tiny_models.h"

#include <QTemporaryDir>
#include <QTest>

using namespace mnemo;
using namespace mnemo::test;

namespace {

at::Tensor embedOf(const LanguageModel& model)
{
    return model.embed(at::arange(4, at::kLong)).to(at::kDouble);
}

Error errorOf(const TinyModel& tiny)
{
    try {
        tiny.build(at::kFloat);
    } catch (const Failure& failure) {
        return failure.error();
    }
    return {};
}

QByteArray configOf(const ModelConfig& c)
{
    return QString(R"({"model_type":"mamba","hidden_size":%1,"num_hidden_layers":%2,"vocab_size":%3,"state_size":%4,)"
                   R"("time_step_rank":%5,"intermediate_size":%6,"tie_word_embeddings":true})")
        .arg(c.hiddenSize)
        .arg(c.layers)
        .arg(c.vocabSize)
        .arg(c.stateSize)
        .arg(c.timeStepRank)
        .arg(c.innerSize)
        .toUtf8();
}

class CountingReporter : public SilentReporter
{
public:
    explicit CountingReporter(int stopAfter) : m_left(stopAfter) {}
    void progress(std::int64_t, std::int64_t total, const std::string& unit) override
    {
        ++seen;
        QCOMPARE(unit, std::string("tensors"));
        QVERIFY(seen <= total);
    }
    void checkStop() override
    {
        if (--m_left < 0)
            throw Cancelled{};
    }
    std::int64_t seen = 0;

private:
    int m_left;
};

}  // namespace

class TestModels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void parameterCountsOfTheFamilies_data()
    {
        QTest::addColumn<QString>("type");
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("layers");
        QTest::addColumn<double>("parameters");
        QTest::newRow("mamba-130m") << "mamba" << 768 << 24 << 129135360.0;
        QTest::newRow("mamba-370m") << "mamba" << 1024 << 48 << 371516416.0;
        QTest::newRow("mamba-790m") << "mamba" << 1536 << 48 << 793204224.0;
        QTest::newRow("mamba-1.4b") << "mamba" << 2048 << 48 << 1372178432.0;
        QTest::newRow("mamba-2.8b") << "mamba" << 2560 << 64 << 2768345600.0;
        QTest::newRow("pythia-70m") << "gpt_neox" << 512 << 6 << 70426624.0;
        QTest::newRow("pythia-160m") << "gpt_neox" << 768 << 12 << 162322944.0;
        QTest::newRow("pythia-410m") << "gpt_neox" << 1024 << 24 << 405334016.0;
        QTest::newRow("pythia-1b") << "gpt_neox" << 2048 << 16 << 1011781632.0;
        QTest::newRow("pythia-1.4b") << "gpt_neox" << 2048 << 24 << 1414647808.0;
        QTest::newRow("pythia-2.8b") << "gpt_neox" << 2560 << 32 << 2775208960.0;
    }
    void parameterCountsOfTheFamilies()
    {
        QFETCH(QString, type);
        QFETCH(int, width);
        QFETCH(int, layers);
        QFETCH(double, parameters);
        ModelConfig config;
        config.modelType = type.toStdString();
        config.hiddenSize = width;
        config.layers = layers;
        config.innerSize = 2 * width;
        config.timeStepRank = (width + 15) / 16;
        config.intermediateSize = 4 * width;
        config.tiedEmbeddings = type == "mamba";
        config.vocabSize = type == "mamba" ? 50280 : 50304;
        QCOMPARE(parameterCount(config), parameters);
    }

    /// The count is also that of the tensors a model really takes.
    void parameterCountsOfTinyModels()
    {
        for (const TinyModel& tiny : {tinyMambaWeights(1), tinyNeoxWeights(1)}) {
            double entries = 0;
            for (const auto& [name, tensor] : tiny.tensors)
                entries += double(tensor.numel());
            QCOMPARE(tiny.build(at::kFloat)->info().parameters, entries);
        }
    }

    void namesOfTheOriginalFiles()
    {
        const TinyModel tiny = tinyMambaWeights(2);
        TinyModel bare{tiny.config, {}};
        for (const auto& [name, tensor] : tiny.tensors) {
            std::string other = name.substr(std::string("backbone.").size());
            bare.tensors[other == "embeddings.weight" ? "embedding.weight" : other] = tensor;
        }
        bare.tensors["rotary_emb.inv_freq"] = at::zeros({1});  // extra tensors are left alone
        QVERIFY(at::equal(embedOf(*bare.build(at::kFloat)), embedOf(*tiny.build(at::kFloat))));
    }

    void untiedHeadIsUsed()
    {
        TinyModel tiny = tinyMambaWeights(2);
        const at::Tensor x = at::ones({1, tiny.config.hiddenSize}, at::kDouble);
        const at::Tensor tied = tiny.build(at::kDouble)->unembed(x, [] {});
        tiny.tensors["lm_head.weight"] = 2 * tiny.tensors["backbone.embeddings.weight"];
        QVERIFY(at::equal(tiny.build(at::kDouble)->unembed(x, [] {}), tied));
        tiny.config.tiedEmbeddings = false;
        QVERIFY(at::allclose(tiny.build(at::kDouble)->unembed(x, [] {}), 2 * tied));
    }

    void complainsByName()
    {
        TinyModel missing = tinyMambaWeights(1);
        missing.tensors.erase("backbone.layers.1.mixer.A_log");
        QCOMPARE(errorOf(missing).code, ErrorCode::Damaged);
        QVERIFY(errorOf(missing).message.find("backbone.layers.1.mixer.A_log") != std::string::npos);
        TinyModel shape = tinyNeoxWeights(1);
        shape.tensors["gpt_neox.layers.0.mlp.dense_4h_to_h.weight"] = at::zeros({12, 21});
        const std::string message = errorOf(shape).message;
        for (const char* part : {"gpt_neox.layers.0.mlp.dense_4h_to_h.weight", "[12, 21]", "[12, 20]"})
            QVERIFY2(message.find(part) != std::string::npos, message.c_str());
        TinyModel noHead = tinyNeoxWeights(1);
        noHead.tensors.erase("embed_out.weight");
        QVERIFY(errorOf(noHead).message.find("embed_out.weight or lm_head.weight") != std::string::npos);
    }

    void loadsAFolder()
    {
        const QTemporaryDir folder;
        TinyModel tiny = tinyMambaWeights(3);
        tiny.config.vocabSize *= 6;  // as many rows as there are bytes, and padding
        tiny.tensors["backbone.embeddings.weight"] = tiny.tensors["backbone.embeddings.weight"].repeat({6, 1});
        writeCheckpoint(tiny.tensors, configOf(tiny.config), folder.path());
        CountingReporter reporter(1000);
        const LoadedModel loaded =
            loadCheckpoint(folder.path().toStdString(), {.device = "cpu"}, builtInArchitectures(), reporter);
        QVERIFY(reporter.seen > 30);
        QVERIFY(at::equal(embedOf(*loaded.model), embedOf(*tiny.build(at::kFloat))));
        QVERIFY(loaded.hash.starts_with("sha256:"));
        const Json card = loaded.describe();
        QCOMPARE(card["layers"].get<int>(), 3);
        QCOMPARE(card["sites"].size(), std::size_t(18));
        QCOMPARE(card["demonstration"].get<bool>(), false);
        CountingReporter stops(5);
        QVERIFY_EXCEPTION_THROWN(
            loadCheckpoint(folder.path().toStdString(), {.device = "cpu"}, builtInArchitectures(), stops), Cancelled);
        QVERIFY_EXCEPTION_THROWN(
            loadCheckpoint(folder.path().toStdString(), {.device = "tpu"}, builtInArchitectures(), reporter), Failure);
    }

    void tableAndModelsAgree()
    {
        for (const TinyModel& tiny : {tinyMambaWeights(1), tinyNeoxWeights(1)}) {
            const auto model = tiny.build(at::kFloat);
            for (const Architecture& architecture : builtInArchitectures())
                if (architecture.modelType == tiny.config.modelType) {
                    std::vector<SiteKind> kinds;
                    for (const SiteInfo& site : model->sites())
                        kinds.push_back(site.kind);
                    QVERIFY(kinds == architecture.sites);
                    QCOMPARE(model->matrices(), architecture.matrices);
                }
        }
    }
};

QTEST_APPLESS_MAIN(TestModels)
#include "tst_models.moc"
