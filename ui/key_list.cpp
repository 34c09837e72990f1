// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/key_list.h"

#include "ui/palette_entries.h"

#include <QAction>
#include <QCoreApplication>
#include <QMenu>
#include <QMenuBar>
#include <algorithm>
#include <iterator>

namespace mnemo {
namespace {

struct KeyList {
    Q_DECLARE_TR_FUNCTIONS(KeyList)
};

void addMenu(const QMenu& menu, const QString& path, KeyGroup& group)
{
    for (const QAction* action : menu.actions()) {
        if (const QMenu* inner = action->menu()) {
            addMenu(*inner, path + plainText(action->text()) + QStringLiteral(" › "), group);
            continue;
        }
        QStringList keys;
        for (const QKeySequence& one : action->shortcuts())
            keys << one.toString(QKeySequence::NativeText);
        if (!keys.isEmpty())
            group.rows.push_back({keys.join(QStringLiteral(", ")), path + plainText(action->text())});
    }
}

bool saysAll(const QString& text, const QStringList& words)
{
    return std::ranges::all_of(words, [&](const QString& word) { return text.contains(word, Qt::CaseInsensitive); });
}

}  // namespace

std::vector<KeyGroup> menuKeys(const QMenuBar& bar)
{
    std::vector<KeyGroup> groups;
    for (const QAction* action : bar.actions())
        if (const QMenu* menu = action->menu()) {
            KeyGroup group{plainText(action->text()), {}};
            addMenu(*menu, {}, group);
            if (!group.rows.empty())
                groups.push_back(std::move(group));
        }
    return groups;
}

std::vector<KeyGroup> partKeys()
{
    return {
        {KeyList::tr("In the maps"),
         {{KeyList::tr("Click, Enter"), KeyList::tr("Details of the cell, with the model's answers there")},
          {KeyList::tr("Click on a token"), KeyList::tr("Its effect over the layers, at every site")},
          {KeyList::tr("Double click, Shift+Enter"), KeyList::tr("The same, and the details come to the front")},
          {KeyList::tr("Shift+drag"), KeyList::tr("Patch a block of cells together")},
          {KeyList::tr("Arrows"), KeyList::tr("Walk over the cells: layers across, tokens down")},
          {KeyList::tr("Home, End"), KeyList::tr("First and last token")},
          {KeyList::tr("Ctrl+Home, Ctrl+End"), KeyList::tr("First and last layer")},
          {KeyList::tr("PgUp, PgDown"), KeyList::tr("Ten layers on, ten layers back")},
          {QStringLiteral("1 … 9"), KeyList::tr("Go to the first, second … map")},
          {QStringLiteral("[  ]"), KeyList::tr("One layer fewer, one more in the window")},
          {KeyList::tr("Space"), KeyList::tr("Pin the trace")},
          {KeyList::tr("+ −, wheel"), KeyList::tr("Zoom in and out; drag to move about")},
          {QStringLiteral("0, F"), KeyList::tr("The whole map again")},
          {QStringLiteral("?"), KeyList::tr("This list")}}},
        {KeyList::tr("In the chips of the prompt"),
         {{KeyList::tr("Click, Enter"), KeyList::tr("Choose this token")},
          {KeyList::tr("Drag, Shift+arrows then Enter"), KeyList::tr("These tokens are the subject")},
          {KeyList::tr("← →, Home, End"), KeyList::tr("Walk over the tokens")}}},
        {KeyList::tr("In the bars of next tokens"),
         {{KeyList::tr("Click, Enter"), KeyList::tr("Score this answer")},
          {KeyList::tr("Alt+click, Alt+Enter"), KeyList::tr("Use it as the foil")},
          {KeyList::tr("↑ ↓, Home, End"), KeyList::tr("Walk over the bars")}}},
        {KeyList::tr("In curves and bars over layers"),
         {{KeyList::tr("Click, Enter"), KeyList::tr("Choose this layer")},
          {KeyList::tr("← →, PgUp, PgDown"), KeyList::tr("A layer, ten layers on or back")},
          {KeyList::tr("Home, End"), KeyList::tr("First and last layer")},
          {KeyList::tr("↑ ↓"), KeyList::tr("Another curve, where a click on a point does something")}}},
        {KeyList::tr("In the graph of a circuit"),
         {{KeyList::tr("Click, Enter"), KeyList::tr("Show what feeds the block and what it feeds; again: everything")},
          {KeyList::tr("↑ ↓"), KeyList::tr("Along the strongest edge, to what it feeds or what feeds it")},
          {KeyList::tr("← →, Home, End"), KeyList::tr("Walk over the blocks; first and last one")},
          {KeyList::tr("Delete, H"), KeyList::tr("Hide the block; the menu shows it again")},
          {KeyList::tr("Ctrl+wheel, + −"), KeyList::tr("Zoom in and out; drag to move about")},
          {KeyList::tr("0, F, double click"), KeyList::tr("The whole graph again")},
          {QStringLiteral("Esc"), KeyList::tr("Nothing is chosen")}}},
        {KeyList::tr("Everywhere"),
         {{KeyList::tr("Drop a file or folder"),
           KeyList::tr("Opens a session, facts, an edit, or a model; asks again what a figure shows")},
          {QStringLiteral("Ctrl+1 … 9"), KeyList::tr("Go to what the first, second … note is on")},
          {KeyList::tr("Ctrl+G, then “L12 T5”, “12 \"Tower\"”"),
           KeyList::tr("Go to that layer and token of the maps in front")},
          {KeyList::tr("Alt+letter"), KeyList::tr("The menu or field with that letter underlined")},
          {KeyList::tr("Tab, Shift+Tab"), KeyList::tr("The next field, the one before")}}},
    };
}

std::vector<KeyGroup> allKeys(const QMenuBar& bar)
{
    std::vector<KeyGroup> groups = menuKeys(bar);
    std::ranges::move(partKeys(), std::back_inserter(groups));
    return groups;
}

QString keysAsText(const std::vector<KeyGroup>& groups)
{
    constexpr int column = 32;  // letters
    QString text;
    for (const KeyGroup& group : groups) {
        text += group.title + QLatin1Char('\n');
        for (const KeyRow& row : group.rows)
            text += QStringLiteral("    ") + row.keys.leftJustified(column) + row.what + QLatin1Char('\n');
        text += QLatin1Char('\n');
    }
    return text.trimmed() + QLatin1Char('\n');
}

QString keysAsHtml(const std::vector<KeyGroup>& groups, const QString& query)
{
    const QStringList words = query.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    QString html;
    for (const KeyGroup& group : groups) {
        QString rows;
        for (const KeyRow& row : group.rows)
            if (saysAll(group.title + QLatin1Char(' ') + row.keys + QLatin1Char(' ') + row.what, words))
                rows +=
                    QStringLiteral("<tr><td width=\"34%\" style=\"padding-right:12px\"><b>%1</b></td><td>%2</td></tr>")
                        .arg(row.keys.toHtmlEscaped(), row.what.toHtmlEscaped());
        if (!rows.isEmpty())
            html += QStringLiteral("<h3>%1</h3><table width=\"100%\" cellpadding=\"2\">%2</table>")
                        .arg(group.title.toHtmlEscaped(), rows);
    }
    return html;
}

}  // namespace mnemo
