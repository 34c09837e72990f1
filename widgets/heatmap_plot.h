// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/cell_plottable.h"
#include "widgets/plot_marks.h"

#include <qcustomplot.h>

namespace mnemo {

/// The QCustomPlot of a heat map: cells, row labels, layer axis and colour bar. Zoom and pan stay inside the map.
class HeatmapPlot : public QCustomPlot
{
    Q_OBJECT

public:
    explicit HeatmapPlot(QWidget* parent);

    CellPlottable* cells() const { return m_cells; }
    RowLabels* labels() const { return m_labels; }
    const ColourMap& colourMap() const { return m_map; }
    ValueRange range() const { return m_range; }

    void setArray(const ArrayPtr& array);  ///< keeps the zoom when the shape stays
    void setColourMap(const ColourMap& map);
    void setFixedRange(ValueRange range);
    void setAutoRange();
    void setTitle(const QString& text);
    void setLayerLabel(const QString& text);
    void setValueLabel(const QString& text);
    void setLabelsVisible(bool visible);
    bool labelsVisible() const { return m_labelsVisible; }
    void setColourBarVisible(bool visible);

    void resetZoom();
    void zoomBy(double factor, Cell about);
    bool isZoomed() const;
    void reveal(Cell cell);                      ///< moves a zoomed view until the cell is in it
    void restyle();                              ///< takes colours and fonts from the widget's palette and font
    void layOut();                               ///< margins for what is shown now
    int labelsWidth() const;                     ///< left margin with labels minus without
    int turnedHeight(double columnWidth) const;  ///< room for names that stand upright; 0 where they fit as they are
    void paint(QCPPainter* painter, QRectF rect);

protected:
    void changeEvent(QEvent* event) override;

private:
    void updateRange();
    void nameLayers();  ///< at the axis, where they are no plain numbers
    void turnNames(bool turned);
    void keepInside();
    QCPRange fullLayers() const { return {-0.5, std::max(1, m_cells->layers()) - 0.5}; }
    QCPRange fullTokens() const { return {-0.5, std::max(1, m_cells->tokens()) - 0.5}; }

    CellPlottable* m_cells;
    RowLabels* m_labels;
    ColourBar* m_bar;
    ArrayPtr m_array;
    QStringList m_columnNames;  ///< none: numbers
    ColourMap m_map = ColourMap::named("viridis");
    ValueRange m_range;
    bool m_autoRange = true;
    bool m_labelsVisible = true;
    bool m_barVisible = true;
    QCPItemText* m_title;
};

/// Scale for the values there are: from 0 for probabilities and effects, else from the smallest.
ValueRange autoRange(const Array& array);

}  // namespace mnemo
