// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>
#include <QStringList>
#include <functional>
#include <vector>

class QAction;

namespace mnemo {

/// Something that can be done from the palette.
struct PaletteEntry {
    QString id;       ///< "action:trace": by this it is remembered as used
    QString text;     ///< what it is called
    QString path;     ///< where it stands: "Experiment", "View › Theme", "Glossary"
    QString keys;     ///< "F5", or empty
    QString help;     ///< a sentence about it, or empty
    QString problem;  ///< why it cannot be done now; empty: it can
    bool checked = false;
    std::function<void()> run = {};
    const QAction* action = nullptr;  ///< of a menu; null: something else
};

/// An entry that fits what was typed.
struct RankedEntry {
    int index = 0;           ///< among those that were given
    std::vector<int> marks;  ///< letters of its text that were typed
};

/// Those that fit, the best first. Nothing typed: all of them, the most recently used first. What is typed is looked
/// for in the text, less valuably in path and text together, and as a key. Among those that fit alike recently used
/// ones come first, and what cannot be done now comes last.
/// @param recent ids, the newest first
std::vector<RankedEntry> rankEntries(const std::vector<PaletteEntry>& entries, const QString& query,
                                     const QStringList& recent);

}  // namespace mnemo
