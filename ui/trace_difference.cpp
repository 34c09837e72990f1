// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace_difference.h"

#include "core/data/error.h"
#include "widgets/token_chips.h"
#include "widgets/trace_rows.h"

#include <QObject>
#include <algorithm>
#include <cmath>

namespace mnemo {
namespace {

/// One row of the difference: a token position of each trace.
struct Pair {
    int a = 0;
    int b = 0;
    QString role;
};

struct Shape {
    int tokens = 0;
    int prefix = 0;
    int first = 0;  ///< subject, half-open
    int end = 0;
    bool operator==(const Shape&) const = default;
};

Shape shapeOf(const Result& trace)
{
    const Json span = trace.head.value("subject", Json::array({0, 0}));
    return {int(trace.head.value("tokens", Json::array()).size()), trace.head.value("prefix_tokens", 0),
            span.at(0).get<int>(), span.at(1).get<int>()};
}

std::vector<Pair> pairRows(const Shape& a, const Shape& b)
{
    std::vector<Pair> pairs;
    if (a == b) {
        for (int i = 0; i < a.tokens; ++i)
            pairs.push_back({i, i, {}});
        return pairs;
    }
    const bool subjects = a.end > a.first && b.end > b.first;
    if (subjects) {
        if (a.end - a.first > 1 && b.end - b.first > 1)
            pairs.push_back({a.first, b.first, QObject::tr("subject first")});
        pairs.push_back({a.end - 1, b.end - 1, QObject::tr("subject last")});
        if (a.end < a.tokens - 1 && b.end < b.tokens - 1)
            pairs.push_back({a.end, b.end, QObject::tr("after subject")});
    }
    pairs.push_back({a.tokens - 1, b.tokens - 1, QObject::tr("prompt last")});
    return pairs;
}

QString tokenText(const Result& trace, int pos)
{
    return shownToken(trace.head.at("tokens").at(std::size_t(pos)).value("text", ""));
}

std::vector<RowLabel> labels(const Result& a, const Result& b, const std::vector<Pair>& pairs)
{
    std::vector<RowLabel> rows;
    for (const Pair& pair : pairs) {
        const QString mine = tokenText(a, pair.a), other = tokenText(b, pair.b);
        const QString lead = pair.role.isEmpty() ? QString() : pair.role + QStringLiteral(": ");
        rows.push_back({lead + mine, mine == other ? QString() : other, false});
    }
    return rows;
}

ArrayPtr subtract(const Array& a, const Array& b, const std::vector<Pair>& pairs, double& largest)
{
    Axis tokens{"token", {}};
    for (const Pair& pair : pairs)
        tokens.labels.push_back(a.axes[1].labels[std::size_t(pair.a)]);
    auto array = std::make_shared<Array>(Array::make(a.name, {a.axes[0], tokens}, a.unit));
    for (int layer = 0; layer < a.axes[0].size(); ++layer)
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            const std::size_t cell = std::size_t(layer) * pairs.size() + i;
            if (!a.has(layer, pairs[i].a) || !b.has(layer, pairs[i].b))
                continue;
            array->values[cell] = a.at(layer, pairs[i].a) - b.at(layer, pairs[i].b);
            array->states[cell] = std::isnan(array->values[cell]) ? CellState::Undefined : CellState::Computed;
            if (!std::isnan(array->values[cell]))
                largest = std::max(largest, std::abs(array->values[cell]));
        }
    return array;
}

}  // namespace

TraceDifference traceDifference(const Result& minuend, const Result& subtrahend, Metric metric)
{
    const Shape a = shapeOf(minuend), b = shapeOf(subtrahend);
    const auto pairs = pairRows(a, b);
    TraceDifference difference;
    difference.rows = labels(minuend, subtrahend, pairs);
    difference.note = a == b ? QObject::tr("token by token (%1 tokens, subject at the same place)").arg(a.tokens)
                             : QObject::tr("by role: the prompts have %1 and %2 tokens").arg(a.tokens).arg(b.tokens);
    for (const Json& name : minuend.head.value("sites", Json::array())) {
        const std::string site = name.get<std::string>();
        if (!minuend.find(site + ".p") || !subtrahend.find(site + ".p"))
            continue;
        const Array mine = traceMetric(minuend, site, metric);
        const Array other = traceMetric(subtrahend, site, metric);
        if (mine.axes[0].size() != other.axes[0].size())
            throw Failure(ErrorCode::Usage,
                          "The traces have " + std::to_string(mine.axes[0].size()) + " and " +
                              std::to_string(other.axes[0].size()) + " layers.",
                          "Compare traces of models with equal depth.");
        difference.panels.push_back({site, siteTitle(site), QObject::tr("layer"),
                                     QObject::tr("Δ %1").arg(metricLabel(metric, minuend)),
                                     subtract(mine, other, pairs, difference.largest)});
    }
    if (difference.panels.empty())
        throw Failure(ErrorCode::Usage, "The traces have no site in common.", "Trace the same sites in both.");
    return difference;
}

}  // namespace mnemo
