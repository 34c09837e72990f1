// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/engine_client.h"

#include <QObject>
#include <map>

namespace mnemo {

enum class JobState { Running, Finished, Stopped, Failed };

/// Things with ids that jobs fill; news of an id that is not there is ignored.
class JobSink
{
public:
    virtual ~JobSink() = default;

    virtual void setResult(int id, const ResultPtr& result) = 0;
    virtual void setProgress(int id, const Progress& progress) = 0;
    virtual void setState(int id, JobState state, const Error& error = {}) = 0;
};

/// What is said where a model is needed and none is there.
Error noModelError();

/// Follows jobs and writes what the engine says of them into their sink.
class JobDesk : public QObject
{
    Q_OBJECT

public:
    JobDesk(EngineClient& engine, JobSink& sink, QObject* parent = nullptr);

    bool stop();        ///< the job begun last, at once; false when there is none
    bool stop(int id);  ///< the job of this one; false when it has none

Q_SIGNALS:
    void failed(int id, const mnemo::Error& error);
    void finished(int id);
    void stopped(int id);

protected:
    void follow(JobId ticket, int id);
    virtual bool startAnew(int, const Error&) { return false; }  ///< instead of failing

    EngineClient& m_engine;

private:
    void onJobChanged(JobId ticket, const Event& event);
    void onJobCancelled(JobId ticket);
    void onLast(int id, const Event& event);

    JobSink& m_sink;
    std::map<JobId, int> m_running;  ///< ticket → id
};

}  // namespace mnemo
