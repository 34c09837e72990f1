// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/accessible_grid.h"
#include "widgets/graph_paint.h"

#include <QGraphicsView>
#include <memory>
#include <vector>

namespace mnemo {

class PagePainter;

/// A circuit as a graph: hover and choose blocks to see what feeds them and what they feed, hide them, zoom, walk from
/// block to block with the keys. Knows nothing of results: give it edges, hear about hiding.
class GraphView : public QGraphicsView, public GridItems
{
    Q_OBJECT

public:
    explicit GraphView(QWidget* parent = nullptr);
    ~GraphView() override;

    void setGraph(const Circuit& circuit, bool merged);  ///< keeps zoom, current and chosen block where they stay
    void setTitle(const QString& title);                 ///< of figures and for screen readers
    void setNote(const QString& note);                   ///< in figures, below the title
    void setHidden(int nodes);                           ///< that the menu can bring back
    void setEmptyText(const QString& text);              ///< where there are no edges

    const Circuit& circuit() const { return m_circuit; }
    const GraphLayout& drawn() const { return m_layout; }
    int current() const { return m_current; }    ///< index of a place; −1: none
    int selected() const { return m_selected; }  ///< whose paths are shown; −1: none
    int hoveredLink() const { return m_hoveredLink; }
    void setCurrent(int place);
    void select(int place);
    Emphasis emphasis(int link) const;

    QString placeName(int place) const;  ///< "39", "39 at n1"
    QString placeText(int place) const;  ///< what feeds it and what it feeds
    QString linkText(int link) const;  ///< "embed → 39, n1, n2: attribution −0.12 (n1 −0.1, n2 −0.02), exact −0.1"

    /// Title, note and graph in a page; vectors where the device has them. Nothing is dimmed or marked.
    void paint(PagePainter& page, QRectF rect) const;
    double figureHeight(double width) const;  ///< that paint() needs, in pixels of the device

    int gridRows() const override { return int(m_order.size()); }
    int gridColumns() const override { return 1; }
    QString gridCellText(int row, int column) const override;
    QRect gridCellRect(int row, int column) const override;
    std::pair<int, int> gridCurrent() const override;

    QSize sizeHint() const override { return {520, 420}; }
    QSize minimumSizeHint() const override { return {240, 200}; }

public Q_SLOTS:
    void fit();  ///< all of it, and from now on
    void zoom(double factor);

Q_SIGNALS:
    void pointed(const QString& text);  ///< at a block or line by mouse or keys; empty: at none
    void hideRequested(const QString& node);
    void showHiddenRequested();

protected:
    bool event(QEvent* event) override;
    bool viewportEvent(QEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void drawForeground(QPainter* painter, const QRectF& rect) override;

private:
    struct Target {
        int place = -1;
        int link = -1;
    };

    void rebuild();
    void addLabels();
    void restyle();
    void highlight();
    void hover(Target target);
    void step(int key);
    void hide(const QString& node);
    int placeNamed(const QString& name) const;
    Target targetAt(QPoint point) const;
    QString labelOf(const GraphLayout::Link& link) const;
    std::vector<QString> labelsOf() const;
    QString measuresText(const std::vector<int>& edges) const;
    QString nodeName(int place) const;
    double headHeight(double width) const;

    Circuit m_circuit;
    bool m_merged = true;
    GraphLayout m_layout;
    GraphStyle m_style;
    std::vector<int> m_order;    ///< places as they are read
    std::vector<bool> m_marked;  ///< lines on paths of the chosen or hovered block; empty: no block is
    std::vector<bool> m_onPath;  ///< places the same
    std::unique_ptr<QGraphicsScene> m_scene;
    QString m_title;
    QString m_note;
    QString m_emptyText;
    int m_hidden = 0;
    int m_current = -1;
    int m_selected = -1;
    int m_hoveredPlace = -1;
    int m_hoveredLink = -1;
    bool m_fitted = true;
    QPoint m_pressedAt;
};

}  // namespace mnemo
