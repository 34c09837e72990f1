// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QFrame>
#include <QPointer>
#include <functional>
#include <vector>

class QLabel;
class QPushButton;

namespace mnemo {

class TourRing;

/// One stop of the tour.
struct TourStep {
    QString title;
    std::function<QString()> text;     ///< asked again whenever something new is known
    std::function<QWidget*()> target;  ///< what it points at; hidden or null: nothing
    std::function<QRect()> part = {};  ///< of the target, in its coordinates; without: all of it
    std::function<void()> enter = {};  ///< what the window does first
};

/// A bubble that goes from part to part of the window and says what each is for. It blocks nothing: everything can be
/// used beside it. Keys while it has the focus: → or Enter goes on, ← back, Esc ends.
class Tour : public QFrame
{
    Q_OBJECT

public:
    explicit Tour(QWidget* window);

    void start(std::vector<TourStep> steps);
    void next();  ///< ends behind the last step
    void back();
    void end();
    void refresh();                      ///< the text of the step, and where it points
    int step() const { return m_step; }  ///< from 0; −1 while there is no tour
    QString text() const;
    QRect pointsAt() const;  ///< in the window's coordinates; empty: nowhere

Q_SIGNALS:
    void ended();

protected:
    bool event(QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void enter(int step);
    void place();

    QLabel* m_title;
    QLabel* m_text;
    QLabel* m_count;
    QPushButton* m_back;
    QPushButton* m_next;
    TourRing* m_ring;
    std::vector<TourStep> m_steps;
    int m_step = -1;
    QPointer<QWidget> m_target;
    QPointer<QWidget> m_focusBefore;
};

}  // namespace mnemo
