// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/engine_client.h"

#include <QCoreApplication>
#include <algorithm>

namespace mnemo {
namespace {

constexpr int frameMs = 16;     // one repaint per frame, however fast the engine
constexpr int quitMs = 1000;    // the engine promises to end within a second after the end of its stdin
constexpr int mostCrashes = 5;  // in a row, before only the user can start it again

Error engineLost(const QString& how, const QString& hint)
{
    return {ErrorCode::EngineLost, how.toStdString(), hint.toStdString()};
}

}  // namespace

EngineClient::EngineClient(EngineCommand command, QObject* parent)
    : QObject(parent),
      m_command(std::move(command)),
      m_rpc([this](JobId remote, Event event) { onEvent(remote, std::move(event)); },
            [this](const Error& error) { Q_EMIT logged(tr("engine: %1").arg(QString::fromStdString(error.message))); })
{
    qRegisterMetaType<mnemo::JobId>("mnemo::JobId");
    m_frame.setSingleShot(true);
    m_frame.setInterval(frameMs);
    m_retry.setSingleShot(true);
    connect(&m_frame, &QTimer::timeout, this, &EngineClient::flushNewest);
    connect(&m_retry, &QTimer::timeout, this, &EngineClient::start);
    connect(&m_process, &QProcess::readyReadStandardOutput, this, &EngineClient::onReadyRead);
    connect(&m_process, &QProcess::readyReadStandardError, this, &EngineClient::onStandardError);
    connect(&m_process, &QProcess::finished, this, &EngineClient::onFinished);
    connect(&m_process, &QProcess::errorOccurred, this, &EngineClient::onProcessError);
}

EngineClient::~EngineClient()
{
    m_quitting = true;
    m_process.disconnect(this);
    if (m_process.state() == QProcess::NotRunning)
        return;
    m_process.closeWriteChannel();
    if (!m_process.waitForFinished(quitMs)) {
        m_process.kill();
        m_process.waitForFinished(quitMs);
    }
}

void EngineClient::start()
{
    if (m_process.state() != QProcess::NotRunning)
        return;
    m_retry.stop();
    if (m_state == State::GaveUp)
        m_crashes = 0;
    m_errors.clear();
    setState(State::Starting);
    if (m_command.isEmpty()) {
        lose(engineLost(tr("The engine was not found: there is no program “mnemo” beside this one or in PATH."),
                        tr("Install it, or set MNEMO_ENGINE_COMMAND.")));
        return;
    }
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    if (!environment.contains("OMP_WAIT_POLICY"))  // threads that spin while they wait take the window's core
        environment.insert("OMP_WAIT_POLICY", "PASSIVE");
    m_process.setProcessEnvironment(environment);
    m_process.start(m_command.program, m_command.arguments);
    m_rpc.initialize(
        "mnemoscope", QCoreApplication::applicationVersion().toStdString(),
        [this](const Json& info) { onInitialized(info); },
        [this](const Error& error) {
            if (error.code == ErrorCode::EngineLost)
                return;                                  // lose() speaks of it
            m_crashes = mostCrashes;                     // another protocol will not change by starting it again
            QTimer::singleShot(0, this, [this, error] {  // not from inside the pipe's own callback
                lose(error);
                m_process.kill();
            });
        });
    write();
}

void EngineClient::restart()
{
    m_crashes = 0;
    if (m_process.state() == QProcess::NotRunning)
        start();
    else
        m_process.kill();
}

void EngineClient::onInitialized(const Json& info)
{
    m_info = info;
    setState(State::Ready);
    if (!m_modelName.isEmpty() && !m_jobs.contains(m_loading))
        loadModel(m_modelName);
    if (!m_besideName.isEmpty() && m_beside.is_null() && !m_jobs.contains(m_besideLoading))
        loadBeside(m_besideName);  // it was not there yet
    sendWaiting();
}

void EngineClient::onReadyRead()
{
    const QByteArray bytes = m_process.readAllStandardOutput();
    m_rpc.onBytes({bytes.constData(), std::size_t(bytes.size())});
    write();
}

void EngineClient::onStandardError()
{
    const QByteArray text = m_process.readAllStandardError();
    m_errors = (m_errors + text).right(4000);
    for (const QByteArray& line : text.split('\n'))
        if (!line.trimmed().isEmpty())
            Q_EMIT logged(tr("engine: %1").arg(QString::fromUtf8(line)));
}

void EngineClient::onProcessError(QProcess::ProcessError error)
{
    if (error == QProcess::FailedToStart)
        lose(
            engineLost(tr("The engine could not be started: “%1” — %2.").arg(m_command.text(), m_process.errorString()),
                       tr("Check MNEMO_ENGINE_COMMAND and that mnemo is installed.")));
}

void EngineClient::onFinished(int code, QProcess::ExitStatus status)
{
    if (m_state == State::GaveUp)
        return;  // said already
    const QString how = status == QProcess::CrashExit ? tr("signal %1").arg(code) : tr("exit code %1").arg(code);
    const bool busy = std::ranges::any_of(m_jobs, [](const auto& job) { return job.second.sent; });
    lose(engineLost((busy ? tr("The engine stopped (%1) while working.") : tr("The engine stopped (%1).")).arg(how),
                    tr("Nothing is lost here.")));
}

/// The one place where a process that is gone is dealt with.
void EngineClient::lose(const Error& error)
{
    ++m_crashes;
    m_info = {};
    flushNewest();
    m_rpc.onLost(error);
    m_rpc.takeOutgoing();
    m_uploaded.clear();
    std::vector<JobId> dead;
    for (const auto& [ticket, entry] : m_jobs)
        if (entry.sent)
            dead.push_back(ticket);
    for (const JobId ticket : dead) {
        m_jobs.erase(ticket);
        Q_EMIT jobChanged(ticket, Failed{error});
    }
    const bool again = m_crashes < mostCrashes && !m_command.isEmpty() && !m_quitting;
    setState(again ? State::Waiting : State::GaveUp);
    if (again)  // 0.1, 0.4, 0.9, 1.6 s
        m_retry.start(100 * m_crashes * m_crashes);
    Q_EMIT lost(error, again);
}

void EngineClient::setState(State state)
{
    if (m_state == state)
        return;
    m_state = state;
    Q_EMIT stateChanged();
}

void EngineClient::write()
{
    const std::string bytes = m_rpc.takeOutgoing();
    if (!bytes.empty() && m_process.state() != QProcess::NotRunning)
        m_process.write(bytes.data(), qint64(bytes.size()));
}

}  // namespace mnemo
