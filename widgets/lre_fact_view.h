// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/view_table.h"

class QComboBox;
class QLabel;
class QPushButton;

namespace mnemo {

class AxisSlider;
class BarList;

/// One fact through a relation's affine map: what the map says beside the model, for the β of a slider; and what the
/// model says when its state is moved to say another object, for the ρ of another one. Needs the engine only for
/// another object.
class LreFactView : public ResultView
{
    Q_OBJECT

public:
    explicit LreFactView(QWidget* parent = nullptr);

    void setResult(ResultPtr result) override;

private:
    void showMap();
    void showMoved();
    void ask();

    ResultPtr m_result;
    QLabel* m_heading;
    BarList* m_model;
    BarList* m_map;
    BarList* m_moved;
    AxisSlider* m_beta;
    AxisSlider* m_rank;
    QComboBox* m_objects;
    QPushButton* m_say;
    QLabel* m_movedNote;
};

}  // namespace mnemo
