// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/trace_rows.h"

#include "widgets/heatmap_plot.h"
#include "widgets/json_value.h"
#include "widgets/token_chips.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

namespace mnemo {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("mnemo::trace_rows", text);
}

/// The tokens' texts under one key of the head, or none.
std::vector<std::string> texts(const Json& head, const char* key)
{
    std::vector<std::string> texts;
    if (const auto tokens = head.find(key); tokens != head.end() && tokens->is_array())
        for (const Json& token : *tokens)
            texts.push_back(token.value("text", std::string()));
    return texts;
}

QString text(const Json& head, const char* object, const char* key)
{
    return shownToken(jsonText(jsonMember(head, object), key).toStdString());
}

int windowOf(const Json& head, const std::string& site)
{
    const auto windows = head.find("windows");
    return windows != head.end() && windows->is_object() ? windows->value(site, 1) : 1;
}

}  // namespace

std::vector<RowLabel> traceRows(const Result& trace)
{
    const Json& head = trace.head;
    if (!head.is_object())
        return {};
    const std::vector<std::string> clean = texts(head, "tokens");
    const std::vector<std::string> corrupt = texts(head, "corrupt_tokens");
    const TokenSpan subject = jsonSpan(head, "subject");
    const bool noise = head.contains("sigma");
    const auto partner = head.find("partner");

    std::vector<RowLabel> rows;
    for (int pos = 0; pos < int(clean.size()); ++pos) {
        RowLabel row{shownToken(clean[std::size_t(pos)]), {}, subject.contains(pos)};
        int other = pos;
        if (partner != head.end() && partner->is_array() && pos < int(partner->size()))
            other = partner->at(std::size_t(pos)).is_number() ? partner->at(std::size_t(pos)).get<int>() : -1;
        if (noise && row.subject)
            row.text += QLatin1Char('*');
        else if (other >= 0 && other < int(corrupt.size()) && corrupt[std::size_t(other)] != clean[std::size_t(pos)])
            row.corrupt = shownToken(corrupt[std::size_t(other)]);
        rows.push_back(row);
    }
    return rows;
}

QString siteTitle(const std::string& site)
{
    static const std::map<std::string, const char*> titles{
        {"h", QT_TRANSLATE_NOOP("mnemo::trace_rows", "residual stream")},
        {"a", QT_TRANSLATE_NOOP("mnemo::trace_rows", "input of the SSM path")},
        {"s", QT_TRANSLATE_NOOP("mnemo::trace_rows", "SSM output")},
        {"g", QT_TRANSLATE_NOOP("mnemo::trace_rows", "gate")},
        {"o", QT_TRANSLATE_NOOP("mnemo::trace_rows", "block output")},
        {"attn", QT_TRANSLATE_NOOP("mnemo::trace_rows", "attention output")},
        {"mlp", QT_TRANSLATE_NOOP("mnemo::trace_rows", "MLP output")},
    };
    const QString name = QString::fromStdString(site);
    const auto found = titles.find(site);
    return found == titles.end() || name == tr(found->second) ? name : name + QStringLiteral(" — ") + tr(found->second);
}

QString layersLabel(int window)
{
    return window == 1 ? tr("layer restored") : tr("centre of %1 restored layers").arg(window);
}

QString metricLabel(Metric metric, const Result& trace)
{
    const QString target = trace.head.is_object() ? text(trace.head, "target", "text") : QString();
    const QString foil = trace.head.is_object() ? text(trace.head, "foil", "text") : QString();
    switch (metric) {
        case Metric::IndirectEffect:
            return tr("IE");
        case Metric::Probability:
            return tr("p(%1)").arg(target);
        case Metric::LogitDifference:
            return tr("logit %1 − %2").arg(target, foil);
        case Metric::LogProbability:
            return tr("log p(%1)").arg(target);
        case Metric::Rank:
            return tr("rank of %1").arg(target);
        case Metric::Kl:
            break;
    }
    return tr("KL, nats");
}

std::vector<HeatmapGrid::Panel> tracePanels(const Result& trace, Metric metric)
{
    std::vector<HeatmapGrid::Panel> panels;
    const auto sites = trace.head.is_object() ? trace.head.find("sites") : trace.head.end();
    if (!trace.head.is_object() || sites == trace.head.end())
        return panels;
    for (const Json& entry : *sites) {
        const auto site = entry.get<std::string>();
        const int window = windowOf(trace.head, site);
        HeatmapGrid::Panel panel;
        panel.site = site;
        panel.title = siteTitle(site);
        panel.layerLabel = layersLabel(window);
        panel.valueLabel = metricLabel(metric, trace);
        panel.array = std::make_shared<const Array>(traceMetric(trace, site, metric));
        panels.push_back(std::move(panel));
    }
    return panels;
}

ValueRange traceRange(const std::vector<HeatmapGrid::Panel>& panels, Metric metric)
{
    ValueRange all{0, 0};
    bool any = false;
    for (const HeatmapGrid::Panel& panel : panels) {
        if (!panel.array)
            continue;
        const ValueRange one = autoRange(*panel.array);
        all = any ? ValueRange{std::min(all.low, one.low), std::max(all.high, one.high)} : one;
        any = true;
    }
    if (metric == Metric::IndirectEffect || metric == Metric::Probability) {  // round up: a scale with plain ends
        const double steps[] = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1};
        const double* fit =
            std::find_if(std::begin(steps), std::end(steps), [&](double step) { return step >= all.high; });
        all = {0, fit == std::end(steps) ? all.high : *fit};
    }
    if (metric == Metric::LogitDifference) {  // zero, where neither answer is preferred, lies in the middle
        const double most = std::max(std::abs(all.low), std::abs(all.high));
        all = {-most, most};
    }
    if (metric == Metric::Rank)  // one far off must not make the rest look alike
        all = {0, std::min(all.high, 100.0)};
    return any ? all : ValueRange{};
}

QString traceColourMap(Metric metric, const QString& chosen)
{
    if (metric == Metric::LogitDifference)
        return ColourMap::named(chosen.toStdString()).isDiverging() ? chosen : QStringLiteral("vik");
    const bool lessIsMore = metric == Metric::Rank || metric == Metric::Kl;
    return lessIsMore ? chosen + QLatin1String("_r") : chosen;
}

std::map<std::string, int> traceWindows(const Result& trace)
{
    std::map<std::string, int> windows;
    const auto found = trace.head.is_object() ? trace.head.find("windows") : trace.head.end();
    if (trace.head.is_object() && found != trace.head.end() && found->is_object())
        for (const auto& [site, window] : found->items())
            if (window.is_number_integer())
                windows[site] = window.get<int>();
    return windows;
}

}  // namespace mnemo
