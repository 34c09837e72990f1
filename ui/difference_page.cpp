// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/difference_page.h"

#include "ui/trace_pair_view.h"

#include <QLabel>
#include <QVBoxLayout>

namespace mnemo {

DifferencePage::DifferencePage(ResultPtr minuend, ResultPtr subtrahend, Metric metric, const PairNames& names,
                               QWidget* parent)
    : QWidget(parent), m_minuend(std::move(minuend)), m_subtrahend(std::move(subtrahend)), m_view(new TracePairView)
{
    m_view->setMetric(metric);
    m_view->setNames(names);
    m_view->setTraces(m_minuend, m_subtrahend);
    for (const auto column : {TraceComparison::A, TraceComparison::B})
        m_view->setHeading(column, new QLabel("<b>" + m_view->comparison().names[column].toHtmlEscaped() + "</b>"));
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(6, 4, 6, 2);
    box->addWidget(m_view);
}

QString DifferencePage::title() const
{
    return m_view->comparison().names[TraceComparison::Difference];
}

}  // namespace mnemo
