// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/normalized_text.h"

#include "core/data/error.h"

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <algorithm>

namespace mnemo {
namespace {

const icu::Normalizer2& nfc()
{
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* instance = icu::Normalizer2::getNFCInstance(error);
    if (U_FAILURE(error))
        throw Failure(ErrorCode::Internal, std::string("ICU has no normaliser: ") + u_errorName(error) + ".",
                      "Install ICU's data again.");
    return *instance;
}

icu::UnicodeString toIcu(std::u32string_view text)
{
    return icu::UnicodeString::fromUTF32(reinterpret_cast<const UChar32*>(text.data()), int(text.size()));
}

std::u32string fromIcu(const icu::UnicodeString& text)
{
    std::u32string points;
    for (int i = 0; i < text.length(); i = text.moveIndex32(i, 1))
        points += char32_t(text.char32At(i));
    return points;
}

/// Appends one run of characters that compose among themselves only; `first` is its place in the original text.
void appendRun(NormalizedText& out, std::u32string_view run, int first, const icu::Normalizer2& normalizer)
{
    UErrorCode error = U_ZERO_ERROR;
    const std::u32string composed = run.size() == 1 && normalizer.isInert(UChar32(run[0]))
                                        ? std::u32string(run)
                                        : fromIcu(normalizer.normalize(toIcu(run), error));
    const int before = int(run.size());
    const int gone = std::max(before - int(composed.size()), 0);
    for (int i = 0; i < int(composed.size()); ++i) {
        // What disappeared was composed into the first character: the marks that remain are the last ones.
        const int from = i == 0 ? 0 : std::min(i + gone, before - 1);
        out.points += composed[std::size_t(i)];
        out.origins.push_back({first + from, first + from + 1});
    }
}

}  // namespace

NormalizedText NormalizedText::part(Range range) const
{
    const auto begin = std::size_t(range.begin);
    const auto length = std::size_t(range.end - range.begin);
    return {points.substr(begin, length), {origins.begin() + range.begin, origins.begin() + range.end}};
}

NormalizedText unchangedText(std::u32string_view text, int first)
{
    NormalizedText out{std::u32string(text), {}};
    for (int i = 0; i < int(text.size()); ++i)
        out.origins.push_back({first + i, first + i + 1});
    return out;
}

NormalizedText composedText(std::u32string_view text, int first)
{
    const icu::Normalizer2& normalizer = nfc();
    NormalizedText out;
    for (std::size_t begin = 0; begin < text.size();) {
        std::size_t end = begin + 1;
        while (end < text.size() && !normalizer.hasBoundaryBefore(UChar32(text[end])))
            ++end;
        appendRun(out, text.substr(begin, end - begin), first + int(begin), normalizer);
        begin = end;
    }
    return out;
}

}  // namespace mnemo
