// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/plot_marks.h"

#include "widgets/number_text.h"
#include "widgets/scale_ticks.h"

#include <algorithm>
#include <cmath>

namespace mnemo {

namespace {

constexpr int labelGap = 8;  // between a row label and the map
constexpr int barGap = 12;   // between the map and its colour bar
constexpr int barWidth = 10;
constexpr double tightLine = 0.9;   // of a line's height: letters of neighbouring rows do not touch yet
constexpr int smallestLetters = 8;  // pixels; smaller ones are left out instead

}  // namespace

bool isLayer(const QString& name)
{
    bool isNumber = false;
    name.toInt(&isNumber);
    return isNumber;
}

double LayerTicker::getTickStep(const QCPRange& range)
{
    const double pixels = std::max(1, m_axis->axisRect()->width());
    const double label = QFontMetricsF(m_axis->tickLabelFont()).horizontalAdvance(QStringLiteral("000")) + 4;
    return std::max(1.0, roundStep(std::max(1e-3, label * range.size() / pixels)));
}

QVector<double> LayerTicker::createTickVector(double step, const QCPRange& range)
{
    if (m_marks.empty())
        return QCPAxisTicker::createTickVector(step, range);
    const QFontMetricsF letters(m_axis->tickLabelFont());
    const auto touchesWord = [&](double place, const QString& number) {
        return std::any_of(m_marks.begin(), m_marks.end(), [&](const auto& mark) {
            const double apart = std::abs(m_axis->coordToPixel(place) - m_axis->coordToPixel(mark.first));
            const double wide = letters.horizontalAdvance(mark.second) + letters.horizontalAdvance(number);
            return !isLayer(mark.second) && apart < wide / 2 + 4;
        });
    };
    QVector<double> ticks;
    for (const auto& [place, name] : m_marks) {
        const bool shown = m_turned || !isLayer(name) ||
                           (name.toInt() % std::max(1, int(std::lround(step))) == 0 && !touchesWord(place, name));
        if (range.contains(place) && shown)
            ticks << place;
    }
    return ticks;
}

QString LayerTicker::getTickLabel(double tick, const QLocale&, QChar, int)
{
    for (const auto& [place, name] : m_marks)
        if (place == tick)
            return m_turned || isLayer(name) ? name : fitted(place, name);
    return QString::number(std::lround(tick));
}

/// A word, shortened where the next word would touch it.
QString LayerTicker::fitted(double place, const QString& word) const
{
    double room = std::numeric_limits<double>::infinity();
    for (const auto& [other, name] : m_marks)
        if (other != place && !isLayer(name))
            room = std::min(room, std::abs(m_axis->coordToPixel(other) - m_axis->coordToPixel(place)));
    const QFontMetricsF letters(m_axis->tickLabelFont());
    return letters.horizontalAdvance(word) + 4 <= room ? word : letters.elidedText(word, Qt::ElideRight, room - 4);
}

RowLabels::RowLabels(QCPAxisRect* rect) : QCPLayerable(rect->parentPlot(), QStringLiteral("axes")), m_rect(rect) {}

void RowLabels::setStyle(const QFont& font, const QColor& ink, const QColor& accent)
{
    m_font = font;
    m_ink = ink;
    m_accent = accent;
    measure();
}

double RowLabels::rowHeight() const
{
    const QCPAxis* axis = m_rect->axis(QCPAxis::atLeft);
    return axis->coordToPixel(1) - axis->coordToPixel(0);
}

/// The font, made smaller where that lets every row keep its label.
QFont RowLabels::fitted() const
{
    const double row = rowHeight();
    QFont font = m_font;
    for (int pixels = QFontInfo(m_font).pixelSize(); pixels >= smallestLetters; --pixels) {
        if (QFontMetricsF(font).height() * tightLine <= row)
            return font;
        font.setPixelSize(pixels - 1);
    }
    return m_font;
}

void RowLabels::setRows(std::vector<RowLabel> rows)
{
    m_rows = std::move(rows);
    measure();
}

/// Once for all: a long prompt has hundreds of rows, and each asks for the width where it is drawn.
void RowLabels::measure()
{
    QFont font = m_font;
    font.setBold(true);  // the current row is bold too: the margin must not move with it
    const QFontMetricsF letters(font);
    double widest = 0;
    for (const RowLabel& row : m_rows)
        widest = std::max(widest, letters.horizontalAdvance(row.shown()));
    m_width = m_rows.empty() ? 0 : int(std::ceil(widest)) + labelGap + 6;
}

QRectF RowLabels::rect(int pos) const
{
    const QCPAxis* axis = m_rect->axis(QCPAxis::atLeft);
    const double top = axis->coordToPixel(pos - 0.5);
    const double bottom = axis->coordToPixel(pos + 0.5);
    const QRect map = m_rect->rect();
    const QRectF row(map.left() - width(), top, width(), bottom - top);
    return row.intersected(QRectF(row.left(), map.top(), row.width(), map.height()));
}

int RowLabels::rowAt(QPointF pixel) const
{
    for (int pos = 0; pos < int(m_rows.size()); ++pos)
        if (rect(pos).contains(pixel))
            return pos;
    return -1;
}

std::vector<bool> RowLabels::legible() const
{
    const double row = rowHeight();
    const double height = QFontMetricsF(fitted()).height() * tightLine;
    std::vector<bool> shown(m_rows.size(), false);
    const auto isFree = [&](int pos) {
        for (int other = 0; other < int(shown.size()); ++other)
            if (shown[std::size_t(other)] && std::abs(other - pos) * row < height)
                return false;
        return true;
    };
    for (const bool subjects : {true, false})
        for (int pos = 0; pos < int(shown.size()); ++pos)
            if ((m_rows[std::size_t(pos)].subject || pos == m_current) == subjects && isFree(pos))
                shown[std::size_t(pos)] = true;
    return shown;
}

void RowLabels::draw(QCPPainter* painter)
{
    const std::vector<bool> shown = legible();
    QFont letters = fitted();
    for (int pos = 0; pos < int(m_rows.size()); ++pos) {
        const RowLabel& row = m_rows[std::size_t(pos)];
        const QRectF place = rect(pos);
        if (place.height() < 1)
            continue;
        if (row.subject) {
            painter->setPen(Qt::NoPen);
            painter->setBrush(m_accent);
            painter->drawRect(QRectF(place.right() - 5, place.top() + 0.5, 2, place.height() - 1));
        }
        if (!shown[std::size_t(pos)])
            continue;
        letters.setBold(row.subject || pos == m_current);
        painter->setFont(letters);
        painter->setPen(m_ink);
        const QRectF text = place.adjusted(0, -10, -labelGap, 10);
        painter->drawText(text, Qt::AlignRight | Qt::AlignVCenter | Qt::TextSingleLine, row.shown());
    }
}

ColourBar::ColourBar(QCPAxisRect* rect) : QCPLayerable(rect->parentPlot(), QStringLiteral("axes")), m_rect(rect) {}

void ColourBar::setScale(const ColourMap& map, ValueRange range)
{
    m_map = map;
    m_range = range;
}

void ColourBar::setOutside(bool below, bool above)
{
    m_below = below;
    m_above = above;
}

QString ColourBar::tickText(double tick) const
{
    const ValueRange range = shown();
    const double hair = (range.high - range.low) * 1e-6;
    const QString number = shortNumber(tick);
    if (m_below && !m_map.isDiverging() && tick <= range.low + hair)
        return QStringLiteral("≤") + number;
    return m_above && tick >= range.high - hair ? QStringLiteral("≥") + number : number;
}

void ColourBar::setStyle(const QFont& font, const QColor& ink, const QColor& line)
{
    m_font = font;
    m_ink = ink;
    m_line = line;
}

ValueRange ColourBar::shown() const
{
    if (!m_map.isDiverging())
        return m_range;
    const double reach = std::max(std::abs(m_range.low), std::abs(m_range.high));
    return {-reach, reach};
}

std::vector<double> ColourBar::ticks() const
{
    return scaleTicks(shown(), std::clamp(m_rect->height() / (QFontMetricsF(m_font).height() * 2.2), 2.0, 5.0));
}

int ColourBar::width() const
{
    const QFontMetricsF metrics(m_font);
    double widest = 0;
    for (const double tick : ticks())
        widest = std::max(widest, metrics.horizontalAdvance(tickText(tick)));
    return barGap + barWidth + 6 + int(std::ceil(widest)) + 2 + (m_caption.isEmpty() ? 0 : int(metrics.height()));
}

void ColourBar::draw(QCPPainter* painter)
{
    const QRectF map = m_rect->rect();
    const QRectF bar(map.right() + barGap, map.top(), barWidth, map.height());
    QLinearGradient gradient(bar.bottomLeft(), bar.topLeft());
    constexpr int stops = 32;
    for (int stop = 0; stop <= stops; ++stop)
        gradient.setColorAt(double(stop) / stops, m_map.at(double(stop) / stops));
    painter->setPen(Qt::NoPen);
    painter->setBrush(gradient);
    painter->drawRect(bar);

    const ValueRange range = shown();
    const QFontMetricsF metrics(m_font);
    painter->setFont(m_font);
    double widest = 0;
    for (const double tick : ticks()) {
        const double share = range.high > range.low ? (tick - range.low) / (range.high - range.low) : 0;
        const double y = bar.bottom() - share * bar.height();
        painter->setPen(QPen(m_line, 1));
        painter->drawLine(QLineF(bar.right(), y, bar.right() + 3, y));
        painter->setPen(m_ink);
        const QString text = tickText(tick);
        widest = std::max(widest, metrics.horizontalAdvance(text));
        painter->drawText(QRectF(bar.right() + 6, y - metrics.height(), 200, metrics.height() * 2),
                          Qt::AlignLeft | Qt::AlignVCenter, text);
    }
    if (m_caption.isEmpty())
        return;
    painter->save();
    painter->translate(bar.right() + 8 + widest + metrics.height() / 2, bar.center().y());
    painter->rotate(-90);
    painter->drawText(QRectF(-bar.height(), -metrics.height() / 2, bar.height() * 2, metrics.height()), Qt::AlignCenter,
                      m_caption);
    painter->restore();
}

}  // namespace mnemo
