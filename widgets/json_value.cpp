// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/json_value.h"

#include <cmath>

namespace mnemo {

namespace {

bool has(const Json& object, const char* key)
{
    return object.is_object() && object.contains(key) && !object[key].is_null();
}

}  // namespace

QString jsonText(const Json& object, const char* key)
{
    if (!has(object, key))
        return {};
    const Json& value = object[key];
    return QString::fromStdString(value.is_string() ? value.get<std::string>() : value.dump());
}

double jsonNumber(const Json& object, const char* key)
{
    return has(object, key) && object[key].is_number() ? object[key].get<double>() : std::nan("");
}

bool jsonFlag(const Json& object, const char* key)
{
    return has(object, key) && object[key].is_boolean() && object[key].get<bool>();
}

Json jsonMember(const Json& object, const char* key)
{
    return has(object, key) && object[key].is_structured() ? object[key] : Json();
}

TokenSpan jsonSpan(const Json& object, const char* key)
{
    const Json span = jsonMember(object, key);
    if (!span.is_array() || span.size() != 2 || !span[0].is_number_integer() || !span[1].is_number_integer())
        return {};
    return {span[0].get<int>(), span[1].get<int>()};
}

}  // namespace mnemo
