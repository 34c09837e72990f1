// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/layer_plot.h"

#include "widgets/page_painter.h"
#include "widgets/plot_marks.h"

#include <qcustomplot.h>
#include <QTimer>
#include <algorithm>
#include <cmath>

namespace mnemo {

namespace {

constexpr double apart = 0.07;  // of all layers, between them and what is no layer
constexpr double reach = 9;     // pixels around a value that a click may miss it by

/// The widget's own plot: it must hear of a new palette after its children inherited it.
class LayersCanvas : public QCustomPlot
{
public:
    LayersCanvas(QWidget* parent, std::function<void()> restyle) : QCustomPlot(parent), m_restyle(std::move(restyle)) {}

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

ValueRange seriesRange(const std::vector<LayerSeries>& series)
{
    ValueRange reach{0, 0};
    for (const LayerSeries& one : series)
        for (const std::vector<double>* values : {&one.values, &one.low, &one.high, &one.reference})
            for (const double value : *values)
                if (std::isfinite(value))
                    reach = {std::min(reach.low, value), std::max(reach.high, value)};
    if (!(reach.high > reach.low))
        reach.high = reach.low + 1;
    const double room = 0.06 * (reach.high - reach.low);
    return {reach.low - (reach.low < 0 ? room : 0), reach.high + room};
}

LayerPlot::LayerPlot(QWidget* parent)
    : QWidget(parent),
      m_plot(new LayersCanvas(this, [this] { restyle(); })),
      m_reference(new QCPLegend),
      m_frame(new QTimer(this))
{
    installAccessibleGrid();
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    m_plot->setAttribute(Qt::WA_TransparentForMouseEvents);
    m_plot->setFocusPolicy(Qt::NoFocus);
    m_plot->xAxis->setTicker(QSharedPointer<LayerTicker>::create(m_plot->xAxis));
    m_plot->xAxis->grid()->setVisible(false);
    for (QCPAxis* axis : {m_plot->yAxis, m_plot->yAxis2}) {
        axis->setNumberFormat(QStringLiteral("g"));
        axis->setNumberPrecision(3);
        axis->setSubTicks(false);
    }
    m_plot->axisRect()->setMinimumMargins({8, 10, 14, 8});
    buildLegend();
    m_frame->setSingleShot(true);
    m_frame->setInterval(16);
    connect(m_frame, &QTimer::timeout, this, &LayerPlot::rebuild);
    restyle();
}

void LayerPlot::schedule()
{
    if (!m_frame->isActive())
        m_frame->start();
}

int LayerPlot::layers() const
{
    std::size_t most = 0;
    for (const LayerSeries& series : m_series)
        most = std::max(most, series.values.size());
    return int(most);
}

void LayerPlot::setSeries(std::vector<LayerSeries> series)
{
    m_series = std::move(series);
    for (LayerSeries& one : m_series)
        for (std::vector<double>* other : {&one.reference, &one.behind})
            if (!other->empty())
                other->resize(one.values.size(), std::nan(""));
    m_point = std::clamp(m_point, 0, std::max(0, int(m_series.size()) - 1));
    schedule();
}

void LayerPlot::setRange(double low, double high)
{
    m_range = {low, high};
    m_autoRange = false;
    schedule();
}

void LayerPlot::setAutoRange()
{
    m_autoRange = true;
    schedule();
}

void LayerPlot::setTitle(const QString& title)
{
    m_title = title;
    setAccessibleName(title);
    schedule();
}

void LayerPlot::setLayerLabel(const QString& text)
{
    m_plot->xAxis->setLabel(text);
    schedule();
}

void LayerPlot::setValueLabel(const QString& text)
{
    m_plot->yAxis->setLabel(text);
    schedule();
}

void LayerPlot::setLayerNames(std::vector<QString> names)
{
    m_names = std::move(names);
    placeNames();
    schedule();
}

void LayerPlot::setLegendShown(bool shown)
{
    m_legendShown = shown;
    schedule();
}

void LayerPlot::setNamesTurned(bool turned)
{
    m_turned = turned;
    placeNames();
    schedule();
}

void LayerPlot::setPlaces(std::vector<double> places)
{
    m_areNumbers = !places.empty();
    m_places = std::move(places);
    placeNames();
    schedule();
}

void LayerPlot::setReferenceName(const QString& name)
{
    m_referenceName = name;
    schedule();
}

void LayerPlot::setBehindLabel(const QString& text)
{
    m_behindLabel = text;
    schedule();
}

void LayerPlot::setPointHelp(const QString& text)
{
    m_pointHelp = text;
    schedule();
}

void LayerPlot::setCurrentLayer(int layer)
{
    if (layer == m_layer)
        return;
    m_layer = layer;
    announceCurrent(this);
    schedule();
}

void LayerPlot::setEmptyText(const QString& text)
{
    m_emptyText = text;
    schedule();
}

void LayerPlot::placeNames()
{
    const auto ticker = m_plot->xAxis->ticker().staticCast<LayerTicker>();
    ticker->setTurned(m_turned);
    m_plot->xAxis->setTickLabelRotation(m_turned ? -90 : 0);
    if (m_areNumbers)
        return ticker->setMarks({});
    const double gap = m_turned ? 1 : std::max(1.3, apart * double(m_names.size()));
    m_places.clear();
    std::vector<std::pair<double, QString>> marks;
    double next = 0;
    for (std::size_t i = 0; i < m_names.size(); ++i) {
        const bool steps = i > 0 && (!isLayer(m_names[i]) || !isLayer(m_names[i - 1]));
        next = i == 0 ? 0 : next + (steps ? gap : 1);
        m_places.push_back(next);
        marks.emplace_back(next, m_names[i]);
    }
    ticker->setMarks(std::move(marks));
}

double LayerPlot::place(int layer) const
{
    return layer < int(m_places.size()) ? m_places[std::size_t(layer)] : layer;
}

/// Half a layer beyond the first and last one; a twentieth of numbers.
QCPRange LayerPlot::placeRange() const
{
    if (!m_areNumbers)
        return {place(0) - 0.5, place(std::max(1, layers()) - 1) + 0.5};
    const auto [low, high] = std::ranges::minmax(m_places);
    const double room = std::max(0.5, 0.05 * (high - low));
    return {low - room, high + room};
}

QColor LayerPlot::referenceColour() const
{
    const auto found =
        std::ranges::find_if(m_series, [](const LayerSeries& series) { return series.referenceColour.isValid(); });
    return found == m_series.end() ? QColor() : found->referenceColour;
}

double LayerPlot::placeOf(int, int layer) const
{
    return place(layer);
}

QColor LayerPlot::colourOf(const LayerSeries& series) const
{
    return series.colour.isValid() ? series.colour : siteColour(series.site, palette().color(QPalette::Base));
}

void LayerPlot::restyle()
{
    const QColor base = palette().color(QPalette::Base);
    const QColor ink = palette().color(QPalette::Text);
    const QColor soft = mix(base, ink, 0.78);
    const QColor line = mix(base, ink, 0.4);
    m_plot->setBackground(QBrush(base));
    for (QCPAxis* axis : {m_plot->xAxis, m_plot->yAxis, m_plot->yAxis2}) {
        axis->setBasePen(axis == m_plot->xAxis ? QPen(line, 1) : QPen(Qt::NoPen));
        axis->setTickPen(QPen(line, 1));
        axis->setTickLength(0, 3);
        axis->setTickLabelColor(soft);
        axis->setLabelColor(soft);
        axis->setTickLabelFont(font());
        axis->setLabelFont(font());
    }
    m_plot->yAxis->setTickPen(Qt::NoPen);
    m_plot->yAxis2->setTickPen(Qt::NoPen);
    m_plot->yAxis->grid()->setPen(QPen(mix(base, ink, 0.1), 1));
    m_plot->yAxis->grid()->setZeroLinePen(QPen(mix(base, ink, 0.35), 1));
    restyleLegend(soft);
    schedule();
}

void LayerPlot::rebuild()
{
    m_reference->clearItems();
    m_plot->clearPlottables();
    m_plot->clearItems();
    const ValueRange range = m_autoRange ? seriesRange(m_series) : m_range;
    m_plot->xAxis->setRange(placeRange());
    m_plot->yAxis->setRange(range.low, range.high);
    addBehind();
    for (int series = 0; series < int(m_series.size()); ++series)
        draw(*m_plot, series);
    addReferenceName();
    addCursor();
    addPoint();
    addTitle();
    placeLegend();
    const double lines = m_plot->viewport().height() / (2.5 * fontMetrics().height());
    for (QCPAxis* axis : {m_plot->yAxis, m_plot->yAxis2})
        axis->ticker()->setTickCount(std::clamp(int(lines) - 2, 2, 5));
    m_plot->replot();
}

/// Below everything else, with the scale at the right.
void LayerPlot::addBehind()
{
    std::vector<LayerSeries> behind;
    for (const LayerSeries& series : m_series)
        if (!series.behind.empty())
            behind.push_back({series.name, {}, series.behind, {}, {}, colourOf(series)});
    m_plot->yAxis2->setVisible(!behind.empty());
    m_plot->yAxis2->setLabel(m_behindLabel);
    const ValueRange range = seriesRange(behind);
    m_plot->yAxis2->setRange(range.low, range.high);
    for (const LayerSeries& series : behind) {
        QCPGraph* line = m_plot->addGraph(m_plot->xAxis, m_plot->yAxis2);
        for (int layer = 0; layer < int(series.values.size()); ++layer)
            line->addData(place(layer), series.values[std::size_t(layer)]);
        line->setPen({mix(palette().color(QPalette::Base), series.colour, 0.65), 1.5, Qt::DotLine});
        line->setLayer(QStringLiteral("grid"));
        line->removeFromLegend();
    }
}

void LayerPlot::addCursor()
{
    if (m_layer < 0 || m_layer >= layers())
        return;
    auto* cursor = new QCPItemStraightLine(m_plot);
    cursor->point1->setCoords(place(m_layer), 0);
    cursor->point2->setCoords(place(m_layer), 1);
    cursor->setPen(QPen(mix(palette().color(QPalette::Base), palette().color(QPalette::Text), 0.5), 1, Qt::DashLine));
}

/// A ring around the value that Enter clicks.
void LayerPlot::addPoint()
{
    if (!hasFocus() || !isPoint(m_point, m_layer))
        return;
    auto* ring = new QCPItemTracer(m_plot);
    ring->setStyle(QCPItemTracer::tsCircle);
    ring->setSize(11);
    ring->setPen({palette().color(QPalette::Text), 1.2});
    ring->setBrush(Qt::NoBrush);
    ring->position->setCoords(placeOf(m_point, m_layer), m_series[std::size_t(m_point)].values[std::size_t(m_layer)]);
}

void LayerPlot::addTitle()
{
    const bool empty = m_series.empty();
    if (!empty && m_title.isEmpty())
        return;
    const QColor ink = palette().color(QPalette::Text);
    auto* text = new QCPItemText(m_plot);
    text->setText(empty ? m_emptyText : m_title);
    text->setColor(empty ? mix(palette().color(QPalette::Base), ink, 0.65) : ink);
    QFont bold = font();
    bold.setBold(!empty);
    text->setFont(bold);
    text->setClipToAxisRect(false);
    text->position->setType(QCPItemPosition::ptAxisRectRatio);
    text->position->setCoords(empty ? 0.5 : 0, empty ? 0.5 : 0);
    text->setPositionAlignment(empty ? Qt::AlignCenter : Qt::AlignLeft | Qt::AlignBottom);
    text->setPadding({0, 0, 0, empty ? 0 : 6});
}

void LayerPlot::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_plot->setGeometry(rect());
    schedule();
}

QPointF LayerPlot::pointAt(int series, int layer) const
{
    const double value = m_series.at(std::size_t(series)).values.at(std::size_t(layer));
    return {m_plot->xAxis->coordToPixel(placeOf(series, layer)), m_plot->yAxis->coordToPixel(value)};
}

int LayerPlot::layerAt(QPoint point) const
{
    if (!m_plot->axisRect()->rect().contains(point))
        return -1;
    const double key = m_plot->xAxis->pixelToCoord(point.x());
    for (int layer = 0; layer < layers(); ++layer)
        if (key >= place(layer) - 0.5 && key < place(layer) + 0.5)
            return layer;
    return -1;
}

int LayerPlot::seriesAt(QPoint point) const
{
    const int layer = layerAt(point);
    int nearest = -1;
    double least = reach;
    for (int series = 0; series < int(m_series.size()); ++series)
        if (isPoint(series, layer)) {
            const QPointF from = pointAt(series, layer) - point;
            const double distance = std::hypot(from.x(), from.y());
            nearest = distance < least ? series : nearest;
            least = std::min(distance, least);
        }
    return nearest;
}

/// Whether a click means it.
bool LayerPlot::isPoint(int series, int layer) const
{
    if (m_pointHelp.isEmpty() || layer < 0 || series < 0 || series >= int(m_series.size()))
        return false;
    const LayerSeries& one = m_series[std::size_t(series)];
    return !one.inert && layer < int(one.values.size()) && std::isfinite(one.values[std::size_t(layer)]);
}

void LayerPlot::paint(PagePainter& page, QRectF rect) const
{
    const QRect before = m_plot->viewport();
    m_plot->setViewport(QRect(0, 0, int(rect.width()), int(rect.height())));
    const_cast<LayerPlot*>(this)->rebuild();  // a pending change must not miss the page
    page.painter().save();
    page.painter().translate(rect.topLeft());
    m_plot->toPainter(&page.plotPainter(), int(rect.width()), int(rect.height()));
    page.painter().restore();
    m_plot->setViewport(before);
}

}  // namespace mnemo
