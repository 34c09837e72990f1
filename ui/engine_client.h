// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/jobs/rpc_client.h"
#include "ui/engine_command.h"

#include <QObject>
#include <QProcess>
#include <QTimer>
#include <functional>
#include <map>
#include <set>
#include <vector>

namespace mnemo {

/// The engine process and its pipe. Jobs are known by tickets of this class, valid at once and across restarts; a
/// cancelled ticket is dropped at once, so late news of it never reaches anybody. Snapshots overtake each other: the
/// newest per job is handed out once per frame. When the engine dies it is started again and the model loaded again;
/// jobs that ran are reported as failed with EngineLost and are not sent again. GUI thread only.
class EngineClient : public QObject
{
    Q_OBJECT

public:
    enum class State { Off, Starting, Ready, Waiting, GaveUp };  ///< Waiting: for the next restart

    explicit EngineClient(EngineCommand command, QObject* parent = nullptr);
    ~EngineClient() override;  ///< ends the process: closes its stdin, kills it after a second

    void start();    ///< also by hand after GaveUp
    void restart();  ///< ends the process first
    State state() const { return m_state; }
    qint64 processId() const { return m_process.processId(); }
    const Json& info() const { return m_info; }    ///< answer to initialize; null before
    const Json& model() const { return m_model; }  ///< description of the loaded model; null before
    std::string modelHash() const;
    QString errorText() const { return QString::fromUtf8(m_errors); }  ///< last words on the engine's stderr

    /// Loads a model; jobs of a model not held are sent again once it is there. @return ticket of the loading
    JobId loadModel(const QString& model);

    /// A second model, whose jobs name it by its hash; the engine holds both. Empty: none any more. Loaded again when
    /// the engine turns out not to hold it.
    void loadBeside(const QString& model);
    const Json& besideModel() const { return m_beside; }  ///< its description; null while there is none
    std::string besideHash() const;

    /// Waits for the engine if need be. A newer job with the same tag drops the older ticket. The edits that are on for
    /// its model are on for it.
    JobId submit(Job job);
    JobId submitAsIs(Job job);  ///< with the edits that it names, be it none
    /// What jobs name by its hash, from now on and after restarts: uploaded before the first one that does.
    void keepEdit(const EditTerm& edit);
    void setActiveEdits(std::map<std::string, std::vector<EditRef>> edits);  ///< by the hash of the model
    std::vector<EditRef> activeEdits(const std::string& model) const;
    void cancel(JobId ticket);
    void cancelAll();
    bool isLoading() const { return m_jobs.contains(m_loading); }
    bool isActive(JobId ticket) const { return m_jobs.contains(ticket); }

    /// Answered at once. `then` is not called when the engine is lost or the model changes meanwhile.
    void tokenize(const QString& text, Prefix prefix, std::function<void(const Prompt&)> then,
                  std::function<void(const Error&)> refused = {});

Q_SIGNALS:
    void stateChanged();
    void modelLoaded();
    void modelFailed(const mnemo::Error& error);
    void modelCancelled();
    void besideLoaded();
    void besideFailed(const mnemo::Error& error);  ///< there is none now; without a message where it was stopped
    void lost(const mnemo::Error& error, bool restarting);  ///< the process ended unasked
    void jobSubmitted(mnemo::JobId ticket, const mnemo::Job& job);
    void jobChanged(mnemo::JobId ticket, const mnemo::Event& event);  ///< Partial at most once per frame
    void jobCancelled(mnemo::JobId ticket);                           ///< by us: nothing more will be heard of it
    void logged(const QString& line);

private:
    struct Entry {
        Job job;
        JobId remote = 0;  ///< 0: not yet known to the engine
        bool sent = false;
        bool repeated = false;
        ResultPtr newest;
    };

    void onReadyRead();
    void onStandardError();
    void onFinished(int code, QProcess::ExitStatus status);
    void onProcessError(QProcess::ProcessError error);
    void onInitialized(const Json& info);
    void onEvent(JobId remote, Event event);
    void handOut(JobId ticket, const Event& event);
    void flushNewest();
    void send(JobId ticket);
    void sendWaiting();
    void onRefused(JobId ticket, const Error& error);
    void uploadEdits(const std::vector<EditRef>& edits);
    bool sendWithEdits(JobId ticket, const Error& error);
    bool sendAfterLoading(JobId ticket);
    JobId startLoading(const QString& model);
    void onLoaded(JobId ticket, const Event& event);
    void giveUpBeside(const Error& error);
    JobId loadingOf(const Job& job) const;
    void lose(const Error& error);
    void keepLoadedModel();
    void setState(State state);
    void write();
    JobId ticketOf(JobId remote) const;

    EngineCommand m_command;
    QProcess m_process;
    RpcClient m_rpc;
    QTimer m_frame;
    QTimer m_retry;
    State m_state = State::Off;
    int m_crashes = 0;  ///< since a job was last finished
    bool m_quitting = false;
    QByteArray m_errors;  ///< last bytes of the engine's stderr, for the message
    Json m_info;
    Json m_model;
    QString m_modelName;    ///< wanted: also what a restarted engine loads
    QString m_loadedModel;  ///< held, or held before the engine died
    JobId m_loading = 0;    ///< ticket
    Json m_beside;
    QString m_besideName;       ///< wanted; empty: none
    JobId m_besideLoading = 0;  ///< ticket
    JobId m_nextTicket = 1;
    std::map<JobId, Entry> m_jobs;
    std::map<std::string, EditTerm> m_edits;  ///< by hash
    std::set<std::string> m_uploaded;         ///< hashes of those that this process was sent
    std::map<std::string, std::vector<EditRef>> m_activeEdits;
};

}  // namespace mnemo
