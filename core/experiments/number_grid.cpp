// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/number_grid.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <set>

#include "core/data/error.h"
#include "core/data/schema.h"

namespace mnemo {
namespace {

constexpr std::size_t most = 1000;

Failure notNumbers(const std::string& text, const std::string& what)
{
    return {ErrorCode::Usage, "\"" + text + "\" is no list of numbers for " + what + ".",
            "Write numbers between commas, or first:last:step, such as 0:5:0.25."};
}

std::optional<double> numberOf(std::string_view text)
{
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(number))
        return std::nullopt;
    return number;
}

/// Multiples are taken of the step, so that 0.1 + 0.1 + 0.1 is 0.3.
void addSteps(std::set<double>& numbers, const std::string& part, const std::string& what)
{
    const std::size_t one = part.find(':'), two = part.find(':', one + 1);
    const std::optional<double> first = numberOf(part.substr(0, one)),
                                last = numberOf(part.substr(one + 1, two - one - 1)),
                                step = numberOf(two == std::string::npos ? std::string() : part.substr(two + 1));
    if (!first || !last || !step || *step <= 0 || *last < *first)
        throw notNumbers(part, what);
    const double steps = std::floor((*last - *first) / *step + 1e-9);
    if (steps >= double(most))
        throw Failure(ErrorCode::Usage,
                      "\"" + part + "\" is more than " + std::to_string(most) + " numbers for " + what + ".",
                      "Take a larger step.");
    for (double i = 0; i <= steps; ++i)
        numbers.insert(std::round((*first + i * *step) * 1e9) / 1e9);
}

}  // namespace

std::vector<double> numberGrid(const std::string& text, const std::string& what)
{
    std::set<double> numbers;
    for (const std::string& part : splitTexts(text)) {
        if (part.find(':') != std::string::npos) {
            addSteps(numbers, part, what);
            continue;
        }
        const std::optional<double> number = numberOf(part);
        if (!number)
            throw notNumbers(part, what);
        numbers.insert(*number);
    }
    if (numbers.empty())
        throw notNumbers(text, what);
    return {numbers.begin(), numbers.end()};
}

std::vector<int> wholeNumberGrid(const std::string& text, const std::string& what)
{
    std::vector<int> whole;
    for (const double number : numberGrid(text, what)) {
        if (number != std::floor(number) || std::abs(number) > 1e9)
            throw Failure(ErrorCode::Usage, numberLabel(number) + " is no whole number for " + what + ".",
                          "Write whole numbers, such as 8:312:8.");
        whole.push_back(int(number));
    }
    return whole;
}

std::string numberLabel(double number)
{
    char text[32];
    const auto [end, error] = std::to_chars(text, text + sizeof text, number);
    return error == std::errc() ? std::string(text, end) : std::to_string(number);
}

}  // namespace mnemo
