// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include <ATen/ATen.h>

#include "core/data/error.h"
#include "core/io/atomic_file.h"
#include "models/table.h"
#include "models/training/trainer/trainer.h"
#include "models/training/trainer/write_checkpoint.h"
#include "tests/models/training/training_texts.h"
#include "tests/support/refusal.h"

#include <QTemporaryDir>

using namespace mnemo;
using namespace mnemo::test;

namespace {

FactTable someFacts(FactTable all, std::size_t count)
{
    const std::size_t step = all.facts.size() / count;
    std::vector<TrainingFact> some;
    for (std::size_t i = 0; i < count; ++i)
        some.push_back(all.facts[i * step]);
    all.facts = some;
    all.factsOf.clear();
    for (std::size_t i = 0; i < some.size(); ++i)
        all.factsOf[some[i].subject].push_back(int(i));
    return all;
}

TrainingRecipe smallRecipe(bool mamba)
{
    TrainingRecipe recipe;
    recipe.model.modelType = mamba ? "mamba" : "gpt_neox";
    recipe.model.hiddenSize = 32;
    recipe.model.layers = 2;
    recipe.model.innerSize = 64;
    recipe.model.timeStepRank = 2;
    recipe.model.heads = 2;
    recipe.model.intermediateSize = 128;
    recipe.model.maxPositions = 64;
    recipe.model.rotaryDims = 4;
    recipe.model.tiedEmbeddings = mamba;
    recipe.model.dtype = "bfloat16";
    recipe.text.noise = 0;
    recipe.training.steps = 30;
    recipe.training.rows = 16;
    recipe.training.learningRate = 1e-2;
    recipe.training.warmUp = 5;
    if (mamba)
        recipe.local = {.stateless = 1, .reach = {1}};
    return recipe;
}

bool equalParameters(const Trainer& a, const Trainer& b)
{
    for (std::size_t i = 0; i < a.parameters().size(); ++i)
        if (!at::equal(a.parameters()[i].value, b.parameters()[i].value))
            return false;
    return true;
}

}  // namespace

