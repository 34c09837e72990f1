// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/event.h"

#include <QDockWidget>
#include <map>

class QLabel;
class QStackedWidget;
class QTreeWidget;
class QTreeWidgetItem;

namespace mnemo {

QString duration(double seconds);  ///< "0.8 s", "3 min"

/// Left of a progress: seconds to go at the rate so far; negative when nothing is known.
double secondsLeft(const Progress& progress);

/// The engine's jobs, newest first: progress, rate, time left, and a button that stops them.
class JobsDock : public QDockWidget
{
    Q_OBJECT

public:
    explicit JobsDock(QWidget* parent = nullptr);

    void add(JobId ticket, const Job& job, const QString& model = {});  ///< its name, where two are in play
    void update(JobId ticket, const Event& event);
    void setCancelled(JobId ticket);
    int running() const;
    QString title(JobId ticket) const;  ///< of a job that is listed and not over; else empty

Q_SIGNALS:
    void cancelRequested(mnemo::JobId ticket);

private:
    QTreeWidgetItem* item(JobId ticket) const;
    void end(JobId ticket, const QString& state);
    void showDone(QTreeWidgetItem* row, const Progress& progress);

    QTreeWidget* m_list;
    QStackedWidget* m_pages;
    std::map<JobId, QTreeWidgetItem*> m_items;  ///< of jobs that are not over
    std::map<JobId, Progress> m_progress;
};

}  // namespace mnemo
