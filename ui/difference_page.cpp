// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/difference_page.h"

#include "ui/trace_difference.h"
#include "ui/trace_store.h"
#include "widgets/heatmap_grid.h"

#include <QLabel>
#include <QVBoxLayout>

namespace mnemo {

DifferencePage::DifferencePage(const Trace& minuend, const Trace& subtrahend, Metric metric, QWidget* parent)
    : QWidget(parent),
      m_title(tr("%1 − %2").arg(minuend.form.subject, subtrahend.form.subject)),
      m_minuend(minuend.result),
      m_subtrahend(subtrahend.result),
      m_note(new QLabel(this)),
      m_maps(new HeatmapGrid(this))
{
    m_note->setObjectName("differenceNote");
    m_maps->setColourMap("vik");
    auto* box = new QVBoxLayout(this);
    box->addWidget(m_note);
    box->addWidget(m_maps, 1);
    setMetric(metric);
}

void DifferencePage::setMetric(Metric metric)
{
    const TraceDifference difference = traceDifference(*m_minuend, *m_subtrahend, metric);
    m_note->setText(tr("<b>%1</b>, %2").arg(m_title.toHtmlEscaped(), difference.note));
    m_maps->setPanels(difference.panels);
    m_maps->setRows(difference.rows);
    m_maps->setRange(-difference.largest, difference.largest);
}

}  // namespace mnemo
