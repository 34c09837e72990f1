// SPDX-License-Identifier: GPL-3.0-or-later
// Two traces beside each other, of one model or of two: which tokens and sites of one are which of the other's.
#pragma once
#include "core/data/metric.h"
#include "core/data/result.h"

#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

/// What a pair of tokens is where prompts are too different to pair them one by one.
enum class PairRole { Token, SubjectFirst, SubjectLast, AfterSubject, PromptLast };
std::string_view roleName(PairRole role);  ///< "subject_last"; files have them

/// A token position of each trace, which are compared.
struct TokenPair {
    int a = 0;
    int b = 0;
    PairRole role = PairRole::Token;

    bool operator==(const TokenPair&) const = default;
};

/// How the tokens of two traces were found to be the same.
enum class PairedBy {
    Tokens,  ///< the same tokens
    Spans,   ///< the same prompt in other tokens: those that stand for the same part of the text
    Places,  ///< prompts of equal length with the subject at the same place
    Roles,   ///< first and last subject token, first token after the subject, prompt's last
};
std::string_view pairedByName(PairedBy by);  ///< "tokens", "text", "places", "roles"

struct TokenMatch {
    PairedBy by = PairedBy::Tokens;
    std::vector<TokenPair> pairs;  ///< ascending
    std::vector<int> toB;          ///< per token of a, the token of b where a linked cursor stands; −1: nowhere
    std::vector<int> toA;
};

/// Cursors also go where nothing is compared: to the token that shares most of the text, of two the later one.
/// @param a, b results of kind "trace", heads as traceProblem() lets them pass
TokenMatch matchTokens(const Result& a, const Result& b);

/// A site of each trace; one name is empty where a site has no counterpart.
struct SitePair {
    std::string a;
    std::string b;

    bool operator==(const SitePair&) const = default;
};

/// Sites of the same name belong together, and Mamba's s with attention: both bring earlier tokens in. o is what the
/// whole block writes, in both. Pairs come first, in the order of a; then sites of a alone, then of b alone.
std::vector<SitePair> matchSites(const Result& a, const Result& b);

/// The sites among `theirs` that belong to these, each once; those without a counterpart are left out.
std::vector<std::string> counterpartSites(const std::vector<std::string>& sites,
                                          const std::vector<std::string>& theirs);

/// A map at the tokens of the pairs and at the depths of `layers`, each the map's layer that is nearest.
/// @param map axes: layer, token
/// @param side which token of a pair is the map's
Array atPairs(const Array& map, const Axis& layers, const std::vector<TokenPair>& pairs, int TokenPair::*side);

/// a − b over the layers of the deeper map, each beside the other's layer that is nearest in depth; a token per pair.
/// NotComputed where one of them is, Undefined where the difference has no value.
/// @param a, b axes: layer, token
Array subtractMaps(const Array& a, const Array& b, const std::vector<TokenPair>& pairs);

/// What of two traces can be compared.
struct ComparedTraces {
    const Result& a;  ///< both outlive this
    const Result& b;
    TokenMatch match;
    std::vector<SitePair> sites;  ///< with a counterpart

    Array difference(const SitePair& site, Metric metric) const;  ///< @throws Failure as traceMetric()
};
ComparedTraces comparedTraces(const Result& a, const Result& b);

}  // namespace mnemo
