// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/error.h"
#include "core/data/json.h"
#include "core/io/byte_level_bpe.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace mnemo;

namespace {

const QString neox = QStringLiteral(MNEMO_SHARED_DATA "/gpt-neox-20b-tokenizer");

/// A tokenizer.json with the 256 bytes, the merges a+b, ab+c, and two added tokens.
Json tinyTokenizer()
{
    Json vocabulary = Json::object();
    char32_t spare = 256;
    for (char32_t byte = 0; byte < 256; ++byte) {
        const bool printable =
            (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || (byte >= 0xAE && byte <= 0xFF);
        const char32_t shown = printable ? byte : spare++;
        vocabulary[QString::fromUcs4(&shown, 1).toStdString()] = int(byte);
    }
    vocabulary["ab"] = 256;
    vocabulary["abc"] = 257;
    return {{"added_tokens",
             {{{"id", 258}, {"content", "<|endoftext|>"}, {"special", true}, {"normalized", false}},
              {{"id", 259}, {"content", "  "}, {"special", false}, {"normalized", true}}}},
            {"normalizer", {{"type", "NFC"}}},
            {"pre_tokenizer", {{"type", "ByteLevel"}, {"add_prefix_space", false}}},
            {"post_processor", nullptr},
            {"model", {{"type", "BPE"}, {"vocab", vocabulary}, {"merges", {"a b", "ab c"}}}}};
}

std::vector<int> idsOf(const std::vector<Token>& tokens)
{
    std::vector<int> ids;
    for (const Token& token : tokens)
        ids.push_back(token.id);
    return ids;
}

}  // namespace

class TestByteLevelBpe : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    /// 577 texts with the ids and offsets of Hugging Face's `tokenizers` 0.23.3.
    void encodesAsThePythonLibraryDoes()
    {
        QFile file(neox + "/golden.jsonl");
        if (!file.open(QIODevice::ReadOnly))
            QSKIP("the GPT-NeoX tokenizer and its golden encodings are not on this machine");
        const ByteLevelBpe tokenizer((neox + "/tokenizer.json").toStdString());
        QCOMPARE(tokenizer.size(), 50277);
        QCOMPARE(tokenizer.eosId(), 0);
        int lines = 0;
        while (!file.atEnd()) {
            const Json golden = Json::parse(file.readLine().toStdString());
            const std::string text = golden["text"];
            Json ids = Json::array();
            Json offsets = Json::array();
            for (const Token& token : tokenizer.encode(text)) {
                ids.push_back(token.id);
                offsets.push_back({token.begin, token.end});
            }
            QVERIFY2(ids == golden["ids"], (golden.dump() + " became " + ids.dump()).c_str());
            QVERIFY2(offsets == golden["offsets"], (golden.dump() + " became " + offsets.dump()).c_str());
            ++lines;
        }
        QCOMPARE(lines, 577);
    }

    void tokensJoinToTheNormalisedText()
    {
        if (!QFile::exists(neox + "/tokenizer.json"))
            QSKIP("the GPT-NeoX tokenizer is not on this machine");
        const ByteLevelBpe tokenizer((neox + "/tokenizer.json").toStdString());
        for (const std::string text : {"The Space Needle is  located\n in", "<|endoftext|> x", "\U0001F600 \u4e2d"}) {
            std::string joined;
            for (const Token& token : tokenizer.encode(text))
                joined += token.bytes;
            QCOMPARE(joined, text);
        }
    }

    void mergesByRankAndCutsAddedTokensFirst()
    {
        const auto tokenizer = fromJson(tinyTokenizer());
        QCOMPARE(idsOf(tokenizer->encode("abc")), (std::vector<int>{257}));
        QCOMPARE(idsOf(tokenizer->encode("ab bc")), (std::vector<int>{256, 32, 'b', 'c'}));
        QCOMPARE(idsOf(tokenizer->encode("a<|endoftext|>b")), (std::vector<int>{'a', 258, 'b'}));
        QCOMPARE(idsOf(tokenizer->encode("a   b")), (std::vector<int>{'a', 259, 32, 'b'}));
        QCOMPARE(tokenizer->eosId(), 258);
        QVERIFY(tokenizer->encode("").empty());
    }

    void brokenUtf8IsReplacedAndNeverEndsTheProgram()
    {
        const auto tokenizer = fromJson(tinyTokenizer());
        const std::vector<Token> tokens = tokenizer->encode("a\xFF\xE4\xB8");
        QCOMPARE(tokens.size(), std::size_t(7));  // a, and U+FFFD of three bytes twice
        QCOMPARE(tokens.back().end, 3);
        QCOMPARE(tokens[1].text, std::string("\uFFFD"));
    }

