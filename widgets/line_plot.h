// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/accessible_grid.h"
#include "widgets/colour_map.h"

#include <QColor>
#include <QString>
#include <QWidget>
#include <string>
#include <vector>

class QCustomPlot;

class QTimer;

namespace mnemo {

class PagePainter;

/// One named curve over layers. NaN leaves a gap.
struct LineSeries {
    QString name;                ///< in the legend
    std::string site;            ///< gives the hue ("h", "s", …) unless `colour` is set
    std::vector<double> values;  ///< one per layer
    std::vector<double> low;     ///< optional band: one per layer, or empty
    std::vector<double> high;
    QColor colour;        ///< optional
    bool dashed = false;  ///< a second way to tell series apart
};

/// Curves of an effect over layers, with legend, bands and a cursor at the current layer.
class LinePlot : public QWidget, public GridItems
{
    Q_OBJECT

public:
    explicit LinePlot(QWidget* parent = nullptr);

    void setSeries(std::vector<LineSeries> series);
    void setRange(double low, double high);
    void setAutoRange();
    void setTitle(const QString& title);
    void setLayerLabel(const QString& text);
    void setValueLabel(const QString& text);
    void setCurrentLayer(int layer);  ///< moves the cursor, −1 hides it; emits nothing
    int currentLayer() const { return m_layer; }
    void setEmptyText(const QString& text);
    int layers() const;

    QPointF pointAt(int series, int layer) const;      ///< widget coordinates
    int layerAt(QPoint point) const;                   ///< −1 outside the plot
    void paint(PagePainter& page, QRectF rect) const;  ///< into a page, as vectors where the device has them

    QSize sizeHint() const override { return {420, 220}; }
    QSize minimumSizeHint() const override { return {200, 120}; }

    int gridRows() const override;     ///< layers
    int gridColumns() const override;  ///< series
    QString gridCellText(int row, int column) const override;
    QRect gridCellRect(int row, int column) const override;
    std::pair<int, int> gridCurrent() const override { return {m_layer, m_layer < 0 ? -1 : 0}; }
    QString gridRowName(int row) const override;
    QString gridColumnName(int column) const override;

Q_SIGNALS:
    void layerClicked(int layer);  ///< click or Enter
    void layerHovered(int layer);

protected:
    bool event(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;

private:
    void schedule();  ///< one rebuild per frame
    void rebuild();
    void restyle();
    QString layerText(int layer) const;

    QCustomPlot* m_plot;  ///< owned by Qt's parent
    QTimer* m_frame;
    std::vector<LineSeries> m_series;
    ValueRange m_range;
    bool m_autoRange = true;
    int m_layer = -1;
    QString m_title;
    QString m_emptyText;
};

}  // namespace mnemo
