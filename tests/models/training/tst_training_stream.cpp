// SPDX-License-Identifier: GPL-3.0-or-later
// The vocabulary and the rows of token ids.
#include "core/data/error.h"
#include "models/training/text/text_stream.h"
#include "models/training/text/vocabulary.h"
#include "tests/models/training/training_texts.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <set>

using namespace mnemo;
using namespace mnemo::test;

namespace {

std::vector<std::int64_t> idsOf(const Tokenizer& tokenizer, const std::string& text)
{
    std::vector<std::int64_t> ids;
    for (const Token& token : tokenizer.encode(text))
        ids.push_back(token.id);
    return ids;
}

}  // namespace

class TestTrainingStream : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_model = trainVocabulary(m_texts.facts, m_texts.ioi, m_source, m_recipe);
        QFile file(m_folder.filePath("tokenizer.model"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(m_model.data(), qint64(m_model.size()));
        file.close();
        m_tokenizer = loadTokenizer(m_folder.path().toStdString());
    }

    void theVocabularyIsTheSameTwice()
    {
        QVERIFY(trainVocabulary(m_texts.facts, m_texts.ioi, m_source, m_recipe) == m_model);
        VocabularyRecipe other = m_recipe;
        other.seed = 2;
        QVERIFY(trainVocabulary(m_texts.facts, m_texts.ioi, m_source, other) != m_model);
    }

    void objectsAndNamesAreSingleTokens()
    {
        QCOMPARE(m_tokenizer->size(), m_recipe.size);
        QCOMPARE(m_tokenizer->eosId(), 0);
        for (const std::string& name : m_texts.ioi.names())
            QVERIFY2(m_tokenizer->encode(name).size() == 1, name.c_str());
        for (const TrainingFact& fact : m_texts.facts.facts)
            QVERIFY2(answerTokens(*m_tokenizer, fact.object).size() == 1, fact.object.c_str());
    }

    void whatCannotBeIsRefused()
    {
        for (const VocabularyRecipe& recipe :
             {VocabularyRecipe{.size = 900, .sentences = 2000}, VocabularyRecipe{.size = 100, .sentences = 2000},
              VocabularyRecipe{.size = 900000, .sentences = 2000}})
            QVERIFY_EXCEPTION_THROWN(trainVocabulary(m_texts.facts, m_texts.ioi, m_source, recipe), Failure);
        TextStream stream(m_source, *m_tokenizer, 1);
        QVERIFY_EXCEPTION_THROWN(stream.batch(0, 40), Failure);
    }

    /// Every row is what the tokenizer makes of the sentences' whole text, cut off; weights mark the objects' tokens.
    void rowsAreWholeSentences()
    {
        constexpr int rows = 64, length = 40;
        TextStream stream(m_source, *m_tokenizer, 11);
        Random random(11);
        const TextBatch batch = stream.batch(rows, length);
        QCOMPARE(batch.ids.size(), std::size_t(rows * (length + 1)));
        QCOMPARE(batch.weights.size(), batch.ids.size());
        for (int row = 0; row < rows; ++row) {
            std::vector<std::int64_t> ids;
            std::vector<float> weights;
            while (ids.size() < length + 1)
                addSentence(m_source.next(random), ids, weights);
            ids.resize(length + 1);
            weights.resize(length + 1);
            const auto at = row * (length + 1);
            QVERIFY(std::equal(ids.begin(), ids.end(), batch.ids.begin() + at));
            QVERIFY(std::equal(weights.begin(), weights.end(), batch.weights.begin() + at));
        }
    }

    void everyWeightedTokenIsAnObjectOrAName()
    {
        std::set<std::string> known(m_texts.ioi.names().begin(), m_texts.ioi.names().end());
        for (const TrainingFact& fact : m_texts.facts.facts)
            known.insert(fact.object);
        const TextBatch batch = TextStream(m_source, *m_tokenizer, 12).batch(100, 40);
        std::size_t weighted = 0;
        for (std::size_t i = 0; i < batch.ids.size(); ++i) {
            QVERIFY(batch.weights[i] == 0.0F || batch.weights[i] == 1.0F);
            if (batch.weights[i] == 1.0F) {
                QVERIFY(known.contains(m_tokenizer->token(int(batch.ids[i])).bytes.substr(1)));
                ++weighted;
            }
        }
        QVERIFY(weighted > batch.ids.size() / 20 && weighted < batch.ids.size() / 3);
    }

    void aStateBringsTheNextBatchBack()
    {
        TextStream stream(m_source, *m_tokenizer, 13);
        stream.batch(8, 40);
        const std::uint64_t state = stream.state();
        const TextBatch next = stream.batch(8, 40);
        TextStream other(m_source, *m_tokenizer, 99);
        QVERIFY(other.batch(8, 40).ids != next.ids);
        other.restore(state);
        const TextBatch again = other.batch(8, 40);
        QCOMPARE(again.ids, next.ids);
        QCOMPARE(again.weights, next.weights);
    }

private:
    void addSentence(const Sentence& sentence, std::vector<std::int64_t>& ids, std::vector<float>& weights) const
    {
        const std::vector<std::int64_t> whole = idsOf(*m_tokenizer, plainText(sentence));
        Sentence begun;
        std::size_t before = 0;
        for (const TextPart& part : sentence) {  // the tokens that the text grows by
            begun.push_back(part);
            const std::size_t now = idsOf(*m_tokenizer, plainText(begun)).size();
            weights.insert(weights.end(), now - before, part.object ? 1.0F : 0.0F);
            before = now;
        }
        ids.insert(ids.end(), whole.begin(), whole.end());
    }

    TrainingTexts m_texts;
    TextSource m_source = m_texts.source();
    VocabularyRecipe m_recipe{.size = 3000, .sentences = 10000};
    std::string m_model;
    QTemporaryDir m_folder;
    std::unique_ptr<Tokenizer> m_tokenizer;
};

QTEST_APPLESS_MAIN(TestTrainingStream)
#include "tst_training_stream.moc"
