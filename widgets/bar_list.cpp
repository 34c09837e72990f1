// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bar_list.h"

#include "widgets/colour_map.h"
#include "widgets/number_text.h"
#include "widgets/token_chips.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace mnemo {

namespace {

constexpr int rowGap = 7;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double largest(const std::vector<double>& values)
{
    double most = -1;
    for (const double value : values)
        if (std::isfinite(value))
            most = std::max(most, value);
    return most;
}

}  // namespace

QString runName(RunRole role)
{
    switch (role) {
        case RunRole::Clean:
            return BarList::tr("clean");
        case RunRole::Corrupted:
            return BarList::tr("corrupted");
        case RunRole::Patched:
            return BarList::tr("patched");
        case RunRole::Mapped:
            return BarList::tr("map");
        case RunRole::Edited:
            break;
    }
    return BarList::tr("edited");
}

QColor runColour(RunRole role, const QColor& background)
{
    const bool dark = isDark(background);
    switch (role) {
        case RunRole::Clean:
            return dark ? QColor(0x7fb4e6) : QColor(0x3a7ab8);
        case RunRole::Corrupted:
            return dark ? QColor(0x8d8d94) : QColor(0x9a9aa2);
        case RunRole::Patched:
            return dark ? QColor(0xb9a3e3) : QColor(0x7f60b8);
        case RunRole::Mapped:
            return dark ? QColor(0x6fc3b8) : QColor(0x2f8f83);
        case RunRole::Edited:
            break;
    }
    return dark ? QColor(0xf0b05a) : QColor(0xc9791a);
}

std::vector<TokenBar> barsOf(const Json& top)
{
    std::vector<TokenBar> bars;
    for (const Json& entry : top)
        bars.push_back({entry.value("id", -1), shownToken(entry.value("text", "")), entry.value("p", 0.0)});
    return bars;
}

BarList::BarList(QWidget* parent) : QWidget(parent)
{
    installAccessibleGrid();
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    setAccessibleName(tr("Next-token probabilities"));
}

void BarList::setSeries(std::vector<BarSeries> series)
{
    m_series = std::move(series);
    m_stale = false;
    rebuild();
}

void BarList::setTarget(int id)
{
    m_target = id;
    rebuild();
}

void BarList::setFoil(int id)
{
    m_foil = id;
    rebuild();
}

void BarList::setMaxRows(int rows)
{
    m_maxRows = rows;
    rebuild();
}

void BarList::setStale(bool stale)
{
    m_stale = stale;
    update();
}

void BarList::setEmptyText(const QString& text)
{
    m_emptyText = text;
    update();
}

void BarList::rebuild()
{
    const int currentId = tokenId(m_current);
    m_rows.clear();
    for (std::size_t run = 0; run < m_series.size(); ++run)
        for (const TokenBar& bar : m_series[run].bars) {
            auto row = std::find_if(m_rows.begin(), m_rows.end(), [&](const Row& known) { return known.id == bar.id; });
            if (row == m_rows.end())
                row = m_rows.insert(row, {bar.id, bar.text, std::vector<double>(m_series.size(), nan)});
            row->p[run] = bar.p;
        }
    const auto order = [this](const Row& row) { return row.id == m_target ? 0 : row.id == m_foil ? 1 : 2; };
    std::stable_sort(m_rows.begin(), m_rows.end(), [&](const Row& a, const Row& b) {
        return order(a) != order(b) ? order(a) < order(b) : largest(a.p) > largest(b.p);
    });
    if (int(m_rows.size()) > m_maxRows)
        m_rows.resize(std::size_t(std::max(m_maxRows, 0)));
    const auto current =
        std::find_if(m_rows.begin(), m_rows.end(), [&](const Row& row) { return row.id == currentId; });
    m_current = current == m_rows.end() ? -1 : int(current - m_rows.begin());
    m_hovered = -1;
    updateGeometry();
    update();
}

int BarList::tokenId(int row) const
{
    return row >= 0 && row < rows() ? m_rows[std::size_t(row)].id : -1;
}

int BarList::legendHeight() const
{
    return m_series.empty() ? 0 : fontMetrics().height() + 10;
}

int BarList::barHeight() const
{
    return m_series.size() > 1 ? 7 : 10;
}

int BarList::rowHeight() const
{
    return std::max(fontMetrics().height(), int(m_series.size()) * (barHeight() + 2)) + rowGap;
}

QRect BarList::textColumn() const
{
    int widest = fontMetrics().horizontalAdvance(QStringLiteral("·Seattle"));
    for (const Row& row : m_rows)
        widest = std::max(widest, fontMetrics().horizontalAdvance(row.text));
    const int mark = fontMetrics().height();
    return {margin, 0, std::min(widest + mark + 6, width() * 2 / 5), height()};
}

QRect BarList::valueColumn() const
{
    const int one = fontMetrics().horizontalAdvance(QStringLiteral("<0.0000"));
    return {width() - margin - one, 0, one, height()};
}

QRect BarList::rowRect(int row) const
{
    return {0, margin / 2 + legendHeight() + row * rowHeight(), width(), rowHeight()};
}

QRectF BarList::barRect(int row, RunRole run) const
{
    const auto series =
        std::find_if(m_series.begin(), m_series.end(), [&](const BarSeries& s) { return s.run == run; });
    if (row < 0 || row >= rows() || series == m_series.end())
        return {};
    const auto index = std::size_t(series - m_series.begin());
    const double p = m_rows[std::size_t(row)].p[index];
    if (!std::isfinite(p))
        return {};
    const double left = textColumn().right() + 10;
    const double room = std::max(10.0, valueColumn().left() - 8 - left);
    const double block = double(m_series.size()) * (barHeight() + 2) - 2;
    const QRect place = rowRect(row);
    const double top = place.center().y() - block / 2 + double(index) * (barHeight() + 2);
    return {left, top, std::max(1.0, room * std::clamp(p, 0.0, 1.0)), double(barHeight())};
}

int BarList::rowAt(QPoint point) const
{
    for (int row = 0; row < rows(); ++row)
        if (rowRect(row).contains(point))
            return row;
    return -1;
}

QSize BarList::sizeHint() const
{
    return {320, margin + legendHeight() + std::max(rows(), 4) * rowHeight()};
}

QSize BarList::minimumSizeHint() const
{
    return {220, margin + legendHeight() + std::max(rows(), 2) * rowHeight()};
}

QString BarList::gridCellText(int row, int) const
{
    if (row < 0 || row >= rows())
        return {};
    const Row& shown = m_rows[std::size_t(row)];
    QString text = shown.text;
    if (shown.id == m_target)
        text += tr(", target");
    if (shown.id == m_foil)
        text += tr(", foil");
    QStringList values;
    for (std::size_t run = 0; run < m_series.size(); ++run)
        values << runName(m_series[run].run) + QLatin1Char(' ') + probabilityText(shown.p[run]);
    return text + QStringLiteral(": ") + values.join(QStringLiteral(", "));
}

}  // namespace mnemo
