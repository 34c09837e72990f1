// SPDX-License-Identifier: GPL-3.0-or-later
// What a figure says and how it is laid out; ui/figure_file.cpp writes it.
#include "ui/figure.h"

#include "core/data/error.h"
#include "widgets/heatmap.h"
#include "widgets/page_painter.h"
#include "widgets/token_chips.h"
#include "widgets/trace_rows.h"

#include <QCoreApplication>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <memory>

namespace mnemo {

namespace {

constexpr double edge = 6;        // of the page, on all sides
constexpr double between = 8;     // between two maps
constexpr int textPixels = 10;    // 7.5 pt
constexpr int titlePixels = 13;   // about 10 pt
constexpr int captionPixels = 9;  // about 7 pt
constexpr double rowPixels = 15;

QString tr(const char* text)
{
    return QCoreApplication::translate("mnemo::figure", text);
}

QFont fontOf(int pixels, bool bold = false)
{
    QFont font(QStringLiteral("DejaVu Sans"));
    font.setStyleHint(QFont::SansSerif);
    font.setPixelSize(pixels);
    font.setBold(bold);
    return font;
}

QPalette paletteOf(bool dark)
{
    QPalette palette;
    palette.setColor(QPalette::Base, dark ? QColor(0x18191c) : QColor(Qt::white));
    palette.setColor(QPalette::Text, dark ? QColor(0xe8e8ea) : QColor(0x1a1a1c));
    return palette;
}

QString string(const Json& object, const char* key)
{
    if (!object.is_object() || !object.contains(key) || object[key].is_null())
        return {};
    const Json& value = object[key];
    return QString::fromStdString(value.is_string() ? value.get<std::string>() : value.dump());
}

double number(const Json& object, const char* key)
{
    return object.is_object() && object.contains(key) && object[key].is_number() ? object[key].get<double>()
                                                                                 : std::nan("");
}

QString digits(double value)
{
    return std::isfinite(value) ? QString::number(value, 'g', 3) : QStringLiteral("–");
}

/// Title, maps and caption with their places on the page.
struct Page {
    std::vector<std::unique_ptr<Heatmap>> maps;
    std::vector<QRectF> places;
    QRectF title;
    QRectF caption;
    QString titleText;
    QString captionText;
    QSizeF size;
};

std::vector<HeatmapGrid::Panel> chosenPanels(const Result& trace, const FigureOptions& options)
{
    if (trace.kind != "trace")
        throw Failure(ErrorCode::Usage, "A result of kind \"" + trace.kind + "\" has no figure.", "Choose a trace.");
    std::vector<HeatmapGrid::Panel> panels = tracePanels(trace, options.metric);
    if (!options.sites.isEmpty())
        panels.erase(std::remove_if(panels.begin(), panels.end(),
                                    [&](const HeatmapGrid::Panel& panel) {
                                        return !options.sites.contains(QString::fromStdString(panel.site));
                                    }),
                     panels.end());
    if (panels.empty())
        throw Failure(ErrorCode::Usage,
                      "The trace has no site \"" + options.sites.join(QLatin1Char(',')).toStdString() + "\".",
                      "Name sites that were traced.");
    return panels;
}

std::unique_ptr<Heatmap> makeMap(const HeatmapGrid::Panel& panel, const Result& trace, const FigureOptions& options,
                                 ValueRange range)
{
    auto map = std::make_unique<Heatmap>();
    map->setPalette(paletteOf(options.dark));
    map->setFont(fontOf(textPixels));
    map->setTitle(panel.title);
    map->setLayerLabel(panel.layerLabel);
    map->setValueLabel(panel.valueLabel);
    const QString name = options.colourMap.isEmpty() ? traceColourMap(options.metric) : options.colourMap;
    map->setColourMap(siteColourMap(panel.site, name.toStdString()));
    map->setRange(range.low, range.high);
    map->setRows(traceRows(trace));
    map->setArray(panel.array);
    return map;
}

double textHeight(const QString& text, const QFont& font, double width)
{
    return QFontMetricsF(font).boundingRect(QRectF(0, 0, width, 1e5), Qt::TextWordWrap, text).height() + 2;
}

Page layOut(const Result& trace, const FigureOptions& options)
{
    const std::vector<HeatmapGrid::Panel> panels = chosenPanels(trace, options);
    const ValueRange range = traceRange(panels, options.metric);
    Page page;
    page.titleText = options.title.isEmpty() ? figureTitle(trace) : options.title;
    page.captionText = options.caption.isEmpty() ? figureCaption(trace, options.metric) : options.caption;
    const double width = options.widthMm / 25.4 * figureDpi;
    const double inner = width - 2 * edge;
    page.title = {edge, edge, inner, textHeight(page.titleText, fontOf(titlePixels, true), inner)};

    const int columns = width >= 480 && panels.size() > 1 ? 2 : 1;
    for (const HeatmapGrid::Panel& panel : panels)
        page.maps.push_back(makeMap(panel, trace, options, range));
    const int labels = columns > 1 ? page.maps.front()->rowLabelsWidth() : 0;
    const double one = (inner - between * (columns - 1) - labels) / columns;
    const double height = std::round(page.maps.front()->gridRows() * rowPixels + 2 * textPixels + 56);
    double bottom = page.title.bottom();
    for (int index = 0; index < int(page.maps.size()); ++index) {
        const bool first = index % columns == 0;
        const double left = first ? edge : edge + one + labels + between;
        const double top = page.title.bottom() + 6 + (index / columns) * (height + between);
        page.maps[std::size_t(index)]->setRowLabelsVisible(first);
        page.places.emplace_back(std::round(left), std::round(top), std::floor(first ? one + labels : one), height);
        bottom = top + height;
    }
    page.caption = {edge + 4, bottom + 8, inner - 8, textHeight(page.captionText, fontOf(captionPixels), inner - 8)};
    page.size = {width, std::ceil(page.caption.bottom() + edge)};
    return page;
}

QString windowSentence(const Result& trace)
{
    QStringList parts;
    const std::map<std::string, int> windows = traceWindows(trace);
    for (const HeatmapGrid::Panel& panel : tracePanels(trace, Metric::Probability)) {
        const std::string& site = panel.site;
        const auto window = windows.find(site);
        if (window == windows.end())
            continue;
        const double share =
            trace.head.contains("window_share") ? number(trace.head["window_share"], site.c_str()) : std::nan("");
        parts << tr("%1: %2 (%3 % of depth)")
                     .arg(QString::fromStdString(site))
                     .arg(window->second)
                     .arg(std::isfinite(share) ? QString::number(share * 100, 'f', 0) : QStringLiteral("?"));
    }
    return parts.isEmpty() ? QString() : tr("Layers restored together: %1. ").arg(parts.join(QStringLiteral(", ")));
}

QString countSentence(const Result& trace)
{
    qint64 all = 0;
    qint64 done = 0;
    for (const ArrayPtr& array : trace.arrays)
        if (array->name.size() > 2 && array->name.compare(array->name.size() - 2, 2, ".p") == 0) {
            all += qint64(array->size());
            done += std::count_if(array->states.begin(), array->states.end(),
                                  [](CellState state) { return state != CellState::NotComputed; });
        }
    QString text = tr("%1 of %2 cells; a dot marks cells that cannot matter").arg(done).arg(all);
    if (done < all)
        text += tr(", hatching those not computed");
    return text + QStringLiteral(". ");
}

}  // namespace

QString figureTitle(const Result& trace)
{
    QString prompt = string(trace.parameters, "prompt");
    prompt.replace(QStringLiteral("{}"), string(trace.parameters, "subject"));
    const QString target = trace.head.is_object() && trace.head.contains("target")
                               ? shownToken(trace.head["target"].value("text", std::string()))
                               : QString();
    return target.isEmpty() ? prompt : prompt + QStringLiteral(" → ") + target;
}

QString figureCaption(const Result& trace, Metric metric)
{
    const QString swap = string(trace.parameters, "swap");
    const double noise = number(trace.parameters, "noise");
    QString text = metric == Metric::IndirectEffect
                       ? tr("Indirect effect of restoring a state of the clean run")
                       : tr("%1 after restoring a state of the clean run").arg(metricLabel(metric, trace));
    if (string(trace.parameters, "direction") == QLatin1String("corrupt"))
        text = tr("%1 after corrupting a state of the clean run").arg(metricLabel(metric, trace));
    if (!swap.isEmpty())
        text += tr(", corrupted by the subject “%1”").arg(swap);
    else if (noise > 0)
        text += tr(", corrupted by noise of %1 σ on the subject (%2 samples, seed %3)")
                    .arg(digits(noise), string(trace.parameters, "samples"), string(trace.parameters, "seed"));
    text += tr(": p clean %1, p corrupted %2. ")
                .arg(digits(number(trace.head, "p_clean")), digits(number(trace.head, "p_corrupt")));
    text += windowSentence(trace) + countSentence(trace);
    text += tr("Model %1").arg(string(trace.model, "name"));
    for (const char* key : {"hash", "dtype", "device"})
        if (const QString value = string(trace.model, key); !value.isEmpty())
            text += QStringLiteral(", ") + value.left(12);
    if (trace.model.is_object() && trace.model.value("tf32", false))
        text += tr(", products in TF32");
    const QString version = string(trace.provenance, "version");
    return text + (version.isEmpty() ? QStringLiteral(". Mnemoscope.") : tr(". Mnemoscope %1.").arg(version));
}

Json figureProvenance(const Result& trace, const FigureOptions& options)
{
    Json json{{"schema", "mnemo.figure/1"},
              {"experiment", trace.kind},
              {"parameters", trace.parameters},
              {"model", trace.model},
              {"metric", metricName(options.metric)},
              {"provenance", trace.provenance},
              {"done", trace.done}};
    for (const char* key : {"target", "foil", "windows", "window_share", "p_clean", "p_corrupt", "sigma", "samples"})
        if (trace.head.is_object() && trace.head.contains(key))
            json["result"][key] = trace.head[key];
    return json;
}

QSizeF figureSize(const Result& trace, const FigureOptions& options)
{
    return layOut(trace, options).size;
}

void paintFigure(PagePainter& paper, const Result& trace, const FigureOptions& options)
{
    const Page page = layOut(trace, options);
    const QPalette palette = paletteOf(options.dark);
    const QColor base = palette.color(QPalette::Base);
    const QColor ink = palette.color(QPalette::Text);
    QPainter& painter = paper.painter();
    painter.setPen(Qt::NoPen);
    painter.setBrush(base);
    painter.drawRect(QRectF({0, 0}, page.size));
    painter.setPen(ink);
    painter.setFont(fontOf(titlePixels, true));
    painter.drawText(page.title.adjusted(4, 0, 0, 0), Qt::TextWordWrap, page.titleText);
    for (std::size_t index = 0; index < page.maps.size(); ++index)
        page.maps[index]->paint(paper, page.places[index]);
    painter.setPen(mix(base, ink, 0.75));
    painter.setFont(fontOf(captionPixels));
    painter.drawText(page.caption, Qt::TextWordWrap, page.captionText);
}

}  // namespace mnemo
