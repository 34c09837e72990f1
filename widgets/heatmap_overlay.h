// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QWidget>
#include <vector>

namespace mnemo {

/// What lies over a map and is no part of a figure: progress, veil of an outdated map, notes, focus ring, empty
/// text.
class HeatmapOverlay : public QWidget
{
    Q_OBJECT

public:
    explicit HeatmapOverlay(QWidget* parent);

    void setStale(bool stale);
    void setProgress(double share);  ///< negative hides it
    void setEmptyText(const QString& text);
    void setEmpty(bool empty);
    void setFocusRing(bool visible);
    void setMapRect(const QRect& rect);               ///< where the cells are
    void setNotes(const std::vector<QRectF>& cells);  ///< a corner of each is marked

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    QRect m_map;
    std::vector<QRectF> m_notes;
    QString m_emptyText;
    double m_progress = -1;
    bool m_stale = false;
    bool m_empty = true;
    bool m_focus = false;
};

}  // namespace mnemo
