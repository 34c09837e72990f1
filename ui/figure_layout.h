// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/figure.h"
#include "widgets/chart.h"

#include <QFont>
#include <QPalette>
#include <QPen>
#include <QRectF>
#include <functional>
#include <memory>
#include <vector>

namespace mnemo {

class Heatmap;

/// How pages look, in pixels of 1/96 inch.
namespace page {
inline constexpr double edge = 6;        // on all sides
inline constexpr double between = 8;     // between two plots
inline constexpr int textPixels = 10;    // 7.5 pt
inline constexpr int titlePixels = 13;   // about 10 pt
inline constexpr int captionPixels = 9;  // about 7 pt
}  // namespace page

QFont figureFont(int pixels, bool bold = false);
QPalette figurePalette(bool dark);

/// Of a text that is wrapped.
double textHeight(const QString& text, const QFont& font, double width);

double pageWidth(const FigureLook& look);   ///< pixels of 1/96 inch
double innerWidth(const FigureLook& look);  ///< without the edges

/// With the look and the program's name; without texts, size and plots.
Drawing drawingWith(const FigureLook& look, const Result& result);

/// Paints the page's ground. @return the pen for texts, which is set
QPen beginPage(QPainter& painter, const Drawing& drawing);

QRectF captionPlace(double below, const Drawing& drawing);
void paintCaption(QPainter& painter, const QPen& ink, const QRectF& place, const Drawing& drawing);

/// The charts of a result that the options leave, of two traces beside each other theirs.
/// @throws Failure Usage when there are none
std::vector<Chart> chosenCharts(const Result& result, const FigureOptions& options);

/// A plot with its place on the page.
struct Placed {
    std::unique_ptr<QWidget> plot;
    std::function<void(PagePainter&, QRectF)> paint;
    QRectF place;
};

/// Puts plots below each other, those that fit side by side.
class FigureLayout
{
public:
    /// @param corner the first plot's, at the left and top
    FigureLayout(QPointF corner, double width, QString colourMap, bool dark);

    void add(const Chart& chart);

    double bottom() const { return m_bottom; }
    std::vector<Placed> take() { return std::move(m_plots); }

private:
    template <typename Plot>
    Plot* styled();
    Heatmap* addMap(const HeatmapGrid::Panel& panel, const MapChart& chart);
    void addMaps(const MapChart& chart);
    void dropFree(const MapChart& chart, std::size_t maps);
    void addSeries(const SeriesChart& chart);
    double newLine();

    QString m_colourMap;  ///< empty: each chart's own
    bool m_dark;
    std::vector<Placed> m_plots;
    double m_left;
    double m_top;
    double m_bottom;
    double m_inner;
    int m_column = 0;
    int m_columns = 0;  ///< of the line of curves or bars that is being filled; 0: none is
};

}  // namespace mnemo
