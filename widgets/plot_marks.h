// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/colour_map.h"
#include "widgets/heatmap.h"

#include <qcustomplot.h>

namespace mnemo {

bool isLayer(const QString& name);  ///< a number, and not "embed" or "total"

/// Layer numbers: a round step (1, 2, 5, 10, …) that leaves room for the labels.
class LayerTicker : public QCPAxisTicker
{
public:
    explicit LayerTicker(QCPAxis* axis) : m_axis(axis) {}

    /// Places and names of layers; without, a layer stands at its number. Names that are no numbers are always shown,
    /// shortened where they would touch each other.
    void setMarks(std::vector<std::pair<double, QString>> marks) { m_marks = std::move(marks); }
    void setTurned(bool turned) { m_turned = turned; }  ///< names stand upright: all are shown, and whole

protected:
    QVector<double> createTickVector(double step, const QCPRange& range) override;
    double getTickStep(const QCPRange& range) override;
    int getSubTickCount(double) override { return 0; }
    QString getTickLabel(double tick, const QLocale& locale, QChar format, int precision) override;

private:
    QString fitted(double place, const QString& word) const;

    QCPAxis* m_axis;
    std::vector<std::pair<double, QString>> m_marks;
    bool m_turned = false;
};

/// Row labels of a map, in its left margin. Subject rows are bold and carry a bar; rows too low for text are thinned
/// out, subject rows last.
class RowLabels : public QCPLayerable
{
    Q_OBJECT

public:
    explicit RowLabels(QCPAxisRect* rect);

    void setRows(std::vector<RowLabel> rows);
    const std::vector<RowLabel>& rows() const { return m_rows; }
    void setStyle(const QFont& font, const QColor& ink, const QColor& accent);
    void setCurrent(int pos) { m_current = pos; }
    int width() const { return m_width; }  ///< pixels that the labels want
    QRectF rect(int pos) const;            ///< of one label, in the plot's pixels
    int rowAt(QPointF pixel) const;        ///< −1 outside

protected:
    void applyDefaultAntialiasingHint(QCPPainter*) const override {}
    QRect clipRect() const override { return mParentPlot->viewport(); }
    void draw(QCPPainter* painter) override;

private:
    double rowHeight() const;
    QFont fitted() const;
    void measure();
    std::vector<bool> legible() const;

    QCPAxisRect* m_rect;
    std::vector<RowLabel> m_rows;
    QFont m_font;
    QColor m_ink;
    QColor m_accent;
    int m_width = 0;
    int m_current = -1;
};

/// Colour scale in the right margin of a map: a gradient, its ends and a caption. No bitmap.
class ColourBar : public QCPLayerable
{
    Q_OBJECT

public:
    explicit ColourBar(QCPAxisRect* rect);

    void setScale(const ColourMap& map, ValueRange range);
    void setCaption(const QString& text) { m_caption = text; }
    void setOutside(bool below, bool above);  ///< there are values beyond the ends: "≤0", "≥100"
    void setStyle(const QFont& font, const QColor& ink, const QColor& line);
    int width() const;  ///< pixels that it wants

protected:
    void applyDefaultAntialiasingHint(QCPPainter*) const override {}
    QRect clipRect() const override { return mParentPlot->viewport(); }
    void draw(QCPPainter* painter) override;

private:
    std::vector<double> ticks() const;
    ValueRange shown() const;
    QString tickText(double tick) const;

    QCPAxisRect* m_rect;
    ColourMap m_map = ColourMap::named("viridis");
    ValueRange m_range;
    QString m_caption;
    QFont m_font;
    QColor m_ink;
    QColor m_line;
    bool m_below = false;
    bool m_above = false;
};

}  // namespace mnemo
