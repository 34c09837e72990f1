// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/job_queue.h"
#include "tests/jobs/event_recorder.h"

#include <QtTest>
#include <atomic>
#include <new>
#include <optional>
#include <semaphore>
#include <thread>

using namespace mnemo;
using namespace std::chrono_literals;

namespace {

Result titled(const std::string& title)
{
    Result result;
    result.kind = "test";
    result.title = title;
    return result;
}

ResultPtr published(const std::string& title)
{
    return std::make_shared<const Result>(titled(title));
}

/// A job whose body is looked up by its experiment key.
class Bench
{
public:
    explicit Bench(QueueOptions options = {})
    {
        queue.emplace([this](const Job& job, Reporter& reporter) { return bodies.at(job.experiment)(reporter); },
                      [this](JobId id, Event event) { record(id, std::move(event)); }, std::move(options));
    }

    JobId submit(const std::string& key, JobClass jobClass = JobClass::Visible, const std::string& tag = {})
    {
        return queue->submit({.experiment = key, .jobClass = jobClass, .tag = tag});
    }

    /// Set up before the first submit: read by the compute thread.
    std::map<std::string, std::function<ResultPtr(Reporter&)>> bodies{
        {"quick", [](Reporter&) { return published("quick"); }},
        {"endless",
         [](Reporter& reporter) -> ResultPtr {
             while (true)
                 reporter.checkStop();
         }},
    };
    EventRecorder record;
    std::optional<JobQueue> queue;  ///< last: its thread uses the members above
};

QueueOptions everything()
{
    return {.interval = 0ms};
}

std::string titleOf(const ResultPtr& result)
{
    return result ? result->title : "null";
}

}  // namespace

