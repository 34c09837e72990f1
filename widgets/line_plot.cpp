// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/line_plot.h"

#include "widgets/number_text.h"
#include "widgets/page_painter.h"
#include "widgets/plot_marks.h"

#include <qcustomplot.h>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QTimer>
#include <QToolTip>
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
    m_plot->legend->setIconSize(16, 10);
    m_frame->setSingleShot(true);
    m_frame->setInterval(16);
    connect(m_frame, &QTimer::timeout, this, &LinePlot::rebuild);
    restyle();
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
    m_frame->start();
}

void LinePlot::setRange(double low, double high)
{
    m_range = {low, high};
    m_autoRange = false;
    m_frame->start();
}

void LinePlot::setAutoRange()
{
    m_autoRange = true;
    m_frame->start();
}

void LinePlot::setTitle(const QString& title)
{
    m_title = title;
    setAccessibleName(title);
    m_frame->start();
}

void LinePlot::setLayerLabel(const QString& text)
{
    m_plot->xAxis->setLabel(text);
    m_frame->start();
}

void LinePlot::setValueLabel(const QString& text)
{
    m_plot->yAxis->setLabel(text);
    m_frame->start();
}

void LinePlot::setCurrentLayer(int layer)
{
    if (layer == m_layer)
        return;
    m_layer = layer;
    announceCurrent(this);
    m_frame->start();
}

void LinePlot::setEmptyText(const QString& text)
{
    m_emptyText = text;
    m_frame->start();
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
    m_plot->legend->setTextColor(soft);
    m_plot->legend->setBorderPen(Qt::NoPen);
    m_plot->legend->setBrush(Qt::NoBrush);
    m_frame->start();
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

QString LinePlot::layerText(int layer) const
{
    QStringList values;
    for (const LineSeries& series : m_series)
        if (layer < int(series.values.size()))
            values << series.name + QLatin1Char(' ') + shortNumber(series.values[std::size_t(layer)]);
    return tr("layer %1: ").arg(layer) + values.join(QStringLiteral(", "));
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

int LinePlot::gridRows() const
{
    return layers();
}

int LinePlot::gridColumns() const
{
    return std::max(1, int(m_series.size()));
}

QString LinePlot::gridCellText(int row, int column) const
{
    if (column >= int(m_series.size()) || row < 0 || row >= layers())
        return {};
    return column == 0 && row == m_layer
               ? layerText(row)
               : tr("layer %1, %2: %3")
                     .arg(row)
                     .arg(m_series[std::size_t(column)].name,
                          shortNumber(row < int(m_series[std::size_t(column)].values.size())
                                          ? m_series[std::size_t(column)].values[std::size_t(row)]
                                          : std::nan("")));
}

QRect LinePlot::gridCellRect(int row, int column) const
{
    if (column >= int(m_series.size()) || row >= int(m_series[std::size_t(column)].values.size()))
        return {};
    const QPoint at = pointAt(column, row).toPoint();
    return {at.x() - 4, at.y() - 4, 8, 8};
}

QString LinePlot::gridRowName(int row) const
{
    return tr("layer %1").arg(row);
}

QString LinePlot::gridColumnName(int column) const
{
    return column < int(m_series.size()) ? m_series[std::size_t(column)].name : QString();
}

bool LinePlot::event(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int layer = layerAt(help->pos());
    if (layer < 0)
        QToolTip::hideText();
    else
        QToolTip::showText(help->globalPos(), layerText(layer), this);
    return true;
}

void LinePlot::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_plot->setGeometry(rect());
    m_frame->start();
}

void LinePlot::mouseMoveEvent(QMouseEvent* event)
{
    const int layer = layerAt(event->position().toPoint());
    setCursor(layer >= 0 ? Qt::PointingHandCursor : Qt::ArrowCursor);
    if (layer >= 0)
        Q_EMIT layerHovered(layer);
}

void LinePlot::mouseReleaseEvent(QMouseEvent* event)
{
    const int layer = layerAt(event->position().toPoint());
    if (layer < 0 || event->button() != Qt::LeftButton)
        return;
    setCurrentLayer(layer);
    Q_EMIT layerClicked(layer);
}

void LinePlot::keyPressEvent(QKeyEvent* event)
{
    const int last = layers() - 1;
    int layer = m_layer;
    switch (event->key()) {
        case Qt::Key_Left:
            layer = std::max(layer - 1, 0);
            break;
        case Qt::Key_Right:
            layer = std::min(layer + 1, last);
            break;
        case Qt::Key_PageUp:
            layer = std::min(layer + 10, last);
            break;
        case Qt::Key_PageDown:
            layer = std::max(layer - 10, 0);
            break;
        case Qt::Key_Home:
            layer = 0;
            break;
        case Qt::Key_End:
            layer = last;
            break;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            if (m_layer >= 0)
                Q_EMIT layerClicked(m_layer);
            return;
        default:
            return QWidget::keyPressEvent(event);
    }
    setCurrentLayer(layer);
}

}  // namespace mnemo