    void idsOutsideTheVocabularyAreRefused()
    {
        const auto tokenizer = fromJson(tinyTokenizer());
        QCOMPARE(tokenizer->token(259).text, std::string("  "));
        QVERIFY_EXCEPTION_THROWN(tokenizer->token(260), Failure);
        QVERIFY_EXCEPTION_THROWN(tokenizer->token(-1), Failure);
    }

    void aLongWordIsQuick()
    {
        const auto tokenizer = fromJson(tinyTokenizer());
        std::string word;
        for (int i = 0; i < 200000; ++i)
            word += "abc";
        QCOMPARE(tokenizer->encode(word).size(), std::size_t(200000));
    }

    void refusesWhatItDoesNotImplement_data()
    {
        QTest::addColumn<QString>("patch");
        QTest::addColumn<QString>("word");
        QTest::addColumn<int>("code");
        const auto unsupported = [](const char* name, const char* patch, const char* word) {
            QTest::newRow(name) << patch << word << int(ErrorCode::UnsupportedModel);
        };
        const auto damaged = [](const char* name, const char* patch, const char* word) {
            QTest::newRow(name) << patch << word << int(ErrorCode::Damaged);
        };
        unsupported("NFKC", R"({"normalizer":{"type":"NFKC"}})", "NFKC");
        unsupported("Metaspace", R"({"pre_tokenizer":{"type":"Metaspace"}})", "Metaspace");
        unsupported("no pre-tokenizer", R"({"pre_tokenizer":null})", "null");
        unsupported("prefix space", R"({"pre_tokenizer":{"add_prefix_space":true}})", "add_prefix_space");
        unsupported("no regex", R"({"pre_tokenizer":{"use_regex":false}})", "use_regex");
        unsupported("WordPiece", R"({"model":{"type":"WordPiece"}})", "WordPiece");
        unsupported("byte fallback", R"({"model":{"byte_fallback":true}})", "byte_fallback");
        unsupported("suffix", R"({"model":{"end_of_word_suffix":"</w>"}})", "end_of_word_suffix");
        unsupported("dropout", R"({"model":{"dropout":0.1}})", "dropout");
        unsupported("adds a token",
                    R"({"post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}}]}})",
                    "<s>");
        unsupported("strips", R"({"added_tokens":[{"id":258,"content":"<m>","lstrip":true}]})", "lstrip");
        damaged("no vocabulary", R"({"model":{"vocab":null}})", "vocabulary");
        damaged("merge of one", R"({"model":{"merges":["ab"]}})", "merge");
        damaged("merge of unknown", R"({"model":{"merges":["q q"]}})", "qq");
        damaged("negative id", R"({"model":{"vocab":{"ab":-1}}})", "-1");
        damaged("huge id", R"({"model":{"vocab":{"ab":99999999999}}})", "99999999999");
        damaged("byte missing", R"({"model":{"vocab":{"a":null}}})", "a");
    }
    void refusesWhatItDoesNotImplement()
    {
        QFETCH(QString, patch);
        QFETCH(QString, word);
        QFETCH(int, code);
        Json json = tinyTokenizer();
        json.merge_patch(Json::parse(patch.toStdString()));
        try {
            fromJson(json);
            QFAIL("it was taken");
        } catch (const Failure& failure) {
            QCOMPARE(int(failure.error().code), code);
            QVERIFY2(QString::fromStdString(failure.error().message).contains(word), failure.what());
            QVERIFY(!failure.error().hint.empty());
        }
    }

    /// As transformers saves it today.
    void takesATemplateThatAddsNothingAndMergesAsLists()
    {
        Json json = tinyTokenizer();
        json["post_processor"] = {{"type", "TemplateProcessing"},
                                  {"single", {{{"Sequence", {{"id", "A"}, {"type_id", 0}}}}}}};
        json["model"]["merges"] = Json::parse(R"([["a","b"],["ab","c"]])");
        QCOMPARE(idsOf(fromJson(json)->encode("abc")), (std::vector<int>{257}));
    }

private:
    std::unique_ptr<Tokenizer> fromJson(const Json& json)
    {
        QFile file(m_folder.filePath("tokenizer.json"));
        if (!file.open(QIODevice::WriteOnly))
            return nullptr;
        file.write(QByteArray::fromStdString(json.dump()));
        file.close();
        return std::make_unique<ByteLevelBpe>(file.fileName().toStdString());
    }

    QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(TestByteLevelBpe)
#include "tst_byte_level_bpe.moc"
