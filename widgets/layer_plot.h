// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/accessible_grid.h"
#include "widgets/colour_map.h"

#include <QColor>
#include <QString>
#include <QWidget>
#include <string>
#include <vector>

class QCPLegend;
class QCPRange;
class QCustomPlot;
class QPen;

class QTimer;

namespace mnemo {

class LayerTicker;
class PagePainter;

/// One named value per layer. NaN leaves a gap.
struct LayerSeries {
    QString name;                ///< in the legend
    std::string site;            ///< gives the hue ("h", "s", …) unless `colour` is set
    std::vector<double> values;  ///< one per layer
    std::vector<double> low;     ///< optional, ends of a band or an error bar: one per layer, or empty
    std::vector<double> high;
    QColor colour;                       ///< optional
    QColor referenceColour = {};         ///< optional: of bars' reference ticks
    bool dashed = false;                 ///< a second way to tell curves apart
    std::vector<double> reference = {};  ///< optional: somebody else's values, drawn beside ours
    std::vector<double> behind = {};     ///< optional: compared in shape alone, faint and on a scale of its own
    bool inert = false;                  ///< clicks on its values mean nothing
};

/// From the smallest to the largest value, 0 included, with a little room beyond them.
ValueRange seriesRange(const std::vector<LayerSeries>& series);

/// What plots of values over layers have in common: title, legend, a cursor at the current layer, mouse, keys, screen
/// readers and pages. How a series looks is the plot's own.
class LayerPlot : public QWidget, public GridItems
{
    Q_OBJECT

public:
    void setSeries(std::vector<LayerSeries> series);
    void setRange(double low, double high);
    void setAutoRange();
    void setTitle(const QString& title);
    void setLayerLabel(const QString& text);
    void setValueLabel(const QString& text);
    /// Without: numbers from 0. Names that are no numbers ("embed", "total") stand apart from the layers.
    void setLayerNames(std::vector<QString> names);
    void setLegendShown(bool shown);   ///< where it would be: with several series, or a reference
    void setNamesTurned(bool turned);  ///< upwards, so that each has its place however many there are
    /// Numbers that the values stand at, on a scale of numbers: names are then for readers and tips only. Empty:
    /// layers.
    void setPlaces(std::vector<double> places);
    void setReferenceName(const QString& name);  ///< whose the references are: in the legend
    void setBehindLabel(const QString& text);    ///< what the curves behind the series are, at their scale
    void setPointHelp(const QString& text);      ///< what a click on a value does; empty: values are not clicked
    void setCurrentLayer(int layer);             ///< moves the cursor, −1 hides it; emits nothing
    int currentLayer() const { return m_layer; }
    void setEmptyText(const QString& text);
    int layers() const;
    const std::vector<LayerSeries>& series() const { return m_series; }

    QPointF pointAt(int series, int layer) const;      ///< of a value, widget coordinates
    int layerAt(QPoint point) const;                   ///< −1 outside the plot
    int seriesAt(QPoint point) const;                  ///< whose value is there; −1: none
    QString layerText(int layer) const;                ///< "layer 3: h 0.42 ± 0.01, s 0.1"
    void paint(PagePainter& page, QRectF rect) const;  ///< into a page, as vectors where the device has them

    QSize sizeHint() const override { return {420, 220}; }
    QSize minimumSizeHint() const override { return {200, 120}; }

    int gridRows() const override;     ///< layers
    int gridColumns() const override;  ///< series
    QString gridCellText(int row, int column) const override;
    QRect gridCellRect(int row, int column) const override;
    std::pair<int, int> gridCurrent() const override { return {m_layer, m_layer < 0 ? -1 : m_point}; }
    QString gridRowName(int row) const override;
    QString gridColumnName(int column) const override;

Q_SIGNALS:
    void layerClicked(int layer);  ///< click or Enter
    void layerHovered(int layer);
    void pointClicked(int series, int layer);  ///< click on a value, or Enter; where there is a point help

protected:
    explicit LayerPlot(QWidget* parent);

    /// Adds the plottables of one series. Places of layers are place()s on the x axis.
    virtual void draw(QCustomPlot& plot, int series) = 0;
    virtual double placeOf(int series, int layer) const;  ///< of one value, on the x axis
    virtual QPen referencePen(const QColor& colour) const = 0;

    double place(int layer) const;   ///< middle of a layer, on the x axis
    QColor referenceColour() const;  ///< of the first series that has one; invalid: none
    QColor colourOf(const LayerSeries& series) const;

    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    void schedule();  ///< one rebuild per frame
    void rebuild();
    void restyle();
    void buildLegend();
    void restyleLegend(const QColor& ink);
    int legendWidth() const;  ///< pixels that its entries want in one line
    int legendIcon() const;
    int legendRoom() const;
    void placeLegend();
    void addReferenceName();
    void addBehind();
    void addCursor();
    void addPoint();
    void addTitle();
    void choosePoint(int series);
    void clickPoint(int series, int layer);
    bool isPoint(int series, int layer) const;
    void placeNames();
    QCPRange placeRange() const;
    QString nameOf(int layer) const;
    QString valueText(const LayerSeries& series, int layer) const;
    QString tipAt(QPoint point) const;
    bool hasReference() const;

    QCustomPlot* m_plot;     ///< owned by Qt's parent
    QCPLegend* m_reference;  ///< a line below the legend, for the reference's name where it does not fit in that one
    QTimer* m_frame;
    std::vector<LayerSeries> m_series;
    std::vector<QString> m_names;
    std::vector<double> m_places;  ///< of names; empty without
    bool m_areNumbers = false;     ///< the places are what was given, not where names stand
    bool m_turned = false;
    bool m_legendShown = true;
    ValueRange m_range;
    bool m_autoRange = true;
    int m_layer = -1;
    int m_point = 0;  ///< the series whose value at the cursor Enter clicks
    QString m_behindLabel;
    QString m_pointHelp;
    QString m_title;
    QString m_referenceName;
    QString m_emptyText;
};

}  // namespace mnemo
