// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/outbox.h"
#include "core/jobs/rpc_client.h"
#include "tests/jobs/event_recorder.h"

#include <QtTest>
#include <atomic>
#include <semaphore>

using namespace mnemo;

namespace {

ResultPtr titled(const std::string& title)
{
    Result result;
    result.kind = "test";
    result.title = title;
    return std::make_shared<const Result>(result);
}

/// An outbox whose pipe is stuck with its first message until `open`.
class StuckPipe
{
public:
    StuckPipe()
        : m_outbox(std::in_place, [this](std::string_view bytes) {
              if (m_writes++ == 0) {
                  m_begun.release();
                  m_gate.acquire();
              }
              m_bytes += bytes;
              return true;
          })
    {
        m_outbox->pushEvent(1000, Started{});
        m_begun.acquire();
    }

    Outbox& outbox() { return *m_outbox; }

    /// Lets everything out; what the client saw after the message that was stuck, replies as "reply".
    std::string open()
    {
        m_gate.release();
        m_outbox.reset();
        std::string text;
        FrameReader reader;
        for (const FrameReader::Item& item : reader.feed(m_bytes)) {
            const Json json = Json::parse(std::get<std::string>(item));
            if (!json.contains("params")) {
                text += "reply ";
                continue;
            }
            const Json& params = json.at("params");
            if (params.at("id") == 1000)
                continue;
            text += std::to_string(params.at("id").get<int>()) + params.at("event").get<std::string>();
            if (params.contains("done"))
                text += std::to_string(params.at("done").get<int>());
            if (params.contains("result") && !params.at("result").is_null())
                text += ":" + params.at("result").at("title").get<std::string>();
            text += " ";
        }
        return text;
    }

private:
    std::binary_semaphore m_begun{0};
    std::binary_semaphore m_gate{0};
    std::atomic<int> m_writes = 0;
    std::string m_bytes;
    std::optional<Outbox> m_outbox;
};

}  // namespace

class TestOutbox : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void onlyTheNewestOfEachKindWaits()
    {
        StuckPipe pipe;
        pipe.outbox().pushEvent(1, Started{});
        for (int i = 0; i < 10000; ++i) {
            pipe.outbox().pushEvent(1, Progress{i, 10000, "cells"});
            pipe.outbox().pushEvent(1, Partial{titled(std::to_string(i))});
            pipe.outbox().pushEvent(2, Partial{titled("other")});
            QVERIFY(pipe.outbox().size() <= 4);
        }
        QCOMPARE(pipe.open(), std::string("1started 1progress9999 1partial:9999 2partial:other "));
    }

    void aLastEventDropsWhatItContains()
    {
        StuckPipe pipe;
        pipe.outbox().pushEvent(1, Started{});
        pipe.outbox().pushEvent(1, Partial{titled("half")});
        pipe.outbox().pushEvent(2, Partial{titled("kept")});
        pipe.outbox().pushEvent(1, Finished{titled("whole")});
        QCOMPARE(pipe.open(), std::string("1started 2partial:kept 1finished:whole "));
    }

    void aSnapshotAfterAPauseComesAfterIt()
    {
        StuckPipe pipe;
        pipe.outbox().pushEvent(1, Partial{titled("before")});
        pipe.outbox().pushEvent(1, Paused{2});
        pipe.outbox().pushEvent(1, Partial{titled("after")});
        QCOMPARE(pipe.open(), std::string("1paused 1partial:after "));
    }

    void aReplyComesBeforeTheEventsOfItsJob()
    {
        StuckPipe pipe;
        pipe.outbox().pushEvent(4, Started{});
        pipe.outbox().beginReply();
        pipe.outbox().pushEvent(5, Started{});
        pipe.outbox().pushEvent(5, Finished{titled("quick")});
        pipe.outbox().endReply(R"({"jsonrpc":"2.0","id":1,"result":{"id":5}})");
        QVERIFY(pipe.outbox().replyBytes() > 10);
        QCOMPARE(pipe.open(), std::string("4started reply 5started 5finished:quick "));
    }

    void aClosedPipeTakesNothingMore()
    {
        std::atomic<int> writes = 0;
        std::binary_semaphore tried(0);
        {
            Outbox outbox([&](std::string_view) {
                writes += 1;
                tried.release();
                return false;
            });
            outbox.pushEvent(1, Started{});
            tried.acquire();
            for (int i = 0; i < 100; ++i) {
                outbox.pushEvent(i + 2, Started{});
                outbox.beginReply();
                outbox.endReply("{}");
            }
        }
        QCOMPARE(writes.load(), 1);
    }

    void manyThreadsLoseNoLastEvent()
    {
        std::string bytes;
        {
            Outbox outbox([&](std::string_view more) {
                bytes += more;
                return true;
            });
            std::vector<std::jthread> threads;
            for (int thread = 0; thread < 4; ++thread)
                threads.emplace_back([&outbox, thread] {
                    for (int i = 0; i < 100; ++i) {
                        const JobId id = 1 + thread * 100 + i;
                        outbox.pushEvent(id, Started{});
                        outbox.pushEvent(id, Partial{titled("some")});
                        outbox.pushEvent(id, Finished{titled("all")});
                    }
                });
            for (int i = 0; i < 100; ++i) {
                outbox.beginReply();
                outbox.endReply(R"({"jsonrpc":"2.0","id":99,"result":{}})");
            }
        }
        EventRecorder record;
        int faults = 0;
        RpcClient client([&](JobId id, Event event) { record(id, std::move(event)); },
                         [&](const Error&) { ++faults; });  // answers nobody asked for
        client.onBytes(bytes);
        QCOMPARE(faults, 100);
        const std::map<JobId, int> endings = record.endings();
        QCOMPARE(endings.size(), std::size_t(400));
        for (const auto& [id, count] : endings)
            QCOMPARE(count, 1);
    }
};

QTEST_APPLESS_MAIN(TestOutbox)
#include "tst_outbox.moc"
