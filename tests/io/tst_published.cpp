// SPDX-License-Identifier: GPL-3.0-or-later
// Files of published numbers: what is read of them, and how damaged ones are named.
#include "core/io/published.h"
#include "tests/support/refusal.h"

#include <QFile>
#include <QTemporaryDir>
#include <cmath>

using namespace mnemo;

class TestPublished : public QObject
{
    Q_OBJECT

    std::string write(const char* text)
    {
        QFile file(m_folder.filePath("numbers.json"));
        if (!file.open(QIODevice::WriteOnly) || file.write(text) < 0)
            return {};
        return file.fileName().toStdString();
    }

private Q_SLOTS:
    void heatmapsHaveALimit()
    {
        const auto panels =
            readPublished(write("{\"m h\": {\"colour_scale_max\": 0.8, \"note\": \"cut\", \"rows\": {\"a\": [0, null, "
                                "0.8], \"b\": [1, 2, 3]}}}"));
        QCOMPARE(panels.size(), std::size_t(1));
        QCOMPARE(panels[0].name, "m h");
        QCOMPARE(*panels[0].colourLimit, 0.8);
        QCOMPARE(panels[0].curves.size(), std::size_t(2));
        const PublishedCurve* a = panels[0].find("a");
        QVERIFY(a && std::isnan(a->values[1]) && a->values[2] == 0.8);
        QVERIFY(!panels[0].find("note"));
    }

    void panelsAndOnePanel()
    {
        const auto panels = readPublished(write("{\"x\": {\"c\": [1, 2]}, \"y\": {\"c\": [3, 4, 5]}}"));
        QCOMPARE(panels.size(), std::size_t(2));
        QVERIFY(!panels[1].colourLimit);
        QCOMPARE(panels[1].find("c")->values.size(), std::size_t(3));
        const auto one = readPublished(write("{\"c\": [1, 2], \"d\": [3, 4]}"));
        QCOMPARE(one.size(), std::size_t(1));
        QCOMPARE(one[0].name, "");
        QCOMPARE(one[0].find("d")->values[1], 4.0);
    }

    void tablesByModule()
    {
        const auto table = [this](const char* text) {
            const std::filesystem::path path = write(text);
            const std::filesystem::path csv = path.string() + ".csv";
            std::filesystem::rename(path, csv);
            return csv;
        };
        const auto panels =
            readPublished(table("module,layer,run,ES\r\nW_g,1,x,20\nW_g,0,x,10.5\nW_g,1,y,30\n\nW_o,0,x,7\n"));
        QCOMPARE(panels.size(), std::size_t(2));
        QCOMPARE(panels[0].name, "W_g");
        QCOMPARE(panels[0].curves.size(), std::size_t(1));  // a run is no number
        QCOMPARE(panels[0].find("ES")->values, (std::vector<double>{10.5, 20}));
        VERIFY_REFUSED(readPublished(table("a,b\n1,2\n")), ErrorCode::Damaged, "module and layer");
        VERIFY_REFUSED(readPublished(table("module,layer,ES\nW_o,x,1\n")), ErrorCode::Damaged, "line 2");
        VERIFY_REFUSED(readPublished(table("module,layer,ES\nW_o,0\n")), ErrorCode::Damaged, "line 2");
        VERIFY_REFUSED(readPublished(table("module,layer,ES\nW_o,1,5\n")), ErrorCode::Damaged, "\"W_o\" are missing");
    }

    void damagedFilesAreNamed_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("named");
        QTest::newRow("cut off") << QByteArray("{\"x\": {\"c\": [1, 2") << QByteArray("numbers.json");
        QTest::newRow("empty") << QByteArray("{}") << QByteArray("no object of panels");
        QTest::newRow("a list") << QByteArray("[1, 2]") << QByteArray("no object of panels");
        QTest::newRow("a number") << QByteArray("{\"x\": 3}") << QByteArray("\"x\" is no panel");
        QTest::newRow("mixed") << QByteArray("{\"a\": [1], \"x\": {\"c\": [1]}}") << QByteArray("\"x\" is no list");
        QTest::newRow("no rows") << QByteArray("{\"x\": {\"rows\": {}}}") << QByteArray("\"x\" has no curves");
        QTest::newRow("a word") << QByteArray("{\"x\": {\"c\": [1, \"two\"]}}") << QByteArray("\"two\"");
        QTest::newRow("no layers") << QByteArray("{\"x\": {\"c\": []}}") << QByteArray("\"c\" is no list");
        QTest::newRow("uneven") << QByteArray("{\"x\": {\"c\": [1, 2], \"d\": [1]}}") << QByteArray("has 1 layers");
        QTest::newRow("limit") << QByteArray("{\"x\": {\"colour_scale_max\": 0, \"rows\": {\"c\": [1]}}}")
                               << QByteArray("colour limit");
    }
    void damagedFilesAreNamed()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, named);
        VERIFY_REFUSED(readPublished(write(text)), ErrorCode::Damaged, named.toStdString());
    }

    void missingFilesAreNamed() { VERIFY_REFUSED(readPublished("/nowhere/aie.json"), ErrorCode::NotFound, "aie.json"); }

private:
    QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(TestPublished)
#include "tst_published.moc"
