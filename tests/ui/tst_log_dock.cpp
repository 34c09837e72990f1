// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "ui/log_dock.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFile>
#include <QFileDialog>
#include <QLineEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTimer>
#include <QToolButton>

using namespace mnemo;

class TestLogDock : public QObject
{
    Q_OBJECT

    static void fill(LogDock& log)
    {
        log.add(LogLevel::Engine, "engine: reading weights");
        log.add(LogLevel::Note, "Model tiny is loaded.");
        log.add(LogLevel::Warning, "The swap has another length.");
        log.add(LogLevel::Error, "The engine stopped.");
    }

    static QStringList lines(const QString& text)
    {
        QStringList said;
        for (const QString& line : text.split('\n', Qt::SkipEmptyParts))
            said << line.section(' ', 1).simplified();
        return said;
    }

private Q_SLOTS:
    void levelsAndWordsFilter()
    {
        LogDock log;
        fill(log);
        QCOMPARE(lines(log.shown()).size(), 4);
        auto* level = log.findChild<QComboBox*>("logLevel");
        level->setCurrentIndex(level->findData(int(LogLevel::Warning)));
        QCOMPARE(lines(log.shown()),
                 (QStringList{"warning The swap has another length.", "error The engine stopped."}));
        log.add(LogLevel::Note, "unseen");
        log.add(LogLevel::Error, "seen at once");
        QCOMPARE(lines(log.shown()).size(), 3);
        level->setCurrentIndex(0);
        auto* words = log.findChild<QLineEdit*>("logFilter");
        words->setText("ENGINE");
        QCOMPARE(lines(log.shown()), (QStringList{"engine engine: reading weights", "error The engine stopped."}));
        words->clear();
        QCOMPARE(lines(log.shown()).size(), 6);  // nothing was lost
    }

    void whatIsShownIsCopiedAndSaved()
    {
        LogDock log;
        fill(log);
        log.findChild<QLineEdit*>("logFilter")->setText("swap");
        log.findChild<QToolButton*>("logCopy")->click();
        QCOMPARE(lines(QApplication::clipboard()->text()), QStringList{"warning The swap has another length."});
        QTemporaryDir folder;
        QVERIFY(log.save(folder.filePath("a.log")));
        QFile file(folder.filePath("a.log"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(QString::fromUtf8(file.readAll()), log.shown() + '\n');
        QSignalSpy failed(&log, &LogDock::failed);
        QVERIFY(!log.save(folder.filePath("no/such/folder.log")));
        QCOMPARE(failed.size(), 1);
        const Error error = failed.at(0).at(0).value<Error>();
        QVERIFY(QString::fromStdString(error.message).contains("folder.log"));
        QVERIFY(!error.hint.empty());
    }

    void aNameWithoutAnEndingGetsOne()
    {
        QApplication::setAttribute(Qt::AA_DontUseNativeDialogs);
        LogDock log;
        fill(log);
        QTemporaryDir folder;
        QTimer timer;
        connect(&timer, &QTimer::timeout, &timer, [&] {
            if (auto* dialog = qobject_cast<QFileDialog*>(QApplication::activeModalWidget())) {
                timer.stop();
                dialog->findChild<QLineEdit*>("fileNameEdit")->setText(folder.filePath("plain"));
                dialog->findChild<QDialogButtonBox*>()->button(QDialogButtonBox::Save)->click();
            }
        });
        timer.start(10);
        log.findChild<QToolButton*>("logSave")->click();
        QVERIFY(QFile::exists(folder.filePath("plain.log")));
    }

    void theOldestLinesGo()
    {
        LogDock log;
        for (int i = 0; i < 5100; ++i)
            log.add(LogLevel::Note, QStringLiteral("line %1").arg(i));
        QCOMPARE(lines(log.text()).size(), 5000);
        QCOMPARE(lines(log.text()).first(), QStringLiteral("note line 100"));
        QCOMPARE(log.shown(), log.text());
    }
};

QTEST_MAIN(TestLogDock)
#include "tst_log_dock.moc"
