// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QPainter>
#include <memory>

class QCPPainter;

namespace mnemo {

/// A painter for figures that plots can paint into as well. Hides the plot library from files that cannot include it.
class PagePainter
{
public:
    explicit PagePainter(QPaintDevice* device);
    ~PagePainter();

    QPainter& painter();
    QCPPainter& plotPainter() { return *m_painter; }

private:
    std::unique_ptr<QCPPainter> m_painter;
};

}  // namespace mnemo
