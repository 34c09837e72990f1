// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session_keeper.h"

#include "core/io/session_backup.h"

#include <QCoreApplication>
#include <algorithm>
#include <optional>
#include <utility>

namespace mnemo {
namespace {

constexpr int lookMs = 200;  // changes come in swarms

/// No error: it went well.
std::optional<Error> errorOf(const std::function<void()>& writes)
{
    try {
        writes();
        return std::nullopt;
    } catch (const Failure& failure) {
        return failure.error();
    } catch (const std::exception& other) {
        return Error{ErrorCode::Internal, std::string("The session cannot be written: ") + other.what() + ".",
                     "Save it under another name."};
    }
}

}  // namespace

SessionKeeper::SessionKeeper(std::function<Session()> snapshot, std::function<bool()> isWorthKeeping,
                             const QString& folder, QObject* parent)
    : QObject(parent), m_snapshot(std::move(snapshot)), m_isWorthKeeping(std::move(isWorthKeeping))
{
    if (!folder.isEmpty())
        m_autosave = std::make_shared<Autosave>(folder.toStdString());
    m_thread.setMaxThreadCount(1);
    m_look.setSingleShot(true);
    m_look.setInterval(lookMs);
    m_quiet.setSingleShot(true);
    connect(&m_look, &QTimer::timeout, this, &SessionKeeper::check);
    connect(&m_quiet, &QTimer::timeout, this, &SessionKeeper::autosave);
}

SessionKeeper::~SessionKeeper()
{
    m_thread.waitForDone();
}

void SessionKeeper::touch()
{
    if (!m_look.isActive())
        m_look.start();
}

void SessionKeeper::check()
{
    m_look.stop();
    if (!m_isWorthKeeping())
        return;
    Session now = m_snapshot();
    if (now.document == m_seen.document && now.results == m_seen.results)
        return;
    m_seen = std::move(now);
    const bool before = isModified();
    ++m_changes;
    if (!before)
        Q_EMIT modifiedChanged(true);
    if (!m_autosave)
        return;
    if (!m_waiting.isValid())
        m_waiting.start();
    m_quiet.start(std::clamp(longestMs - int(m_waiting.elapsed()), 0, quietMs));
}

void SessionKeeper::autosave()
{
    m_waiting.invalidate();
    if (!m_autosave || !isModified())
        return;
    m_thread.start([this, session = m_seen, kept = m_autosave, file = m_file.toStdString()] {
        const auto error = errorOf([&] { kept->save(session, file); });
        QMetaObject::invokeMethod(this, [this, error] {
            if (error && std::exchange(m_autosaveWorks, false))
                Q_EMIT autosaveFailed(*error);
            m_autosaveWorks = !error;
        });
    });
}

void SessionKeeper::save(const QString& file)
{
    check();
    ++m_saves;
    m_thread.start([this, session = m_snapshot(), file, changes = m_changes] {
        const auto error = errorOf([&] {
            keepBackup(file.toStdString());
            writeSession(session, file.toStdString());
        });
        QMetaObject::invokeMethod(this, [this, file, changes, error] { finished(file, changes, error); });
    });
}

bool SessionKeeper::saveNow(const QString& file)
{
    save(file);
    m_thread.waitForDone();
    QCoreApplication::sendPostedEvents(this, QEvent::MetaCall);  // what the thread had to say
    return m_lastSaved;
}

void SessionKeeper::finished(const QString& file, int changes, const std::optional<Error>& error)
{
    --m_saves;
    m_lastSaved = !error;
    if (error)
        return Q_EMIT failed(*error);
    m_file = file;
    setSaved(changes);
    Q_EMIT saved(file);
}

/// What has changed while it was written is not in it.
void SessionKeeper::setSaved(int changes)
{
    const bool before = isModified();
    m_savedChanges = changes;
    if (isModified()) {
        m_quiet.start(quietMs);
    } else {
        m_quiet.stop();
        m_waiting.invalidate();
        if (m_autosave)
            m_thread.start([kept = m_autosave] { kept->remove(); });
    }
    if (before != isModified())
        Q_EMIT modifiedChanged(isModified());
}

void SessionKeeper::setOpened(const QString& file)
{
    m_file = file;
    m_look.stop();
    m_seen = m_snapshot();
    setSaved(m_changes);
}

void SessionKeeper::discard()
{
    check();
    setSaved(m_changes);
    m_thread.waitForDone();
}

Session SessionKeeper::recover(const LeftBehind& left)
{
    Session session = readSession(m_autosave ? m_autosave->adopt(left) : left.session);
    m_file = QString::fromStdString(left.original.string());
    return session;
}

}  // namespace mnemo
