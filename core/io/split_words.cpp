// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/normalized_text.h"

#include <unicode/uchar.h>

#include <array>

namespace mnemo {
namespace {

enum class Class { Letter, Number, Space, Other };

Class classOf(char32_t point)
{
    const auto c = UChar32(point);
    const std::uint32_t category = U_GET_GC_MASK(c);
    if (category & U_GC_L_MASK)
        return Class::Letter;
    if (category & U_GC_N_MASK)
        return Class::Number;
    return u_isUWhiteSpace(c) ? Class::Space : Class::Other;
}

/// Length of 's 't 're 've 'm 'll 'd at the start of the text, 0 without one. Lower case only, as in the source.
std::size_t contraction(std::u32string_view text)
{
    constexpr std::array<std::u32string_view, 7> endings{U"'s", U"'t", U"'re", U"'ve", U"'m", U"'ll", U"'d"};
    for (const std::u32string_view ending : endings)
        if (text.starts_with(ending))
            return ending.size();
    return 0;
}

/// End of the run of characters of one class that starts at `at`.
std::size_t runEnd(std::u32string_view text, std::size_t at, Class kind)
{
    while (at < text.size() && classOf(text[at]) == kind)
        ++at;
    return at;
}

/// End of the word that starts at `at`: the first alternative of the pattern that matches.
std::size_t wordEnd(std::u32string_view text, std::size_t at)
{
    if (const std::size_t length = contraction(text.substr(at)))
        return at + length;
    // ` ?` takes one plain space along when something other than white space follows.
    const std::size_t start = text[at] == U' ' && at + 1 < text.size() ? at + 1 : at;
    if (const Class kind = classOf(text[start]); kind != Class::Space)
        return runEnd(text, start, kind);
    const std::size_t end = runEnd(text, at, Class::Space);
    // \s+(?!\S): before a word the last white space is left to it, unless it is the only one.
    return end < text.size() && end - at > 1 ? end - 1 : end;
}

}  // namespace

std::vector<Range> splitWords(std::u32string_view text)
{
    std::vector<Range> words;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = wordEnd(text, at);
        words.push_back({int(at), int(end)});
        at = end;
    }
    return words;
}

}  // namespace mnemo
