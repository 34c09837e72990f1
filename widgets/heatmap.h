// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"
#include "widgets/accessible_grid.h"
#include "widgets/cell.h"
#include "widgets/colour_map.h"

#include <QString>
#include <QWidget>
#include <functional>
#include <vector>

class QCustomPlot;

class QTimer;

namespace mnemo {

class HeatmapPlot;
class HeatmapOverlay;
class PagePainter;

/// What stands beside one row (token) of a map: "·Need", or "·Need/·Statue" where clean and corrupted differ.
struct RowLabel {
    QString text;          ///< token of the clean prompt, as it is shown
    QString corrupt;       ///< its partner in the corrupted prompt, or empty when alike
    bool subject = false;  ///< marked, as in the paper's maps

    QString shown() const { return corrupt.isEmpty() ? text : text + QLatin1Char('/') + corrupt; }
    bool operator==(const RowLabel&) const = default;
};

/// Whether a map names its rows again beside the first of its line. None of its own: all maps have the same.
inline bool needsRowLabels(const std::vector<RowLabel>& own, const std::vector<RowLabel>& first)
{
    return !own.empty() && own != first;
}

/// Layer × token heat map of one array of a result: tokens as rows from top to bottom, layers as columns. Knows nothing
/// of jobs or models: give it values, hear about clicks. Cells that are not computed are hatched, so a half-filled map
/// can be shown as it grows. Colours and fonts follow the palette, also when it changes.
class Heatmap : public QWidget, public GridItems
{
    Q_OBJECT

public:
    explicit Heatmap(QWidget* parent = nullptr);
    ~Heatmap() override;

    void setArray(ArrayPtr array);  ///< axes: layer, token; null empties the map. Repaints at most once per frame
    ArrayPtr array() const { return m_array; }
    void setRows(std::vector<RowLabel> rows);  ///< without: the labels of the token axis
    void setColourMap(const ColourMap& map);
    void setRange(double low, double high);  ///< locks the colour scale
    void setAutoRange();                     ///< scale from the values there are (the default)
    ValueRange range() const;                ///< of the colour scale now

    void setTitle(const QString& title);
    void setLayerLabel(const QString& text);  ///< below the map: "single restored layer within …"
    void setValueLabel(const QString& text);  ///< caption of the colour bar: "IE", "p(·Seattle)"
    void setRowLabelsVisible(bool visible);   ///< false in all but the first column of small multiples
    void setColourBarVisible(bool visible);

    void setCurrentCell(Cell cell);  ///< moves the cross-hair, emits nothing
    Cell currentCell() const { return m_current; }
    void setMarkedCell(Cell cell);  ///< a dashed frame, where the mouse is in a linked map; invalid takes it away
    Cell markedCell() const { return m_marked; }
    void setNotedCells(std::vector<Cell> cells);  ///< a marked corner, and a word in cellText()
    const std::vector<Cell>& notedCells() const { return m_noted; }
    void setWindow(int layers);  ///< band of the layers restored together around the current cell (1 = none)

    void setStale(bool stale);                            ///< a veil over the cells
    void setProgress(double share);                       ///< thin bar on top; negative hides it
    void setEmptyText(const QString& text);               ///< shown while there is no array
    void setCellText(std::function<QString(Cell)> text);  ///< of tooltip and screen reader; replaces cellText()
    void setTexts(std::vector<QString> texts);            ///< in cells with room for them: [layer, row], or none

    QString cellText(Cell cell) const;          ///< "·Need, layer 17: IE 0.42"
    QColor cellColour(Cell cell) const;         ///< as painted; invalid where the cell has no value
    Cell cellAt(QPoint point) const;            ///< widget coordinates; invalid outside the map
    QRectF cellRect(Cell cell) const;           ///< widget coordinates
    int columnNamesHeight(double width) const;  ///< more that a map of this width needs for names that stand upright
    bool rowLabelsVisible() const;
    int rowLabelsWidth() const;                 ///< pixels at the left that a map without labels does not need
    QRectF rowLabelRect(int pos) const;         ///< where a click means the token

    /// Draws the map with the same code into a page, in the device's units; vectors where the device has them.
    void paint(PagePainter& page, QRectF rect) const;

    int gridRows() const override;
    int gridColumns() const override;
    QString gridCellText(int row, int column) const override;
    QRect gridCellRect(int row, int column) const override;
    std::pair<int, int> gridCurrent() const override { return {m_current.pos, m_current.layer}; }
    QString gridRowName(int row) const override;
    QString gridColumnName(int column) const override;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

public Q_SLOTS:
    void resetZoom();
    void reveal(mnemo::Cell cell);  ///< moves a zoomed map until the cell is in sight
    void zoom(double factor);       ///< about the current cell; > 1 enlarges

Q_SIGNALS:
    void cellClicked(mnemo::Cell cell);          ///< click or Enter
    void cellActivated(mnemo::Cell cell);        ///< double click or Shift+Enter
    void currentCellChanged(mnemo::Cell cell);   ///< by the user, with mouse or keys
    void tokenClicked(int pos);                  ///< a click on the row's label
    void cellsSelected(mnemo::CellRange cells);  ///< Shift-drag
    void cellHovered(mnemo::Cell cell);          ///< invalid when the mouse leaves the map

protected:
    bool event(QEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;

private:
    void moveCurrent(Cell cell);
    Cell afterKey(int key, Qt::KeyboardModifiers modifiers) const;
    bool hasCell(Cell cell) const;
    void applyRows();
    void scheduleReplot();
    void placeOverlay();
    QString valueText(Cell cell) const;

    HeatmapPlot* m_plot;        ///< owned by Qt's parent: the QCustomPlot with our plottable
    HeatmapOverlay* m_overlay;  ///< veil, progress, focus ring, empty text
    QTimer* m_frame;            ///< one repaint per frame
    ArrayPtr m_array;
    std::vector<RowLabel> m_rows;
    std::function<QString(Cell)> m_cellText;
    Cell m_current;
    Cell m_hovered;
    Cell m_marked;
    std::vector<Cell> m_noted;
    Cell m_selectFrom;  ///< valid while Shift-dragging
    QPoint m_pressedAt;
    bool m_pressed = false;
    int m_window = 1;
};

}  // namespace mnemo
