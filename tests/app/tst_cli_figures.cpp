// SPDX-License-Identifier: GPL-3.0-or-later
// Figures of the command line: drawn by the real window program, without a display.
#include "ui/figure.h"

#include "tests/app/cli_run.h"

#include <QFile>
#include <QImage>
#include <QTemporaryDir>
#include <QTest>

using mnemo::Json;

class TestCliFigures : public QObject
{
    Q_OBJECT

    static CliRun draw(const QString& file)
    {
        QProcessEnvironment noDisplay = QProcessEnvironment::systemEnvironment();
        for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
            noDisplay.remove(name);
        return runMnemo(QStringList{"trace", "--site", "h,o", "-o", file} + towerFact("mnemo-mamba"), noDisplay);
    }

private Q_SLOTS:
    void drawn_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("begins");
        QTest::addColumn<QByteArrayList>("holds");
        QTest::newRow("png") << "f.png" << QByteArray("\x89PNG") << QByteArrayList{};
        QTest::newRow("svg") << "f.svg" << QByteArray("<?xml") << QByteArrayList{"<svg", "residual stream", "city"};
        QTest::newRow("pdf") << "f.pdf" << QByteArray("%PDF") << QByteArrayList{"%%EOF"};
    }
    void drawn()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, begins);
        QFETCH(QByteArrayList, holds);
        const QTemporaryDir folder;
        const QString file = folder.filePath(name);
        const CliRun run = draw(file);
        QVERIFY2(run.status == 0, run.err);
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        const QByteArray bytes = written.readAll();
        QVERIFY(bytes.startsWith(begins));
        for (const QByteArray& word : holds)
            QVERIFY2(bytes.contains(word), word);
        // The record in the file is the trace that was asked for.
        const Json record = mnemo::provenanceInFile(file);
        QVERIFY2(record.dump().find("mnemo-mamba") != std::string::npos, record.dump().c_str());
        QVERIFY(record.dump().find("Brandenburg Gate") != std::string::npos);
    }

    void thePictureIsNoBlank()
    {
        const QTemporaryDir folder;
        const QString file = folder.filePath("f.png");
        const CliRun run = draw(file);
        QVERIFY2(run.status == 0, run.err);
        const QImage image(file);
        QVERIFY(image.width() > 800 && image.height() > 300);
        // It says which program and version made it.
        const QString version = QString::fromUtf8(runMnemo({"--version"}).out).simplified().section(' ', 1);
        QVERIFY(version.contains('.'));
        QCOMPARE(image.text("Software"), "Mnemoscope " + version);
        QVERIFY2(image.text("Description").endsWith("Mnemoscope " + version + "."),
                 qPrintable(image.text("Description")));
        QSet<QRgb> colours;
        for (int y = 0; y < image.height(); y += 7)
            for (int x = 0; x < image.width(); x += 7)
                colours.insert(image.pixel(x, y));
        QVERIFY2(colours.size() > 30, qPrintable(QString::number(colours.size())));
    }

    void everyExperimentOfAFactIsDrawn_data()
    {
        QTest::addColumn<QByteArrayList>("holds");
        QTest::newRow("paths") << QByteArrayList{"subject's last token", "g severed"};
        QTest::newRow("knockout") << QByteArrayList{"prompt, last", "relative change"};
        QTest::newRow("lens") << QByteArrayList{"Clean run", "Corrupted run", "embed"};
        QTest::newRow("dla") << QByteArrayList{"corrupted run", "embedding, bias, total"};
    }
    void everyExperimentOfAFactIsDrawn()
    {
        QFETCH(QByteArrayList, holds);
        const QString kind = QLatin1String(QTest::currentDataTag());
        const QTemporaryDir folder;
        const QString file = folder.filePath("f.svg");
        const CliRun run = runMnemo(QStringList{kind, "-o", file} + towerFact("mnemo-mamba"));
        QVERIFY2(run.status == 0, run.err);
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        const QByteArray bytes = written.readAll();
        for (const QByteArray& word : holds)
            QVERIFY2(bytes.contains(word), word);
        QCOMPARE(mnemo::provenanceInFile(file).value("experiment", ""), kind.toStdString());
    }

    void aFolderThatCannotBeWrittenIsNamed()
    {
        const QTemporaryDir folder;
        QFile file(folder.filePath("a-file"));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.close();
        const CliRun run = draw(folder.filePath("a-file/f.svg"));
        QCOMPARE(run.status, 1);
        QVERIFY2(run.err.contains("a-file"), run.err);
    }
};

QTEST_GUILESS_MAIN(TestCliFigures)
#include "tst_cli_figures.moc"
