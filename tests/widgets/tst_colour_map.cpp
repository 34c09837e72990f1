// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/colour_map.h"

#include <QtTest>
#include <cmath>

using namespace mnemo;

class TestColourMap : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void mapsValuesToStops()
    {
        const ColourMap purples = ColourMap::named("purples");
        QCOMPARE(purples.colour(0, {0, 0.5}), QColor(0xfcfbfd));
        QCOMPARE(purples.colour(0.25, {0, 0.5}), QColor(0x9e9ac8));  // the fifth of nine
        QCOMPARE(purples.colour(0.5, {0, 0.5}), QColor(0x3f007d));
        QCOMPARE(purples.colour(2, {0, 0.5}), QColor(0x3f007d));  // clamped
        QCOMPARE(purples.colour(-2, {0, 0.5}), QColor(0xfcfbfd));
        QVERIFY(!purples.colour(std::nan(""), {0, 1}).isValid());
    }

    void interpolatesBetweenStops()
    {
        const QColor between = ColourMap::named("greys").at(1.0 / 16);
        QCOMPARE(between, QColor(0xf8, 0xf8, 0xf8));  // half-way from ffffff to f0f0f0
    }

    void divergingMapsKeepZeroInTheMiddle()
    {
        for (const char* name : {"rdbu", "vik"}) {
            const ColourMap map = ColourMap::named(name);
            QVERIFY(map.isDiverging());
            QCOMPARE(map.colour(0, {-0.2, 1}), map.at(0.5));
            QCOMPARE(map.colour(1, {-0.2, 1}), map.at(1));
            QCOMPARE(map.colour(-1, {-0.2, 1}), map.at(0));
        }
        QCOMPARE(ColourMap::named("rdbu").at(0), QColor(0x67001f));  // low is red
    }

    void reversedMapsRunTheOtherWay()
    {
        const ColourMap map = ColourMap::named("viridis"), other = ColourMap::named("viridis_r");
        for (const double share : {0.0, 0.2, 0.5, 1.0})
            QCOMPARE(other.at(share), map.at(1 - share));
        QCOMPARE(other.name(), QStringLiteral("viridis_r"));
        QCOMPARE(other.reversed().name(), QStringLiteral("viridis"));
        QCOMPARE(siteColourMap("h", "_r").at(0), siteColourMap("h").at(1));
        QCOMPARE(siteColourMap("h", "").at(0), siteColourMap("h").at(0));
        QCOMPARE(siteColourMap("h", "cividis").name(), QStringLiteral("cividis"));
        // On a dark window what stands out is still the end that stands out on a light one.
        QVERIFY(siteColourMap("h", "_r").onBackground(Qt::black).at(0).lightness() >
                siteColourMap("h", "_r").onBackground(Qt::black).at(1).lightness());
    }

    void sitesHaveThePapersHues()
    {
        QCOMPARE(siteColourMap("h").name(), QStringLiteral("purples"));
        QCOMPARE(siteColourMap("o").name(), QStringLiteral("blues"));
        QCOMPARE(siteColourMap("g").name(), QStringLiteral("greens"));
        QCOMPARE(siteColourMap("mlp").name(), QStringLiteral("greens"));
        QCOMPARE(siteColourMap("s").name(), QStringLiteral("reds"));
        QCOMPARE(siteColourMap("attn").name(), QStringLiteral("reds"));
    }

    void everyMapRisesOrFallsInLightness()
    {
        // A reader must be able to order values without hues: also in print and for the colour-blind.
        for (const QString& name : ColourMap::names()) {
            const ColourMap map = ColourMap::named(name.toStdString());
            const QColor dark(0x18, 0x19, 0x1c);
            for (const ColourMap& one : {map, map.onBackground(dark)}) {
                const double start = one.isDiverging() ? 0.5 : 0;
                double before = 0;
                for (int step = 0; step <= 10; ++step) {
                    const double light = contrast(one.at(start + (1 - start) * step / 10), Qt::black);
                    const double falls = contrast(one.at(1), Qt::black) < contrast(one.at(start), Qt::black) ? -1 : 1;
                    QVERIFY2(step == 0 || falls * (light - before) > -0.05, qPrintable(name));
                    before = light;
                }
            }
        }
    }

    void darkWindowsGetADarkLowEnd()
    {
        const QColor base(0x18, 0x19, 0x1c);
        QVERIFY(isDark(ColourMap::named("reds").onBackground(base).at(0)));
        QVERIFY(!isDark(ColourMap::named("reds").onBackground(base).at(1)));
        QVERIFY(isDark(ColourMap::named("rdbu").onBackground(base).at(0.5)));
        QCOMPARE(ColourMap::named("reds").onBackground(Qt::white).at(0), ColourMap::named("reds").at(0));
    }

    void lineColoursCanBeSeen()
    {
        for (const QColor& base : {QColor(Qt::white), QColor(0x18, 0x19, 0x1c)})
            for (const char* site : {"h", "o", "s", "g", "a", "attn", "mlp", "conv"})
                QVERIFY2(contrast(siteColour(site, base), base) >= 3, site);
    }
};

QTEST_APPLESS_MAIN(TestColourMap)
#include "tst_colour_map.moc"
