// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"
#include "widgets/cell.h"
#include "widgets/colour_map.h"

#include <qcustomplot.h>
#include <optional>

namespace mnemo {

/// Paints a layer × token array as rectangles: sharp on screen and vectors in SVG and PDF, where QCustomPlot's own
/// colour map becomes a bitmap. Key axis: layers, value axis: tokens (reversed, first token on top).
class CellPlottable : public QCPAbstractPlottable
{
    Q_OBJECT

public:
    CellPlottable(QCPAxis* layers, QCPAxis* tokens);

    void setArray(ArrayPtr array) { m_array = std::move(array); }
    void setColours(ColourMap map, ValueRange range);
    void setInk(const QColor& background, const QColor& ink);  ///< for hatches, dots and the cursor
    void setCurrent(Cell cell, int window);                    ///< window: layers outlined around the cell
    void setSelected(std::optional<CellRange> cells) { m_selected = cells; }
    void setTexts(std::vector<QString> texts) { m_texts = std::move(texts); }  ///< in the cells, row-major; or none

    int layers() const;
    int tokens() const;
    QColor cellColour(Cell cell) const;  ///< invalid where there is no value to show
    QRectF cellRect(Cell cell) const;    ///< pixels of the plot; the cell's whole share of the map
    Cell cellAt(QPointF pixel) const;    ///< invalid outside

    double selectTest(const QPointF& pos, bool onlySelectable, QVariant* details = nullptr) const override;
    QCPRange getKeyRange(bool& found, QCP::SignDomain inSignDomain = QCP::sdBoth) const override;
    QCPRange getValueRange(bool& found, QCP::SignDomain inSignDomain = QCP::sdBoth,
                           const QCPRange& inKeyRange = QCPRange()) const override;

protected:
    void draw(QCPPainter* painter) override;
    void drawLegendIcon(QCPPainter* painter, const QRectF& rect) const override;

private:
    void drawCell(QCPPainter* painter, Cell cell, const QRectF& rect) const;
    void drawTexts(QCPPainter* painter) const;
    void drawCurrent(QCPPainter* painter) const;
    QRectF rangeRect(const CellRange& cells) const;

    ArrayPtr m_array;
    ColourMap m_map = ColourMap::named("viridis");
    ValueRange m_range;
    QColor m_background = Qt::white;
    QColor m_ink = Qt::black;
    Cell m_current;
    int m_window = 1;
    std::optional<CellRange> m_selected;
    std::vector<QString> m_texts;
    bool m_vectors = false;
};

/// First and end layer of a window of `width` around `layer`, cut at the ends (DESIGN.md §4).
std::pair<int, int> windowLayers(int layer, int width, int layers);

}  // namespace mnemo
