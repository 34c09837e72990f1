// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/schema_flags.h"

#include "core/data/error.h"

#include <algorithm>
#include <charconv>

namespace mnemo {

std::string flagName(std::string key)
{
    std::ranges::replace(key, '_', '-');
    return "--" + key;
}

namespace {

std::string flagNames(const ParamSpec& spec)
{
    const std::string flag = flagName(spec.key);
    if (spec.key == "prompt")
        return "-p," + flag;
    if (spec.key == "subject")
        return "-s," + flag;
    if (spec.key == "sites")
        return "--site," + flag;
    if (spec.key == "patches")
        return "--patch," + flag;
    return spec.type == ParamType::Bool ? flag + ",!--no-" + flag.substr(2) : flag;
}

std::string typeWord(const ParamSpec& spec)
{
    switch (spec.type) {
        case ParamType::Int:
            return "N";
        case ParamType::Real:
            return "X";
        case ParamType::File:
            return "FILE";
        case ParamType::TextList:
            return takesSeveral(spec) ? "A,B,…" : "TEXT …";
        case ParamType::Choice:
            return CLI::detail::join(spec.choices, "|");
        default:
            return "TEXT";
    }
}

std::string helpText(const ParamSpec& spec)
{
    const bool says = !spec.defaultValue.is_null() && spec.defaultValue != "" && spec.defaultValue != Json::array() &&
                      spec.type != ParamType::Bool;
    if (!says)
        return spec.help;
    return spec.help + " (default " +
           (spec.defaultValue.is_string() ? spec.defaultValue.get<std::string>() : spec.defaultValue.dump()) + ")";
}

template <typename Number>
Number toNumber(const std::string& flag, const std::string& text, const char* wanted)
{
    Number number{};
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || rest != end)
        throw Failure(ErrorCode::Usage, flag + " is \"" + text + "\", not " + wanted + ".",
                      "Give " + flag + " " + wanted + ".");
    return number;
}

}  // namespace

Json SchemaFlags::Flag::value() const
{
    switch (spec.type) {
        case ParamType::Int:
            return toNumber<std::int64_t>(flagName(spec.key), text, "a whole number");
        case ParamType::Real:
            return toNumber<double>(flagName(spec.key), text, "a number");
        case ParamType::Bool:
            return on;
        case ParamType::TextList: {
            Json items = Json::array();
            for (const std::string& item : list) {
                if (!takesSeveral(spec))
                    items.push_back(item);
                else
                    for (std::string& text : splitTexts(item))
                        items.push_back(std::move(text));
            }
            return items;
        }
        default:
            return text;
    }
}

Json SchemaFlags::given() const
{
    Json json = Json::object();
    for (const Flag& flag : m_flags)
        if (flag.option->count() > 0)
            json[flag.spec.key] = flag.value();
    return json;
}

std::shared_ptr<SchemaFlags> addSchemaFlags(CLI::App& app, const ExperimentSchema& schema,
                                            std::initializer_list<std::string_view> hidden)
{
    auto flags = std::make_shared<SchemaFlags>();
    for (const ParamSpec& spec : schema.params) {
        if (std::ranges::find(hidden, std::string_view(spec.key)) != hidden.end())
            continue;
        SchemaFlags::Flag& flag = flags->m_flags.emplace_back();
        flag.spec = spec;
        if (spec.type == ParamType::Bool)
            flag.option = app.add_flag(flagNames(spec), flag.on, helpText(spec));
        else if (spec.type == ParamType::TextList)
            flag.option = app.add_option(flagNames(spec), flag.list, helpText(spec))
                              ->expected(1)
                              ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
                              ->allow_extra_args(false);  // "[…]" in a value is text, not a list
        else
            flag.option = app.add_option(flagNames(spec), flag.text, helpText(spec));
        if (spec.type != ParamType::Bool)
            flag.option->type_name(typeWord(spec));
        flag.option->required(spec.required)->group("Parameters");
    }
    return flags;
}

}  // namespace mnemo
