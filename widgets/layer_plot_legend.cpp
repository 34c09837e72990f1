// SPDX-License-Identifier: GPL-3.0-or-later
// What stands above plots over layers: the names of series, and whose the references are.
#include "widgets/layer_plot.h"
#include "widgets/plot_marks.h"

#include <qcustomplot.h>
#include <algorithm>

namespace mnemo {
namespace {

constexpr int between = 14;  // pixels from one entry to the next

}  // namespace

/// Above the plot, at the right, in one line where it fits.
void LayerPlot::buildLegend()
{
    auto* above = new QCPLayoutGrid;
    m_plot->plotLayout()->insertRow(0);
    m_plot->plotLayout()->addElement(0, 0, above);
    m_plot->plotLayout()->setRowSpacing(0);
    above->addElement(0, 0, new QCPLayoutElement(m_plot));
    above->addElement(0, 1, m_plot->legend);
    above->addElement(1, 1, m_reference);
    m_reference->setLayer(QStringLiteral("legend"));
    above->setColumnStretchFactor(1, 1e-3);
    above->setMargins({0, 4, 14, 0});
    m_plot->plotLayout()->setRowStretchFactor(0, 1e-3);
    m_plot->legend->setFillOrder(QCPLegend::foColumnsFirst);
    m_plot->legend->setColumnSpacing(between);
    above->setRowSpacing(0);
    for (QCPLegend* legend : {m_plot->legend, m_reference})
        legend->setMargins({0, 0, 0, 4});
}

void LayerPlot::restyleLegend(const QColor& ink)
{
    for (QCPLegend* legend : {m_plot->legend, m_reference}) {
        legend->setFont(font());
        legend->setTextColor(ink);
        legend->setBorderPen(Qt::NoPen);
        legend->setBrush(Qt::NoBrush);
    }
}

/// Pixels; dashes are told from lines where one has a gap on either side of its dot.
int LayerPlot::legendIcon() const
{
    const bool dashed = std::ranges::any_of(m_series, &LayerSeries::dashed);
    return dashed || hasReference() ? 26 : 16;
}

bool LayerPlot::hasReference() const
{
    return std::any_of(m_series.begin(), m_series.end(),
                       [](const LayerSeries& series) { return !series.reference.empty(); });
}

void LayerPlot::addReferenceName()
{
    if (!hasReference())
        return;
    QCPGraph* sample = m_plot->addGraph();  // without data: its entry in the legend speaks for all series
    sample->setName(fontMetrics().elidedText(m_referenceName, Qt::ElideRight, legendRoom() - 40));
    const QColor own = referenceColour();
    sample->setPen(
        referencePen(own.isValid() ? own : mix(palette().color(QPalette::Base), palette().color(QPalette::Text), 0.7)));
    if (legendWidth() <= legendRoom())
        return;
    sample->removeFromLegend();
    sample->addToLegend(m_reference);
}

int LayerPlot::legendWidth() const
{
    int width = -between;
    for (int item = 0; item < m_plot->plottableCount(); ++item)
        if (m_plot->legend->itemWithPlottable(m_plot->plottable(item)))
            width += fontMetrics().horizontalAdvance(m_plot->plottable(item)->name()) + legendIcon() + 7 + between;
    return width;
}

int LayerPlot::legendRoom() const
{
    return m_plot->viewport().width() - 26;
}

/// In the title's line where both fit, else above it; in several lines where one is too short.
void LayerPlot::placeLegend()
{
    const bool below = m_legendShown && m_reference->itemCount() > 0;
    const bool visible = m_legendShown && (m_series.size() > 1 || hasReference());
    const int wanted = legendWidth(), room = legendRoom();
    const int entries = std::max(1, m_plot->legend->itemCount());
    const int columns = wanted > room ? std::max(1, entries * room / std::max(1, wanted)) : entries;
    const int line = fontMetrics().height() + 6;
    for (QCPLegend* legend : {m_plot->legend, m_reference})
        legend->setIconSize(legendIcon(), fontMetrics().height());
    m_plot->legend->setWrap(columns);
    m_plot->legend->setFillOrder(QCPLegend::foColumnsFirst, true);
    const auto show = [](QCPLegend* legend, bool shown, int height) {
        legend->setVisible(shown);
        legend->setMinimumSize(0, shown ? height : 1);  // 0 is what its entries want
        legend->setMaximumSize(QWIDGETSIZE_MAX, shown ? QWIDGETSIZE_MAX : 1);
    };
    show(m_plot->legend, visible, line * ((entries + columns - 1) / columns));
    show(m_reference, below, line);
    QFont bold = font();
    bold.setBold(true);
    const bool beside = !below && QFontMetrics(bold).horizontalAdvance(m_title) + wanted + 60 <= room;
    const bool ownLine = !m_title.isEmpty() && (!visible || !beside);
    m_plot->axisRect()->setMinimumMargins({8, ownLine ? fontMetrics().height() + 14 : 10, 14, 8});
}

}  // namespace mnemo
