// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/trace_store.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace mnemo {

class HeatmapGrid;

/// The line above a trace's maps: what was asked and what the model answers, in which state it is, resume and pin.
class TraceHeading : public QWidget
{
    Q_OBJECT

public:
    explicit TraceHeading(QWidget* parent = nullptr);

    void setTrace(const Trace& trace);
    void setShort(bool isShort);                   ///< the model and its answer, where the prompt is known
    QString badge() const { return m_badgeText; }  ///< "61 % of cells"; empty for a trace that runs or is complete

Q_SIGNALS:
    void resumeRequested();
    void pinRequested();

protected:
    void changeEvent(QEvent* event) override;

private:
    void showText(const Trace& trace);
    void showState(const Trace& trace);
    void colourBadge();

    QLabel* m_heading;
    QLabel* m_badge;
    QPushButton* m_resume;
    QPushButton* m_pin;
    QString m_badgeText;
    bool m_badgeWarns = false;
    bool m_short = false;
};

/// Progress, and a veil over what is outdated.
void showState(const Trace& trace, HeatmapGrid& maps);

/// What stands in the place of a trace that has nothing to show.
QString waitingText(const Trace& trace);

QString modelName(const Result& result);  ///< "mnemo-mamba"

/// "61 %": never says 100 before all is there.
QString percent(double share);

}  // namespace mnemo
