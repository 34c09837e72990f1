// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/jobs/rpc_client.h"
#include "tests/jobs/event_recorder.h"

#include <QDeadlineTimer>
#include <QProcess>
#include <QtTest>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mnemo {

/// `mnemo serve --stdio` of this build and a client to it. Waits end at the test's patience, never after a fixed time.
class EngineProcess
{
public:
    EngineProcess()
    {
        process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        process.start(QStringLiteral(MNEMO_BIN_DIR "/mnemo"), {QStringLiteral("serve"), QStringLiteral("--stdio")});
        process.waitForStarted();
    }

    ~EngineProcess()
    {
        process.closeWriteChannel();
        if (process.state() != QProcess::NotRunning && !process.waitForFinished(5000))
            process.kill();
        process.waitForFinished();
    }

    /// Exchanges bytes until `done`; false when the engine ends or answers nothing for two minutes.
    bool until(const std::function<bool()>& done)
    {
        const QDeadlineTimer patience(120000);
        while (true) {
            send();
            receive();
            if (done())
                return true;
            if (patience.hasExpired() || process.state() == QProcess::NotRunning)
                return false;
            process.waitForReadyRead(100);
        }
    }

    void send()
    {
        const std::string bytes = client.takeOutgoing();
        if (!bytes.empty())
            sendRaw(bytes);
    }

    void sendRaw(const std::string& bytes)
    {
        process.write(bytes.data(), qint64(bytes.size()));
        while (process.bytesToWrite() > 0 && process.waitForBytesWritten()) {
        }
    }

    void receive()
    {
        const QByteArray bytes = process.readAllStandardOutput();
        client.onBytes({bytes.constData(), std::size_t(bytes.size())});
    }

    std::optional<JobId> submit(const Job& job, Error* refusal = nullptr)
    {
        return idOf([&](auto then, auto refused) { client.submit(job, then, refused); }, refusal);
    }

    std::optional<JobId> load(const LoadRequest& request)
    {
        return idOf([&](auto then, auto refused) { client.loadModel(request, then, refused); }, nullptr);
    }

    bool has(JobId id, std::string_view name) const { return find(id, name).has_value(); }

    std::optional<Event> find(JobId id, std::string_view name) const
    {
        for (const Event& event : record.of(id))
            if (eventName(event) == name)
                return event;
        return std::nullopt;
    }

    /// The job's last event; a Failed of our own when none came.
    Event end(JobId id)
    {
        const auto ended = [&] { return !record.of(id).empty() && isLast(record.of(id).back()); };
        if (!until(ended))
            return Failed{{ErrorCode::EngineLost, "no last event: " + record.names(id), ""}};
        return record.of(id).back();
    }

    QProcess process;
    EventRecorder record;
    std::vector<Error> faults;
    RpcClient client{[this](JobId id, Event event) { record(id, std::move(event)); },
                     [this](const Error& error) { faults.push_back(error); }};

private:
    template <class Call>
    std::optional<JobId> idOf(Call call, Error* refusal)
    {
        std::optional<JobId> id;
        bool answered = false;
        call(
            [&](JobId given) {
                id = given;
                answered = true;
            },
            [&](const Error& error) {
                if (refusal)
                    *refusal = error;
                answered = true;
            });
        until([&] { return answered; });
        return id;
    }
};

}  // namespace mnemo
