// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/config_reader.h"

#include "core/data/error.h"

#include <cmath>

namespace mnemo {
namespace {

const SortedJson emptyObject = SortedJson::object();

}  // namespace

void ConfigReader::damaged(const std::string& why) const
{
    throw Failure(ErrorCode::Damaged, m_file + ": " + why + ".", "Get config.json again from the checkpoint's page.");
}

void ConfigReader::unsupported(const std::string& why) const
{
    throw Failure(ErrorCode::UnsupportedModel, m_file + ": " + why + ".",
                  "Choose a Mamba or a Pythia (GPT-NeoX) checkpoint.");
}

const SortedJson* ConfigReader::find(Keys keys) const
{
    for (const char* key : keys) {
        const auto found = m_json.find(key);
        if (found != m_json.end() && !found->is_null())
            return &*found;
    }
    return nullptr;
}

int ConfigReader::integer(Keys keys, int low, int high) const
{
    const SortedJson* value = find(keys);
    if (!value)
        damaged(name(keys) + " is missing");
    if (!value->is_number_integer() || *value < low || *value > high)
        damaged(name(keys) + " is " + value->dump() + ", not a whole number from " + std::to_string(low) + " to " +
                std::to_string(high));
    return value->get<int>();
}

int ConfigReader::integer(Keys keys, int low, int high, int fallback) const
{
    return has(keys) ? integer(keys, low, high) : fallback;
}

double ConfigReader::real(Keys keys, double above, double fallback) const
{
    const SortedJson* value = find(keys);
    if (!value)
        return fallback;
    if (!value->is_number() || !std::isfinite(value->get<double>()) || value->get<double>() <= above)
        damaged(name(keys) + " is " + value->dump() + ", not a number above " + SortedJson(above).dump());
    return value->get<double>();
}

bool ConfigReader::flag(Keys keys, bool fallback) const
{
    const SortedJson* value = find(keys);
    if (!value)
        return fallback;
    if (!value->is_boolean())
        damaged(name(keys) + " is " + value->dump() + ", not true or false");
    return value->get<bool>();
}

std::string ConfigReader::text(Keys keys, const std::string& fallback) const
{
    const SortedJson* value = find(keys);
    if (!value)
        return fallback;
    if (!value->is_string())
        damaged(name(keys) + " is " + value->dump() + ", not a text");
    return value->get<std::string>();
}

int ConfigReader::id(Keys keys, int fallback) const
{
    const SortedJson* value = find(keys);
    if (value && value->is_array() && !value->empty())
        value = &value->front();
    if (!value)
        return fallback;
    if (!value->is_number_integer() || *value < 0 || *value > 1 << 30)
        damaged(name(keys) + " is " + value->dump() + ", not a token id");
    return value->get<int>();
}

ConfigReader ConfigReader::object(Keys keys) const
{
    const SortedJson* value = find(keys);
    if (value && !value->is_object())
        damaged(name(keys) + " is not an object");
    return {value ? *value : emptyObject, m_file + ", " + name(keys)};
}

void ConfigReader::require(const char* key, bool implemented, bool fallback) const
{
    if (flag({key}, fallback) != implemented)
        unsupported(std::string(key) + " " + (implemented ? "false" : "true") + " is not implemented");
}

}  // namespace mnemo
