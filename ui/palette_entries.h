// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/palette_ranking.h"

class QComboBox;
class QMenuBar;
class QTabWidget;

namespace mnemo {

class Glossary;
struct Note;

/// "&Open session…" → "Open session…": without the mark of its letter.
QString plainText(const QString& menuText);

/// Every action of the menus and their submenus, with where it stands.
std::vector<PaletteEntry> menuEntries(const QMenuBar& bar);

/// The items of a list, under its name; those that cannot be chosen say why in their tooltip.
std::vector<PaletteEntry> listEntries(const QComboBox& list, const QString& name,
                                      const std::function<void(const QString&)>& choose);

std::vector<PaletteEntry> tabEntries(QTabWidget& tabs);

/// Notes by their first line; bookmarks by what they are on.
std::vector<PaletteEntry> noteEntries(const std::vector<Note>& notes, const std::function<void(int)>& show);

std::vector<PaletteEntry> glossaryEntries(const Glossary& glossary, const std::function<void(const QString&)>& show);

}  // namespace mnemo
