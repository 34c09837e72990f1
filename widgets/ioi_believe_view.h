// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/view_table.h"

class QComboBox;
class QLabel;
class QPushButton;

namespace mnemo {

class AxisSlider;
class BarList;

/// What a model says when it is made to believe that another name stood in a slot of its prompt: the names and the most
/// probable tokens before and after, for the strength of a slider. Needs the engine only for another name or slot.
class IoiBelieveView : public ResultView
{
    Q_OBJECT

public:
    explicit IoiBelieveView(QWidget* parent = nullptr);

    void setResult(ResultPtr result) override;

private:
    void fillForm();
    void showStrength();
    void ask();

    ResultPtr m_result;
    QLabel* m_heading;
    BarList* m_names;
    BarList* m_tokens;
    AxisSlider* m_strength;
    QComboBox* m_slot;
    QComboBox* m_believe;
    QPushButton* m_ask;
};

}  // namespace mnemo
