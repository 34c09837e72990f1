// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/schema.h"

#include "core/data/error.h"

#include <algorithm>
#include <array>

namespace mnemo {
namespace {

constexpr std::array<std::string_view, 7> typeNames{"text", "int", "real", "bool", "choice", "text-list", "file"};

[[noreturn]] void refuse(const ParamSpec& spec, const Json& value, const std::string& wanted)
{
    throw Failure(ErrorCode::Usage, "The parameter \"" + spec.key + "\" is " + value.dump() + ", not " + wanted + ".",
                  "Correct it: " + spec.help);
}

void checkRange(const ParamSpec& spec, const Json& value)
{
    const double number = value.get<double>();
    if (number < spec.minimum)
        refuse(spec, value, "at least " + Json(spec.minimum).dump());
    if (number > spec.maximum)
        refuse(spec, value, "at most " + Json(spec.maximum).dump());
}

void checkChoice(const ParamSpec& spec, const Json& value)
{
    if (value.is_string() && std::ranges::find(spec.choices, value.get<std::string>()) != spec.choices.end())
        return;
    std::string wanted = "one of";
    for (const std::string& choice : spec.choices)
        wanted += " " + choice;
    refuse(spec, value, wanted);
}

void checkValue(const ParamSpec& spec, const Json& value)
{
    switch (spec.type) {
        case ParamType::Text:
        case ParamType::File:
            if (!value.is_string())
                refuse(spec, value, "a text");
            break;
        case ParamType::Int:
            if (!value.is_number_integer())
                refuse(spec, value, "a whole number");
            checkRange(spec, value);
            break;
        case ParamType::Real:
            if (!value.is_number())
                refuse(spec, value, "a number");
            checkRange(spec, value);
            break;
        case ParamType::Bool:
            if (!value.is_boolean())
                refuse(spec, value, "true or false");
            break;
        case ParamType::Choice:
            checkChoice(spec, value);
            break;
        case ParamType::TextList:
            if (!value.is_array() || !std::ranges::all_of(value, [](const Json& item) { return item.is_string(); }))
                refuse(spec, value, "a list of texts");
            break;
    }
}

}  // namespace

Json ExperimentSchema::complete(const Json& given) const
{
    if (!given.is_object() && !given.is_null())
        throw Failure(ErrorCode::Usage, "The parameters of " + key + " are no object.",
                      "Send them as {\"key\": value}.");
    Json full = Json::object();
    for (const ParamSpec& spec : params) {
        const bool present = given.is_object() && given.contains(spec.key) && !given[spec.key].is_null();
        if (!present && spec.required)
            throw Failure(ErrorCode::Usage, "The parameter \"" + spec.key + "\" of " + key + " is missing.",
                          "Give it: " + spec.help);
        if (present)
            checkValue(spec, given[spec.key]);
        full[spec.key] = present ? given[spec.key] : spec.defaultValue;
    }
    if (given.is_object())
        for (const auto& [name, value] : given.items())
            if (!full.contains(name))
                throw Failure(ErrorCode::Usage, "The parameter \"" + name + "\" is not one of " + key + "'s.",
                              "Check its spelling.");
    return full;
}

Json toJson(const ExperimentSchema& schema)
{
    Json params = Json::array();
    for (const ParamSpec& spec : schema.params)
        params.push_back({{"key", spec.key},
                          {"type", typeNames[std::size_t(spec.type)]},
                          {"label", spec.label},
                          {"help", spec.help},
                          {"default", spec.defaultValue},
                          {"required", spec.required},
                          {"choices", spec.choices},
                          {"minimum", spec.minimum},
                          {"maximum", spec.maximum}});
    return {{"key", schema.key}, {"title", schema.title}, {"help", schema.help}, {"params", params}};
}

ExperimentSchema schemaFromJson(const Json& json)
{
    try {
        ExperimentSchema schema{json.at("key"), json.at("title"), json.at("help"), {}};
        for (const Json& param : json.at("params")) {
            const auto type = std::ranges::find(typeNames, param.at("type").get<std::string>());
            if (type == typeNames.end())
                throw Failure(ErrorCode::BadMessage, "The parameter type " + param.at("type").dump() + " is not known.",
                              "Update both programs to one version.");
            schema.params.push_back({param.at("key"), ParamType(type - typeNames.begin()), param.at("label"),
                                     param.at("help"), param.at("default"), param.at("required"),
                                     param.at("choices").get<std::vector<std::string>>(), param.at("minimum"),
                                     param.at("maximum")});
        }
        return schema;
    } catch (const Json::exception& e) {
        throw Failure(ErrorCode::BadMessage, std::string("A parameter schema cannot be read: ") + e.what() + ".",
                      "Update both programs to one version.");
    }
}

}  // namespace mnemo
