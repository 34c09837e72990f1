// SPDX-License-Identifier: GPL-3.0-or-later
// `mnemoscope --dump-shortcuts` without a display.
#include <QRegularExpression>
#include <QTest>

#include "tests/app/cli_run.h"

class TestCliKeys : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theKeysArePrintedWithoutADisplay()
    {
        QProcess process;
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
            environment.remove(name);
        process.setProcessEnvironment(environment);
        process.start(MNEMO_BIN_DIR "/mnemoscope", {"--dump-shortcuts"});
        const CliRun run = outcomeOf(process);
        QVERIFY2(run.status == 0, run.told());
        QStringList lines;
        for (const QString& line : QString::fromUtf8(run.out).split('\n'))
            lines << line.simplified();
        for (const char* line : {"Experiment", "F5 Trace", "Ctrl+K Find a command…", "In the maps",
                                 "Shift+drag Patch a block of cells together"})
            QVERIFY2(lines.contains(QString::fromUtf8(line)), line);
        QVERIFY(!run.out.contains('&'));

        // A key that two entries of the menus want does neither.
        QStringList keys;
        for (const QString& line : lines.mid(0, lines.indexOf("In the maps")))
            if (static const QRegularExpression key(R"(^((?:Ctrl|Shift|Alt|F\d|Esc)\S*) )"); line.contains(key))
                keys << key.match(line).captured(1);
        QVERIFY(keys.size() > 30);
        for (const QString& key : keys)
            QVERIFY2(keys.count(key) == 1, qPrintable(key));
    }
};

QTEST_APPLESS_MAIN(TestCliKeys)
#include "tst_cli_keys.moc"
