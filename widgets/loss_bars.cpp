// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/loss_bars.h"

#include "widgets/colour_map.h"
#include "widgets/number_text.h"

#include <QPainter>
#include <algorithm>
#include <cmath>

namespace mnemo {

namespace {

constexpr double barHeight = 4;

QString sentenceOf(const QString& token, const SeveredEffect& effect)
{
    if (!std::isfinite(effect.lost()))
        return LossBars::tr("at the %1 there is no value").arg(token);
    return LossBars::tr("at the %1 %2 is lost (IE %3, severed %4)")
        .arg(token, shortNumber(effect.lost()), shortNumber(effect.whole), shortNumber(effect.severed));
}

void drawBar(QPainter& painter, QRectF track, double lost, const QColor& hue, const QColor& rail)
{
    painter.setPen(Qt::NoPen);
    painter.setBrush(rail);
    painter.drawRect(track);
    if (!std::isfinite(lost))
        return;
    const double length = std::min(std::abs(lost), 1.0) * track.width();
    if (lost >= 0) {
        painter.setBrush(hue);
        painter.drawRect(QRectF(track.topLeft(), QSizeF(length, track.height())));
    } else {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(hue, 1));
        painter.drawRect(QRectF(track.topLeft(), QSizeF(length, track.height())).adjusted(0.5, 0.5, -0.5, -0.5));
    }
}

}  // namespace

QColor subjectLastColour(const QColor& background)
{
    return siteColour("o", background);
}

QColor promptLastColour(const QColor& background)
{
    return siteColour("a", background);
}

LossBars::LossBars(const QString& what, const PathLoss& loss, QWidget* parent)
    : QWidget(parent),
      m_loss(loss),
      m_text(tr("%1 severed: %2; %3.")
                 .arg(what, sentenceOf(tr("subject's last token"), loss.subjectLast),
                      sentenceOf(tr("prompt's last token"), loss.promptLast)))
{
    setObjectName("loss_" + what);
    setAccessibleName(tr("What is lost when %1 is severed").arg(what));
    setAccessibleDescription(m_text);
    setToolTip(m_text);
}

void LossBars::paintEvent(QPaintEvent*)
{
    const QColor base = palette().color(QPalette::Window), ink = palette().color(QPalette::WindowText);
    QPainter painter(this);
    painter.fillRect(rect(), base);  // arrows end at it
    const QRectF first(0, 1, width(), barHeight);
    drawBar(painter, first, m_loss.subjectLast.lost(), subjectLastColour(base), mix(base, ink, 0.14));
    drawBar(painter, first.translated(0, barHeight + 2), m_loss.promptLast.lost(), promptLastColour(base),
            mix(base, ink, 0.14));
}

}  // namespace mnemo
