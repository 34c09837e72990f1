// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: what is not saved yet, and what an earlier run had not saved.
#include "ui/main_window.h"
#include "ui/message_bar.h"
#include "ui/recent_files.h"
#include "ui/save_dialog.h"
#include "ui/tool_bar.h"

#include <QCloseEvent>
#include <QDateTime>
#include <QFileInfo>
#include <QMessageBox>

namespace mnemo {

void MainWindow::wireKeeping()
{
    const auto touch = [this] { m_keeper.touch(); };
    for (auto signal : {&TraceStore::changed, &TraceStore::added, &TraceStore::removed})
        connect(&m_traces, signal, this, touch);
    for (auto signal : {&ResultStore::changed, &ResultStore::added, &ResultStore::removed})
        connect(&m_results, signal, this, touch);
    connect(&m_history.stack(), &QUndoStack::indexChanged, this, touch);
    connect(m_toolBar, &MainToolBar::metricChosen, this, touch);
    connect(m_toolBar, &MainToolBar::windowChosen, this, touch);
    connect(&m_keeper, &SessionKeeper::modifiedChanged, this, &MainWindow::setWindowModified);
    connect(&m_keeper, &SessionKeeper::failed, this, [this](const Error& error) { m_message->show("session", error); });
    connect(&m_keeper, &SessionKeeper::autosaveFailed, this, [this](const Error& error) {
        m_message->show(MessageBar::Kind::Warning, "autosave",
                        tr("Unsaved work cannot be kept against a crash: %1 — Save the session yourself (Ctrl+S).")
                            .arg(QString::fromStdString(error.message)));
    });
    connect(&m_keeper, &SessionKeeper::saved, this, [this](const QString& file) {
        lockSession(file);
        m_document = QFileInfo(file).fileName();
        m_message->clear("session");
        showTitle();
        m_recent->add(file);
        log(tr("Saved %1.").arg(file));
    });
    connect(m_recovery, &MessageBar::actionChosen, this, [this](const QString& action) {
        if (action == "recover")
            recover();
        else if (!m_left.empty())
            mnemo::discard(m_left.front());
        offerRecovery();
    });
}

/// The trace that is made at the first start by itself is nobody's work.
bool MainWindow::isWorthKeeping() const
{
    return m_recovered || !m_keeper.file().isEmpty() || m_history.stack().count() > 0 || !m_results.all().empty();
}

void MainWindow::lockSession(const QString& file)
{
    if (m_lock && m_lock->isHeld() && m_lock->file() == SessionLock::fileFor(file.toStdString()))
        return;
    m_lock.reset();
    if (!file.isEmpty())
        m_lock.emplace(file.toStdString());
}

/// The session is shown, and saved only elsewhere, unless the user knows better.
void MainWindow::sayWhoHasIt()
{
    const LockHolder& holder = *m_lock->holder();
    const QString user = QString::fromStdString(holder.user), host = QString::fromStdString(holder.host);
    m_message->show(MessageBar::Kind::Warning, "session",
                    tr("%1 is open in another window (%2). — Opened read-only: saving asks for another file. If nobody "
                       "works on it, take it over.")
                        .arg(m_document, user.isEmpty() ? tr("nobody knows whose") : tr("%1 on %2").arg(user, host)));
    m_message->addButton(tr("Take over"), "takeOverSession");
}

/// What earlier runs had not saved, one after the other; the newest first.
void MainWindow::offerRecovery()
{
    m_recovery->clear("recovery");
    m_left =
        m_options.stateFolder.isEmpty() ? std::vector<LeftBehind>() : leftBehind(m_options.stateFolder.toStdString());
    if (m_left.empty())
        return;
    const LeftBehind& left = m_left.front();
    const QString name = left.original.empty() ? tr("A session without a name")
                                               : QString::fromStdString(left.original.filename().string());
    const QDateTime saved = QFileInfo(QString::fromStdString(left.session.string())).lastModified();
    m_recovery->show(
        MessageBar::Kind::Warning, "recovery",
        tr("%1 was not saved when Mnemoscope ended (as it was on %2). — Recover it, or discard what was not "
           "saved.")
            .arg(name, locale().toString(saved, QLocale::ShortFormat)));
    m_recovery->addButton(tr("&Recover"), "recover");
    m_recovery->addButton(tr("Discard"), "discard");
}

void MainWindow::recover()
{
    if (m_left.empty())
        return;
    try {
        const LeftBehind left = m_left.front();
        Session session = m_keeper.recover(left);
        m_history.quietly([&] { showSession(std::move(session)); });
        m_document = QString::fromStdString(left.original.filename().string());
        showTitle();
        lockSession(m_keeper.file());
        m_recovered = true;
        m_keeper.touch();
        log(tr("Recovered what was not saved."));
    } catch (const Failure& failure) {
        m_message->show("session", failure.error());
    }
}

/// False while the user is asked.
bool MainWindow::mayClose()
{
    m_keeper.check();
    if (m_mayClose || !m_keeper.isModified())
        return true;
    if (findChild<QMessageBox*>(QStringLiteral("saveQuestion")))
        return false;
    auto* box = new QMessageBox(QMessageBox::Question, tr("Save the session?"),
                                m_document.isEmpty() ? tr("This session has not been saved.")
                                                     : tr("“%1” has changes that are not saved.").arg(m_document),
                                QMessageBox::Save | QMessageBox::Discard | QMessageBox::Cancel, this);
    box->setObjectName("saveQuestion");
    box->setAttribute(Qt::WA_DeleteOnClose);
    connect(box, &QMessageBox::finished, this, [this](int answer) {
        if (answer == QMessageBox::Save) {
            const QString file = m_keeper.file().isEmpty() ? askSaveFile(this, tr("Save session"), {}, sessionFilter())
                                                           : m_keeper.file();
            m_mayClose = !file.isEmpty() && m_keeper.saveNow(file);
        } else {
            m_mayClose = answer == QMessageBox::Discard;
        }
        if (m_mayClose)
            close();
    });
    box->open();
    return false;
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!mayClose())
        return event->ignore();
    m_keeper.discard();
    m_mayClose = false;  // it may be shown again
    keepSettings();
    QMainWindow::closeEvent(event);
}

}  // namespace mnemo
