// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/page_painter.h"

#include <qcustomplot.h>

namespace mnemo {

PagePainter::PagePainter(QPaintDevice* device) : m_painter(std::make_unique<QCPPainter>(device))
{
    m_painter->setMode(QCPPainter::pmVectorized);
    m_painter->setMode(QCPPainter::pmNoCaching);
    m_painter->setMode(QCPPainter::pmNonCosmetic);
    m_painter->setRenderHint(QPainter::Antialiasing);
    m_painter->setRenderHint(QPainter::TextAntialiasing);
}

PagePainter::~PagePainter() = default;

QPainter& PagePainter::painter()
{
    return *m_painter;
}

}  // namespace mnemo
