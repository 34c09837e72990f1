// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/published.h"

#include "core/data/error.h"
#include "core/io/strict_json.h"
#include "core/io/utf8.h"

#include <algorithm>
#include <limits>

namespace mnemo {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& what)
{
    throw Failure(ErrorCode::Damaged, "The published numbers " + shown(file) + " cannot be used: " + what + ".",
                  "Get the file again, or leave --published out.");
}

std::string quoted(const std::string& name)
{
    return "\"" + name + "\"";
}

PublishedCurve readCurve(const std::string& name, const SortedJson& list, const std::filesystem::path& file)
{
    if (!list.is_array() || list.empty())
        refuse(file, quoted(name) + " is no list of numbers");
    PublishedCurve curve{name, {}};
    for (const SortedJson& value : list) {
        if (!value.is_number() && !value.is_null())
            refuse(file, quoted(name) + " holds " + value.dump() + ", which is no number");
        curve.values.push_back(value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>());
    }
    return curve;
}

PublishedPanel readPanel(const std::string& name, const SortedJson& json, const std::filesystem::path& file)
{
    if (!json.is_object())
        refuse(file, quoted(name) + " is no panel");
    PublishedPanel panel{name, {}, {}};
    if (json.contains("colour_scale_max")) {
        const SortedJson& limit = json["colour_scale_max"];
        if (!limit.is_number() || !(limit.get<double>() > 0))
            refuse(file, "the colour limit of " + quoted(name) + " is " + limit.dump());
        panel.colourLimit = limit.get<double>();
    }
    const SortedJson& rows = json.contains("rows") ? json["rows"] : json;
    if (!rows.is_object() || rows.empty())
        refuse(file, quoted(name) + " has no curves");
    for (const auto& [key, list] : rows.items()) {
        panel.curves.push_back(readCurve(key, list, file));
        if (panel.curves.back().values.size() != panel.curves.front().values.size())
            refuse(file, quoted(key) + " of " + quoted(name) + " has " +
                             std::to_string(panel.curves.back().values.size()) + " layers, another curve " +
                             std::to_string(panel.curves.front().values.size()));
    }
    return panel;
}

}  // namespace

const PublishedCurve* PublishedPanel::find(std::string_view curve) const
{
    const auto found = std::ranges::find(curves, curve, &PublishedCurve::name);
    return found == curves.end() ? nullptr : &*found;
}

std::vector<PublishedPanel> readPublished(const std::filesystem::path& file)
{
    const SortedJson json = readJsonFile(file);
    if (!json.is_object() || json.empty())
        refuse(file, "it is no object of panels");
    if (json.front().is_array())
        return {readPanel("", json, file)};
    std::vector<PublishedPanel> panels;
    for (const auto& [name, panel] : json.items())
        panels.push_back(readPanel(name, panel, file));
    return panels;
}

}  // namespace mnemo
