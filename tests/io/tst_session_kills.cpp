// SPDX-License-Identifier: GPL-3.0-or-later
// A session is saved whole or not at all, whenever the process that saves it is killed.
#include "tests/io/io_test.h"

#include "core/data/json.h"

#include <QProcess>

using namespace mnemo;

class TestSessionKills : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aThousandKillsBreakNothing()
    {
        constexpr int kills = 1000;
        const QTemporaryDir folder;
        QProcess process;
        process.start(QStringLiteral(MNEMO_TEST_BIN_DIR "/kill_saves"),
                      {folder.filePath("s.mnemo"), QString::number(kills), "1"});
        QVERIFY(process.waitForFinished(250'000));
        const QByteArray told = process.readAllStandardOutput() + process.readAllStandardError();
        QVERIFY2(process.exitCode() == 0, told);
        const Json tally = Json::parse(told.toStdString(), nullptr, false);
        QVERIFY2(tally.is_object(), told);
        QCOMPARE(tally["kills"].get<int>(), kills);
        QVERIFY2(tally["broken"] == 0 && tally["lost"] == 0, told);
        // The kills fell where they hurt, and saves were made between them.
        QVERIFY2(tally["in_flight"].get<int>() > kills / 50 && tally["saves"].get<int>() > kills / 5, told);
        // What they left behind is cleared up by the next one.
        QVERIFY2(tally["leftovers"] == 0 && tally["most_leftovers"].get<int>() <= 2, told);
    }
};

QTEST_GUILESS_MAIN(TestSessionKills)
#include "tst_session_kills.moc"
