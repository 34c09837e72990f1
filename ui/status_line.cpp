// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/status_line.h"

#include "ui/edit_refs.h"
#include "ui/jobs_dock.h"

#include <QLabel>
#include <QProgressBar>

namespace mnemo {

StatusLine::StatusLine(QWidget* parent)
    : QStatusBar(parent),
      m_engine(new QLabel(tr("engine: not started"))),
      m_job(new QLabel),
      m_progress(new QProgressBar),
      m_model(new QLabel),
      m_weights(new QLabel)
{
    setObjectName("statusLine");
    m_engine->setObjectName("engineStatus");
    m_job->setObjectName("jobStatus");
    m_model->setObjectName("modelNote");
    m_weights->setObjectName("weightsStatus");
    m_progress->setFixedWidth(120);
    m_progress->setMaximumHeight(14);
    m_progress->setTextVisible(false);
    m_progress->setAccessibleName(tr("Progress of the running job"));
    m_progress->setVisible(false);
    auto* offline = new QLabel(tr("offline"));
    offline->setToolTip(tr("This program sends nothing over the network."));
    addWidget(m_engine);
    addWidget(m_progress);
    addWidget(m_job);
    addPermanentWidget(m_model);
    addPermanentWidget(m_weights);
    addPermanentWidget(offline);
}

void StatusLine::setEngine(const QString& text)
{
    m_engine->setText(text);
}

void StatusLine::setModelNote(const QString& text)
{
    m_model->setText(text);
}

void StatusLine::setWeights(const QString& edits, const QString& hash)
{
    m_weights->setText(hash.isEmpty() ? edits : tr("%1 · %2").arg(edits, shortHash(hash)));
    m_weights->setToolTip(tr("The weights that answer now: %1").arg(hash));
}

void StatusLine::setJob(const QString& what, const Progress& progress)
{
    m_progress->setVisible(true);
    m_progress->setRange(0, progress.total > 0 ? 1000 : 0);
    m_progress->setValue(progress.total > 0 ? int(1000 * progress.done / progress.total) : 0);
    QString text = what;
    if (progress.total > 0)
        text += tr(" %1 %").arg(100 * progress.done / progress.total);
    if (const double left = secondsLeft(progress); left >= 0)
        text += tr(" · %1 left").arg(duration(left));
    m_job->setText(text);
}

void StatusLine::clearJob()
{
    m_progress->setVisible(false);
    m_job->clear();
}

}  // namespace mnemo
