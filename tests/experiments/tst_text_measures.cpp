// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/text_measures.h"

#include <QTest>
#include <cmath>

using namespace mnemo;

namespace {

const std::vector<std::string> snippets{"Rome is the capital of Italy, and Rome is old.",
                                        "The Tiber flows through Rome", "ÉCOLE de Paris; l'école de Lyon 42 x"};

bool isNear(double a, double b)
{
    return std::abs(a - b) < 1e-9;
}

}  // namespace

class TestTextMeasures : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void words()
    {
        using Words = std::vector<std::string>;
        QCOMPARE(wordsAndMarks("The city, Rome (Italy), isn't old."),
                 (Words{"The", "city", ",", "Rome", "(", "Italy", ")", ",", "is", "n't", "old", "."}));
        QCOMPARE(wordsAndMarks("Dr. Smith's  well-known\n3.5 %"),
                 (Words{"Dr.", "Smith", "'s", "well-known", "3.5", "%"}));
        QCOMPARE(wordsAndMarks(" \n"), Words{});
    }

    /// Four different words and no pair twice: log₂ 3 and log₂ 2 bits.
    void entropies()
    {
        QVERIFY(isNear(ngramEntropy("one two three four"), (2.0 / 3 * std::log2(3.0) + 4.0 / 3) / 2));
        QCOMPARE(ngramEntropy("a a a a a a"), 0.0);
        QCOMPARE(ngramEntropy("word"), 0.0);
        // Pairs ab ba ab ba, triples aba bab aba.
        const double triples = -(2.0 / 3 * std::log2(2.0 / 3) + 1.0 / 3 * std::log2(1.0 / 3));
        QVERIFY(isNear(ngramEntropy("a b a b a"), (2.0 / 3 + 4.0 / 3 * triples) / 2));
        QVERIFY(isNear(fluency({"a a a a a a", "one two three four"}), ngramEntropy("one two three four") / 2));
        QCOMPARE(fluency({}), 0.0);
    }

    void vectors()
    {
        const TextVectors vectors({"red red blue", "blue green"});
        // idf: blue 1, the others ln(3/2) + 1.
        const double rare = std::log(1.5) + 1;
        QVERIFY(isNear(vectors.cosine("Red blue", "blue"), 1 / std::hypot(rare, 1.0)));
        QVERIFY(isNear(vectors.cosine("red red blue", "red, red: BLUE!"), 1.0));
        QVERIFY(isNear(vectors.cosine("red", "green"), 0.0));
        QVERIFY(isNear(vectors.cosine("yellow", "red"), 0.0));
        QVERIFY(isNear(vectors.cosine("red blue yellow", "blue x"), 1 / std::hypot(rare, 1.0)));  // unknown; too short
    }

    /// Numbers of scikit-learn's TfidfVectorizer with its defaults.
    void asTheLibraryHasThem()
    {
        const TextVectors vectors(snippets);
        QVERIFY(isNear(vectors.cosine(snippets[0], snippets[1]), 0.24679833281223454));
        QVERIFY(isNear(vectors.cosine("rome and paris", snippets[0] + " " + snippets[2]), 0.41089416579823523));
        QVERIFY(isNear(vectors.cosine("École 42", snippets[2]), 0.6396021490668313));
    }
};

QTEST_APPLESS_MAIN(TestTextMeasures)
#include "tst_text_measures.moc"
