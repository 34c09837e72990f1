// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/titled_box.h"

#include <QGroupBox>
#include <QVBoxLayout>

namespace mnemo {

QGroupBox* titledBox(const QString& title, std::initializer_list<QWidget*> parts, QWidget* parent)
{
    auto* box = new QGroupBox(title, parent);
    auto* column = new QVBoxLayout(box);
    for (QWidget* part : parts)
        column->addWidget(part);
    column->addStretch(1);
    return box;
}

}  // namespace mnemo
