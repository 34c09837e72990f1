// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QWidget>

namespace mnemo {

/// A frame around a part of the window, above everything and deaf to the mouse.
class TourRing : public QWidget
{
    Q_OBJECT

public:
    explicit TourRing(QWidget* window);

protected:
    void paintEvent(QPaintEvent* event) override;
};

/// Where a bubble of this size stands so that it hides as little as possible of what it points at: below, above, at its
/// right, at its left, the first that has room; else in the lower middle of it. Nothing to point at: in the middle.
QRect bubbleBeside(const QRect& target, const QSize& bubble, const QRect& window);

}  // namespace mnemo
