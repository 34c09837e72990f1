// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QStyledItemDelegate>

namespace mnemo {

/// A line of the palette: its text with the typed letters bold, where it stands in small grey, its key at the right.
class PaletteDelegate : public QStyledItemDelegate
{
    Q_OBJECT

public:
    enum Role { Index = Qt::UserRole, Path, Keys, Possible, Marks };  ///< Marks: std::vector<int>

    using QStyledItemDelegate::QStyledItemDelegate;

    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

}  // namespace mnemo

Q_DECLARE_METATYPE(std::vector<int>)
