// SPDX-License-Identifier: GPL-3.0-or-later
// For tests/long/fuzz_tokenizer.py. `tokenize_lines FOLDER` reads one JSON string per line and answers each with
// {"ids":[…],"offsets":[[begin,end],…]}. `tokenize_lines --assigned` prints the ranges of assigned code points
// (surrogates left out) of this ICU's Unicode, and its version.
#include "core/data/error.h"
#include "core/data/json.h"
#include "core/io/tokenizer.h"

#include <unicode/uchar.h>

#include <iostream>

namespace {

void printAssigned()
{
    mnemo::Json ranges = mnemo::Json::array();
    for (UChar32 c = 0; c <= 0x10FFFF; ++c) {
        if (!u_isdefined(c) || (c >= 0xD800 && c <= 0xDFFF))
            continue;
        if (!ranges.empty() && ranges.back()[1] == c)
            ranges.back()[1] = c + 1;
        else
            ranges.push_back({c, c + 1});
    }
    std::cout << mnemo::Json{{"unicode", U_UNICODE_VERSION}, {"ranges", ranges}} << "\n";
}

}  // namespace

int main(int argc, char** argv)
try {
    if (argc != 2)
        return 2;
    if (std::string(argv[1]) == "--assigned") {
        printAssigned();
        return 0;
    }
    const auto tokenizer = mnemo::loadTokenizer(argv[1]);
    for (std::string line; std::getline(std::cin, line);) {
        mnemo::Json ids = mnemo::Json::array();
        mnemo::Json offsets = mnemo::Json::array();
        for (const mnemo::Token& token : tokenizer->encode(mnemo::Json::parse(line).get<std::string>())) {
            ids.push_back(token.id);
            offsets.push_back({token.begin, token.end});
        }
        std::cout << mnemo::Json{{"ids", ids}, {"offsets", offsets}} << "\n";
    }
    return 0;
} catch (const mnemo::Failure& failure) {
    std::cerr << failure.what() << "\n";
    return 1;
}
