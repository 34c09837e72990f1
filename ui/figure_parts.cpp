// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure_parts.h"

#include "widgets/chart.h"
#include "widgets/json_value.h"
#include "widgets/trace_rows.h"

namespace mnemo {

std::vector<FigurePart> partsOf(const Result& result, Metric metric)
{
    std::vector<FigurePart> parts;
    if (result.kind != "trace") {
        for (const ChartPage& page : chartsOf(result, metric))
            parts.push_back({page.key, page.title});
        return parts;
    }
    for (const Json& site : jsonMember(result.head, "sites"))
        if (site.is_string())
            parts.push_back({QString::fromStdString(site.get<std::string>()), siteTitle(site.get<std::string>())});
    return parts;
}

void setParts(FigureOptions& options, const Result& result, const QStringList& keys)
{
    (result.kind == "trace" ? options.sites : options.parts) = keys;
}

QStringList chosenParts(const FigureOptions& options, const Result& result)
{
    return result.kind == "trace" ? options.sites : options.parts;
}

}  // namespace mnemo