class TestTrainer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY(m_folder.isValid());
        const std::string bytes = trainVocabulary(m_texts.facts, m_texts.ioi, m_texts.source(), {.sentences = 5000});
        writeFileAtomically(folder() / "tokenizer.model", bytes);
        m_tokenizer = loadTokenizer(folder());
    }

    void both_data()
    {
        QTest::addColumn<bool>("mamba");
        QTest::newRow("mamba") << true;
        QTest::newRow("gpt_neox") << false;
    }

    void thirtyStepsOnFiftyFactsLowerTheLoss_data() { both_data(); }
    void thirtyStepsOnFiftyFactsLowerTheLoss()
    {
        QFETCH(bool, mamba);
        Run run(*this, mamba);
        const StepLoss first = run.trainer.learn();
        StepLoss last;
        while (run.trainer.step() < 30)
            last = run.trainer.learn();
        QVERIFY2(first.objects > 6 && first.others > 6, qPrintable(QString::number(first.objects)));
        QVERIFY2(last.objects < first.objects - 1, qPrintable(QString::number(last.objects)));
        QVERIFY2(last.others < first.others - 1.5, qPrintable(QString::number(last.others)));
    }

    /// What is saved and restored goes on bit for bit as what was never interrupted.
    void aRunGoesOnWhereItStopped_data() { both_data(); }
    void aRunGoesOnWhereItStopped()
    {
        QFETCH(bool, mamba);
        const std::filesystem::path state = folder() / "state.safetensors";
        Run whole(*this, mamba), first(*this, mamba), second(*this, mamba);
        for (int i = 0; i < 6; ++i)
            whole.trainer.learn();
        for (int i = 0; i < 3; ++i)
            first.trainer.learn();
        first.trainer.save(state);
        second.trainer.restore(state);
        QCOMPARE(second.trainer.step(), 3);
        QVERIFY(equalParameters(first.trainer, second.trainer));
        for (int i = 0; i < 3; ++i)
            second.trainer.learn();
        QVERIFY(!equalParameters(first.trainer, second.trainer));
        QVERIFY(equalParameters(whole.trainer, second.trainer));
    }

    void anotherModelsStateIsRefused()
    {
        const std::filesystem::path state = folder() / "other.safetensors";
        Run(*this, true).trainer.save(state);
        Run other(*this, false);
        VERIFY_REFUSED(other.trainer.restore(state), ErrorCode::Damaged, "other.safetensors");
        VERIFY_REFUSED(other.trainer.restore(folder() / "none"), ErrorCode::NotFound, "none");
    }

    /// Layers that are kept local are so in the end, too.
    void masksHold()
    {
        Run run(*this, true);
        for (int i = 0; i < 5; ++i)
            run.trainer.learn();
        const NamedTensors tensors = byName(run.trainer.parameters());
        const std::string mixer = "backbone.layers.0.mixer.";
        const at::Tensor conv_E1K = tensors.at(mixer + "conv1d.weight"), x_ME = tensors.at(mixer + "x_proj.weight");
        QCOMPARE(conv_E1K.narrow(2, 0, 2).abs().max().item<double>(), 0.0);
        QVERIFY(conv_E1K.narrow(2, 2, 2).abs().min().item<double>() > 0);
        QCOMPARE(x_ME.narrow(0, 2, 16).abs().max().item<double>(), 0.0);
        QVERIFY(x_ME.narrow(0, 18, 16).abs().max().item<double>() > 0);
        QVERIFY(tensors.at("backbone.layers.1.mixer.conv1d.weight").abs().min().item<double>() > 0);
    }

    /// What was learnt is what the program loads, but for its rounding to bfloat16.
    void theCheckpointHoldsWhatWasLearnt_data() { both_data(); }
    void theCheckpointHoldsWhatWasLearnt()
    {
        QFETCH(bool, mamba);
        Run run(*this, mamba);
        run.trainer.learn();
        const std::filesystem::path checkpoint = folder() / (mamba ? "mamba" : "pythia");
        writeCheckpoint(checkpoint, run.recipe.model, run.trainer.parameters());
        std::filesystem::copy_file(folder() / "tokenizer.model", checkpoint / "tokenizer.model",
                                   std::filesystem::copy_options::overwrite_existing);
        SilentReporter silent;
        const LoadedModel loaded =
            loadCheckpoint(checkpoint, {.device = "cpu", .dtype = "f32"}, builtInArchitectures(), silent);
        QCOMPARE(loaded.model->info().vocabRows, m_tokenizer->size());
        const NamedTensors tensors = byName(run.trainer.parameters());
        const at::Tensor embedding_VD =
            tensors.at(mamba ? "backbone.embeddings.weight" : "gpt_neox.embed_in.weight").detach();
        const at::Tensor ids = at::arange(7, at::kLong);
        QVERIFY(at::equal(loaded.model->embed(ids), embedding_VD.narrow(0, 0, 7).to(at::kBFloat16).to(at::kFloat)));
    }

private:
    /// A trainer with all it needs.
    struct Run {
        Run(const TestTrainer& test, bool mamba)
            : recipe(smallRecipe(mamba)),
              facts(someFacts(test.m_texts.facts, 50)),
              source(facts, test.m_texts.ioi, test.m_texts.filler, recipe.text),
              stream(source, *test.m_tokenizer, 7),
              trainer(withVocabulary(recipe, *test.m_tokenizer), stream, at::kFloat)
        {
        }

        static const TrainingRecipe& withVocabulary(TrainingRecipe& recipe, const Tokenizer& tokenizer)
        {
            recipe.model.vocabSize = tokenizer.size();
            return recipe;
        }

        TrainingRecipe recipe;
        FactTable facts;
        TextSource source;
        TextStream stream;
        Trainer trainer;
    };

    std::filesystem::path folder() const { return m_folder.path().toStdString(); }

    QTemporaryDir m_folder;
    TrainingTexts m_texts;
    std::unique_ptr<Tokenizer> m_tokenizer;
};

QTEST_MAIN(TestTrainer)
#include "tst_trainer.moc"
