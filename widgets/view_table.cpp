// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/view_table.h"

#include "widgets/chart_view.h"
#include "widgets/circuit_view.h"
#include "widgets/ioi_believe_view.h"
#include "widgets/lre_fact_view.h"
#include "widgets/result_table.h"
#include "widgets/trace_view.h"

#include <QCoreApplication>
#include <algorithm>

namespace mnemo {

namespace {

template <typename View>
ResultView* make(QWidget* parent)
{
    return new View(parent);
}

QString tr(const char* text)
{
    return QCoreApplication::translate("mnemo::view_table", text);
}

bool isTrace(const Result& result)
{
    return result.kind == "trace" && result.head.is_object() && result.head.contains("sites");
}

ResultView* viewOf(const ChartKind& kind, QWidget* parent)
{
    if (kind.kind == std::string_view("circuit"))
        return new CircuitView(parent);
    return new ChartView(kind, parent);
}

/// Until its first arrays come a result belongs to the view of its kind.
ViewEntry entryOf(const ChartKind& kind)
{
    return {QString::fromLatin1(kind.kind), kind.title,
            [kind](const Result& result) {
                return result.kind == kind.kind &&
                       (result.arrays.empty() || !kind.make(result, Metric::IndirectEffect).empty());
            },
            [kind](QWidget* parent) { return viewOf(kind, parent); }};
}

bool hasTopTokens(const Result& result)
{
    return result.head.is_object() && (result.head.contains("top") || result.head.contains("top_clean"));
}

bool hasCurves(const Result& result)
{
    return std::any_of(result.arrays.begin(), result.arrays.end(),
                       [](const ArrayPtr& array) { return array->axes.size() == 1 && array->axes[0].name == "layer"; });
}

}  // namespace

ViewTable builtInViews()
{
    ViewTable table{{QStringLiteral("trace"), tr("Heat maps"), isTrace, make<TraceView>}};
    for (const ChartKind& kind : chartKinds())
        table.push_back(entryOf(kind));
    table.push_back({QStringLiteral("lre-fact"), tr("One fact, linearly"),
                     [](const Result& result) { return result.kind == "lre-fact"; }, make<LreFactView>});
    table.push_back({QStringLiteral("ioi-believe"), tr("Make it believe"),
                     [](const Result& result) { return result.kind == "ioi-believe"; }, make<IoiBelieveView>});
    table.push_back({QStringLiteral("lines"), tr("Curves over layers"), hasCurves, make<LinesView>});
    table.push_back({QStringLiteral("bars"), tr("Next tokens"), hasTopTokens, make<BarsView>});
    table.push_back({QStringLiteral("table"), tr("Table"), [](const Result&) { return true; }, make<ResultTable>});
    return table;
}

const ViewEntry* viewFor(const ViewTable& table, const Result& result)
{
    const auto found =
        std::find_if(table.begin(), table.end(), [&](const ViewEntry& entry) { return entry.accepts(result); });
    return found == table.end() ? nullptr : &*found;
}

}  // namespace mnemo
