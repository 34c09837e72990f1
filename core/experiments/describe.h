// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/prompt.h"
#include "core/experiments/experiment.h"

#include <concepts>
#include <filesystem>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace mnemo {

/// The choices of every parameter that is a Prefix.
std::vector<std::pair<std::string, Prefix>> prefixWords();

/// What a parameter's type does not say.
struct ParamTraits {
    bool required = false;
    double minimum = -1e18;
    double maximum = 1e18;
    std::string ifUnset = {};               ///< of a text or a list it is added to the help, too
    std::vector<std::string> choices = {};  ///< of a list: the only texts that may stand in it
};

/// Runs `body` and fills in what every result carries: kind, parameters, model and provenance (also in its snapshots).
Result runStamped(const std::string& kind, const Json& params, const ExperimentContext& context, Reporter& reporter,
                  const std::function<Result(Reporter&)>& body);

/// Builds an Experiment from a plain struct: defaults stand once, in the struct; the schema is derived from its
/// members. Params may inherit parameters that several experiments share.
template <class Params>
class Description
{
public:
    using Body = std::function<Result(const Params&, const ExperimentContext&, Reporter&)>;

    Description(std::string key, std::string title, std::string help)
        : m_schema{std::move(key), std::move(title), std::move(help), {}}
    {
    }

    template <class Value, class Owner>
    requires std::derived_from<Params, Owner> Description& param(std::string key, Value Owner::*member,
                                                                 std::string label, std::string help,
                                                                 ParamTraits traits = {})
    {
        ParamSpec spec = specOf(key, typeOf<Value>(), std::move(label), std::move(help));
        spec.defaultValue = traits.required ? Json() : toJson(Params{}.*member);
        spec.required = traits.required;
        spec.minimum = traits.minimum;
        spec.maximum = traits.maximum;
        spec.choices = std::move(traits.choices);
        spec.ifUnset = std::move(traits.ifUnset);
        if (const bool isNumber = spec.type == ParamType::Int || spec.type == ParamType::Real;
            !isNumber && !spec.ifUnset.empty())
            spec.help.replace(spec.help.size() - 1, 1, "; none: " + spec.ifUnset + ".");
        m_schema.params.push_back(std::move(spec));
        m_setters.push_back([key, member](Params& params, const Json& given) {
            if constexpr (std::is_same_v<Value, std::filesystem::path>)
                params.*member = given.at(key).template get<std::string>();
            else
                params.*member = given.at(key).template get<Value>();
        });
        return *this;
    }

    /// A parameter that is one of a few words.
    template <class Value, class Owner>
    requires std::derived_from<Params, Owner> Description& choice(std::string key, Value Owner::*member,
                                                                  std::vector<std::pair<std::string, Value>> words,
                                                                  std::string label, std::string help)
    {
        ParamSpec spec = specOf(key, ParamType::Choice, std::move(label), std::move(help));
        for (const auto& [word, value] : words) {
            spec.choices.push_back(word);
            if (value == Params{}.*member)
                spec.defaultValue = word;
        }
        m_schema.params.push_back(std::move(spec));
        m_setters.push_back([key, member, words](Params& params, const Json& given) {
            const std::string chosen = given.at(key).template get<std::string>();
            for (const auto& [word, value] : words)
                if (word == chosen)
                    params.*member = value;
        });
        return *this;
    }

    const ExperimentSchema& schema() const { return m_schema; }

    /// @param given complete
    Params read(const Json& given) const
    {
        Params params;
        for (const auto& set : m_setters)
            set(params, given);
        return params;
    }

    Experiment run(Body body) const
    {
        return {m_schema, [description = *this, body = std::move(body)](
                              const Json& given, const ExperimentContext& context, Reporter& reporter) {
                    const Params params = description.read(given);
                    return runStamped(description.m_schema.key, given, context, reporter,
                                      [&](Reporter& stamped) { return body(params, context, stamped); });
                }};
    }

private:
    static ParamSpec specOf(std::string key, ParamType type, std::string label, std::string help)
    {
        ParamSpec spec;
        spec.key = std::move(key);
        spec.type = type;
        spec.label = std::move(label);
        spec.help = std::move(help);
        return spec;
    }

    template <class Value>
    static constexpr ParamType typeOf()
    {
        if constexpr (std::is_same_v<Value, std::string>)
            return ParamType::Text;
        else if constexpr (std::is_same_v<Value, bool>)
            return ParamType::Bool;
        else if constexpr (std::integral<Value>)
            return ParamType::Int;
        else if constexpr (std::floating_point<Value>)
            return ParamType::Real;
        else if constexpr (std::is_same_v<Value, std::filesystem::path>)
            return ParamType::File;
        else {
            static_assert(std::is_same_v<Value, std::vector<std::string>>, "no parameter type for this member");
            return ParamType::TextList;
        }
    }

    template <class Value>
    static Json toJson(const Value& value)
    {
        if constexpr (std::is_same_v<Value, std::filesystem::path>)
            return value.string();
        else
            return value;
    }

    ExperimentSchema m_schema;
    std::vector<std::function<void(Params&, const Json&)>> m_setters;
};

/// describe<TraceParams>("trace", "Causal trace", "…").param(…).run(…)
template <class Params>
Description<Params> describe(std::string key, std::string title, std::string help)
{
    return {std::move(key), std::move(title), std::move(help)};
}

}  // namespace mnemo
