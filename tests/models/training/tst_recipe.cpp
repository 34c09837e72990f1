// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/error.h"
#include "models/training/trainer/recipe.h"
#include "tests/io/io_test.h"
#include "tests/models/training/training_texts.h"

using namespace mnemo;

class TestRecipe : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theShippedOnesAreRead()
    {
        const TrainingRecipe mamba = readRecipe(test::trainingFolder / "mnemo-mamba.json");
        QCOMPARE(mamba.model.modelType, std::string("mamba"));
        QCOMPARE(mamba.model.innerSize, 2 * mamba.model.hiddenSize);
        QVERIFY(mamba.model.tiedEmbeddings);
        const TrainingRecipe pythia = readRecipe(test::trainingFolder / "mnemo-pythia.json");
        QCOMPARE(pythia.model.modelType, std::string("gpt_neox"));
        QCOMPARE(pythia.model.rotaryDims % 2, 0);
        QVERIFY(pythia.model.rotaryDims > 0 && !pythia.model.tiedEmbeddings);
    }

    void everyKeyIsTaken()
    {
        const auto file = io_test::writeFile(m_folder, "r.json", R"({"seed": 9, "model": {"model_type": "mamba",
            "hidden_size": 40, "layers": 3, "state_size": 8, "conv_kernel": 3}, "text": {"noise": 0.1, "ioi": 0.2},
            "vocabulary": {"size": 4000, "word_repeats": 120}, "training": {"steps": 5, "learning_rate": 0.25},
            "local": {"short_memory": 1, "stateless": 2, "reach": [0, 2]}})");
        const TrainingRecipe recipe = readRecipe(file);
        QCOMPARE(recipe.seed, std::uint64_t(9));
        QCOMPARE(recipe.model.stateSize, 8);
        QCOMPARE(recipe.model.convKernel, 3);
        QCOMPARE(recipe.model.timeStepRank, 3);
        QCOMPARE(recipe.text.noise, 0.1);
        QCOMPARE(recipe.vocabulary.wordRepeats, 120);
        QCOMPARE(recipe.training.learningRate, 0.25);
        QCOMPARE(recipe.local.stateless, 2);
        QCOMPARE(recipe.local.reach, (std::vector<int>{0, 2}));
    }

    void mistakesAreNamed_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("named");
        const QString model = R"("model": {"model_type": "mamba", "hidden_size": 40, "layers": 3})";
        QTest::newRow("a key") << "{" + model + R"(, "training": {"stepps": 5}})"
                               << "training.stepps";
        QTest::newRow("a section") << "{" + model + R"(, "trainin": {}})"
                                   << "trainin";
        QTest::newRow("a type") << "{" + model + R"(, "training": {"steps": "many"}})"
                                << "training.steps";
        QTest::newRow("no object") << "[]"
                                   << "is no object";
        QTest::newRow("a section of another kind") << "{" + model + R"(, "text": 3})"
                                                   << "text";
        QTest::newRow("no sizes") << R"({"model": {"model_type": "mamba"}})"
                                  << "hidden_size";
        QTest::newRow("another model") << R"({"model": {"model_type": "gpt2", "hidden_size": 8, "layers": 1}})"
                                       << "model_type";
        QTest::newRow("heads") << R"({"model": {"model_type": "gpt_neox", "hidden_size": 8, "layers": 1, "heads": 3}})"
                               << "heads";
    }
    void mistakesAreNamed()
    {
        QFETCH(QString, text);
        QFETCH(QString, named);
        const auto file = io_test::writeFile(m_folder, "bad.json", text.toStdString());
        VERIFY_REFUSED(readRecipe(file), ErrorCode::Damaged, named.toStdString());
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestRecipe)
#include "tst_recipe.moc"
