// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/metric.h"
#include "core/data/result.h"
#include "ui/trace_comparison.h"

#include <QWidget>

namespace mnemo {

class TracePairView;

/// A tab with two traces and the first minus the second, as both were when it was opened.
class DifferencePage : public QWidget
{
    Q_OBJECT

public:
    DifferencePage(ResultPtr minuend, ResultPtr subtrahend, Metric metric, const PairNames& names = {},
                   QWidget* parent = nullptr);

    QString title() const;
    TracePairView* view() const { return m_view; }
    std::pair<ResultPtr, ResultPtr> traces() const { return {m_minuend, m_subtrahend}; }

private:
    ResultPtr m_minuend;
    ResultPtr m_subtrahend;
    TracePairView* m_view;
};

}  // namespace mnemo
