// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/published_lre.h"

#include "core/io/published.h"
#include "core/io/strict_json.h"

namespace mnemo {
namespace {

/// Entries of one list, with the checks that all kinds of them need.
class Entries
{
public:
    Entries(const std::filesystem::path& file, std::string_view panel) : m_file(file), m_json(readJsonFile(file))
    {
        if (m_json.is_object())
            for (const auto& [name, list] : m_json.items())
                if (name.starts_with(panel))
                    m_list = &list;
        if (!m_list || !m_list->is_array() || m_list->empty())
            refusePublished(file, "it has no list of " + std::string(panel));
    }

    const SortedJson& list() const { return *m_list; }

    const SortedJson& at(const SortedJson& entry, const char* key) const
    {
        if (!entry.is_object() || !entry.contains(key))
            refusePublished(m_file, "an entry has no \"" + std::string(key) + "\"");
        return entry[key];
    }

    std::string text(const SortedJson& entry, const char* key) const
    {
        if (!at(entry, key).is_string())
            refusePublished(m_file, at(entry, key).dump() + " is no text for \"" + key + "\"");
        return at(entry, key).get<std::string>();
    }

    double number(const SortedJson& value) const
    {
        if (!value.is_number())
            refusePublished(m_file, value.dump() + " is no number");
        return value.get<double>();
    }

private:
    const std::filesystem::path& m_file;
    SortedJson m_json;
    const SortedJson* m_list = nullptr;
};

}  // namespace

std::vector<PublishedBar> readPublishedBars(const std::filesystem::path& file, std::string_view panel)
{
    const Entries entries(file, panel);
    std::vector<PublishedBar> bars;
    for (const SortedJson& entry : entries.list())
        bars.push_back({entries.text(entry, "relation"), entries.number(entries.at(entry, "faithfulness")),
                        entries.number(entries.at(entry, "random_choice_baseline"))});
    return bars;
}

std::vector<PublishedSweep> readPublishedSweeps(const std::filesystem::path& file, std::string_view panel)
{
    const Entries entries(file, panel);
    std::vector<PublishedSweep> sweeps;
    for (const SortedJson& entry : entries.list()) {
        PublishedSweep sweep{entries.text(entry, "relation"), entries.text(entry, "metric"), {}};
        const SortedJson& values = entries.at(entry, "values");
        if (!values.is_array() || values.empty())
            entries.number(values);
        for (const SortedJson& value : values)
            sweep.values.push_back(entries.number(value));
        sweeps.push_back(std::move(sweep));
    }
    return sweeps;
}

}  // namespace mnemo
