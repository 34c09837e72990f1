// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/random.h"
#include "models/training/gates/ioi_gates.h"

#include <algorithm>
#include <cctype>

namespace mnemo {
namespace {

constexpr int mostTries = 20;

bool isWordByte(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || std::isalpha(byte) != 0;
}

bool differs(const std::string& name, const std::vector<std::string>& others)
{
    return std::ranges::find(others, name) == others.end();
}

std::vector<std::string> threeOthers(const IoiPrompt& prompt, const std::vector<std::string>& names, Random& random)
{
    std::vector<std::string> taken{prompt.io, prompt.s};
    while (taken.size() < 5)
        if (const std::string name = random.pick(names); differs(name, taken))
            taken.push_back(name);
    return {taken.begin() + 2, taken.end()};
}

}  // namespace

std::string withNames(const IoiPrompt& prompt, const std::vector<std::string>& three)
{
    const std::string& text = prompt.text;
    std::string changed;
    bool seen = false;  // the first s
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at;
        while (end < text.size() && isWordByte(text[end]))
            ++end;
        end = std::max(end, at + 1);
        const std::string word = text.substr(at, end - at);
        at = end;
        if (word == prompt.io)
            changed += three[0];
        else if (word == prompt.s)
            changed += three[std::exchange(seen, true) ? 2 : 1];
        else
            changed += word;
    }
    return changed;
}

std::vector<IoiCase> makeIoiCases(const Tokenizer& tokenizer, const std::vector<IoiPrompt>& prompts,
                                  const std::vector<std::string>& names, std::uint64_t seed)
{
    std::vector<IoiCase> cases;
    if (names.size() < 5)
        return cases;
    Random random(seed);
    for (const IoiPrompt& prompt : prompts) {
        IoiCase made{makePrompt(tokenizer, prompt.text, Prefix::None).ids(),
                     {},
                     firstToken(tokenizer, prompt.io),
                     firstToken(tokenizer, prompt.s)};
        for (int i = 0; i < mostTries && made.corrupt.size() != made.clean.size(); ++i)
            made.corrupt =
                makePrompt(tokenizer, withNames(prompt, threeOthers(prompt, names, random)), Prefix::None).ids();
        if (made.corrupt.size() == made.clean.size())
            cases.push_back(std::move(made));
    }
    return cases;
}

}  // namespace mnemo
