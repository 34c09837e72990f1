// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/error.h"
#include "core/data/site.h"
#include "tests/support/refusal.h"

#include <QTest>

using namespace mnemo;

class TestSite : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyKindHasANameOfItsOwn()
    {
        for (int i = 0; i <= int(SiteKind::Final); ++i) {
            const auto back = siteKindFromName(siteName(SiteKind(i)));
            QVERIFY(back.has_value());
            QCOMPARE(int(*back), i);
        }
        QVERIFY(!siteKindFromName("q").has_value());
    }

    void printedSitesAreReadBack_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("count");
        QTest::newRow("one layer") << "layers.17.s" << 1;
        QTest::newRow("range") << "layers.3-5.o" << 3;
        QTest::newRow("all") << "layers.*.h" << 24;
        QTest::newRow("tap") << "layers.9.conv[-1]" << 1;
        QTest::newRow("embed") << "embed" << 1;
        QTest::newRow("final") << "final" << 1;
    }
    void printedSitesAreReadBack()
    {
        QFETCH(QString, text);
        QFETCH(int, count);
        const std::vector<Site> sites = parseSites(text.toStdString(), 24);
        QCOMPARE(int(sites.size()), count);
        for (const Site& site : sites)
            QVERIFY(parseSites(toString(site), 24).front() == site);
        if (count == 1)
            QCOMPARE(QString::fromStdString(toString(sites.front())), text);
    }

    void wrongPatternsAreRefusedByName_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text : {"", "h", "layers", "layers.", "layers.1", "layers.x.h", "layers.24.h", "layers.5-3.h",
                                 "layers.-1.h", "layers.1.q", "layers.1.embed", "layers.1.conv[1]", "layers.1.conv[-4]",
                                 "layers.1.s[-1]", "layers.1.conv[", "layers.99999999999.h"})
            QTest::newRow(text) << text;
    }
    void wrongPatternsAreRefusedByName()
    {
        QFETCH(QString, text);
        VERIFY_REFUSED(parseSites(text.toStdString(), 24), ErrorCode::UnknownSite, text.toStdString());
    }

    void everyErrorCodeHasAName()
    {
        for (int i = 0; i <= int(ErrorCode::Internal); ++i)
            QCOMPARE(codeFromName(codeName(ErrorCode(i))), std::optional(ErrorCode(i)));
    }
};

QTEST_APPLESS_MAIN(TestSite)
#include "tst_site.moc"
