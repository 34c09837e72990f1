// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/palette_entries.h"

#include "ui/command_palette.h"
#include "ui/glossary.h"
#include "ui/note_list.h"
#include "ui/why_not.h"

#include <QAction>
#include <QComboBox>
#include <QMenu>
#include <QMenuBar>
#include <QPointer>
#include <QTabWidget>

namespace mnemo {
namespace {

/// What its tooltip says beyond its name.
QString helpOf(const QAction& action)
{
    const QString text = plainText(action.text());
    const QString help = action.toolTip();
    return help == text || help == plainText(action.iconText()) ? QString() : help;
}

QString problemOf(const QAction& action)
{
    if (action.isEnabled())
        return {};
    const QString why = whyNot(action);
    return why.isEmpty() ? CommandPalette::tr("Not possible now.") : why;
}

void addMenu(const QMenu& menu, const QString& path, std::vector<PaletteEntry>& entries)
{
    for (QAction* action : menu.actions()) {
        const QString text = plainText(action->text());
        if (action->isSeparator() || text.isEmpty() || !action->isVisible())
            continue;
        if (const QMenu* inner = action->menu()) {
            addMenu(*inner, path + QStringLiteral(" › ") + text, entries);
            continue;
        }
        const QString name = action->objectName().isEmpty() ? path + QLatin1Char('/') + text : action->objectName();
        entries.push_back({QStringLiteral("action:") + name, text, path,
                           action->shortcut().toString(QKeySequence::NativeText), helpOf(*action), problemOf(*action),
                           action->isChecked(),
                           [pointer = QPointer(action)] {
                               if (pointer)
                                   pointer->trigger();
                           },
                           action});
    }
}

}  // namespace

QString plainText(const QString& menuText)
{
    QString text = menuText;
    text.replace(QLatin1String("&&"), QString(QChar(0)));
    return text.remove(QLatin1Char('&')).replace(QChar(0), QLatin1Char('&'));
}

std::vector<PaletteEntry> menuEntries(const QMenuBar& bar)
{
    std::vector<PaletteEntry> entries;
    for (const QAction* action : bar.actions())
        if (const QMenu* menu = action->menu())
            addMenu(*menu, plainText(action->text()), entries);
    return entries;
}

std::vector<PaletteEntry> listEntries(const QComboBox& list, const QString& name,
                                      const std::function<void(const QString&)>& choose)
{
    std::vector<PaletteEntry> entries;
    for (int row = 0; row < list.count(); ++row) {
        const QString value = list.itemData(row).toString();
        const QString help = list.itemData(row, Qt::ToolTipRole).toString();
        const bool can = list.model()->flags(list.model()->index(row, list.modelColumn())) & Qt::ItemIsEnabled;
        entries.push_back({QStringLiteral("list:") + name + QLatin1Char(':') + value,
                           list.itemText(row),
                           name,
                           {},
                           can ? help : QString(),
                           can ? QString() : help,
                           row == list.currentIndex(),
                           [choose, value] { choose(value); }});
    }
    return entries;
}

std::vector<PaletteEntry> tabEntries(QTabWidget& tabs)
{
    std::vector<PaletteEntry> entries;
    for (int index = 0; index < tabs.count(); ++index)
        entries.push_back({QStringLiteral("tab:") + tabs.tabText(index),
                           plainText(tabs.tabText(index)),
                           CommandPalette::tr("Open tab"),
                           {},
                           tabs.tabToolTip(index),
                           {},
                           index == tabs.currentIndex(),
                           [bar = QPointer(&tabs), page = QPointer(tabs.widget(index))] {
                               if (bar && page)
                                   bar->setCurrentWidget(page);
                           }});
    return entries;
}

std::vector<PaletteEntry> noteEntries(const std::vector<Note>& notes, const std::function<void(int)>& show)
{
    std::vector<PaletteEntry> entries;
    for (const Note& note : notes) {
        const QString line = note.text.section(QLatin1Char('\n'), 0, 0).simplified();
        entries.push_back({QStringLiteral("note:") + note.created,
                           line.isEmpty() ? note.place.words : line,
                           line.isEmpty() ? CommandPalette::tr("Bookmark") : CommandPalette::tr("Note"),
                           {},
                           note.place.words,
                           {},
                           false,
                           [show, id = note.id] { show(id); }});
    }
    return entries;
}

std::vector<PaletteEntry> glossaryEntries(const Glossary& glossary, const std::function<void(const QString&)>& show)
{
    std::vector<PaletteEntry> entries;
    for (const Glossary::Entry& entry : glossary.entries())
        entries.push_back({QStringLiteral("term:") + entry.key,
                           entry.term,
                           CommandPalette::tr("Glossary"),
                           {},
                           entry.definition,
                           {},
                           false,
                           [show, key = entry.key] { show(key); }});
    return entries;
}

}  // namespace mnemo
