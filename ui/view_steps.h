// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

class QWidget;

namespace mnemo {

class History;

/// From now on what the user chooses in the lists, switches and sorted tables of a page is a step: how it is shown, not
/// what is asked. What the program sets in them is none. The history must outlive the page; a step of a page that is
/// gone does nothing.
void rememberChoices(History& history, QWidget& page);

}  // namespace mnemo
