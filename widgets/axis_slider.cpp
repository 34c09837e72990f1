// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/axis_slider.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSlider>
#include <algorithm>

namespace mnemo {

AxisSlider::AxisSlider(const QString& name, const QString& best, QWidget* parent)
    : QWidget(parent), m_best(best), m_slider(new QSlider(Qt::Horizontal, this)), m_text(new QLabel(this))
{
    auto* title = new QLabel(name, this);
    title->setBuddy(m_slider);
    m_slider->setAccessibleName(name);
    m_slider->setPageStep(1);
    m_slider->setMinimumWidth(90);
    m_slider->setRange(0, 0);
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(0, 0, 0, 0);
    line->addWidget(title);
    line->addWidget(m_slider, 1);
    line->addWidget(m_text);
    connect(m_slider, &QSlider::valueChanged, this, [this] {
        showText();
        Q_EMIT moved();
    });
}

void AxisSlider::setLabels(const QStringList& labels)
{
    if (labels == m_labels)
        return;
    m_labels = labels;
    const QSignalBlocker quiet(m_slider);
    m_slider->setRange(m_best.isEmpty() ? 0 : -1, std::max(0, int(labels.size()) - 1));
    m_slider->setValue(m_slider->minimum());
    int widest = fontMetrics().horizontalAdvance(m_best);
    for (const QString& label : labels)
        widest = std::max(widest, fontMetrics().horizontalAdvance(label));
    m_text->setMinimumWidth(widest + 4);
    showText();
}

void AxisSlider::setIndex(std::optional<int> index)
{
    const QSignalBlocker quiet(m_slider);
    m_slider->setValue(index ? *index : m_slider->minimum());
    showText();
}

std::optional<int> AxisSlider::index() const
{
    return m_slider->value() < 0 ? std::nullopt : std::optional(m_slider->value());
}

void AxisSlider::showText()
{
    m_text->setText(m_slider->value() < 0 ? m_best : m_labels.value(m_slider->value()));
}

}  // namespace mnemo
