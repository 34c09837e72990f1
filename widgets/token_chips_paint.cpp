// SPDX-License-Identifier: GPL-3.0-or-later
// Layout and painting of the token chips.
#include "widgets/colour_map.h"
#include "widgets/token_chips.h"

#include <QPainter>
#include <algorithm>

namespace mnemo {

namespace {

constexpr int padding = 7;  // inside a chip, left and right
constexpr int spacing = 4;  // between chips
constexpr int lineGap = 6;
constexpr int margin = 4;

/// Hue of a role; invalid for plain chips.
QColor roleHue(TokenRole role, const QPalette& palette)
{
    const QColor base = palette.color(QPalette::Base);
    switch (role) {
        case TokenRole::Prefix:
            return mix(base, palette.color(QPalette::Text), 0.45);
        case TokenRole::Subject:
        case TokenRole::SubjectLast:
            return siteColour("a", base);
        case TokenRole::Relation:
            return siteColour("o", base);
        case TokenRole::Last:
            return siteColour("h", base);
        case TokenRole::Plain:
            break;
    }
    return {};
}

QColor alarm(const QPalette& palette)
{
    return isDark(palette.color(QPalette::Base)) ? QColor(0xff7b72) : QColor(0xb3261e);
}

}  // namespace

TokenChips::Layout TokenChips::layOut(int width) const
{
    Layout layout;
    const QFontMetrics metrics(font());
    const int height = metrics.height() + 8;
    const int right = std::max(width - margin, 60);
    QPoint at(margin, margin);
    for (const Token& token : m_tokens) {
        const int wide = std::max(metrics.horizontalAdvance(shownToken(token.text)), 6) + 2 * padding;
        if (at.x() > margin && at.x() + wide > right)
            at = {margin, at.y() + height + lineGap};
        layout.chips.emplace_back(at, QSize(std::min(wide, right - margin), height));
        at.rx() += wide + spacing;
    }
    int y = at.y() + height + margin;
    QStringList notes = m_warnings;
    if (!m_error.isEmpty())
        notes.prepend(m_error);
    for (const QString& note : notes) {
        const QRect text(margin + metrics.height() + 4, y, right - margin - metrics.height() - 4, 10000);
        const QRect needed = metrics.boundingRect(text, Qt::TextWordWrap, note);
        layout.notes.emplace_back(margin, y, right - margin, needed.height());
        y += needed.height() + 3;
    }
    layout.height = y + (notes.isEmpty() ? 0 : 2);
    return layout;
}

void TokenChips::relayout()
{
    m_layout = layOut(width());
    updateGeometry();
    update();
}

void TokenChips::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    const int before = m_layout.height;
    m_layout = layOut(width());
    if (m_layout.height != before)
        updateGeometry();  // the least height follows the width
}

int TokenChips::heightForWidth(int width) const
{
    return layOut(width).height;
}

QSize TokenChips::sizeHint() const
{
    const int wide = std::max(width(), 300);
    return {wide, heightForWidth(wide)};
}

QSize TokenChips::minimumSizeHint() const
{
    return {120, layOut(std::max(width(), 120)).height};
}

void TokenChips::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    if (m_tokens.empty()) {
        painter.setPen(mix(palette().color(QPalette::Base), palette().color(QPalette::Text), 0.6));
        painter.drawText(rect().adjusted(margin, 0, -margin, 0), Qt::AlignLeft | Qt::AlignVCenter, m_placeholder);
    }
    for (int pos = 0; pos < int(m_tokens.size()); ++pos)
        paintChip(painter, pos);
    paintNotes(painter);
}

