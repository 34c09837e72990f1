// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>
#include <vector>

class QMenuBar;

namespace mnemo {

/// What one key, click or drag does.
struct KeyRow {
    QString keys;  ///< "Ctrl+S", "Shift+drag"
    QString what;
};

struct KeyGroup {
    QString title;  ///< a menu, or a part of the window
    std::vector<KeyRow> rows;
};

/// The actions that have keys, menu by menu.
std::vector<KeyGroup> menuKeys(const QMenuBar& bar);

/// What keys and mouse do inside the maps, chips, bars and plots: these are no actions.
std::vector<KeyGroup> partKeys();

std::vector<KeyGroup> allKeys(const QMenuBar& bar);       ///< both, in this order
QString keysAsText(const std::vector<KeyGroup>& groups);  ///< a line for each, below the title of its group

/// Tables for the help window and for paper. Rows that say none of the words of the query are left out; a group whose
/// title has it stays whole.
QString keysAsHtml(const std::vector<KeyGroup>& groups, const QString& query = {});

}  // namespace mnemo
