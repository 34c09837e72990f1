// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/line_plot.h"

#include "widgets/page_painter.h"
#include "widgets/plot_marks.h"

#include <qcustomplot.h>
#include <QTimer>
#include <algorithm>
#include <cmath>

namespace mnemo {

namespace {

QColor colourOf(const LineSeries& series, const QColor& background)
{
    return series.colour.isValid() ? series.colour : siteColour(series.site, background);
}

QVector<double> keysFor(std::size_t size)
{
    QVector<double> keys(static_cast<qsizetype>(size));
    for (qsizetype i = 0; i < keys.size(); ++i)
        keys[i] = double(i);
    return keys;
}

QVector<double> qVector(const std::vector<double>& values)
{
    return {values.begin(), values.end()};
}

/// The widget's own plot: it must hear of a new palette after its children inherited it.
class LinesCanvas : public QCustomPlot
{
public:
    LinesCanvas(QWidget* parent, std::function<void()> restyle) : QCustomPlot(parent), m_restyle(std::move(restyle)) {}

protected:
    void changeEvent(QEvent* event) override
    {
        QCustomPlot::changeEvent(event);
        if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
            m_restyle();
    }

private:
    std::function<void()> m_restyle;
};

}  // namespace

LinePlot::LinePlot(QWidget* parent)
    : QWidget(parent), m_plot(new LinesCanvas(this, [this] { restyle(); })), m_frame(new QTimer(this))
{
    installAccessibleGrid();
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("Effect over layers"));
    m_plot->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_plot->setFocusPolicy(Qt::NoFocus);
    m_plot->xAxis->setTicker(QSharedPointer<LayerTicker>::create(m_plot->xAxis));
    m_plot->xAxis->grid()->setVisible(false);
    m_plot->yAxis->setNumberFormat(QStringLiteral("g"));
    m_plot->yAxis->setNumberPrecision(3);
    m_plot->yAxis->setSubTicks(false);
    m_plot->axisRect()->setMinimumMargins({8, 10, 14, 8});
    // The legend stands above the curves, at the right, in one line.
    auto* above = new QCPLayoutGrid;
    m_plot->plotLayout()->insertRow(0);
    m_plot->plotLayout()->addElement(0, 0, above);
    m_plot->plotLayout()->setRowSpacing(0);
    above->addElement(0, 0, new QCPLayoutElement(m_plot));
    above->addElement(0, 1, m_plot->legend);
    above->setColumnStretchFactor(1, 1e-3);
    above->setMargins({0, 4, 14, 0});
    m_plot->plotLayout()->setRowStretchFactor(0, 1e-3);
    m_plot->legend->setFillOrder(QCPLegend::foColumnsFirst);
    m_plot->legend->setColumnSpacing(14);
    m_plot->legend->setMargins({0, 0, 0, 4});
    m_frame->setSingleShot(true);
    m_frame->setInterval(16);
    connect(m_frame, &QTimer::timeout, this, &LinePlot::rebuild);
    restyle();
}

void LinePlot::schedule()
{
    if (!m_frame->isActive())
        m_frame->start();
}

int LinePlot::layers() const
{
    std::size_t most = 0;
    for (const LineSeries& series : m_series)
        most = std::max(most, series.values.size());
    return int(most);
}

void LinePlot::setSeries(std::vector<LineSeries> series)
{
    m_series = std::move(series);
    schedule();
}

void LinePlot::setRange(double low, double high)
{
    m_range = {low, high};
    m_autoRange = false;
    schedule();
}

void LinePlot::setAutoRange()
{
    m_autoRange = true;
    schedule();
}

void LinePlot::setTitle(const QString& title)
{
    m_title = title;
    setAccessibleName(title);
    schedule();
}

void LinePlot::setLayerLabel(const QString& text)
{
    m_plot->xAxis->setLabel(text);
    schedule();
}

void LinePlot::setValueLabel(const QString& text)
{
    m_plot->yAxis->setLabel(text);
    schedule();
}

void LinePlot::setCurrentLayer(int layer)
{
    if (layer == m_layer)
        return;
    m_layer = layer;
    announceCurrent(this);
    schedule();
}

void LinePlot::setEmptyText(const QString& text)
{
    m_emptyText = text;
    schedule();
}

void LinePlot::restyle()
{
    const QColor base = palette().color(QPalette::Base);
    const QColor ink = palette().color(QPalette::Text);
    const QColor soft = mix(base, ink, 0.78);
    const QColor line = mix(base, ink, 0.4);
    m_plot->setBackground(QBrush(base));
    for (QCPAxis* axis : {m_plot->xAxis, m_plot->yAxis}) {
        axis->setBasePen(axis == m_plot->xAxis ? QPen(line, 1) : QPen(Qt::NoPen));
        axis->setTickPen(QPen(line, 1));
        axis->setTickLength(0, 3);
        axis->setTickLabelColor(soft);
        axis->setLabelColor(soft);
        axis->setTickLabelFont(font());
        axis->setLabelFont(font());
    }
    m_plot->yAxis->setTickPen(Qt::NoPen);
    m_plot->yAxis->grid()->setPen(QPen(mix(base, ink, 0.1), 1));
    m_plot->yAxis->grid()->setZeroLinePen(QPen(mix(base, ink, 0.35), 1));
    m_plot->legend->setFont(font());
    m_plot->legend->setIconSize(16, fontMetrics().height());
    m_plot->legend->setMinimumSize(0, fontMetrics().height() + 6);
    m_plot->legend->setTextColor(soft);
    m_plot->legend->setBorderPen(Qt::NoPen);
    m_plot->legend->setBrush(Qt::NoBrush);
    schedule();
}

