// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/error.h"
#include "core/io/autosave.h"

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QThreadPool>
#include <QTimer>
#include <functional>
#include <memory>
#include <optional>

namespace mnemo {

/// Writes the window's session, in a thread of its own: where the user wants it, and a few seconds after every change
/// where it is found after a crash.
class SessionKeeper : public QObject
{
    Q_OBJECT

public:
    /// @param snapshot the session as it is now
    /// @param isWorthKeeping whether the user has done anything in it
    /// @param folder of unsaved sessions; empty: none are kept
    SessionKeeper(std::function<Session()> snapshot, std::function<bool()> isWorthKeeping, const QString& folder,
                  QObject* parent = nullptr);
    ~SessionKeeper() override;  ///< waits for what is being written

    bool isModified() const { return m_changes != m_savedChanges; }
    bool isSaving() const { return m_saves > 0; }
    QString file() const { return m_file; }  ///< that is open; empty: none yet

    void touch();                         ///< something may not be as it was saved
    void check();                         ///< whether it is, now
    void setOpened(const QString& file);  ///< the session is what is in that file; empty: it has none
    void setFile(const QString& file) { m_file = file; }  ///< it may be saved there
    void save(const QString& file);
    bool saveNow(const QString& file);  ///< and waits; false: failed() said why
    void discard();                     ///< nothing of it is wanted any more

    /// Reads what a process that is gone had not saved; it counts as not saved here. @throws Failure
    Session recover(const LeftBehind& left);

    static constexpr int quietMs = 2000;     ///< after the last change
    static constexpr int longestMs = 10000;  ///< after the first change that is not on disk

Q_SIGNALS:
    void modifiedChanged(bool modified);
    void saved(const QString& file);
    void failed(const mnemo::Error& error);
    void autosaveFailed(const mnemo::Error& error);  ///< once, until it works again

private:
    void autosave();
    void finished(const QString& file, int changes, const std::optional<Error>& error);
    void setSaved(int changes);

    std::function<Session()> m_snapshot;
    std::function<bool()> m_isWorthKeeping;
    Session m_seen;  ///< at the last check
    QTimer m_look;
    std::shared_ptr<Autosave> m_autosave;  ///< null: none; used by the thread alone
    QThreadPool m_thread;                  ///< of one thread: files are written in the order they were asked for
    QTimer m_quiet;
    QElapsedTimer m_waiting;  ///< since the first change that is not on disk
    QString m_file;
    int m_changes = 0;
    int m_savedChanges = 0;
    int m_saves = 0;
    bool m_lastSaved = true;
    bool m_autosaveWorks = true;
};

}  // namespace mnemo
