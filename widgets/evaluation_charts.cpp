// SPDX-License-Identifier: GPL-3.0-or-later
// METHODS.md §4.7: Fig. 6, whose colours these are.
#include "widgets/chart.h"
#include "widgets/json_value.h"
#include "widgets/number_text.h"
#include "widgets/result_series.h"

#include <QCoreApplication>
#include <map>

namespace mnemo {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("mnemo::evaluation_charts", text);
}

QColor colourOf(const std::string& matrix)
{
    static const std::map<std::string, QColor> colours{{"W_a", QColor(0xB2, 0x22, 0x22)},
                                                       {"W_g", QColor(0x2C, 0x96, 0x44)},
                                                       {"W_o", QColor(0x2B, 0x6C, 0xC4)},
                                                       {"W_down", QColor(0x00, 0x8B, 0x8B)}};
    const auto found = colours.find(matrix);
    return found == colours.end() ? QColor() : found->second;
}

/// The same in all layers: what is measured without an edit.
LayerSeries floorSeries(const Result& result, const std::string& name, int layers)
{
    LayerSeries series;
    series.name = tr("no edit");
    series.values.assign(std::size_t(layers), jsonNumber(jsonMember(result.head, "floor"), name.c_str()));
    series.colour = QColor(0x80, 0x80, 0x80);
    series.dashed = true;
    series.inert = true;
    return series;
}

/// What traces find where the matrix writes; empty where nobody has looked, and for NS, which is not about the fact.
std::vector<double> profileOf(const Result& result, const Array& array, const std::string& matrix)
{
    if (!jsonMember(result.head, "rank_correlation").contains(array.name))
        return {};
    for (const Json& curve : jsonMember(jsonMember(result.head, "profile"), "curves"))
        if (jsonText(curve, "matrix").toStdString() == matrix)
            return numbersOf(jsonMember(curve, "values"));
    return {};
}

/// "ES: W_o 0.52, W_a 0.31; PS: …"
QString correlationsText(const Json& correlations)
{
    QStringList measures;
    for (const auto& [measure, ofMatrix] : correlations.items()) {
        QStringList parts;
        for (const auto& [matrix, number] : ofMatrix.items())
            parts << QStringLiteral("%1 %2").arg(QString::fromStdString(matrix),
                                                 shortNumber(jsonNumber(ofMatrix, matrix.c_str())));
        measures << QStringLiteral("%1: %2").arg(QString::fromStdString(measure), parts.join(QStringLiteral(", ")));
    }
    return measures.join(QStringLiteral("; "));
}

SeriesChart panelOf(const Result& result, const Array& array, const QString& title)
{
    SeriesChart chart{SeriesChart::Form::Lines,
                      title,
                      tr("layer of the edit"),
                      tr("%1, percent").arg(QString::fromStdString(array.name)),
                      {}};
    for (const std::string& layer : array.axes[0].labels)
        chart.layerNames.push_back(QString::fromStdString(layer));
    const ArrayPtr low = wholeArray(result, array.name + ".low", 2), high = wholeArray(result, array.name + ".high", 2);
    for (int column = 0; column < array.axes[1].size(); ++column) {
        LayerSeries series = seriesOf(result, array.name, {}, column);
        series.colour = colourOf(array.axes[1].labels[std::size_t(column)]);
        series.behind = profileOf(result, array, array.axes[1].labels[std::size_t(column)]);
        if (low && high && low->axes == array.axes && high->axes == array.axes) {
            series.low = columnOf(*low, column);
            series.high = columnOf(*high, column);
        }
        chart.series.push_back(std::move(series));
    }
    chart.series.push_back(floorSeries(result, array.name, array.axes[0].size()));
    chart.referenceName = referenceTitle(result);
    chart.range = ValueRange{0, 108};
    chart.behindLabel = tr("IE");
    chart.columns = 2;
    chart.pointHelp = tr("Click: edit the fact of the prompt here");
    return chart;
}

}  // namespace

QString profileNote(const Result& evaluation)
{
    const QString title = jsonText(jsonMember(evaluation.head, "profile"), "title");
    if (title.isEmpty())
        return {};
    return tr("Dotted, on the scale at the right: indirect effect of the subject's last token where each matrix writes "
              "(%1). Rank correlation with it over the layers: %2.")
        .arg(title, correlationsText(jsonMember(evaluation.head, "rank_correlation")));
}

std::vector<ChartPage> evaluationCharts(const Result& result, Metric)
{
    std::vector<Chart> panels;
    for (const auto& [name, title] : {std::pair("ES", tr("Efficacy")), std::pair("PS", tr("Paraphrases")),
                                      std::pair("NS", tr("Neighbours")), std::pair("S", tr("Score"))})
        if (const ArrayPtr array = wholeArray(result, name, 2))
            panels.emplace_back(panelOf(result, *array, title));
    if (panels.empty())
        return {};
    return {{QStringLiteral("curves"), tr("Curves"), std::move(panels), profileNote(result)}};
}

}  // namespace mnemo
