// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/error.h"
#include "core/data/prompt.h"
#include "tests/support/refusal.h"

#include <QTest>

using namespace mnemo;

namespace {

/// Tokens cut at the given code points of an ASCII text, leading spaces trimmed off as the tokenizers do.
Prompt cut(const std::string& text, const std::vector<int>& ends)
{
    Prompt prompt{text, {}, 0};
    int begin = 0;
    for (const int end : ends) {
        const int trimmed = text[std::size_t(begin)] == ' ' ? begin + 1 : begin;
        prompt.tokens.push_back(
            {int(prompt.tokens.size()), text.substr(std::size_t(begin), std::size_t(end - begin)), {}, trimmed, end});
        begin = end;
    }
    return prompt;
}

}  // namespace

class TestPrompt : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void subjectCoversItsTokens()
    {
        // The| Space| Need|le| is| here
        const Prompt prompt = cut("The Space Needle is here", {3, 9, 14, 16, 19, 24});
        QCOMPARE(subjectSpan(prompt, "Space Needle"), (TokenSpan{1, 4}));
        QCOMPARE(subjectSpan(prompt, "The"), (TokenSpan{0, 1}));
        QCOMPARE(subjectSpan(prompt, "eed"), (TokenSpan{2, 3}));
    }

    /// METHODS.md §1.4: a token that only touches the subject (an opening quote) does not belong to it.
    void touchingTokensAreLeftOut()
    {
        const Prompt prompt = cut("\"Rome\" it is", {1, 5, 6, 9, 12});
        QCOMPARE(subjectSpan(prompt, "Rome"), (TokenSpan{1, 2}));
    }

    void theLastOccurrenceCounts()
    {
        const Prompt prompt = cut("Rome, Rome is", {4, 5, 10, 13});
        QCOMPARE(subjectSpan(prompt, "Rome"), (TokenSpan{2, 3}));
    }

    void prefixTokensAreNeverTheSubject()
    {
        Prompt prompt = cut("Rome is", {4, 7});
        prompt.tokens.insert(prompt.tokens.begin(), Token{0, "<eos>", {}, 0, 0});
        prompt.prefixTokens = 1;
        QCOMPARE(subjectSpan(prompt, "Rome"), (TokenSpan{1, 2}));
    }

    void offsetsAreCodePoints() { QCOMPARE(codePoints("Pelé 東京"), 7); }

    void aMissingSubjectIsNamed()
    {
        const Prompt prompt = cut("The Space Needle is here", {3, 9, 14, 16, 19, 24});
        for (const char* subject : {"Space Needles", ""}) {
            VERIFY_REFUSED(subjectSpan(prompt, subject), ErrorCode::SubjectNotInPrompt, subject);
        }
    }

    void prefixNamesAreReadBack()
    {
        for (const Prefix prefix : {Prefix::None, Prefix::Eos, Prefix::EosSpace})
            QCOMPARE(prefixFromName(prefixName(prefix)), prefix);
        QVERIFY_EXCEPTION_THROWN(prefixFromName("bos"), Failure);
    }
};

QTEST_APPLESS_MAIN(TestPrompt)
#include "tst_prompt.moc"
