// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QPalette>
#include <QString>

namespace mnemo {

enum class Theme { System, Light, Dark };

QString themeName(Theme theme);  ///< "system", "light", "dark": the spelling in the settings
Theme themeFromName(const QString& name);

/// Palette of a theme on the Fusion style; System gives an empty one, which Qt resolves from the desktop.
QPalette themePalette(Theme theme);

/// Of words that say what is wrong, on the palette's window.
QColor problemColour(const QPalette& palette);

/// Sets style and palette of the whole program.
void applyTheme(Theme theme);

}  // namespace mnemo
