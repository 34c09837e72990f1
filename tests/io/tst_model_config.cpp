// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/model_config.h"

#include "tests/io/io_test.h"

using namespace mnemo;

namespace {

const char* const mamba = R"({"model_type":"mamba","hidden_size":768,"num_hidden_layers":24,"vocab_size":50280,
    "state_size":16,"conv_kernel":4,"expand":2,"intermediate_size":1536,"time_step_rank":48,"eos_token_id":0,
    "layer_norm_epsilon":1e-5,"hidden_act":"silu","use_bias":false,"use_conv_bias":true,"tie_word_embeddings":true})";
const char* const original = R"({"d_model":768,"n_layer":24,"vocab_size":50277,"ssm_cfg":{},"rms_norm":true,
    "residual_in_fp32":true,"fused_add_norm":true,"pad_vocab_size_multiple":8})";
const char* const neox = R"({"model_type":"gpt_neox","hidden_size":2560,"num_hidden_layers":32,"num_attention_heads":32,
    "intermediate_size":10240,"vocab_size":50304,"rotary_pct":0.25,"rotary_emb_base":10000,
    "use_parallel_residual":true,"layer_norm_eps":1e-5,"hidden_act":"gelu","max_position_embeddings":2048,
    "tie_word_embeddings":false})";

ModelConfig parse(const char* base, const QString& patch = "{}")
{
    SortedJson json = SortedJson::parse(base);
    json.merge_patch(SortedJson::parse(patch.toStdString()));
    return parseModelConfig(json, "config.json");
}

}  // namespace

