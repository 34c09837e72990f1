// SPDX-License-Identifier: GPL-3.0-or-later
// The shipped facts in the tokens of the shipped checkpoints: what a trace by swapped subjects needs.
#include "core/io/fact_set.h"
#include "core/io/tokenizer.h"

#include <QTest>
#include <map>
#include <set>

using namespace mnemo;

class TestShippedWords : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_facts = readFacts(MNEMO_RESOURCES "/facts");
        m_tokenizer = loadTokenizer(MNEMO_RESOURCES "/checkpoints/mnemo-mamba");
    }

    void bothModelsHaveTheSameTokens()
    {
        const auto other = loadTokenizer(MNEMO_RESOURCES "/checkpoints/mnemo-pythia");
        QCOMPARE(other->size(), m_tokenizer->size());
        for (int id = 0; id < other->size(); ++id)
            QCOMPARE(other->token(id).text, m_tokenizer->token(id).text);
    }

    void everyObjectIsOneToken()
    {
        for (const Relation& relation : m_facts.relations)
            for (const FactSample& sample : relation.samples)
                QVERIFY2(answerTokens(*m_tokenizer, sample.object).size() == 1, sample.object.c_str());
    }

    /// Another subject of the relation with as many tokens and another object: for 98 of 100.
    void swapPartnersOfEqualLengthExist()
    {
        std::size_t all = 0, alone = 0;
        for (const Relation& relation : m_facts.relations) {
            std::map<std::size_t, std::set<std::string>> objectsOfLength;
            for (const FactSample& sample : relation.samples)
                objectsOfLength[length(sample.subject)].insert(sample.object);
            for (const FactSample& sample : relation.samples) {
                ++all;
                alone += objectsOfLength[length(sample.subject)].size() < 2 ? 1 : 0;
            }
        }
        QVERIFY(all > 6000);
        QVERIFY2(alone * 50 < all, qPrintable(QString::number(alone)));
    }

private:
    std::size_t length(const std::string& subject) const { return m_tokenizer->encode(subject).size(); }

    FactSet m_facts;
    std::unique_ptr<Tokenizer> m_tokenizer;
};

QTEST_APPLESS_MAIN(TestShippedWords)
#include "tst_shipped_words.moc"
