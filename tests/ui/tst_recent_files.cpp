// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "ui/recent_files.h"

#include <QAction>
#include <QFile>
#include <QMenu>
#include <QSignalSpy>
#include <QTemporaryDir>

using namespace mnemo;

class TestRecentFiles : public QObject
{
    Q_OBJECT

    static QString touch(const QString& path)
    {
        QFile file(path);
        return file.open(QIODevice::WriteOnly) ? path : QString();
    }

private Q_SLOTS:
    void theNewestComeFirstAndTenStay()
    {
        RecentFiles files;
        for (int i = 0; i < 12; ++i)
            files.add(QStringLiteral("/data/%1.mnemo").arg(i));
        QCOMPARE(files.all().size(), 10);
        QCOMPARE(files.all().first(), QStringLiteral("/data/11.mnemo"));
        files.add("/data/x/../5.mnemo");  // the same file by another name
        QCOMPARE(files.all().size(), 10);
        QCOMPARE(files.all().first(), QStringLiteral("/data/5.mnemo"));
        QCOMPARE(files.all().count("/data/5.mnemo"), 1);
    }

    void theMenuOpensWhatIsThereAndGreysWhatIsGone()
    {
        QTemporaryDir folder;
        const QString there = touch(folder.filePath("a & b.mnemo")), gone = folder.filePath("gone.mnemo");
        RecentFiles files;
        QMenu menu;
        files.fill(&menu);
        QVERIFY(!menu.menuAction()->isEnabled());  // nothing yet
        files.add(gone);
        files.add(there);
        QTRY_COMPARE(menu.actions().size(), 4);  // two files, a line, and clearing
        QVERIFY(menu.menuAction()->isEnabled());
        QCOMPARE(menu.actions().at(0)->text(), QStringLiteral("a && b.mnemo"));
        QVERIFY(menu.actions().at(0)->isEnabled());
        QVERIFY(!menu.actions().at(1)->isEnabled());
        QVERIFY(menu.actions().at(1)->toolTip().contains(gone));
        QSignalSpy chosen(&files, &RecentFiles::chosen);
        menu.actions().at(0)->trigger();
        QTRY_COMPARE(chosen.size(), 1);
        QCOMPARE(chosen.at(0).at(0).toString(), there);
        QVERIFY(QFile::remove(there));
        Q_EMIT menu.aboutToShow();
        QVERIFY(!menu.actions().at(0)->isEnabled());
        menu.actions().last()->trigger();
        QTRY_VERIFY(files.all().isEmpty());
        QTRY_VERIFY(menu.actions().isEmpty());
        QVERIFY(!menu.menuAction()->isEnabled());
    }
};

QTEST_MAIN(TestRecentFiles)
#include "tst_recent_files.moc"
