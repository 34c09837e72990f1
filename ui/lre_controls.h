// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/lre_summary.h"

#include <QWidget>

class QCheckBox;
class QComboBox;

namespace mnemo {

class AxisSlider;

/// Which numbers of a linear decoding are looked at: β, ρ, recall, how strictly, and by what the best layer is chosen.
class LreControls : public QWidget
{
    Q_OBJECT

public:
    explicit LreControls(QWidget* parent = nullptr);

    void setResult(const Result& result);     ///< its axes; emits nothing
    void setChoice(const LreChoice& choice);  ///< emits nothing
    LreChoice choice() const;

Q_SIGNALS:
    void chosen();

private:
    AxisSlider* m_beta;
    AxisSlider* m_rank;
    QComboBox* m_top;
    QComboBox* m_by;
    QCheckBox* m_strict;
};

}  // namespace mnemo
