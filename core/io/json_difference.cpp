// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/json_difference.h"

#include <cmath>
#include <limits>

namespace mnemo {
namespace {

void compare(const Json& first, const Json& second, double tolerance, const Json::json_pointer& at,
             std::vector<std::string>& found)
{
    if (first.is_number() && second.is_number()) {
        const bool exact = tolerance == 0 && first.is_number_integer() && second.is_number_integer();
        if (exact ? first != second : !(numberDifference(first.get<double>(), second.get<double>()) <= tolerance))
            found.push_back(at.to_string());
    } else if (first.is_object() && second.is_object()) {
        for (const auto& [key, value] : first.items())
            if (second.contains(key))
                compare(value, second[key], tolerance, at / key, found);
            else
                found.push_back((at / key).to_string());
        for (const auto& [key, value] : second.items())
            if (!first.contains(key))
                found.push_back((at / key).to_string());
    } else if (first.is_array() && second.is_array() && first.size() == second.size()) {
        for (std::size_t i = 0; i < first.size(); ++i)
            compare(first[i], second[i], tolerance, at / i, found);
    } else if (first != second) {
        found.push_back(at.to_string());
    }
}

}  // namespace

double numberDifference(double a, double b)
{
    if (a == b || (std::isnan(a) && std::isnan(b)))
        return 0;
    const double difference = std::abs(a - b);
    return std::isnan(difference) ? std::numeric_limits<double>::infinity() : difference;
}

std::vector<std::string> jsonDifferences(const Json& first, const Json& second, double tolerance)
{
    std::vector<std::string> found;
    compare(first, second, tolerance, Json::json_pointer(), found);
    return found;
}

}  // namespace mnemo
