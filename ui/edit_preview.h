// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/event.h"

#include <QWidget>

class QLabel;
class QProgressBar;

namespace mnemo {

class BarList;
class LinePlot;

/// A search on its way: its loss and the new object's probability by step, then the next token before and after.
class EditPreview : public QWidget
{
    Q_OBJECT

public:
    explicit EditPreview(QWidget* parent = nullptr);

    void begin();
    void setProgress(const Progress& progress);
    void setSearch(const Result& search);  ///< a snapshot, or the finished one
    void end(const QString& why);          ///< stopped or failed; what is drawn stays

    QString text() const;  ///< the line below the curves
    LinePlot* losses() const { return m_losses; }
    LinePlot* probability() const { return m_probability; }
    BarList* bars() const { return m_bars; }

private:
    void setSteps(const Result& search);
    void setEnds(const Result& search);

    QProgressBar* m_progress;
    LinePlot* m_losses;
    LinePlot* m_probability;
    QLabel* m_text;
    BarList* m_bars;
};

}  // namespace mnemo
