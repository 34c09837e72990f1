// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tour_ring.h"

#include <QPainter>
#include <algorithm>

namespace mnemo {
namespace {

constexpr int gap = 10;  // between bubble and target, and to the window's edges

int within(int wanted, int size, int low, int high)
{
    return std::max(low, std::min(wanted, high - size));
}

}  // namespace

TourRing::TourRing(QWidget* window) : QWidget(window)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    hide();
}

void TourRing::paintEvent(QPaintEvent* /*event*/)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(palette().color(QPalette::Highlight), 3));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5), 5, 5);
}

QRect bubbleBeside(const QRect& target, const QSize& bubble, const QRect& window)
{
    const QRect room = window.adjusted(gap, gap, -gap, -gap);
    const int left = room.left(), right = room.right() + 1, top = room.top(), bottom = room.bottom() + 1;
    if (!target.isValid())
        return {room.center() - QPoint(bubble.width() / 2, bubble.height() / 2), bubble};
    const int x = within(target.center().x() - bubble.width() / 2, bubble.width(), left, right);
    const int y = within(target.center().y() - bubble.height() / 2, bubble.height(), top, bottom);
    if (target.bottom() + gap + bubble.height() < bottom)
        return {{x, target.bottom() + gap}, bubble};
    if (target.top() - gap - bubble.height() >= top)
        return {{x, target.top() - gap - bubble.height()}, bubble};
    if (target.right() + gap + bubble.width() < right)
        return {{target.right() + gap, y}, bubble};
    if (target.left() - gap - bubble.width() >= left)
        return {{target.left() - gap - bubble.width(), y}, bubble};
    return {{x, within(target.bottom() - bubble.height() - gap, bubble.height(), top, bottom)}, bubble};
}

}  // namespace mnemo