class TestJobQueue : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void runsAJobToItsEnd()
    {
        Bench bench(everything());
        bench.bodies["work"] = [](Reporter& reporter) {
            reporter.progress(1, 2, "cells");
            reporter.partial([] { return titled("half"); });
            reporter.progress(2, 2, "cells");
            return published("whole");
        };
        const JobId id = bench.submit("work");
        bench.queue->waitIdle();
        QCOMPARE(bench.record.names(id), std::string("started progress partial progress finished"));
        const std::vector<Event> events = bench.record.of(id);
        QCOMPARE(std::get<Progress>(events[1]).done, 1);
        QCOMPARE(std::get<Progress>(events[1]).unit, std::string("cells"));
        QCOMPARE(titleOf(std::get<Partial>(events[2]).result), std::string("half"));
        QCOMPARE(titleOf(std::get<Finished>(events[4]).result), std::string("whole"));
    }

    void takesTheMostUrgentClassThenTheOldest()
    {
        Bench bench;
        std::binary_semaphore gate(0);
        bench.bodies["gate"] = [&](Reporter&) {
            gate.acquire();
            return published("gate");
        };
        const JobId first = bench.submit("gate", JobClass::Selection);
        bench.record.waitFor(first, "started");
        const JobId batch = bench.submit("quick", JobClass::Batch);
        const JobId visible = bench.submit("quick", JobClass::Visible);
        const JobId visibleLater = bench.submit("quick", JobClass::Visible);
        const JobId selection = bench.submit("quick", JobClass::Selection);
        QCOMPARE(bench.queue->waiting(), std::size_t(4));
        gate.release();
        bench.queue->waitIdle();
        std::string expected = std::to_string(first) + " started, " + std::to_string(first) + " finished";
        for (const JobId id : {selection, visible, visibleLater, batch})
            expected += ", " + std::to_string(id) + " started, " + std::to_string(id) + " finished";
        QCOMPARE(bench.record.all(), expected);
        QCOMPARE(bench.queue->stats().nested, 0);
    }

    void throttlesSnapshotsButStoppedCarriesTheLast()
    {
        Bench bench({.interval = 1h});
        bench.bodies["chatty"] = [](Reporter& reporter) -> ResultPtr {
            for (int i = 0; i < 1000; ++i)
                reporter.partial([&] { return titled(std::to_string(i)); });
            reporter.progress(1, 1, "cells");
            try {
                while (true)
                    reporter.checkStop();
            } catch (const Cancelled&) {
                reporter.partial([] { return titled("last"); });  // as runPlan does
                throw;
            }
        };
        const JobId id = bench.submit("chatty");
        bench.record.waitFor(id, "progress");
        bench.queue->cancel(id);
        bench.queue->waitIdle();
        QCOMPARE(bench.record.names(id), std::string("started partial progress stopped"));
        QCOMPARE(titleOf(std::get<Stopped>(bench.record.of(id).back()).result), std::string("last"));
        QCOMPARE(bench.queue->stats().partialsMade, 2);  // the first and the last
        QCOMPARE(bench.queue->stats().partialsAsked, 1001);
    }

    void throttlesProgressButShowsTheEnd()
    {
        Bench bench({.interval = 1h});
        bench.bodies["counts"] = [](Reporter& reporter) {
            for (int i = 0; i <= 1000; ++i)
                reporter.progress(i, 1000, "cells");
            return published("counted");
        };
        const JobId id = bench.submit("counts");
        bench.queue->waitIdle();
        QCOMPARE(bench.record.names(id), std::string("started progress progress finished"));
        QCOMPARE(std::get<Progress>(bench.record.of(id)[2]).done, 1000);
    }

    void urgentJobsRunInsideAPausedOne()
    {
        Bench bench(everything());
        std::binary_semaphore inside(0);
        bench.bodies["long"] = [&](Reporter& reporter) {
            reporter.progress(3, 10, "cells");
            inside.acquire();  // both urgent jobs wait now
            reporter.checkStop();
            return published("long");
        };
        const JobId outer = bench.submit("long", JobClass::Batch);
        bench.record.waitFor(outer, "progress");
        const JobId same = bench.submit("quick", JobClass::Batch);
        const JobId one = bench.submit("quick", JobClass::Visible);
        const JobId two = bench.submit("quick", JobClass::Selection);
        inside.release();
        bench.queue->waitIdle();
        QCOMPARE(bench.record.names(outer), std::string("started progress paused paused progress finished"));
        const std::vector<Event> events = bench.record.of(outer);
        QCOMPARE(std::get<Paused>(events[2]).by, two);
        QCOMPARE(std::get<Paused>(events[3]).by, one);
        QCOMPARE(std::get<Progress>(events[4]).done, 3);
        QCOMPARE(bench.record.names(same), std::string("started finished"));
        QVERIFY(bench.record.all().ends_with(std::to_string(same) + " finished"));  // an equal class does not nest
        QCOMPARE(bench.queue->stats().nested, 2);
    }

    void pausesAreLeftOutOfSeconds()
    {
        Bench bench(everything());
        std::binary_semaphore inside(0);
        bench.bodies["long"] = [&](Reporter& reporter) {
            reporter.progress(1, 2, "cells");
            inside.acquire();
            reporter.checkStop();
            return published("long");
        };
        std::chrono::duration<double> pause{};
        bench.bodies["spin"] = [&](Reporter&) {
            const auto begin = std::chrono::steady_clock::now();
            while (std::chrono::steady_clock::now() - begin < 100ms) {
            }
            pause = std::chrono::steady_clock::now() - begin;
            return published("spin");
        };
        const auto begin = std::chrono::steady_clock::now();
        const JobId outer = bench.submit("long", JobClass::Visible);
        bench.record.waitFor(outer, "progress");
        bench.submit("spin", JobClass::Selection);
        inside.release();
        bench.queue->waitIdle();
        const std::chrono::duration<double> whole = std::chrono::steady_clock::now() - begin;
        const std::vector<Event> events = bench.record.of(outer);
        QCOMPARE(bench.record.names(outer), std::string("started progress paused progress finished"));
        QVERIFY(std::get<Progress>(events[3]).seconds <= (whole - pause).count());
    }

    void cancellingThePausedJobLetsTheInnerOneEnd()
    {
        Bench bench(everything());
        std::binary_semaphore innerMayEnd(0);
        bench.bodies["inner"] = [&](Reporter& reporter) {
            innerMayEnd.acquire();
            reporter.checkStop();  // must not see the outer one's stop
            return published("inner");
        };
        const JobId outer = bench.submit("endless", JobClass::Background, "sweep");
        bench.record.waitFor(outer, "started");
        const JobId inner = bench.submit("inner", JobClass::Selection);
        bench.record.waitFor(inner, "started");
        bench.queue->cancel(outer);
        innerMayEnd.release();
        bench.queue->waitIdle();
        QCOMPARE(bench.record.names(inner), std::string("started finished"));
        QCOMPARE(bench.record.names(outer), std::string("started paused stopped"));
        QVERIFY(
            bench.record.all().ends_with(std::to_string(inner) + " finished, " + std::to_string(outer) + " stopped"));
    }

    void cancellingTheInnerJobLetsThePausedOneGoOn()
    {
        Bench bench(everything());
        std::binary_semaphore nested(0);
        bench.bodies["outer"] = [&](Reporter& reporter) {
            nested.acquire();
            reporter.checkStop();
            reporter.checkStop();
            return published("outer");
        };
        const JobId outer = bench.submit("outer", JobClass::Background);
        bench.record.waitFor(outer, "started");
        const JobId inner = bench.submit("endless", JobClass::Selection);
        nested.release();
        bench.record.waitFor(inner, "started");
        bench.queue->cancel(inner);
        bench.queue->waitIdle();
        QCOMPARE(bench.record.names(inner), std::string("started stopped"));
        QCOMPARE(bench.record.names(outer), std::string("started paused progress finished"));
    }

    void threeLevelsNestAndUnwind()
    {
        Bench bench(everything());
        const JobId low = bench.submit("endless", JobClass::Batch);
        bench.record.waitFor(low, "started");
        const JobId middle = bench.submit("endless", JobClass::Visible);
        bench.record.waitFor(middle, "started");
        const JobId high = bench.submit("endless", JobClass::Selection);
        bench.record.waitFor(high, "started");
        bench.queue->cancel(low);
        bench.queue->cancel(high);
        bench.record.waitFor(high, "stopped");
        bench.record.waitFor(middle, "progress");
        QCOMPARE(bench.record.names(low), std::string("started paused"));  // its turn has not come
        bench.queue->cancel(middle);
        bench.queue->waitIdle();
        QCOMPARE(bench.record.names(low), std::string("started paused stopped"));
        QCOMPARE(bench.record.names(middle), std::string("started paused progress stopped"));
        QCOMPARE(bench.queue->stats().nested, 2);
    }

    void aWaitingJobStopsAtOnce()
    {
        Bench bench;
        const JobId running = bench.submit("endless");
        bench.record.waitFor(running, "started");
        const JobId waits = bench.submit("quick");
        bench.queue->cancel(waits);
        QCOMPARE(bench.record.names(waits), std::string("stopped"));  // no other thread was needed
        QVERIFY(!std::get<Stopped>(bench.record.of(waits)[0]).result);
        bench.queue->cancelAll();
        bench.queue->waitIdle();
        QCOMPARE(bench.record.names(running), std::string("started stopped"));
    }

    void aStopAfterTheLastCheckStillEndsInStopped()
    {
        Bench bench;
        std::binary_semaphore cancelled(0);
        bench.bodies["deaf"] = [&](Reporter& reporter) {
            reporter.progress(0, 1, "cells");
            cancelled.acquire();
            return published("whole");
        };
        const JobId id = bench.submit("deaf");
        bench.record.waitFor(id, "progress");
        bench.queue->cancel(id);
        cancelled.release();
        bench.queue->waitIdle();
        QCOMPARE(bench.record.names(id), std::string("started progress stopped"));
        QCOMPARE(titleOf(std::get<Stopped>(bench.record.of(id).back()).result), std::string("whole"));
    }

    void unknownAndFinishedIdsAreIgnored()
    {
        Bench bench;
        const JobId id = bench.submit("quick");
        bench.queue->waitIdle();
        bench.queue->cancel(id);
        bench.queue->cancel(12345);
        bench.queue->cancelTag("nobody's");
        QCOMPARE(bench.record.names(id), std::string("started finished"));
        const JobId next = bench.submit("quick");
        bench.queue->waitIdle();
        QCOMPARE(bench.record.names(next), std::string("started finished"));  // no stop is left over
    }

    void sixtyReplacementsLeaveOneResult()
    {
        Bench bench;
        std::atomic<int> begun = 0;
        std::atomic<bool> last = false;
        bench.bodies["replaced"] = [&](Reporter& reporter) {
            begun += 1;
            while (!last)
                reporter.checkStop();
            reporter.checkStop();
            return published("newest");
        };
        const JobId other = bench.submit("quick", JobClass::Batch, "another tag");
        std::vector<JobId> ids;
        for (int i = 0; i < 60; ++i)
            ids.push_back(bench.submit("replaced", JobClass::Visible, "trace"));
        last = true;
        bench.queue->waitIdle();
        for (std::size_t i = 0; i + 1 < ids.size(); ++i)
            QVERIFY2(bench.record.names(ids[i]).ends_with("stopped"), bench.record.names(ids[i]).c_str());
        QVERIFY(bench.record.names(ids.back()).ends_with("finished"));
        QCOMPARE(bench.record.names(other), std::string("started finished"));
        const QueueStats stats = bench.queue->stats();
        QCOMPARE(stats.submitted, 61);
        QCOMPARE(stats.stopped, 59);
        QCOMPARE(stats.finished, 2);
        QVERIFY(begun >= 1 && begun <= 60);
        for (const auto& [id, count] : bench.record.endings())
            QCOMPARE(count, 1);
    }

    void exceptionsBecomeFailed_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QString>("code");
        QTest::addColumn<QString>("message");
        QTest::newRow("failure") << "failure"
                                 << "subject-not-in-prompt"
                                 << "The subject \"Oslo\" is not there.";
        QTest::newRow("memory") << "memory"
                                << "out-of-memory"
                                << "The job needs more memory than there is.";
        QTest::newRow("bug") << "bug"
                             << "internal"
                             << "index 7 out of range";
        QTest::newRow("foreign") << "foreign"
                                 << "internal"
                                 << "The job ended with an unknown exception.";
    }
    void exceptionsBecomeFailed()
    {
        QFETCH(QString, kind);
        QFETCH(QString, code);
        QFETCH(QString, message);
        Bench bench;
        bench.bodies["failure"] = [](Reporter&) -> ResultPtr {
            throw Failure(ErrorCode::SubjectNotInPrompt, "The subject \"Oslo\" is not there.", "Select it.");
        };
        bench.bodies["memory"] = [](Reporter&) -> ResultPtr { throw std::bad_alloc(); };
        bench.bodies["bug"] = [](Reporter&) -> ResultPtr { throw std::out_of_range("index 7 out of range"); };
        bench.bodies["foreign"] = [](Reporter&) -> ResultPtr { throw 7; };
        const JobId id = bench.submit(kind.toStdString());
        bench.queue->waitIdle();
        QCOMPARE(bench.record.names(id), std::string("started failed"));
        const Error error = std::get<Failed>(bench.record.of(id)[1]).error;
        QCOMPARE(std::string(codeName(error.code)), code.toStdString());
        QCOMPARE(error.message, message.toStdString());
        const JobId next = bench.submit("quick");
        bench.queue->waitIdle();
        QCOMPARE(bench.record.names(next), std::string("started finished"));
    }

    void aFailingInnerJobLeavesTheOuterOneAlone()
    {
        Bench bench(everything());
        std::binary_semaphore ready(0);
        bench.bodies["outer"] = [&](Reporter& reporter) {
            ready.acquire();
            reporter.checkStop();
            return published("outer");
        };
        bench.bodies["fails"] = [](Reporter&) -> ResultPtr { throw Failure(ErrorCode::Usage, "no", "Change it."); };
        const JobId outer = bench.submit("outer", JobClass::Background);
        bench.record.waitFor(outer, "started");
        const JobId inner = bench.submit("fails", JobClass::Visible);
        ready.release();
        bench.queue->waitIdle();
        QCOMPARE(bench.record.names(inner), std::string("started failed"));
        QCOMPARE(bench.record.names(outer), std::string("started paused progress finished"));
    }

    void notesReachTheLog()
    {
        std::vector<std::string> lines;
        Bench bench({.log = [&](JobId id, const std::string& line) { lines.push_back(std::to_string(id) + line); }});
        bench.bodies["notes"] = [](Reporter& reporter) {
            reporter.note(" retried with batch 8");
            return published("notes");
        };
        bench.submit("notes");
        bench.queue->waitIdle();
        QCOMPARE(lines, std::vector<std::string>{"1 retried with batch 8"});
    }

    void theSinkMayCallTheQueue()
    {
        EventRecorder record;
        std::atomic<JobQueue*> queue = nullptr;
        std::binary_semaphore ready(0);
        JobQueue jobs(
            [&](const Job&, Reporter&) {
                ready.acquire();
                return published("x");
            },
            [&](JobId id, Event event) {
                record(id, event);
                if (id == 1 && isLast(event))
                    queue.load()->submit({.experiment = "second"});
            });
        queue = &jobs;
        jobs.submit({.experiment = "first"});
        ready.release(1);
        record.waitFor(1, "finished");
        ready.release(1);
        record.waitFor(2, "finished");
        QCOMPARE(record.names(2), std::string("started finished"));
    }

    /// Four threads submit, replace and cancel while the compute thread works; then the queue goes away under load.
    void destructionUnderLoadEndsEveryJobOnce()
    {
        Bench bench(everything());
        bench.bodies["busy"] = [](Reporter& reporter) {
            for (int i = 0; i < 200; ++i) {
                reporter.progress(i, 200, "cells");
                reporter.partial([] { return titled("snapshot"); });
                reporter.checkStop();
            }
            return published("busy");
        };
        bench.bodies["fails"] = [](Reporter&) -> ResultPtr { throw Failure(ErrorCode::Usage, "no", "Change it."); };
        {
            std::vector<std::jthread> clients;
            for (int client = 0; client < 4; ++client)
                clients.emplace_back([&bench, client] {
                    for (int i = 0; i < 60; ++i) {
                        const char* key = i % 7 == 0 ? "fails" : i % 11 == 0 ? "endless" : "busy";
                        const std::string tag = i % 3 == 0 ? "" : "tag" + std::to_string((client + i) % 5);
                        const JobId id = bench.submit(key, JobClass((client + i) % 4), tag);
                        if (i % 5 == 0)
                            bench.queue->cancel(id - 1);
                        if (i % 13 == 0)
                            bench.queue->cancelTag("tag2");
                    }
                });
        }
        bench.submit("endless", JobClass::Selection);
        bench.submit("endless", JobClass::Selection);
        bench.queue.reset();
        const std::map<JobId, int> endings = bench.record.endings();
        QCOMPARE(endings.size(), std::size_t(242));
        for (const auto& [id, count] : endings)
            QVERIFY2(count == 1, (std::to_string(id) + ": " + bench.record.names(id)).c_str());
    }

    void anIdleQueueGoesAwayQuietly()
    {
        for (int i = 0; i < 50; ++i)
            const Bench bench;
    }
};

QTEST_APPLESS_MAIN(TestJobQueue)
#include "tst_job_queue.moc"
