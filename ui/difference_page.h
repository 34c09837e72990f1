// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/metric.h"
#include "core/data/result.h"

#include <QWidget>

class QLabel;

namespace mnemo {

class HeatmapGrid;
struct Trace;

/// A tab with the maps of one trace minus another's, as both were when it was opened.
class DifferencePage : public QWidget
{
    Q_OBJECT

public:
    /// @throws Failure as traceDifference()
    DifferencePage(const Trace& minuend, const Trace& subtrahend, Metric metric, QWidget* parent = nullptr);

    void setMetric(Metric metric);
    QString title() const { return m_title; }

private:
    QString m_title;
    ResultPtr m_minuend;
    ResultPtr m_subtrahend;
    QLabel* m_note;
    HeatmapGrid* m_maps;
};

}  // namespace mnemo
