// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/trace_head.h"

#include <algorithm>
#include <utility>

namespace mnemo {
namespace {

bool isText(const Json& json)
{
    return json.is_string();
}

bool isWhole(const Json& json)
{
    return json.is_number_integer();
}

bool isNumber(const Json& json)
{
    return json.is_number() || json.is_null();  // null: no value
}

bool isFlag(const Json& json)
{
    return json.is_boolean();
}

bool isSpan(const Json& json)
{
    return json.is_array() && json.size() == 2 && std::ranges::all_of(json, isWhole);
}

/// An object whose id, text, p, … are what they are called; others are nobody's business.
bool isToken(const Json& json)
{
    if (!json.is_object())
        return false;
    const auto each = [&](std::initializer_list<const char*> keys, bool (*holds)(const Json&)) {
        return std::ranges::all_of(keys, [&](const char* key) { return !json.contains(key) || holds(json[key]); });
    };
    return each({"text"}, isText) && each({"id", "begin", "end"}, isWhole) &&
           each({"p", "logp", "logit", "rank"}, isNumber);
}

template <bool (*isOne)(const Json&)>
bool isListOf(const Json& json)
{
    return json.is_array() && std::ranges::all_of(json, isOne);
}

template <bool (*isOne)(const Json&)>
bool isObjectOf(const Json& json)
{
    return json.is_object() && std::all_of(json.begin(), json.end(), isOne);
}

constexpr std::pair<const char*, bool (*)(const Json&)> rules[] = {
    {"tokens", isListOf<isToken>},
    {"corrupt_tokens", isListOf<isToken>},
    {"prefix_tokens", isWhole},
    {"subject", isSpan},
    {"corrupt_subject", isSpan},
    {"partner", isListOf<isNumber>},
    {"first_difference", isWhole},
    {"target", isToken},
    {"foil", isToken},
    {"clean", isToken},
    {"corrupt", isToken},
    {"patched", isToken},
    {"p_clean", isNumber},
    {"p_corrupt", isNumber},
    {"effect_defined", isFlag},
    {"sigma", isNumber},
    {"samples", isNumber},
    {"spread", isNumber},
    {"top_clean", isListOf<isToken>},
    {"top_corrupt", isListOf<isToken>},
    {"top_patched", isListOf<isToken>},
    {"sites", isListOf<isText>},
    {"windows", isObjectOf<isWhole>},
    {"window_share", isObjectOf<isNumber>},
};

}  // namespace

std::optional<std::string> traceProblem(const Result& trace)
{
    for (const auto& [key, holds] : rules)
        if (trace.head.contains(key) && !holds(trace.head[key]))
            return std::string("its ") + key + " are not what a trace has there";
    if (const auto tokens = trace.head.find("tokens"); tokens != trace.head.end())
        for (const ArrayPtr& array : trace.arrays)
            if (array->axes.size() == 2 && array->axes[1].size() != int(tokens->size()))
                return "the array " + array->name + " is not of its tokens";
    return std::nullopt;
}

}  // namespace mnemo
