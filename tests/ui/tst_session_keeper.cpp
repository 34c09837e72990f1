// SPDX-License-Identifier: GPL-3.0-or-later
// What is on disk, and when.
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include "ui/session_keeper.h"

#include <QFileInfo>

using namespace mnemo;

class TestSessionKeeper : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    Json m_note = "first";
    bool m_worth = true;

    std::unique_ptr<SessionKeeper> keeper(const QString& folder)
    {
        return std::make_unique<SessionKeeper>(
            [this] {
                Session session;
                session.document["notes"] = m_note;
                return session;
            },
            [this] { return m_worth; }, folder);
    }

    QString path(const char* name) const { return m_folder.filePath(name); }

    static int files(const QString& folder) { return int(QDir(folder).entryList({"*.mnemo"}).size()); }

private Q_SLOTS:
    void init()
    {
        m_note = "first";
        m_worth = true;
    }

    void whatIsSavedIsNotModified()
    {
        auto kept = keeper({});
        QSignalSpy modified(kept.get(), &SessionKeeper::modifiedChanged), saved(kept.get(), &SessionKeeper::saved);
        kept->setOpened({});
        QVERIFY(!kept->isModified());
        kept->touch();
        kept->check();
        QVERIFY(!kept->isModified());  // nothing is different
        m_note = "second";
        kept->touch();
        QTRY_VERIFY(kept->isModified());
        kept->save(path("a.mnemo"));
        QVERIFY(kept->isSaving());
        m_note = "third";  // while it is written
        kept->check();
        QTRY_COMPARE(saved.size(), 1);
        QVERIFY(kept->isModified() && !kept->isSaving());
        QVERIFY(readSession(path("a.mnemo").toStdString()).document.at("notes") == "second");
        QVERIFY(kept->saveNow(path("b.mnemo")));
        QVERIFY(!kept->isModified());
        QCOMPARE(kept->file(), path("b.mnemo"));
        QVERIFY(readSession(path("b.mnemo").toStdString()).document.at("notes") == "third");
        QCOMPARE(modified.size(), 2);
        kept.reset();
        m_note = "of another process";
        Session other;
        other.document["notes"] = m_note;
        writeSession(other, path("c.mnemo").toStdString());
        QVERIFY(keeper({})->saveNow(path("c.mnemo")));
        QVERIFY(QFile::exists(path("c.mnemo.bak")));
    }

    void whatCannotBeWrittenStaysModified()
    {
        const auto kept = keeper({});
        kept->setOpened(path("open.mnemo"));
        m_note = "changed";
        QSignalSpy failed(kept.get(), &SessionKeeper::failed);
        QVERIFY(!kept->saveNow("/proc/no.mnemo"));
        QCOMPARE(failed.size(), 1);
        QVERIFY(failed[0][0].value<Error>().code == ErrorCode::WriteFailed);
        QVERIFY(kept->isModified());
        QCOMPARE(kept->file(), path("open.mnemo"));
        QVERIFY(!kept->isSaving());
    }

    void changesAreOnDiskSoonAndGoWhenTheyAreSaved()
    {
        const QString folder = path("autosave");
        const auto kept = keeper(folder);
        kept->setOpened({});
        m_worth = false;
        m_note = "nobody's work";
        kept->touch();
        QTest::qWait(SessionKeeper::quietMs + 500);
        QCOMPARE(files(folder), 0);
        m_worth = true;
        m_note = "work";
        kept->touch();
        QTRY_COMPARE_WITH_TIMEOUT(files(folder), 1, 3 * SessionKeeper::quietMs);
        const QString file = folder + '/' + QDir(folder).entryList({"*.mnemo"}).front();
        QTRY_VERIFY(readSession(file.toStdString()).document.at("notes") == "work");
        QVERIFY(leftBehind(folder.toStdString()).empty());  // its process is there
        QVERIFY(kept->saveNow(path("c.mnemo")));
        QTRY_COMPARE(files(folder), 0);
        m_note = "more";
        kept->touch();
        QTRY_COMPARE_WITH_TIMEOUT(files(folder), 1, 3 * SessionKeeper::quietMs);
        kept->discard();
        QCOMPARE(files(folder), 0);
    }

    void changesWithoutEndAreOnDiskAllTheSame()
    {
        const QString folder = path("busy");
        const auto kept = keeper(folder);
        kept->setOpened({});
        int n = 0;
        QElapsedTimer time;
        time.start();
        while (files(folder) == 0 && time.elapsed() < 3 * SessionKeeper::longestMs) {
            m_note = ++n;
            kept->touch();
            QTest::qWait(50);
        }
        QCOMPARE(files(folder), 1);
    }

    void anAutosaveThatFailsIsSaidOnce()
    {
        const auto kept = keeper("/proc/mnemoscope");
        kept->setOpened({});
        QSignalSpy failed(kept.get(), &SessionKeeper::autosaveFailed);
        for (const char* note : {"one", "two"}) {
            m_note = note;
            kept->touch();
            QTest::qWait(SessionKeeper::quietMs + 700);
        }
        QCOMPARE(failed.size(), 1);
        QVERIFY(kept->isModified());
        QVERIFY(kept->saveNow(path("d.mnemo")));
    }
};

QTEST_GUILESS_MAIN(TestSessionKeeper)
#include "tst_session_keeper.moc"
