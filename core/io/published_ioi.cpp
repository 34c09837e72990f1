// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/published_ioi.h"

#include "core/data/numbers.h"
#include "core/io/published.h"
#include "core/io/strict_json.h"

#include <numeric>
#include <optional>

namespace mnemo {
namespace {

using Rows = std::vector<std::vector<double>>;

/// The file, with the checks that all of its tables need.
class Numbers
{
public:
    explicit Numbers(const std::filesystem::path& file) : m_file(file), m_json(readJsonFile(file)) {}

    const SortedJson& root() const { return m_json; }

    const SortedJson& at(const SortedJson& object, const char* key) const
    {
        if (!object.is_object() || !object.contains(key))
            refusePublished(m_file, "it has no \"" + std::string(key) + "\"");
        return object[key];
    }

    double number(const SortedJson& value) const
    {
        if (!value.is_number())
            refusePublished(m_file, value.dump() + " is no number");
        return value.get<double>();
    }

    std::vector<double> list(const SortedJson& values) const
    {
        if (!values.is_array() || values.empty())
            refusePublished(m_file, values.dump() + " is no list of numbers");
        std::vector<double> numbers;
        for (const SortedJson& value : values)
            numbers.push_back(number(value));
        return numbers;
    }

    /// As many columns as rows.
    Rows square(const SortedJson& values, const std::string& name) const
    {
        if (!values.is_array() || values.empty())
            refusePublished(m_file, name + " is no table");
        Rows rows;
        for (const SortedJson& row : values) {
            rows.push_back(list(row));
            if (rows.back().size() != values.size())
                refusePublished(m_file, "row " + std::to_string(rows.size()) + " of " + name + " has " +
                                            std::to_string(rows.back().size()) + " numbers, the table " +
                                            std::to_string(values.size()) + " rows");
        }
        return rows;
    }

    const std::filesystem::path& file() const { return m_file; }

private:
    const std::filesystem::path& m_file;
    SortedJson m_json;
};

std::vector<std::string> counted(std::size_t count, int first)
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < count; ++i)
        names.push_back(std::to_string(first + int(i)));
    return names;
}

PublishedTable columnTable(std::string name, std::vector<std::string> rows, const std::vector<double>& values)
{
    PublishedTable table{std::move(name), std::move(rows), {""}, {}};
    for (const double value : values)
        table.values.push_back({value});
    return table;
}

PublishedTable removal(const Numbers& numbers)
{
    const std::vector<double> values =
        numbers.list(numbers.at(numbers.root(), "layer_removal_correct_answer_relative_probability"));
    return columnTable("removal.probability", counted(values.size(), 0), values);
}

/// Layers that are in none of the circuits are left out of the file. @param layers of the model
PublishedTable crossTalk(const Numbers& numbers, std::size_t layers)
{
    const SortedJson& shares = numbers.at(numbers.root(), "fig5_minimal_cross_talk_proportion_read_from_figure");
    std::vector<double> values(layers, 0);
    for (const auto& [key, share] : shares.items()) {
        const std::optional<int> layer = wholeNumber(key);
        if (!layer || *layer < 0 || std::size_t(*layer) >= layers)
            refusePublished(numbers.file(), "\"" + key + "\" is none of its " + std::to_string(layers) + " layers");
        values[std::size_t(*layer)] = numbers.number(share);
    }
    return columnTable("crosstalk.share", counted(layers, 0), values);
}

PublishedTable cosines(const Numbers& numbers, const char* name, const char* title)
{
    const SortedJson& one = numbers.at(numbers.at(numbers.root(), "cosine_similarity_layer39_one_prompt"), title);
    PublishedTable table{name, {}, {}, numbers.square(numbers.at(one, "matrix"), title)};
    for (const SortedJson& token : numbers.at(one, "tokens"))
        table.rows.push_back(token.is_string() ? token.get<std::string>() : token.dump());
    if (table.rows.size() != table.values.size())
        refusePublished(numbers.file(), std::string(title) + " has " + std::to_string(table.rows.size()) +
                                            " tokens and " + std::to_string(table.values.size()) + " rows");
    table.columns = table.rows;
    return table;
}

PublishedTable slots(const Numbers& numbers, const char* name, const char* key)
{
    PublishedTable table{name, {}, {}, numbers.square(numbers.at(numbers.root(), key), key)};
    table.rows = table.columns = counted(table.values.size(), 1);
    return table;
}

/// The mean of the batches at each α.
PublishedTable metric(const Numbers& numbers)
{
    std::vector<std::string> alphas;
    std::vector<double> means;
    for (const auto& [alpha, batches] : numbers.at(numbers.root(), "eap_ig_metric_by_alpha_first_batches").items()) {
        if (!SortedJson::parse(alpha, nullptr, /*allow_exceptions=*/false).is_number())
            refusePublished(numbers.file(), "\"" + alpha + "\" is no share");
        const std::vector<double> values = numbers.list(batches);
        alphas.push_back(alpha);
        means.push_back(std::accumulate(values.begin(), values.end(), 0.0) / double(values.size()));
    }
    return columnTable("metric", alphas, means);
}

PublishedTable circuit(const Numbers& numbers)
{
    const SortedJson& eap = numbers.at(numbers.root(), "eap_non_positional");
    const SortedJson& half = numbers.at(eap, "search_probe");
    const double edges = numbers.number(numbers.at(eap, "total_edges"));
    if (edges < 1)
        refusePublished(numbers.file(), "it has no edges");
    return columnTable(
        "circuit", {published_row::keptShare, published_row::halfNld, published_row::halfAccuracy},
        {numbers.list(numbers.at(eap, "kept_edges_at_85pct_accuracy")).front() / edges,
         numbers.number(numbers.at(half, "normalized_logit_diff")), numbers.number(numbers.at(half, "accuracy"))});
}

PublishedTable inside(const Numbers& numbers)
{
    const SortedJson& after = numbers.at(numbers.at(numbers.root(), "eap_non_positional"), "acdc_after");
    return columnTable("inside", {published_row::heldOutNld, published_row::heldOutAccuracy},
                       {numbers.number(numbers.at(after, "avg_normalized_logit_diff")),
                        numbers.number(numbers.at(after, "held_out_accuracy"))});
}

}  // namespace

std::vector<PublishedTable> readPublishedIoi(const std::filesystem::path& file)
{
    const Numbers numbers(file);
    std::vector<PublishedTable> tables{removal(numbers)};
    const std::size_t layers = tables.front().rows.size();
    tables.push_back(crossTalk(numbers, layers));
    for (const auto& [name, title] :
         {std::pair("cosine.write_state", "Similarity of B x_i to h_j on layer 39"),
          std::pair("cosine.propagated_state", "Similarity of A_bar^(...) B x_i to h_j on layer 39"),
          std::pair("cosine.write_write", "Similarity of B x_i to B x_j on layer 39"),
          std::pair("cosine.state_state", "Similarity of h_i to h_j on layer 39")})
        tables.push_back(cosines(numbers, name, title));
    tables.push_back(slots(numbers, "add", "subtract_and_add_success[y=position substituted][x=position averaged]"));
    tables.push_back(slots(numbers, "replace", "fig8_replace_success_read_from_figure_approx"));
    tables.push_back(metric(numbers));
    tables.push_back(circuit(numbers));
    tables.push_back(inside(numbers));
    return tables;
}

}  // namespace mnemo