void TokenChips::paintChip(QPainter& painter, int pos) const
{
    const QColor base = palette().color(QPalette::Base);
    const QColor ink = palette().color(QPalette::Text);
    const QColor hue = roleHue(role(pos), palette());
    const QRectF chip = QRectF(chipRect(pos)).adjusted(0.5, 0.5, -0.5, -0.5);
    const bool selected = m_anchor >= 0 && selection().contains(pos);

    const bool strong = role(pos) == TokenRole::SubjectLast || role(pos) == TokenRole::Last;
    QColor fill = hue.isValid() ? mix(base, hue, strong ? 0.24 : 0.12) : mix(base, ink, 0.05);
    if (pos == m_hovered)
        fill = mix(fill, ink, 0.07);
    if (selected)
        fill = mix(base, palette().color(QPalette::Highlight), 0.35);
    QColor line = hue.isValid() ? mix(base, hue, strong ? 0.9 : 0.45) : mix(base, ink, 0.16);
    if (!m_error.isEmpty() && (role(pos) == TokenRole::Subject || role(pos) == TokenRole::SubjectLast))
        line = alarm(palette());
    painter.setPen(QPen(line, strong ? 1.4 : 1));
    painter.setBrush(fill);
    painter.drawRoundedRect(chip, 5, 5);
    if (pos == m_current) {
        painter.setPen(QPen(hasFocus() ? palette().color(QPalette::Highlight) : ink, hasFocus() ? 2 : 1.2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRoundedRect(chip.adjusted(-1, -1, 1, 1), 6, 6);
    }

    // The sign for a leading space is ours, not the model's: it is paler than the text.
    const QString text = shownToken(m_tokens[std::size_t(pos)].text);
    const auto signs =
        std::find_if(text.begin(), text.end(), [](QChar c) { return c != QChar(0x00B7); }) - text.begin();
    const QFontMetrics metrics(font());
    const QString pale = text.left(signs);
    const QString elided = metrics.elidedText(text.mid(signs), Qt::ElideRight,
                                              int(chip.width()) - 2 * padding - metrics.horizontalAdvance(pale) + 2);
    const QRectF place = chip.adjusted(padding - 0.5, 0, 0, 0);
    painter.setPen(mix(fill, ink, 0.5));
    painter.drawText(place, Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, pale);
    painter.setPen(role(pos) == TokenRole::Prefix ? mix(fill, ink, 0.65) : ink);
    painter.drawText(place.adjusted(metrics.horizontalAdvance(pale), 0, 0, 0),
                     Qt::AlignLeft | Qt::AlignVCenter | Qt::TextSingleLine, elided);
    if (std::find(m_highlight.begin(), m_highlight.end(), pos) != m_highlight.end()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(mix(base, ink, 0.6));
        painter.drawRoundedRect(QRectF(chip.left() + padding, chip.bottom() - 3.5, chip.width() - 2 * padding, 1.5), 1,
                                1);
    }
}

void TokenChips::paintNotes(QPainter& painter) const
{
    const QColor base = palette().color(QPalette::Base);
    const QColor ink = palette().color(QPalette::Text);
    const QFontMetrics metrics(font());
    for (std::size_t note = 0; note < m_layout.notes.size(); ++note) {
        const bool isError = !m_error.isEmpty() && note == 0;
        const QRect& place = m_layout.notes[note];
        const QColor colour = isError ? alarm(palette()) : mix(base, QColor(0xc77700), isDark(base) ? 0.9 : 1);
        const double size = metrics.height() - 3;
        const QRectF sign(place.left() + 1, place.top() + 1.5, size, size);
        painter.setPen(Qt::NoPen);
        painter.setBrush(colour);
        if (isError)
            painter.drawEllipse(sign);
        else
            painter.drawPolygon(QPolygonF{{sign.center().x(), sign.top()}, sign.bottomRight(), sign.bottomLeft()});
        painter.setPen(QPen(base, 1.6));
        const double x = sign.center().x();
        painter.drawLine(QLineF(x, sign.top() + size * 0.34, x, sign.top() + size * 0.62));
        painter.drawPoint(QPointF(x, sign.top() + size * 0.8));

        painter.setPen(isError ? colour : mix(base, ink, 0.85));
        const int at = isError ? -1 : int(note) - (m_error.isEmpty() ? 0 : 1);
        painter.drawText(place.adjusted(metrics.height() + 4, 0, 0, 0), Qt::TextWordWrap,
                         isError ? m_error : m_warnings[at]);
    }
}

}  // namespace mnemo
