// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure_preview.h"

#include "core/data/error.h"

#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace mnemo {
namespace {

constexpr double mmPerInch = 25.4;
constexpr int drawAfterMs = 120;

}  // namespace

FigurePreview::FigurePreview(std::function<Drawing()> make, QWidget* parent)
    : QWidget(parent), m_make(std::move(make)), m_picture(new QLabel), m_note(new QLabel)
{
    m_picture->setObjectName("figurePreview");
    m_picture->setAccessibleName(tr("Preview"));
    m_picture->setAlignment(Qt::AlignCenter);
    m_picture->setMinimumSize(420, 320);
    m_picture->setFrameShape(QFrame::StyledPanel);
    m_note->setObjectName("figureNote");
    m_note->setWordWrap(true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_picture, 1);
    column->addWidget(m_note);
    m_draw.setSingleShot(true);
    m_draw.setInterval(drawAfterMs);
    connect(&m_draw, &QTimer::timeout, this, &FigurePreview::draw);
}

void FigurePreview::setResolutionShown(bool shown)
{
    m_resolution = shown;
    refresh();
}

void FigurePreview::setInstead(const QString& text)
{
    m_instead = text;
    refresh();
}

void FigurePreview::refresh()
{
    m_draw.start();
}

void FigurePreview::draw()
{
    m_picture->clear();
    m_note->clear();
    if (!m_instead.isEmpty()) {
        m_picture->setText(m_instead);
        Q_EMIT drawn(true);
        return;
    }
    try {
        show(m_make());
        Q_EMIT drawn(true);
    } catch (const Failure& failure) {
        m_note->setText(QString::fromStdString(failure.error().message + " — " + failure.error().hint));
        Q_EMIT drawn(false);
    }
}

void FigurePreview::show(const Drawing& drawing)
{
    const double ratio = devicePixelRatioF();
    const QSizeF fits = drawing.size.scaled(QSizeF(m_picture->contentsRect().size()) * ratio, Qt::KeepAspectRatio);
    Drawing small = drawing;
    small.look.dpi = std::max(1, int(figureDpi * fits.width() / drawing.size.width()));
    QImage image = imageOf(small);
    image.setDevicePixelRatio(ratio);
    m_picture->setPixmap(QPixmap::fromImage(image));
    QString size = tr("%1 × %2 mm")
                       .arg(drawing.look.widthMm, 0, 'f', 0)
                       .arg(drawing.size.height() / figureDpi * mmPerInch, 0, 'f', 0);
    if (const QSize pixels = pixelsOf(drawing); m_resolution)
        size = tr("%1, %2 × %3 pixels").arg(size).arg(pixels.width()).arg(pixels.height());
    m_note->setText(size);
}

void FigurePreview::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    refresh();
}

}  // namespace mnemo
