// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/palette_delegate.h"

#include "widgets/colour_map.h"

#include <QApplication>
#include <QPainter>
#include <QTextLayout>
#include <vector>

namespace mnemo {
namespace {

constexpr int margin = 6, gap = 14;

QList<QTextLayout::FormatRange> boldAt(const std::vector<int>& marks)
{
    QList<QTextLayout::FormatRange> ranges;
    for (const int mark : marks) {
        QTextCharFormat bold;
        bold.setFontWeight(QFont::Bold);
        ranges.append({mark, 1, bold});
    }
    return ranges;
}

/// @return pixels that it takes
int drawMarked(QPainter& painter, const QRect& room, const QFont& font, const QString& text,
               const std::vector<int>& marks)
{
    QTextLayout layout(text, font);
    layout.setFormats(boldAt(marks));
    layout.beginLayout();
    QTextLine line = layout.createLine();
    layout.endLayout();
    if (!line.isValid())
        return 0;
    const qreal top = room.top() + (room.height() - line.height()) / 2;
    painter.save();
    painter.setClipRect(room);
    layout.draw(&painter, {qreal(room.left()), top});
    painter.restore();
    return int(line.naturalTextWidth()) + 1;
}

}  // namespace

void PaletteDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QStyleOptionViewItem background = option;
    initStyleOption(&background, index);
    background.text.clear();
    const QWidget* widget = option.widget;
    QStyle* style = widget ? widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &background, painter, widget);

    const bool chosen = option.state & QStyle::State_Selected;
    const QPalette& palette = option.palette;
    const QColor ground = palette.color(chosen ? QPalette::Highlight : QPalette::Base);
    const QColor ink = palette.color(chosen ? QPalette::HighlightedText : QPalette::Text);
    const QColor grey = mix(ink, ground, chosen ? 0.2 : 0.35);
    const QRect room = option.rect.adjusted(margin, 0, -margin, 0);
    const QFontMetrics metrics(option.font);

    painter->save();
    painter->setFont(option.font);
    const QString keys = index.data(Keys).toString();
    painter->setPen(grey);
    painter->drawText(room, Qt::AlignRight | Qt::AlignVCenter, keys);
    const int keysWidth = keys.isEmpty() ? 0 : metrics.horizontalAdvance(keys) + gap;
    painter->setPen(index.data(Possible).toBool() ? ink : grey);
    const QRect left = room.adjusted(0, 0, -keysWidth, 0);
    const int width = drawMarked(*painter, left, option.font, index.data(Qt::DisplayRole).toString(),
                                 index.data(Marks).value<std::vector<int>>());
    painter->setPen(grey);
    const QRect rest = left.adjusted(width + gap, 0, 0, 0);
    painter->drawText(rest, Qt::AlignLeft | Qt::AlignVCenter,
                      metrics.elidedText(index.data(Path).toString(), Qt::ElideRight, rest.width()));
    painter->restore();
}

QSize PaletteDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& /*index*/) const
{
    return {100, QFontMetrics(option.font).height() + 8};
}

}  // namespace mnemo
