// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/composed_figure.h"
#include "ui/figure_dialog.h"

#include <vector>

class QCheckBox;
class QSpinBox;
class QTreeWidget;
class QTreeWidgetItem;

namespace mnemo {

/// Several results on one page: which ones, which of their maps or plots, in which order, beside a picture of it.
class ComposeDialog : public FigureDialog
{
    Q_OBJECT

public:
    /// @param offered what may become a panel, each with all its parts. @param chosen one that is ticked at first
    ComposeDialog(std::vector<FigurePanel> offered, ResultPtr chosen, QWidget* parent = nullptr);

    ComposedFigure figure() const;

    /// Ticks, orders and names as in a figure that was made before; panels whose results are not offered are left out.
    void setFigure(const ComposedFigure& figure);

private:
    Drawing drawing() const override;
    void fill(const ResultPtr& chosen);
    QWidget* makePanels();
    void addRows();
    QTreeWidgetItem* itemOf(const FigurePanel& panel) const;
    const FigurePanel& offeredBy(const QTreeWidgetItem& item) const;
    void move(int by);
    void onChanged();

    std::vector<FigurePanel> m_offered;
    QTreeWidget* m_panels;
    QPushButton* m_up;
    QPushButton* m_down;
    QSpinBox* m_columns;
    QCheckBox* m_oneScale;
    QCheckBox* m_eachMap;
};

}  // namespace mnemo
