// SPDX-License-Identifier: GPL-3.0-or-later
// METHODS.md §5.7: Figs 7, 12 and 13, whose colours these are.
#include "core/data/error.h"
#include "core/data/lre_summary.h"
#include "widgets/chart.h"
#include "widgets/json_value.h"
#include "widgets/result_series.h"

#include <QCoreApplication>
#include <cmath>

namespace mnemo {

namespace {

constexpr ValueRange share{0, 1.04};
const QColor steelBlue(0x46, 0x82, 0xB4), darkOrange(0xFF, 0x8C, 0x00), darkRed(0xC8, 0x1E, 0x1E),
    published(0x80, 0x80, 0x80);

QString tr(const char* text)
{
    return QCoreApplication::translate("mnemo::lre_charts", text);
}

/// "Faithfulness", "Recall at 3, first token": what the chosen numbers are.
QString measureName(const LreChoice& choice)
{
    const QString name = choice.top == 1 ? tr("Faithfulness") : tr("Recall at %1").arg(choice.top);
    return choice.strict ? tr("%1, first token").arg(name) : name;
}

QString chosenText(const Result& result, const LreChoice& choice)
{
    const auto label = [&](const char* array, int index) {
        return QString::fromStdString(result.find(array)->axes[3].labels[std::size_t(index)]);
    };
    const QString beta = choice.beta ? tr("β = %1").arg(label("recall.1", *choice.beta)) : tr("each trial's best β");
    const QString layer = choice.byCausality ? tr("the layer with the best causality") : tr("the best layer");
    return tr("%1, in %2").arg(beta, layer);
}

LayerSeries seriesFor(const QString& name, const QColor& colour)
{
    LayerSeries series;
    series.name = name;
    series.colour = colour;
    return series;
}

void add(LayerSeries& series, const LreShare& one)
{
    series.values.push_back(one.mean);
    series.low.push_back(one.mean - one.sd);
    series.high.push_back(one.mean + one.sd);
}

/// A published bar of this relation; NaN where there is none.
double publishedOf(const Result& result, const std::string& relation)
{
    const Json bars = jsonMember(jsonMember(result.head, "reference"), "bars");
    for (const Json& bar : bars)
        if (jsonText(bar, "relation").toStdString() == relation)
            return jsonNumber(bar, "faithfulness");
    return std::nan("");
}

SeriesChart barsOf(const Result& result, const LreChoice& choice, const std::vector<LreRelation>& relations)
{
    SeriesChart chart{SeriesChart::Form::Bars,
                      tr("%1 by relation: %2").arg(measureName(choice), chosenText(result, choice)),
                      {},
                      tr("share of the known test facts"),
                      {}};
    QColor light = steelBlue;
    light.setAlphaF(0.6F);
    LayerSeries ours = seriesFor(measureName(choice), light), theirs = seriesFor(referenceTitle(result), published);
    ours.referenceColour = darkRed;
    bool any = false;
    for (const LreRelation& relation : relations) {
        chart.layerNames.push_back(QString::fromStdString(relation.name));
        add(ours, relation.bestLayer()->faithfulness);
        ours.reference.push_back(relation.baseline);
        theirs.values.push_back(publishedOf(result, relation.name));
        any = any || std::isfinite(theirs.values.back());
    }
    chart.series.push_back(std::move(ours));
    if (any)
        chart.series.push_back(std::move(theirs));
    chart.referenceName = tr("random choice");
    chart.range = share;
    chart.namesTurned = true;
    return chart;
}

SeriesChart scatterOf(const LreChoice& choice, const std::vector<LreRelation>& relations)
{
    SeriesChart chart{SeriesChart::Form::Points,
                      tr("%1 and the number of objects").arg(measureName(choice)),
                      tr("distinct objects of the relation"),
                      measureName(choice),
                      {}};
    LayerSeries dots = seriesFor(measureName(choice), steelBlue), chance = seriesFor(tr("random choice"), darkRed);
    for (const LreRelation& relation : relations) {
        chart.layerNames.push_back(QString::fromStdString(relation.name));
        chart.places.push_back(relation.objects);
        add(dots, relation.bestLayer()->faithfulness);
        chance.values.push_back(relation.baseline);
    }
    chance.inert = true;
    chart.series = {std::move(dots), std::move(chance)};
    chart.range = share;
    return chart;
}

SeriesChart curvesOf(const Result& result, const LreChoice& choice, const LreRelation& relation)
{
    SeriesChart chart{SeriesChart::Form::Lines, QString::fromStdString(relation.name), {}, {}, {}};
    for (const std::string& layer : result.find("recall.1")->axes[2].labels)
        chart.layerNames.push_back(QString::fromStdString(layer));
    LayerSeries faithful = seriesFor(measureName(choice), steelBlue), causal = seriesFor(tr("Causality"), darkOrange);
    for (const LreLayer& layer : relation.layers) {
        add(faithful, layer.faithfulness);
        add(causal, layer.causality);
    }
    faithful.reference = publishedCurve(result, "faithfulness", relation.name);
    causal.reference = publishedCurve(result, "causality.best", relation.name);
    chart.series = {std::move(faithful), std::move(causal)};
    chart.referenceName = referenceTitle(result);
    chart.range = share;
    chart.columns = 3;
    chart.legend = false;
    return chart;
}

QString curvesNote(const Result& result, const LreChoice& choice)
{
    const QString published = referenceTitle(result);
    return tr("Over the layers behind which the state is taken, the embedding first. Blue: %1; orange: causality; "
              "bands: "
              "one standard deviation over the trials%2.")
        .arg(measureName(choice).toLower(), published.isEmpty() ? QString() : tr("; dashed: %1").arg(published));
}

/// Relations that nothing could be measured of, and why.
QString skippedNote(const Result& result)
{
    QStringList lines;
    for (const Json& relation : jsonMember(result.head, "relations"))
        for (const Json& trial : jsonMember(relation, "trials"))
            if (const QString why = jsonText(trial, "skipped"); !why.isEmpty()) {
                lines << tr("%1 is left out: %2").arg(jsonText(relation, "name"), why);
                break;
            }
    return lines.join(QLatin1Char('\n'));
}

}  // namespace

std::vector<ChartPage> lreCharts(const Result& result, Metric)
try {
    const LreChoice choice = lreChoiceOf(result);
    const std::vector<LreRelation> relations = mostFaithfulFirst(summarizeLre(result, choice));
    if (relations.empty())
        return {};
    std::vector<Chart> layers;
    for (const LreRelation& relation : relations)
        layers.emplace_back(curvesOf(result, choice, relation));
    return {{QStringLiteral("bars"), tr("Relations"), {barsOf(result, choice, relations)}, skippedNote(result)},
            {QStringLiteral("scatter"), tr("Objects"), {scatterOf(choice, relations)}},
            {QStringLiteral("layers"), tr("Layers"), std::move(layers), curvesNote(result, choice)}};
} catch (const Failure&) {
    return {};  // not the arrays of linear decoding
}

}  // namespace mnemo
