// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>
#include <initializer_list>

class QGroupBox;
class QWidget;

namespace mnemo {

/// A box of a view: the parts below each other, at its top.
QGroupBox* titledBox(const QString& title, std::initializer_list<QWidget*> parts, QWidget* parent);

}  // namespace mnemo
