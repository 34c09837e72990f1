// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/jobs_dock.h"

#include <QFileInfo>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QTreeWidget>

namespace mnemo {
namespace {

enum Column { What, State, Done, Rate, Left, Button };
constexpr int mostRows = 50;

/// The subject of a job in a few words; questions asked while typing are not listed.
QString describe(const Job& job)
{
    const auto text = [&](const char* key) {
        const Json value = job.parameters.value(key, Json());
        return value.is_string() ? QString::fromStdString(value.get<std::string>()) : QString();
    };
    if (job.experiment == "model/load")
        return JobsDock::tr("load %1").arg(text("model"));
    const Json patches = job.parameters.value("patches", Json::array());
    if (!patches.empty())
        return QStringLiteral("patch %1").arg(QString::fromStdString(patches[0].get<std::string>()));
    const Json limit = job.parameters.value("limit", Json());
    const bool many = limit.is_number() && text("prompt").isEmpty();
    QStringList words{QString::fromStdString(job.experiment)};
    if (many)
        words << JobsDock::tr("%1 facts").arg(limit.get<int>());
    for (const char* key : {"subject", "believe"})
        words << text(key);
    words << QFileInfo(text("pairs")).fileName();
    words.removeAll(QString());
    return words.join(QStringLiteral(" · "));
}

}  // namespace

QString duration(double seconds)
{
    if (seconds < 60)
        return QObject::tr("%1 s").arg(seconds, 0, 'f', 1);
    if (seconds < 3600)
        return QObject::tr("%1 min").arg(seconds / 60, 0, 'f', 1);
    return QObject::tr("%1 h").arg(seconds / 3600, 0, 'f', 1);
}

double secondsLeft(const Progress& progress)
{
    if (progress.done <= 0 || progress.total <= 0 || progress.seconds <= 0)
        return -1;
    return progress.seconds * double(progress.total - progress.done) / double(progress.done);
}

JobsDock::JobsDock(QWidget* parent)
    : QDockWidget(tr("Jobs"), parent), m_list(new QTreeWidget), m_pages(new QStackedWidget)
{
    setObjectName("jobsDock");
    m_list->setObjectName("jobsList");
    m_list->setAccessibleName(tr("Jobs"));
    m_list->setRootIsDecorated(false);
    m_list->setHeaderLabels({tr("Job"), tr("State"), tr("Done"), tr("Rate"), tr("Left"), QString()});
    m_list->header()->setStretchLastSection(false);
    m_list->setUniformRowHeights(true);
    m_list->header()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_list->header()->setSectionResizeMode(What, QHeaderView::Stretch);
    auto* empty = new QLabel(tr("No jobs yet. Press F5 to trace the prompt."));
    empty->setAlignment(Qt::AlignCenter);
    m_pages->addWidget(empty);
    m_pages->addWidget(m_list);
    setWidget(m_pages);
}

QTreeWidgetItem* JobsDock::item(JobId ticket) const
{
    const auto it = m_items.find(ticket);
    return it == m_items.end() ? nullptr : it->second;
}

void JobsDock::add(JobId ticket, const Job& job, const QString& model)
{
    if (job.experiment == "predict" || job.experiment == "prompts")
        return;  // asked at every key while typing, at every change of an edit
    const QString what = model.isEmpty() ? describe(job) : QStringLiteral("%1 · %2").arg(describe(job), model);
    auto* row = new QTreeWidgetItem({what, tr("waiting")});
    m_list->insertTopLevelItem(0, row);
    m_items[ticket] = row;
    auto* button = new QPushButton(tr("Stop"));
    button->setAccessibleName(tr("Stop %1").arg(what));
    button->setMaximumHeight(m_list->fontMetrics().height() + 4);
    connect(button, &QPushButton::clicked, this, [this, ticket] { Q_EMIT cancelRequested(ticket); });
    m_list->setItemWidget(row, Button, button);
    m_pages->setCurrentIndex(1);
    while (m_list->topLevelItemCount() > mostRows) {
        QTreeWidgetItem* old = m_list->takeTopLevelItem(m_list->topLevelItemCount() - 1);
        std::erase_if(m_items, [old](const auto& entry) { return entry.second == old; });
        delete old;
    }
}

void JobsDock::update(JobId ticket, const Event& event)
{
    QTreeWidgetItem* row = item(ticket);
    if (!row)
        return;
    if (std::holds_alternative<Started>(event))
        row->setText(State, tr("running"));
    if (std::holds_alternative<Paused>(event))
        row->setText(State, tr("paused"));
    if (const auto* progress = std::get_if<Progress>(&event)) {
        row->setText(State, tr("running"));
        showDone(row, *progress);
        m_progress[ticket] = *progress;
        if (progress->seconds > 0)
            row->setText(Rate, tr("%1/s").arg(double(progress->done) / progress->seconds, 0, 'f', 0));
        if (const double left = secondsLeft(*progress); left >= 0)
            row->setText(Left, duration(left));
    }
    if (std::holds_alternative<Finished>(event)) {
        if (const auto last = m_progress.find(ticket);
            last != m_progress.end()) {  // progress comes a few times a second
            last->second.done = last->second.total;
            showDone(row, last->second);
        }
        end(ticket, tr("done"));
    }
    if (std::holds_alternative<Stopped>(event))
        end(ticket, tr("stopped"));
    if (const auto* failed = std::get_if<Failed>(&event)) {
        row->setToolTip(State, QString::fromStdString(failed->error.message));
        end(ticket, tr("failed"));
    }
}

void JobsDock::showDone(QTreeWidgetItem* row, const Progress& progress)
{
    if (progress.total > 0)
        row->setText(
            Done, tr("%1 of %2 %3").arg(progress.done).arg(progress.total).arg(QString::fromStdString(progress.unit)));
}

void JobsDock::setCancelled(JobId ticket)
{
    end(ticket, tr("stopped"));
}

void JobsDock::end(JobId ticket, const QString& state)
{
    QTreeWidgetItem* row = item(ticket);
    if (!row)
        return;
    row->setText(State, state);
    row->setText(Left, {});
    m_list->removeItemWidget(row, Button);
    m_items.erase(ticket);
    m_progress.erase(ticket);
}

QString JobsDock::title(JobId ticket) const
{
    const QTreeWidgetItem* row = item(ticket);
    return row ? row->text(What) : QString();
}

int JobsDock::running() const
{
    return int(m_items.size());
}

}  // namespace mnemo
