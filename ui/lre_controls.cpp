// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/lre_controls.h"

#include "widgets/axis_slider.h"

#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QSlider>

namespace mnemo {
namespace {

QStringList labelsOf(const Result& result, const char* name)
{
    QStringList labels;
    if (const ArrayPtr array = result.find(name); array && array->axes.size() == 4)
        for (const std::string& label : array->axes[3].labels)
            labels << QString::fromStdString(label);
    return labels;
}

}  // namespace

LreControls::LreControls(QWidget* parent)
    : QWidget(parent),
      m_beta(new AxisSlider(tr("β"), tr("best"), this)),
      m_rank(new AxisSlider(tr("ρ"), tr("best"), this)),
      m_top(new QComboBox(this)),
      m_by(new QComboBox(this)),
      m_strict(new QCheckBox(tr("First token"), this))
{
    setObjectName("lreControls");
    m_beta->setObjectName("betaOfAll");
    m_beta->setToolTip(tr("β of the map; at the left end each trial's best, by recall at 1"));
    m_rank->setObjectName("rankOfAll");
    m_rank->setToolTip(tr("Rank ρ of the inverse that causality moves by; at the left end each trial's best"));
    m_top->setObjectName("recallTop");
    m_top->setAccessibleName(tr("Recall"));
    for (int k = 1; k <= 3; ++k)
        m_top->addItem(k == 1 ? tr("faithfulness") : tr("recall at %1").arg(k), k);
    m_top->setToolTip(tr("How many of the map's most probable tokens may be the object"));
    m_by->setObjectName("bestLayerBy");
    m_by->setAccessibleName(tr("Best layer by"));
    m_by->addItem(tr("best layer by faithfulness"), false);
    m_by->addItem(tr("best layer by causality"), true);
    m_strict->setObjectName("strictly");
    m_strict->setToolTip(tr("The object's first token counts, not any beginning of the object"));
    auto* line = new QHBoxLayout(this);
    line->setContentsMargins(0, 0, 0, 0);
    line->addWidget(m_beta, 2);
    line->addWidget(m_rank, 2);
    line->addWidget(m_top);
    line->addWidget(m_by);
    line->addWidget(m_strict);
    for (AxisSlider* slider : {m_beta, m_rank})
        connect(slider, &AxisSlider::moved, this, &LreControls::chosen);
    for (QComboBox* box : {m_top, m_by})
        connect(box, &QComboBox::currentIndexChanged, this, &LreControls::chosen);
    connect(m_strict, &QCheckBox::toggled, this, &LreControls::chosen);
}

void LreControls::setResult(const Result& result)
{
    m_beta->setLabels(labelsOf(result, "recall.1"));
    m_rank->setLabels(labelsOf(result, "causality"));
}

void LreControls::setChoice(const LreChoice& choice)
{
    const QSignalBlocker quiet(this);
    m_beta->setIndex(choice.beta);
    m_rank->setIndex(choice.rank);
    m_top->setCurrentIndex(m_top->findData(choice.top));
    m_by->setCurrentIndex(choice.byCausality ? 1 : 0);
    m_strict->setChecked(choice.strict);
}

LreChoice LreControls::choice() const
{
    return {m_beta->index(), m_rank->index(), m_top->currentData().toInt(), m_strict->isChecked(),
            m_by->currentData().toBool()};
}

}  // namespace mnemo
