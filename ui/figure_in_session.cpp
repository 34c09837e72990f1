// SPDX-License-Identifier: GPL-3.0-or-later
// {"id":"g0","runs":[0,2],"caption":"…","style":{"panels":[{"run":0,"title":"…","metric":"ie","parts":["h"]}],…}}
#include "ui/figure_in_session.h"

#include "core/data/error.h"
#include "core/io/session_choices.h"
#include "core/io/session_parts.h"
#include "ui/figure_parts.h"
#include "widgets/json_value.h"

#include <algorithm>
#include <cmath>

namespace mnemo {
namespace {

constexpr const char* ownId = "composed";

double numberIn(const Json& style, const char* key, double low, double high, double otherwise)
{
    const double value = jsonNumber(style, key);
    return value >= low && value <= high ? value : otherwise;
}

QStringList textsOf(const Json& list)
{
    QStringList texts;
    if (list.is_array())
        for (const Json& text : list)
            if (text.is_string())
                texts << QString::fromStdString(text.get<std::string>());
    return texts;
}

std::optional<FigurePanel> panelFrom(const Json& entry, const Session& session, const RunChoices& choices)
{
    const double run = jsonNumber(entry, "run");
    if (!(run >= 0 && run < double(session.results.size()) && run == std::floor(run)))
        return std::nullopt;
    FigurePanel panel{session.results[std::size_t(run)], {}};
    if (const auto choice = choices.find(std::size_t(run)); choice != choices.end())
        panel.choice = choice->second;
    panel.options.title = jsonText(entry, "title");
    panel.options.colourMap = jsonText(entry, "colours");
    try {
        panel.options.metric = metricFromName(jsonText(entry, "metric").toStdString());
    } catch (const Failure&) {  // of a newer version: the usual one
    }
    setParts(panel.options, *panel.result, textsOf(jsonMember(entry, "parts")));
    return panel;
}

std::optional<ComposedFigure> figureFrom(const Json& entry, const Session& session)
{
    const Json style = jsonMember(entry, "style"), panels = jsonMember(style, "panels");
    if (!panels.is_array())
        return std::nullopt;
    ComposedFigure figure;
    const RunChoices choices = runChoices(session);
    for (const Json& panel : panels)
        if (auto read = panelFrom(panel, session, choices))
            figure.panels.push_back(*std::move(read));
    if (figure.panels.empty())
        return std::nullopt;
    figure.columns = int(numberIn(style, "columns", 1, mostPanels, figure.columns));
    figure.oneScale = !style.contains("one_scale") || jsonFlag(style, "one_scale");
    figure.look.widthMm = numberIn(style, "width_mm", leastWidthMm, mostWidthMm, figure.look.widthMm);
    figure.look.dpi = int(numberIn(style, "dpi", leastDpi, mostDpi, figure.look.dpi));
    figure.look.dark = jsonFlag(style, "dark");
    figure.look.title = jsonText(style, "title");
    figure.look.caption = jsonText(entry, "caption");
    return figure;
}

Json panelToJson(const FigurePanel& panel, std::size_t run)
{
    Json json{{"run", run},
              {"title", panel.options.title.toStdString()},
              {"metric", metricName(panel.options.metric)},
              {"parts", Json::array()}};
    for (const QString& part : chosenParts(panel.options, *panel.result))
        json["parts"].push_back(part.toStdString());
    if (!panel.options.colourMap.isEmpty())
        json["colours"] = panel.options.colourMap.toStdString();
    return json;
}

Json entryOf(const ComposedFigure& figure, const Session& session)
{
    Json runs = Json::array(), panels = Json::array();
    for (const FigurePanel& panel : figure.panels) {
        const auto found = std::ranges::find(session.results, panel.result);
        if (found == session.results.end())
            continue;
        const auto run = std::size_t(found - session.results.begin());
        panels.push_back(panelToJson(panel, run));
        if (std::ranges::find(runs, Json(run)) == runs.end())
            runs.push_back(run);
    }
    return {{"id", ownId},
            {"runs", runs},
            {"caption", figure.look.caption.toStdString()},
            {"style",
             {{"panels", panels},
              {"columns", figure.columns},
              {"one_scale", figure.oneScale},
              {"width_mm", figure.look.widthMm},
              {"dpi", figure.look.dpi},
              {"dark", figure.look.dark},
              {"title", figure.look.title.toStdString()}}}};
}

}  // namespace

std::optional<ComposedFigure> composedFigure(const Session& session)
{
    for (const Json& entry : listOf(session, "figures"))
        if (auto figure = figureFrom(entry, session))
            return figure;
    return std::nullopt;
}

void setComposedFigure(Session& session, const ComposedFigure& figure)
{
    if (!session.document.is_object())
        session.document = Json::object();
    std::vector<Json> entries = listOf(session, "figures");
    const auto isOurs = [](const Json& entry) { return textOf(entry, "id") == ownId; };
    const auto old = std::ranges::find_if(entries, isOurs);
    Json entry = entryOf(figure, session);
    const bool shows = !entry["runs"].empty();
    if (old != entries.end() && shows)
        old->update(entry);
    else if (old != entries.end())
        entries.erase(old);
    else if (shows)
        entries.push_back(std::move(entry));
    session.document.erase("figures");
    if (!entries.empty())
        session.document["figures"] = entries;
}

}  // namespace mnemo
