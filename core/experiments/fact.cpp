// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/fact.h"

#include "core/data/error.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace mnemo {
namespace {

constexpr std::string_view slot = "{}";

std::string inQuotes(std::string_view text)
{
    return "\"" + std::string(text) + "\"";
}

/// A prompt's text in three parts: where the subject goes is known by place, not by searching for it again.
struct Template {
    std::string before;  ///< may hold further slots
    std::string after;
};

std::size_t occurrences(std::string_view text, std::string_view word)
{
    std::size_t count = 0;
    for (std::size_t at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1))
        ++count;
    return count;
}

Template splitAtSubject(const std::string& prompt, const std::string& subject)
{
    if (subject.empty())
        throw Failure(ErrorCode::SubjectNotInPrompt, "The subject is empty.", "Name the subject of the prompt.");
    if (const std::size_t at = prompt.rfind(slot); at != std::string::npos)
        return {prompt.substr(0, at), prompt.substr(at + slot.size())};
    const std::size_t count = occurrences(prompt, subject);
    if (count == 0)
        throw Failure(
            ErrorCode::SubjectNotInPrompt,
            "Subject not found: " + inQuotes(subject) + " does not occur in the prompt " + inQuotes(prompt) + ".",
            "Select it in the prompt, correct its spelling, or mark its place with {}.");
    if (count > 1)
        throw Failure(ErrorCode::Usage,
                      "The subject " + inQuotes(subject) + " occurs " + std::to_string(count) + " times in the prompt.",
                      "Mark the place that is meant with {}.");
    const std::size_t at = prompt.find(subject);
    return {prompt.substr(0, at), prompt.substr(at + subject.size())};
}

FilledPrompt fill(const Template& parts, const std::string& subject, Prefix prefix, const Tokenizer& tokenizer)
{
    const std::string head = withSubject(parts.before, subject);
    FilledPrompt filled;
    filled.prompt = makePrompt(tokenizer, head + subject + parts.after, prefix);
    const int begin = codePoints(head);
    filled.subject = coveringTokens(filled.prompt, begin, begin + codePoints(subject));
    return filled;
}

void checkLengths(const FactParams& params, const FilledPrompt& clean, const FilledPrompt& corrupt)
{
    if (params.align == Align::Right)
        return;
    const auto refuse = [&](const std::string& what, int a, int b) {
        throw Failure(ErrorCode::LengthMismatch,
                      what + " differ in length (" + std::to_string(a) + " and " + std::to_string(b) +
                          " tokens): " + inQuotes(params.subject) + " and " + inQuotes(params.swap) +
                          "; positions cannot be matched exactly.",
                      "Choose another subject, or align at the right (--align right).");
    };
    if (clean.subject.size() != corrupt.subject.size())
        refuse("Subjects", clean.subject.size(), corrupt.subject.size());
    if (clean.prompt.size() != corrupt.prompt.size() || clean.subject != corrupt.subject)
        refuse("The prompts", clean.prompt.size(), corrupt.prompt.size());
}

/// Tokens before the subject pair from the left, subject and tail from the right (DESIGN.md §4). Never a pad token.
std::vector<std::optional<int>> pairPositions(const FilledPrompt& clean, const FilledPrompt& corrupt)
{
    const int shift = corrupt.prompt.size() - clean.prompt.size();
    std::vector<std::optional<int>> partner(std::size_t(clean.prompt.size()));
    for (int pos = 0; pos < clean.prompt.size(); ++pos) {
        const bool before = pos < clean.subject.first;
        const int other = before ? pos : pos + shift;
        if (before ? other < corrupt.subject.first : other >= corrupt.subject.first)
            partner[std::size_t(pos)] = other;
    }
    return partner;
}

int firstDifferentToken(const Prompt& a, const Prompt& b)
{
    const int shorter = std::min(a.size(), b.size());
    for (int pos = 0; pos < shorter; ++pos)
        if (a.tokens[std::size_t(pos)].id != b.tokens[std::size_t(pos)].id)
            return pos;
    return shorter;
}

