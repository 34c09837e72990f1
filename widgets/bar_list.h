// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/json.h"
#include "widgets/accessible_grid.h"

#include <QString>
#include <QWidget>
#include <vector>

namespace mnemo {

/// Which run a series of bars shows; fixes its colour.
enum class RunRole { Clean, Corrupted, Patched, Edited, Mapped };

QString runName(RunRole role);  ///< "clean"
QColor runColour(RunRole role, const QColor& background);

/// Probability of one next token.
struct TokenBar {
    int id = 0;
    QString text;  ///< as shown: "·Seattle"
    double p = 0;
};

/// Bars of a list like a result's "top": [{"id","text","p"}].
std::vector<TokenBar> barsOf(const Json& top);

struct BarSeries {
    RunRole run = RunRole::Clean;
    std::vector<TokenBar> bars;  ///< most probable first
};

/// Next-token probabilities as horizontal bars, one group per token and one bar per run. A token that only some runs
/// list has no bar for the others. Rows: target, foil, then by the largest probability of any run.
class BarList : public QWidget, public GridItems
{
    Q_OBJECT

public:
    explicit BarList(QWidget* parent = nullptr);

    void setSeries(std::vector<BarSeries> series);
    void setTarget(int id);     ///< marked ◎; −1 = none
    void setFoil(int id);       ///< marked ○; −1 = none
    void setMaxRows(int rows);  ///< default 10
    void setStale(bool stale);  ///< dimmed until the next setSeries
    void setEmptyText(const QString& text);

    int rows() const { return int(m_rows.size()); }
    int tokenId(int row) const;    ///< −1 outside
    QRect rowRect(int row) const;  ///< widget coordinates
    QRectF barRect(int row, RunRole run) const;
    int rowAt(QPoint point) const;

    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

    int gridRows() const override { return rows(); }
    int gridColumns() const override { return 1; }
    QString gridCellText(int row, int column) const override;  ///< "·Seattle, target: clean 0.62, corrupted 0.01"
    QRect gridCellRect(int row, int) const override { return rowRect(row); }
    std::pair<int, int> gridCurrent() const override { return {m_current, m_current < 0 ? -1 : 0}; }

Q_SIGNALS:
    void clicked(int tokenId);     ///< click or Enter
    void altClicked(int tokenId);  ///< Alt+click or Alt+Enter

protected:
    bool event(QEvent* event) override;
    void changeEvent(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    struct Row {
        int id = 0;
        QString text;
        std::vector<double> p;  ///< one per series, NaN where the run does not list it
    };

    static constexpr int margin = 8;

    void rebuild();
    int legendHeight() const;
    int rowHeight() const;
    int barHeight() const;
    QRect textColumn() const;
    QRect valueColumn() const;
    QString valueText(const Row& row) const;
    void paintRow(QPainter& painter, int row) const;
    void paintLegend(QPainter& painter) const;

    std::vector<BarSeries> m_series;
    std::vector<Row> m_rows;
    QString m_emptyText;
    int m_target = -1;
    int m_foil = -1;
    int m_maxRows = 10;
    int m_current = -1;
    int m_hovered = -1;
    bool m_stale = false;
};

}  // namespace mnemo