class TestModelConfig : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsMambaInBothSpellings()
    {
        for (const char* base : {mamba, original}) {
            const ModelConfig config = parse(base);
            QCOMPARE(config.modelType, std::string("mamba"));
            QCOMPARE(config.hiddenSize, 768);
            QCOMPARE(config.layers, 24);
            QCOMPARE(config.vocabSize, 50280);  // 50277 padded to a multiple of 8 in the original
            QCOMPARE(config.innerSize, 1536);
            QCOMPARE(config.timeStepRank, 48);
            QCOMPARE(config.stateSize, 16);
            QCOMPARE(config.convKernel, 4);
            QVERIFY(config.tiedEmbeddings);
        }
        QCOMPARE(parse(mamba, R"({"time_step_rank":"auto","hidden_size":100,"intermediate_size":null})").timeStepRank,
                 7);
        QCOMPARE(parse(original, R"({"ssm_cfg":{"d_state":8,"expand":1}})").innerSize, 768);
    }

    void readsRotaryInBothSpellings()
    {
        const ModelConfig old = parse(neox);
        QCOMPARE(old.rotaryDims, 20);
        QCOMPARE(old.headSize(), 80);
        QCOMPARE(old.rotaryBase, 10000.0);
        const QString patch = R"({"rotary_pct":null,"rotary_emb_base":null,"rope_parameters":
            {"partial_rotary_factor":0.5,"rope_theta":500.0,"rope_type":"default"}})";
        const ModelConfig today = parse(neox, patch);
        QCOMPARE(today.rotaryDims, 40);
        QCOMPARE(today.rotaryBase, 500.0);
        QCOMPARE(parse(neox, R"({"rope_scaling":{"type":"default"}})").rotaryDims, 20);
        QVERIFY(!parse(neox, R"({"use_parallel_residual":false})").parallelResidual);
    }

    void readsTheShippedOnes()
    {
        const ModelConfig small = readModelConfig(MNEMO_RESOURCES "/checkpoints/mnemo-mamba");
        QCOMPARE(small.layers, 12);
        QCOMPARE(small.timeStepRank, 12);
        const ModelConfig pythia = readModelConfig(MNEMO_RESOURCES "/checkpoints/mnemo-pythia");
        QCOMPARE(pythia.rotaryDims, 8);
        QCOMPARE(pythia.maxPositions, 256);
        QVERIFY(!pythia.tiedEmbeddings);
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("base");
        QTest::addColumn<QString>("patch");
        QTest::addColumn<bool>("damaged");
        QTest::addColumn<QString>("words");
        const auto unsupported = [](const char* name, const char* base, const char* patch, const char* words) {
            QTest::newRow(name) << base << patch << false << words;
        };
        const auto damaged = [](const char* name, const char* base, const char* patch, const char* words) {
            QTest::newRow(name) << base << patch << true << words;
        };
        unsupported("mamba2", mamba, R"({"model_type":"mamba2"})", "mamba2");
        unsupported("llama", mamba, R"({"model_type":"llama"})", "llama");
        unsupported("falcon", mamba, R"({"model_type":"falcon_mamba"})", "falcon_mamba");
        unsupported("original mamba2", original, R"({"ssm_cfg":{"layer":"Mamba2"}})", "Mamba2");
        unsupported("hybrid", original, R"({"attn_layer_idx":[3]})", "attn_layer_idx");
        unsupported("mlp layers", original, R"({"d_intermediate":100})", "d_intermediate");
        unsupported("bias", mamba, R"({"use_bias":true})", "use_bias");
        unsupported("no conv bias", mamba, R"({"use_conv_bias":false})", "use_conv_bias");
        unsupported("layer norm", original, R"({"rms_norm":false})", "rms_norm");
        unsupported("mamba with gelu", mamba, R"({"hidden_act":"gelu"})", "gelu");
        unsupported("quantised", neox, R"({"quantization_config":{"bits":4}})", "quantization_config");
        unsupported("tanh gelu", neox, R"({"hidden_act":"gelu_new"})", "gelu_new");
        unsupported("scaled rotary", neox, R"({"rope_scaling":{"type":"linear","factor":2}})", "linear");
        unsupported("yarn", neox, R"({"rope_parameters":{"rope_type":"yarn"}})", "yarn");
        unsupported("no attention bias", neox, R"({"attention_bias":false})", "attention_bias");
        unsupported("odd rotary", neox, R"({"rotary_pct":0.0125})", "rotating 1");
        damaged("no type", mamba, R"({"model_type":null})", "model_type");
        damaged("no width", mamba, R"({"hidden_size":null})", "hidden_size");
        damaged("no layers", neox, R"({"num_hidden_layers":0})", "num_hidden_layers");
        damaged("negative layers", neox, R"({"num_hidden_layers":-3})", "-3");
        damaged("a million layers", neox, R"({"num_hidden_layers":1000000})", "1000000");
        damaged("beyond int", neox, R"({"hidden_size":99999999999999999999})", "hidden_size");
        damaged("half a layer", neox, R"({"num_hidden_layers":1.5})", "1.5");
        damaged("width as text", neox, R"({"hidden_size":"2560"})", "hidden_size");
        damaged("heads do not divide", neox, R"({"num_attention_heads":33})", "33");
        damaged("no heads", neox, R"({"num_attention_heads":null})", "num_attention_heads");
        damaged("more than all rotated", neox, R"({"rotary_pct":1.5})", "1.5");
        damaged("eps zero", neox, R"({"layer_norm_eps":0})", "layer_norm_eps");
        damaged("flag as text", mamba, R"({"use_bias":"no"})", "use_bias");
        damaged("sizes disagree", mamba, R"({"intermediate_size":1000})", "1000");
        damaged("ssm_cfg as list", original, R"({"ssm_cfg":[]})", "ssm_cfg");
    }
    void refuses()
    {
        QFETCH(QString, base);
        QFETCH(QString, patch);
        QFETCH(bool, damaged);
        QFETCH(QString, words);
        VERIFY_REFUSED(parse(base.toUtf8(), patch), damaged ? ErrorCode::Damaged : ErrorCode::UnsupportedModel,
                       words.toStdString());
    }

    void refusesWhatIsNoObject()
    {
        VERIFY_REFUSED(parseModelConfig(SortedJson::array(), "config.json"), ErrorCode::Damaged, "object");
        QTemporaryDir folder;
        VERIFY_REFUSED(readModelConfig(folder.path().toStdString()), ErrorCode::NotFound, "config.json");
        io_test::writeFile(folder, "config.json", "{");
        VERIFY_REFUSED(readModelConfig(folder.path().toStdString()), ErrorCode::Damaged, "config.json");
    }
};

QTEST_APPLESS_MAIN(TestModelConfig)
#include "tst_model_config.moc"