Corruption corruptionOf(const FactParams& params, bool needed)
{
    std::vector<std::pair<Corruption, std::string>> given;
    if (!params.swap.empty())
        given.emplace_back(Corruption::Swap, "a swap (" + inQuotes(params.swap) + ")");
    if (params.noise > 0 || !params.noiseFile.empty())
        given.emplace_back(Corruption::Noise, "noise");
    if (params.unedited)
        given.emplace_back(Corruption::Unedited, "a corrupted run without edits");
    if (given.size() > 1)
        throw Failure(ErrorCode::Usage, "Both " + given[0].second + " and " + given[1].second + " are given.",
                      "Choose one of them.");
    if (!given.empty())
        return given.front().first;
    if (needed)
        throw Failure(ErrorCode::Usage, "There is no corrupted run: neither swap nor noise is given.",
                      "Give another subject (--swap), or noise (--noise 3); with an edit on, --unedited.");
    return Corruption::None;
}

void swapSubject(FactPair& pair, const FactParams& params, const Template& parts, const Tokenizer& tokenizer)
{
    const FilledPrompt clean{pair.clean, pair.cleanSubject};
    const FilledPrompt corrupt = fill(parts, params.swap, params.prefix, tokenizer);
    if (params.swap == params.subject || corrupt.prompt.ids() == clean.prompt.ids())
        throw Failure(ErrorCode::Usage, "The swap " + inQuotes(params.swap) + " is the subject itself.",
                      "Choose another subject to swap in.");
    checkLengths(params, clean, corrupt);
    pair.partner = pairPositions(clean, corrupt);
    pair.firstDifference = firstDifferentToken(clean.prompt, corrupt.prompt);
    pair.corrupt = corrupt.prompt;
    pair.corruptSubject = corrupt.subject;
}

}  // namespace

std::string withSubject(std::string text, std::string_view subject)
{
    for (std::size_t at = text.find(slot); at != std::string::npos; at = text.find(slot, at + subject.size()))
        text.replace(at, slot.size(), subject);
    return text;
}

FilledPrompt fillPrompt(const std::string& prompt, const std::string& subject, Prefix prefix,
                        const Tokenizer& tokenizer)
{
    return fill(splitAtSubject(prompt, subject), subject, prefix, tokenizer);
}

FactPair makeFactPair(const FactParams& params, const Tokenizer& tokenizer, bool needsCorruption)
{
    if (params.prompt.find_first_not_of(" \t\r\n") == std::string::npos)
        throw Failure(ErrorCode::EmptyPrompt, "The prompt is empty.", "Type some text.");
    FactPair pair;
    pair.corruption = corruptionOf(params, needsCorruption);
    const bool bare =
        pair.corruption == Corruption::None && params.subject.empty() && params.prompt.find(slot) == std::string::npos;
    if (bare) {
        pair.clean = makePrompt(tokenizer, params.prompt, params.prefix);
    } else {
        const Template parts = splitAtSubject(params.prompt, params.subject);
        FilledPrompt clean = fill(parts, params.subject, params.prefix, tokenizer);
        pair.clean = std::move(clean.prompt);
        pair.cleanSubject = clean.subject;
        if (pair.corruption == Corruption::Swap) {
            swapSubject(pair, params, parts, tokenizer);
            return pair;
        }
    }
    pair.corrupt = pair.clean;
    pair.corruptSubject = pair.cleanSubject;
    for (int pos = 0; pos < pair.clean.size(); ++pos)
        pair.partner.emplace_back(pos);
    pair.firstDifference = pair.corruption == Corruption::Noise      ? pair.cleanSubject.first
                           : pair.corruption == Corruption::Unedited ? 0
                                                                     : pair.clean.size();
    return pair;
}

}  // namespace mnemo
