// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/command_palette.h"

#include "ui/palette_delegate.h"

#include <QAccessible>
#include <QApplication>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QScrollBar>
#include <QVBoxLayout>
#include <algorithm>

namespace mnemo {
namespace {

constexpr int mostRecent = 30;
constexpr QSize largest{640, 420};
constexpr int fromTop = 48;  // pixels: below menus and tool bar's first line

}  // namespace

CommandPalette::CommandPalette(QWidget* window)
    : QFrame(window), m_line(new QLineEdit(this)), m_list(new QListWidget(this)), m_help(new QLabel(this))
{
    setObjectName("commandPalette");
    setAccessibleName(tr("Command palette"));
    setFrameStyle(QFrame::Box | QFrame::Plain);  // a line that is seen on light and dark ground
    setAutoFillBackground(true);
    m_line->setObjectName("paletteLine");
    m_line->setAccessibleName(tr("What to do or to find"));
    m_line->setPlaceholderText(tr("Type a command, a model, a file, a tab, a note or a term"));
    m_line->setClearButtonEnabled(true);
    m_list->setObjectName("paletteList");
    m_list->setAccessibleName(tr("What fits"));
    m_list->setFocusPolicy(Qt::NoFocus);  // the line keeps it, and hands the arrows on
    m_list->setItemDelegate(new PaletteDelegate(m_list));
    m_list->setUniformItemSizes(true);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_help->setObjectName("paletteHelp");
    m_help->setWordWrap(true);
    m_help->setTextFormat(Qt::PlainText);
    m_help->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    m_help->setFixedHeight(3 * m_help->fontMetrics().lineSpacing());
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_line);
    column->addWidget(m_list, 1);
    column->addWidget(m_help);
    hide();
    connect(m_line, &QLineEdit::textChanged, this, &CommandPalette::filter);
    connect(m_list, &QListWidget::currentRowChanged, this, &CommandPalette::describe);
    connect(m_list, &QListWidget::itemClicked, this, &CommandPalette::runCurrent);
    m_line->installEventFilter(this);
    window->installEventFilter(this);
}

void CommandPalette::open(std::vector<PaletteEntry> entries)
{
    if (isHidden())
        m_focusBefore = QApplication::focusWidget();
    m_entries = std::move(entries);
    m_line->clear();
    filter();
    place();
    show();
    raise();
    m_line->setFocus(Qt::ShortcutFocusReason);
}

void CommandPalette::dismiss()
{
    if (isHidden())
        return;
    const bool held = m_line->hasFocus();
    hide();
    m_entries.clear();
    m_list->clear();
    if (held && m_focusBefore)
        m_focusBefore->setFocus(Qt::OtherFocusReason);
}

void CommandPalette::filter()
{
    m_list->clear();
    for (const RankedEntry& ranked : rankEntries(m_entries, m_line->text(), m_recent)) {
        const PaletteEntry& entry = m_entries[std::size_t(ranked.index)];
        auto* item = new QListWidgetItem(entry.checked ? QStringLiteral("✓ ") + entry.text : entry.text, m_list);
        std::vector<int> marks = ranked.marks;
        if (entry.checked)
            std::ranges::for_each(marks, [](int& mark) { mark += 2; });
        item->setData(PaletteDelegate::Index, ranked.index);
        item->setData(PaletteDelegate::Path, entry.path);
        item->setData(PaletteDelegate::Keys, entry.keys);
        item->setData(PaletteDelegate::Possible, entry.problem.isEmpty());
        item->setData(PaletteDelegate::Marks, QVariant::fromValue(marks));
        QStringList spoken{entry.text, entry.path};
        for (const QString& more : {entry.keys, entry.problem})
            if (!more.isEmpty())
                spoken << more;
        item->setData(Qt::AccessibleTextRole, spoken.join(QStringLiteral(", ")));
    }
    m_list->setCurrentRow(0);
    if (m_list->count() == 0)
        m_help->setText(tr("Nothing fits “%1”. — Type fewer letters.").arg(m_line->text()));
}

void CommandPalette::describe()
{
    const QListWidgetItem* item = m_list->currentItem();
    if (!item)
        return m_help->clear();
    const PaletteEntry& entry = m_entries[item->data(PaletteDelegate::Index).toUInt()];
    m_help->setText(entry.problem.isEmpty() ? entry.help : entry.problem);
    m_line->setAccessibleDescription(item->data(Qt::AccessibleTextRole).toString());  // the focus stays there
    QAccessibleEvent changed(m_line, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&changed);
}

void CommandPalette::runCurrent()
{
    const QListWidgetItem* item = m_list->currentItem();
    if (!item)
        return;
    const PaletteEntry entry = m_entries[item->data(PaletteDelegate::Index).toUInt()];
    if (!entry.problem.isEmpty())
        return;  // it says why, below
    m_recent.removeAll(entry.id);
    m_recent.prepend(entry.id);
    m_recent = m_recent.mid(0, mostRecent);
    dismiss();
    entry.run();
}

/// In the upper middle of the window.
void CommandPalette::place()
{
    const QSize room = parentWidget()->size();
    const QSize size(std::min(largest.width(), room.width() - 20), std::min(largest.height(), room.height() - 60));
    setGeometry(QRect({(room.width() - size.width()) / 2, std::min(fromTop, room.height() - size.height())}, size));
}

bool CommandPalette::onKey(int key)
{
    const int row = m_list->currentRow(), last = m_list->count() - 1;
    const int page = std::max(1, m_list->viewport()->height() / std::max(1, m_list->sizeHintForRow(0)) - 1);
    switch (key) {
        case Qt::Key_Escape:
            dismiss();
            return true;
        case Qt::Key_Return:
        case Qt::Key_Enter:
            runCurrent();
            return true;
        case Qt::Key_Up:
            m_list->setCurrentRow(row <= 0 ? last : row - 1);
            return true;
        case Qt::Key_Down:
            m_list->setCurrentRow(row >= last ? 0 : row + 1);
            return true;
        case Qt::Key_PageUp:
            m_list->setCurrentRow(std::max(0, row - page));
            return true;
        case Qt::Key_PageDown:
            m_list->setCurrentRow(std::min(last, row + page));
            return true;
        case Qt::Key_Tab:
        case Qt::Key_Backtab:
            return true;  // there is nothing to go to
        default:
            return false;
    }
}

bool CommandPalette::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == parentWidget() && event->type() == QEvent::Resize && isVisible())
        place();
    if (watched == m_line && event->type() == QEvent::ShortcutOverride &&
        static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept();  // closes, and stops no job
        return true;
    }
    if (watched == m_line && event->type() == QEvent::KeyPress && onKey(static_cast<QKeyEvent*>(event)->key()))
        return true;
    if (watched == m_line && event->type() == QEvent::FocusOut &&
        static_cast<QFocusEvent*>(event)->reason() != Qt::PopupFocusReason &&
        static_cast<QFocusEvent*>(event)->reason() != Qt::ActiveWindowFocusReason)
        dismiss();
    return QFrame::eventFilter(watched, event);
}

}  // namespace mnemo