void LinePlot::rebuild()
{
    const QColor base = palette().color(QPalette::Base);
    const QColor ink = palette().color(QPalette::Text);
    m_plot->clearPlottables();
    m_plot->clearItems();
    ValueRange reach{0, 0};
    for (const LineSeries& series : m_series) {
        const QColor colour = colourOf(series, base);
        const QVector<double> keys = keysFor(series.values.size());
        if (!series.low.empty() && series.low.size() == series.high.size()) {
            QCPGraph* low = m_plot->addGraph();
            QCPGraph* high = m_plot->addGraph();
            QColor fill = colour;
            fill.setAlphaF(0.18F);
            low->setData(keys, qVector(series.low), true);
            high->setData(keys, qVector(series.high), true);
            high->setBrush(fill);
            high->setChannelFillGraph(low);
            for (QCPGraph* edge : {low, high}) {
                edge->setPen(Qt::NoPen);
                edge->removeFromLegend();
            }
        }
        QCPGraph* graph = m_plot->addGraph();
        graph->setName(series.name);
        graph->setData(keys, qVector(series.values), true);
        graph->setPen(QPen(colour, 2, series.dashed ? Qt::DashLine : Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        if (series.values.size() <= 40)
            graph->setScatterStyle(QCPScatterStyle(QCPScatterStyle::ssDisc, QPen(colour), QBrush(colour), 4.5));
        for (const std::vector<double>* values : {&series.values, &series.low, &series.high})
            for (const double value : *values)
                if (std::isfinite(value))
                    reach = {std::min(reach.low, value), std::max(reach.high, value)};
    }
    if (!(reach.high > reach.low))
        reach.high = reach.low + 1;
    const double room = 0.06 * (reach.high - reach.low);
    const ValueRange range =
        m_autoRange ? ValueRange{reach.low - (reach.low < 0 ? room : 0), reach.high + room} : m_range;
    m_plot->xAxis->setRange(-0.5, std::max(1, layers()) - 0.5);
    m_plot->yAxis->setRange(range.low, range.high);
    m_plot->legend->setVisible(m_series.size() > 1);

    if (m_layer >= 0 && m_layer < layers()) {
        auto* cursor = new QCPItemStraightLine(m_plot);
        cursor->point1->setCoords(m_layer, 0);
        cursor->point2->setCoords(m_layer, 1);
        cursor->setPen(QPen(mix(base, ink, 0.5), 1, Qt::DashLine));
    }
    if (m_series.empty() || !m_title.isEmpty()) {
        auto* text = new QCPItemText(m_plot);
        text->setText(m_series.empty() ? m_emptyText : m_title);
        text->setColor(m_series.empty() ? mix(base, ink, 0.65) : ink);
        QFont bold = font();
        bold.setBold(!m_series.empty());
        text->setFont(bold);
        text->setClipToAxisRect(false);
        text->position->setType(QCPItemPosition::ptAxisRectRatio);
        text->position->setCoords(m_series.empty() ? 0.5 : 0, m_series.empty() ? 0.5 : 0);
        text->setPositionAlignment(m_series.empty() ? Qt::AlignCenter : Qt::AlignLeft | Qt::AlignBottom);
        text->setPadding({0, 0, 0, m_series.empty() ? 0 : 6});
    }
    const bool alone = !m_title.isEmpty() && m_series.size() < 2;  // no legend beside the title
    m_plot->axisRect()->setMinimumMargins({8, alone ? fontMetrics().height() + 14 : 10, 14, 8});
    m_plot->replot();
}

void LinePlot::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_plot->setGeometry(rect());
    schedule();
}

QPointF LinePlot::pointAt(int series, int layer) const
{
    const double value = m_series.at(std::size_t(series)).values.at(std::size_t(layer));
    return {m_plot->xAxis->coordToPixel(layer), m_plot->yAxis->coordToPixel(value)};
}

int LinePlot::layerAt(QPoint point) const
{
    const int layer = int(std::floor(m_plot->xAxis->pixelToCoord(point.x()) + 0.5));
    return m_plot->axisRect()->rect().contains(point) && layer >= 0 && layer < layers() ? layer : -1;
}

void LinePlot::paint(PagePainter& page, QRectF rect) const
{
    const QRect before = m_plot->viewport();
    m_plot->setViewport(QRect(0, 0, int(rect.width()), int(rect.height())));
    const_cast<LinePlot*>(this)->rebuild();  // a pending change must not miss the page
    page.painter().save();
    page.painter().translate(rect.topLeft());
    m_plot->toPainter(&page.plotPainter(), int(rect.width()), int(rect.height()));
    page.painter().restore();
    m_plot->setViewport(before);
}

}  // namespace mnemo
