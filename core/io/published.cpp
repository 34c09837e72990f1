// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/published.h"

#include "core/data/error.h"
#include "core/io/csv.h"
#include "core/io/mapped_file.h"
#include "core/io/strict_json.h"
#include "core/io/utf8.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>

namespace mnemo {
namespace {

std::string quoted(const std::string& name)
{
    return "\"" + name + "\"";
}

PublishedCurve readCurve(const std::string& name, const SortedJson& list, const std::filesystem::path& file)
{
    if (!list.is_array() || list.empty())
        refusePublished(file, quoted(name) + " is no list of numbers");
    PublishedCurve curve{name, {}};
    for (const SortedJson& value : list) {
        if (!value.is_number() && !value.is_null())
            refusePublished(file, quoted(name) + " holds " + value.dump() + ", which is no number");
        curve.values.push_back(value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>());
    }
    return curve;
}

PublishedPanel readPanel(const std::string& name, const SortedJson& json, const std::filesystem::path& file)
{
    if (!json.is_object())
        refusePublished(file, quoted(name) + " is no panel");
    PublishedPanel panel{name, {}, {}};
    if (json.contains("colour_scale_max")) {
        const SortedJson& limit = json["colour_scale_max"];
        if (!limit.is_number() || !(limit.get<double>() > 0))
            refusePublished(file, "the colour limit of " + quoted(name) + " is " + limit.dump());
        panel.colourLimit = limit.get<double>();
    }
    const SortedJson& rows = json.contains("rows") ? json["rows"] : json;
    if (!rows.is_object() || rows.empty())
        refusePublished(file, quoted(name) + " has no curves");
    for (const auto& [key, list] : rows.items()) {
        panel.curves.push_back(readCurve(key, list, file));
        if (panel.curves.back().values.size() != panel.curves.front().values.size())
            refusePublished(file, quoted(key) + " of " + quoted(name) + " has " +
                                      std::to_string(panel.curves.back().values.size()) + " layers, another curve " +
                                      std::to_string(panel.curves.front().values.size()));
    }
    return panel;
}

/// Without the spaces behind a field.
std::vector<std::string> fieldsAt(const std::string& text, std::size_t& at)
{
    std::vector<std::string> fields = csvFieldsAt(text, ',', at);
    for (std::string& field : fields)
        field.erase(field.find_last_not_of(' ') + 1);
    return fields;
}

/// None where it is something else.
std::optional<double> numberOf(const std::string& text)
{
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

using Rows = std::map<int, std::vector<std::string>>;  ///< fields by layer

/// Curves of the columns that hold numbers alone.
PublishedPanel panelOfRows(const std::string& name, const std::vector<std::string>& header, const Rows& rows,
                           std::size_t layerColumn)
{
    PublishedPanel panel{name, {}, {}};
    for (std::size_t column = 0; column < header.size(); ++column) {
        PublishedCurve curve{header[column], {}};
        for (const auto& [layer, fields] : rows)
            if (const std::optional<double> value = numberOf(fields[column]))
                curve.values.push_back(*value);
        if (column != layerColumn && curve.values.size() == rows.size())
            panel.curves.push_back(std::move(curve));
    }
    return panel;
}

/// A table with a line per module and layer: a panel per module. Of lines for one layer the first counts.
std::vector<PublishedPanel> readTable(const std::filesystem::path& file)
{
    const std::string text = readTextFile(file);
    std::size_t next = 0;
    const std::vector<std::string> header = fieldsAt(text, next);
    const auto column = [&](const char* name) { return std::size_t(std::ranges::find(header, name) - header.begin()); };
    const std::size_t module = column("module"), layer = column("layer");
    if (module == header.size() || layer == header.size())
        refusePublished(file, "its first line names no columns module and layer");
    std::map<std::string, Rows> modules;
    for (int number = 2; next < text.size(); ++number) {
        std::vector<std::string> fields = fieldsAt(text, next);
        if (fields.size() == 1 && fields[0].empty())
            continue;
        const std::optional<double> at = fields.size() == header.size() ? numberOf(fields[layer]) : std::nullopt;
        if (!at)
            refusePublished(file, "line " + std::to_string(number) + " is not like the first");
        const std::string name = fields[module];
        modules[name].emplace(int(*at), std::move(fields));
    }
    std::vector<PublishedPanel> panels;
    for (const auto& [name, rows] : modules) {
        if (rows.begin()->first != 0 || rows.rbegin()->first != int(rows.size()) - 1)
            refusePublished(file, "layers of " + quoted(name) + " are missing");
        panels.push_back(panelOfRows(name, header, rows, layer));
    }
    return panels;
}

}  // namespace

[[noreturn]] void refusePublished(const std::filesystem::path& file, const std::string& what)
{
    throw Failure(ErrorCode::Damaged, "The published numbers " + shown(file) + " cannot be used: " + what + ".",
                  "Get the file again, or leave --published out.");
}

const PublishedCurve* PublishedPanel::find(std::string_view curve) const
{
    const auto found = std::ranges::find(curves, curve, &PublishedCurve::name);
    return found == curves.end() ? nullptr : &*found;
}

std::vector<PublishedPanel> readPublished(const std::filesystem::path& file)
{
    if (file.extension() == ".csv")
        return readTable(file);
    const SortedJson json = readJsonFile(file);
    if (!json.is_object() || json.empty())
        refusePublished(file, "it is no object of panels");
    if (json.front().is_array())
        return {readPanel("", json, file)};
    std::vector<PublishedPanel> panels;
    for (const auto& [name, panel] : json.items())
        panels.push_back(readPanel(name, panel, file));
    return panels;
}

}  // namespace mnemo
