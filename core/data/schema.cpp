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

/// @param choice the value, or an item of it
void checkChoice(const ParamSpec& spec, const Json& choice)
{
    if (choice.is_string() && std::ranges::find(spec.choices, choice.get<std::string>()) != spec.choices.end())
        return;
    std::string wanted = "one of";
    for (const std::string& word : spec.choices)
        wanted += (&word == &spec.choices.front() ? " " : ", ") + word;
    refuse(spec, choice, wanted);
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
            for (std::size_t i = 0; !spec.choices.empty() && i < value.size(); ++i)
                checkChoice(spec, value[i]);
            break;
    }
}

constexpr std::string_view spaces = " \t\r\n\v\f";

/// Reads the texts of a list one by one.
class ListReader
{
public:
    explicit ListReader(std::string_view list) : m_list(list) {}

    std::vector<std::string> texts()
    {
        std::vector<std::string> found;
        for (; m_at <= m_list.size(); ++m_at) {  // from one comma to the next
            skipSpaces();
            if (at('"'))
                found.push_back(quoted());
            else if (std::string text = plain(); !text.empty())
                found.push_back(std::move(text));
        }
        return found;
    }

private:
    bool at(char c) const { return m_at < m_list.size() && m_list[m_at] == c; }

    void skipSpaces() { m_at = std::min(m_list.find_first_not_of(spaces, m_at), m_list.size()); }

    /// The next character, without the backslash before it where that has a meaning.
    char take()
    {
        const bool escapes = at('\\') && m_at + 1 < m_list.size() &&
                             std::string_view(",\"\\").find(m_list[m_at + 1]) != std::string_view::npos;
        m_at += escapes ? 1 : 0;
        return m_list[m_at++];
    }

    std::string plain()
    {
        std::string text;
        std::size_t end = 0;  // of what is no space
        while (m_at < m_list.size() && !at(',')) {
            const std::size_t begin = m_at;
            text.push_back(take());
            if (m_at > begin + 1 || spaces.find(text.back()) == std::string_view::npos)
                end = text.size();
        }
        text.resize(end);
        return text;
    }

    std::string quoted()
    {
        std::string text;
        ++m_at;
        while (m_at < m_list.size() && !at('"'))
            text.push_back(take());
        if (!at('"'))
            refuseList("A quote is not closed");
        ++m_at;
        skipSpaces();
        if (m_at < m_list.size() && !at(','))
            refuseList("Something stands behind a closing quote");
        return text;
    }

    [[noreturn]] void refuseList(const std::string& what) const
    {
        throw Failure(ErrorCode::Usage, what + " in the list " + std::string(m_list) + ".",
                      "Write a comma behind it, or a backslash before a quote that belongs to a text.");
    }

    std::string_view m_list;
    std::size_t m_at = 0;
};

std::string quotedText(const std::string& text)
{
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            quoted += '\\';
        quoted += c;
    }
    return quoted + '"';
}

}  // namespace

bool takesSeveral(const ParamSpec& spec)
{
    return spec.type == ParamType::TextList && spec.key != "patches" && spec.key != "read" && spec.key != "prompts";
}

std::vector<std::string> splitTexts(std::string_view list)
{
    return ListReader(list).texts();
}

std::string joinTexts(const std::vector<std::string>& texts)
{
    std::string list;
    for (const std::string& text : texts) {
        const bool plain = !text.empty() && text.find_first_of(",\"\\") == std::string::npos &&
                           spaces.find(text.front()) == std::string_view::npos &&
                           spaces.find(text.back()) == std::string_view::npos;
        list += (list.empty() ? "" : ",") + (plain ? text : quotedText(text));
    }
    return list;
}

bool ExperimentSchema::has(std::string_view param) const
{
    return std::ranges::find(params, param, &ParamSpec::key) != params.end();
}

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
                          {"maximum", spec.maximum},
                          {"if_unset", spec.ifUnset}});
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
                                     param.at("maximum"), param.at("if_unset")});
        }
        return schema;
    } catch (const Json::exception& e) {
        throw Failure(ErrorCode::BadMessage, std::string("A parameter schema cannot be read: ") + e.what() + ".",
                      "Update both programs to one version.");
    }
}

}  // namespace mnemo
