// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/lre_summary.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "core/data/error.h"
#include "core/data/numbers.h"

namespace mnemo {
namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

ArrayPtr arrayOf(const Result& result, const std::string& name, const std::vector<std::string>& axes)
{
    ArrayPtr array = result.find(name);
    const auto isAxis = [](const Axis& axis, const std::string& wanted) { return axis.name == wanted; };
    if (!array || !std::ranges::equal(array->axes, axes, isAxis) || !isWhole(*array))
        throw Failure(ErrorCode::Damaged, "The result has no array \"" + name + "\" as linear decoding gives it.",
                      "Run it again.");
    return array;
}

/// The cells of one trial, relation and layer.
class Cells
{
public:
    Cells(const Array& array, std::size_t trial, std::size_t relation, std::size_t layer)
        : m_array(array),
          m_size(std::size_t(array.axes[3].size())),
          m_first(((trial * std::size_t(array.axes[1].size()) + relation) * std::size_t(array.axes[2].size()) + layer) *
                  m_size)
    {
    }

    double at(std::size_t index) const
    {
        return index < m_size && hasValue(m_array.states[m_first + index]) ? m_array.values[m_first + index] : none;
    }

    /// The first of the largest; none without a value.
    std::optional<std::size_t> best() const
    {
        std::optional<std::size_t> found;
        for (std::size_t i = 0; i < m_size; ++i)
            if (!std::isnan(at(i)) && (!found || at(i) > at(*found)))
                found = i;
        return found;
    }

private:
    const Array& m_array;
    std::size_t m_size;
    std::size_t m_first;
};

/// Over the trials.
struct Trials {
    std::vector<double> values;
    std::vector<double> chosen;  ///< β or ρ

    void add(double value, double choice)
    {
        if (std::isnan(value))
            return;
        values.push_back(value);
        chosen.push_back(choice);
    }

    static double meanOf(const std::vector<double>& list)
    {
        double sum = 0;
        for (const double value : list)
            sum += value;
        return list.empty() ? none : sum / double(list.size());
    }

    LreShare share() const
    {
        LreShare share{meanOf(values), 0, int(values.size())};
        for (const double value : values)
            share.sd += (value - share.mean) * (value - share.mean);
        share.sd = values.size() > 1 ? std::sqrt(share.sd / double(values.size() - 1)) : 0;
        return share;
    }
};

double numberOf(const Axis& axis, std::size_t index)
{
    return std::strtod(axis.labels[index].c_str(), nullptr);
}

std::optional<int> indexOn(const Result& result, const char* array, const Json& choice, const char* key)
{
    const ArrayPtr found = result.find(array);
    if (!found || found->axes.size() != 4 || !choice.contains(key) || !choice[key].is_number_integer())
        return std::nullopt;
    const int index = choice[key].get<int>();
    return index >= 0 && index < found->axes[3].size() ? std::optional(index) : std::nullopt;
}

}  // namespace

LreChoice lreChoiceOf(const Result& result)
{
    LreChoice choice;
    if (!result.head.is_object() || !result.head.contains("choice") || !result.head["choice"].is_object())
        return choice;
    const Json& json = result.head["choice"];
    choice.beta = indexOn(result, "recall.1", json, "beta");
    choice.rank = indexOn(result, "causality", json, "rank");
    if (json.contains("top") && json["top"].is_number_integer())
        choice.top = std::clamp(json["top"].get<int>(), 1, 3);
    choice.strict = json.contains("strict") && json["strict"] == true;
    choice.byCausality = json.contains("by_causality") && json["by_causality"] == true;
    return choice;
}

Json toJson(const LreChoice& choice)
{
    return {{"beta", choice.beta ? Json(*choice.beta) : Json()},
            {"rank", choice.rank ? Json(*choice.rank) : Json()},
            {"top", choice.top},
            {"strict", choice.strict},
            {"by_causality", choice.byCausality}};
}

std::vector<LreRelation> summarizeLre(const Result& result, const LreChoice& choice)
{
    const std::vector<std::string> overBeta{"trial", "relation", "layer", "beta"};
    const std::string kind = choice.strict ? "strict." : "recall.";
    const ArrayPtr recall = arrayOf(result, kind + std::to_string(choice.top), overBeta);
    const ArrayPtr recall1 = arrayOf(result, kind + "1", overBeta);
    const ArrayPtr causality =
        arrayOf(result, choice.strict ? "causality.strict" : "causality", {"trial", "relation", "layer", "rank"});
    const ArrayPtr baseline = arrayOf(result, "baseline", {"relation"});
    const ArrayPtr objects = arrayOf(result, "objects", {"relation"});
    for (const ArrayPtr& other : {recall1, causality})
        if (!std::equal(recall->axes.begin(), recall->axes.begin() + 3, other->axes.begin()))
            throw Failure(ErrorCode::Damaged, "The arrays of the linear decoding are not of the same trials.",
                          "Run it again.");
    if (baseline->axes[0] != recall->axes[1] || objects->axes[0] != recall->axes[1])
        throw Failure(ErrorCode::Damaged, "The arrays of the linear decoding are not of the same relations.",
                      "Run it again.");
    const auto trials = std::size_t(recall->axes[0].size()), layers = std::size_t(recall->axes[2].size());
    std::vector<LreRelation> relations;
    for (std::size_t r = 0; r < recall->axes[1].labels.size(); ++r) {
        LreRelation relation{recall->axes[1].labels[r], baseline->values[r], int(objects->values[r]), {}, -1};
        for (std::size_t l = 0; l < layers; ++l) {
            Trials faithful, causal;
            for (std::size_t t = 0; t < trials; ++t) {
                const std::optional<std::size_t> beta =
                    choice.beta ? std::optional<std::size_t>(*choice.beta) : Cells(*recall1, t, r, l).best();
                if (beta && *beta < recall->axes[3].labels.size())
                    faithful.add(Cells(*recall, t, r, l).at(*beta), numberOf(recall->axes[3], *beta));
                const Cells moved(*causality, t, r, l);
                const std::optional<std::size_t> rank =
                    choice.rank ? std::optional<std::size_t>(*choice.rank) : moved.best();
                if (rank && *rank < causality->axes[3].labels.size())
                    causal.add(moved.at(*rank), numberOf(causality->axes[3], *rank));
            }
            relation.layers.push_back(
                {faithful.share(), causal.share(), Trials::meanOf(faithful.chosen), Trials::meanOf(causal.chosen)});
            const auto score = [&](const LreLayer& layer) {
                return choice.byCausality ? layer.causality.mean : layer.faithfulness.mean;
            };
            const LreLayer* best = relation.bestLayer();
            if (!std::isnan(score(relation.layers.back())) && (!best || score(relation.layers.back()) > score(*best)))
                relation.best = int(l);
        }
        relations.push_back(std::move(relation));
    }
    return relations;
}

std::vector<LreRelation> mostFaithfulFirst(std::vector<LreRelation> relations)
{
    std::erase_if(relations, [](const LreRelation& relation) { return !relation.bestLayer(); });
    std::ranges::stable_sort(relations, std::ranges::greater(),
                             [](const LreRelation& relation) { return relation.bestLayer()->faithfulness.mean; });
    return relations;
}

}  // namespace mnemo
