// SPDX-License-Identifier: GPL-3.0-or-later
// The shipped SentencePiece models, and what is common to all tokenizers: prompts, prefixes, answers.
#include "core/io/tokenizer.h"

#include "tests/io/io_test.h"

using namespace mnemo;

namespace {

std::vector<std::string> texts(const std::vector<Token>& tokens)
{
    std::vector<std::string> texts;
    for (const Token& token : tokens)
        texts.push_back(token.text);
    return texts;
}

std::filesystem::path shipped(const QString& name)
{
    return (QStringLiteral(MNEMO_RESOURCES "/checkpoints/") + name).toStdString();
}

std::string slice(const std::string& text, const Token& token)
{
    const QString whole = QString::fromStdString(text);
    const auto points = whole.toUcs4();
    return QString::fromUcs4(reinterpret_cast<const char32_t*>(points.constData()) + token.begin,
                             token.end - token.begin)
        .toStdString();
}

}  // namespace

class TestTokenizer : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void shippedModels_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("size");
        QTest::newRow("mamba") << "mnemo-mamba" << 5000;
        QTest::newRow("pythia") << "mnemo-pythia" << 5000;
    }
    /// Token texts are what the model receives, the first space included; offsets point into the text typed.
    void shippedModels()
    {
        QFETCH(QString, name);
        QFETCH(int, size);
        const auto tokenizer = loadTokenizer(shipped(name));
        QCOMPARE(tokenizer->size(), size);
        QCOMPARE(tokenizer->eosId(), 0);
        QCOMPARE(tokenizer->kind(), std::string("sentencepiece"));
        const std::string text = "Eiffel Tower is located in the city of";
        std::string joined;
        for (const Token& token : tokenizer->encode(text)) {
            joined += token.text;
            QCOMPARE(slice(text, token), token.text.substr(token.text.starts_with(' ') ? 1 : 0));
            QCOMPARE(tokenizer->token(token.id).text, token.text);
        }
        QCOMPARE(joined, " " + text);
    }

    void sentencePieceOffsetsCountCodePoints()
    {
        const auto tokenizer = loadTokenizer(shipped("mnemo-pythia"));
        const std::vector<Token> tokens = tokenizer->encode("Pelé  is");
        // é is two bytes, each a token that stands for part of the character [3, 4).
        QCOMPARE(texts(tokens), (std::vector<std::string>{" P", "el", "\uFFFD", "\uFFFD", " is"}));
        QCOMPARE(tokens[2].bytes + tokens[3].bytes, std::string("é"));
        for (const std::size_t part : {2U, 3U}) {
            QCOMPARE(tokens[part].begin, 3);
            QCOMPARE(tokens[part].end, 4);
        }
        QCOMPARE(tokens[4].begin, 6);
        QCOMPARE(tokens[4].end, 8);
    }

    void brokenTextIsRepaired()
    {
        const auto tokenizer = loadTokenizer(shipped("mnemo-mamba"));
        QVERIFY(tokenizer->encode("").empty());
        const std::vector<Token> tokens = tokenizer->encode("a\xFF" + std::string("b\0c", 3));
        QCOMPARE(tokens.back().end, 5);
        for (const int id : {-1, tokenizer->size()})
            VERIFY_REFUSED(tokenizer->token(id), ErrorCode::TargetNotInVocabulary, std::to_string(id));
    }

    void answersBeginWithOneSpace_data()
    {
        QTest::addColumn<QString>("folder");
        QTest::newRow("sentencepiece") << QString::fromStdString(shipped("mnemo-pythia").string());
        QTest::newRow("neox") << QStringLiteral(MNEMO_SHARED_DATA "/gpt-neox-20b-tokenizer");
    }
    void answersBeginWithOneSpace()
    {
        QFETCH(QString, folder);
        if (!QFile::exists(folder))
            QSKIP("the GPT-NeoX tokenizer is not on this machine");
        const auto tokenizer = loadTokenizer(folder.toStdString());
        for (const char* answer : {"Paris", " Paris"})
            QCOMPARE(texts(answerTokens(*tokenizer, answer)), (std::vector<std::string>{" Paris"}));
        VERIFY_REFUSED(answerTokens(*tokenizer, ""), ErrorCode::TargetNotInVocabulary, "\"\"");
    }

    void prefixesAreColumnsOfTheirOwn_data() { answersBeginWithOneSpace_data(); }
    void prefixesAreColumnsOfTheirOwn()
    {
        QFETCH(QString, folder);
        if (!QFile::exists(folder))
            QSKIP("the GPT-NeoX tokenizer is not on this machine");
        const auto tokenizer = loadTokenizer(folder.toStdString());
        const std::string text = "Paris is";
        const Prompt bare = makePrompt(*tokenizer, text, Prefix::None);
        QCOMPARE(bare.prefixTokens, 0);
        const Prompt eos = makePrompt(*tokenizer, text, Prefix::Eos);
        QCOMPARE(eos.prefixTokens, 1);
        QCOMPARE(eos.tokens[0].id, tokenizer->eosId());
        QCOMPARE(eos.tokens[0].end, 0);
        QCOMPARE(std::vector(eos.tokens.begin() + 1, eos.tokens.end()), bare.tokens);
        const Prompt spaced = makePrompt(*tokenizer, text, Prefix::EosSpace);
        QCOMPARE(spaced.text, text);
        QCOMPARE(spaced.prefixTokens, 1);
        QCOMPARE(spaced.tokens[1].text, std::string(" Paris"));
        QCOMPARE(spaced.tokens[1].begin, 0);
        QCOMPARE(spaced.tokens[1].end, 5);
        QCOMPARE(spaced.tokens[2].begin, 6);
    }

    /// METHODS.md §1.4: the papers' sentence, and a subject after the prefix.
    void theNeoxSentence()
    {
        const std::filesystem::path folder = MNEMO_SHARED_DATA "/gpt-neox-20b-tokenizer";
        if (!std::filesystem::exists(folder))
            QSKIP("the GPT-NeoX tokenizer is not on this machine");
        const auto tokenizer = loadTokenizer(folder);
        const std::string text = "The Space Needle is located in the city of";
        const Prompt bare = makePrompt(*tokenizer, text, Prefix::None);
        QCOMPARE(bare.ids(), (std::vector<int>{510, 11122, 20389, 282, 310, 4441, 275, 253, 2846, 273}));
        QCOMPARE(subjectSpan(bare, "Space Needle"), (TokenSpan{1, 4}));
        const Prompt spaced = makePrompt(*tokenizer, text, Prefix::EosSpace);
        QCOMPARE(spaced.ids(), (std::vector<int>{0, 380, 11122, 20389, 282, 310, 4441, 275, 253, 2846, 273}));
        QCOMPARE(subjectSpan(spaced, "Space Needle"), (TokenSpan{2, 5}));
        // The prefix's space joins nothing here and is a token of the prefix.
        QCOMPARE(makePrompt(*tokenizer, "\nx", Prefix::EosSpace).prefixTokens, 2);
    }

    void saysWhatIsMissing()
    {
        QTemporaryDir folder;
        VERIFY_REFUSED(loadTokenizer(folder.path().toStdString()), ErrorCode::NotFound, "tokenizer.json");
        io_test::writeFile(folder, "tokenizer.model", "no model");
        VERIFY_REFUSED(loadTokenizer(folder.path().toStdString()), ErrorCode::Damaged, "tokenizer.model");
        io_test::writeFile(folder, "tokenizer.json", "{}");
        VERIFY_REFUSED(loadTokenizer(folder.path().toStdString()), ErrorCode::Damaged, "no model");
    }
};

QTEST_APPLESS_MAIN(TestTokenizer)
#include "tst_tokenizer.moc"
