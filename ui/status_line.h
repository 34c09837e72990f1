// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/event.h"

#include <QStatusBar>

class QLabel;
class QProgressBar;

namespace mnemo {

/// Bottom line: engine and device, the running job with time left, offline, what model this is.
class StatusLine : public QStatusBar
{
    Q_OBJECT

public:
    explicit StatusLine(QWidget* parent = nullptr);

    void setEngine(const QString& text);
    void setModelNote(const QString& text);
    void setWeights(const QString& edits, const QString& hash);  ///< which edits are on, and what names the weights
    void setJob(const QString& what, const Progress& progress);  ///< total 0: busy
    void clearJob();

private:
    QLabel* m_engine;
    QLabel* m_job;
    QProgressBar* m_progress;
    QLabel* m_model;
    QLabel* m_weights;
};

}  // namespace mnemo
