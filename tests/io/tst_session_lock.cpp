// SPDX-License-Identifier: GPL-3.0-or-later
// Who has a session open, and what is kept of it before it is written over.
#include "core/io/session_lock.h"

#include "tests/io/io_test.h"

#include "core/io/session.h"
#include "core/io/session_backup.h"

#include <sys/wait.h>
#include <unistd.h>
#include <QProcess>
#include <set>
#include <thread>

using namespace mnemo;

namespace {

/// A process that has been, and is no more.
ProcessId goneProcess()
{
    QProcess process;
    process.start("true", QStringList());
    ProcessId id = thisProcess();
    id.pid = process.processId();
    id.started += 1;
    process.waitForFinished();
    return id;
}

Json lockOf(const ProcessId& process, const std::string& host)
{
    Json json = process.toJson();
    json.update({{"user", "ada"}, {"host", host}, {"since", "2026-01-01T00:00:00Z"}});
    return json;
}

std::string thisHost()
{
    char name[256] = "";
    gethostname(name, sizeof name - 1);
    return name;
}

}  // namespace

class TestSessionLock : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

    void theFirstOneHasIt()
    {
        {
            const SessionLock first(path());
            QVERIFY(first.isHeld() && !first.holder());
            QCOMPARE(SessionLock::fileFor(path()).filename().string(), std::string(".~lock.s.mnemo#"));
            const Json text = Json::parse(io_test::readFile(SessionLock::fileFor(path())));
            for (const char* key : {"user", "host", "pid", "since"})
                QVERIFY2(text.contains(key), key);
            {
                const SessionLock second(path());
                QVERIFY(!second.isHeld());
                QVERIFY(second.holder() && second.holder()->process == thisProcess());
                QCOMPARE(second.holder()->host, thisHost());
                QVERIFY(!second.holder()->user.empty());
            }
            QVERIFY(std::filesystem::exists(SessionLock::fileFor(path())));  // the second one took nothing away
        }
        QVERIFY(!std::filesystem::exists(SessionLock::fileFor(path())));
        QVERIFY(SessionLock(path()).isHeld());
        QVERIFY(QDir(m_folder->path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot).isEmpty());
    }

    void aLockOfTheDeadIsTakenOver()
    {
        writeLock(lockOf(goneProcess(), thisHost()).dump());
        QVERIFY(SessionLock(path()).isHeld());
        ProcessId reborn = thisProcess();  // the same number, another process
        reborn.started += 1;
        writeLock(lockOf(reborn, thisHost()).dump());
        QVERIFY(SessionLock(path()).isHeld());
        ProcessId before = thisProcess();  // before the machine was started again
        before.boot = "another";
        writeLock(lockOf(before, thisHost()).dump());
        QVERIFY(SessionLock(path()).isHeld());
    }

    void othersAreBelieved()
    {
        writeLock(lockOf(goneProcess(), "another-machine").dump());
        const SessionLock elsewhere(path());
        QVERIFY(!elsewhere.isHeld() && elsewhere.holder()->host == "another-machine");
        QCOMPARE(elsewhere.holder()->user, std::string("ada"));
        for (const std::string text : {"", "{", "Ada,host", "[]", "{\"pid\":\"x\"}", "\xff"}) {
            writeLock(text);
            SessionLock unknown(path());
            QVERIFY2(!unknown.isHeld() && unknown.holder() && unknown.holder()->process.pid == 0, text.c_str());
            QCOMPARE(io_test::readFile(SessionLock::fileFor(path())), text);
            QVERIFY(unknown.takeOver() && !unknown.holder());
            QVERIFY(!SessionLock(path()).isHeld());
        }
    }

    void whoWasOverruledLeavesTheLockAlone()
    {
        auto first = std::make_unique<SessionLock>(path());
        SessionLock second(path());
        QVERIFY(second.takeOver());
        first.reset();
        QVERIFY(std::filesystem::exists(SessionLock::fileFor(path())));
        SessionLock moved = std::move(second);
        QVERIFY(moved.isHeld() && !second.isHeld());
        moved = SessionLock(m_folder->filePath("other.mnemo").toStdString());
        QVERIFY(!std::filesystem::exists(SessionLock::fileFor(path())));  // given back
        QVERIFY(moved.isHeld());
    }

    void aLinkIsTheFileItLeadsTo()
    {
        io_test::writeFile(*m_folder, "s.mnemo", "x");
        const std::filesystem::path link = m_folder->filePath("link.mnemo").toStdString();
        std::filesystem::create_symlink(path(), link);
        const SessionLock first(path());
        QVERIFY(!SessionLock(link).isHeld());
    }

    void nobodyHasItWhereNobodyCanWrite()
    {
        const SessionLock lock("/proc/none/s.mnemo");
        QVERIFY(!lock.isHeld() && !lock.holder());
        SessionLock again("/proc/none/s.mnemo");
        QVERIFY(!again.takeOver());
    }

    /// Of many processes that find the lock of a dead one, one has it.
    void oneOfManyTakesItOver()
    {
        for (int round = 0; round < 20; ++round) {
            writeLock(lockOf(goneProcess(), thisHost()).dump());
            std::vector<std::unique_ptr<SessionLock>> locks(6);
            std::vector<std::thread> threads;
            for (auto& lock : locks)
                threads.emplace_back([&] { lock = std::make_unique<SessionLock>(path()); });
            for (std::thread& thread : threads)
                thread.join();
            QCOMPARE(std::ranges::count_if(locks, [](const auto& lock) { return lock->isHeld(); }), 1);
        }
    }

    void theVersionBeforeThisProcessIsKept()
    {
        QVERIFY(!keepBackup(path()));  // nothing there
        writeTitled("as it was");
        QVERIFY(keepBackup(path()));
        writeTitled("changed");
        QVERIFY(!keepBackup(path()));  // once
        writeTitled("changed again");
        QCOMPARE(titleOf(backupOf(path())), std::string("as it was"));
        QCOMPARE(titleOf(path()), std::string("changed again"));
    }

    void aBrokenFileReplacesNoBackup()
    {
        writeTitled("good");
        std::filesystem::copy(path(), backupOf(path()));
        io_test::writeFile(*m_folder, "s.mnemo", "broken");
        QVERIFY(!keepBackup(path()));
        QCOMPARE(titleOf(backupOf(path())), std::string("good"));
    }

private:
    std::filesystem::path path() const { return m_folder->filePath("s.mnemo").toStdString(); }

    void writeLock(const std::string& text) const
    {
        io_test::writeFile(*m_folder, QString::fromStdString(SessionLock::fileFor(path()).filename().string()), text);
    }

    void writeTitled(const std::string& title) const
    {
        Session session;
        session.metadata["title"] = title;
        writeSession(session, path());
    }

    static std::string titleOf(const std::filesystem::path& file) { return readSession(file).metadata.at("title"); }

    std::unique_ptr<QTemporaryDir> m_folder;
};

QTEST_GUILESS_MAIN(TestSessionLock)
#include "tst_session_lock.moc"
