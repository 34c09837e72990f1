// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/edit_stack.h"

#include <QWidget>

class QAction;
class QDoubleSpinBox;
class QLabel;
class QListWidget;
class QPushButton;

namespace mnemo {

/// The edits of a stack: switched by their boxes; strength, saving and the like are of the one that is chosen.
class EditStackView : public QWidget
{
    Q_OBJECT

public:
    explicit EditStackView(EditStack& stack, QWidget* parent = nullptr);

    void setModel(const std::string& hash);  ///< edits of others are shown as such
    int current() const;                     ///< −1: none

Q_SIGNALS:
    void currentChanged();
    void recomputeRequested(int index);
    void saveRequested(int index);
    void copyRequested(int index);  ///< as a command
    void loadRequested();

private:
    QWidget* makeButtons();
    QWidget* makeMoves();
    void refresh();
    int rowAfter(int before) const;
    void showItem(int index);
    void showCurrent();
    QString textOf(int index) const;

    EditStack& m_stack;
    std::string m_model;
    QLabel* m_weights;
    QListWidget* m_list;
    QAction* m_up;
    QAction* m_down;
    QAction* m_copy;
    QDoubleSpinBox* m_alpha;
    QPushButton* m_again;
    QPushButton* m_remove;
    QPushButton* m_save;
};

}  // namespace mnemo
