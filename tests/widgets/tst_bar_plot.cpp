// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/bar_plot.h"

#include <QSignalSpy>
#include <QtTest>
#include <cmath>

using namespace mnemo;

class TestBarPlot : public QObject
{
    Q_OBJECT

    BarPlot* m_plot = nullptr;

    QColor at(QPointF point) const { return m_plot->grab().toImage().pixelColor(point.toPoint()); }
    QColor hue(const char* site) const { return siteColour(site, m_plot->palette().color(QPalette::Base)); }

private Q_SLOTS:
    void init()
    {
        m_plot = new BarPlot;
        m_plot->resize(600, 300);
        m_plot->setSeries({{"nothing", "h", {0.2, 0.8, 0.4}, {0.1, 0.7, 0.3}, {0.3, 0.9, 0.5}, {}, false},
                           {"s severed", "s", {0.1, 0.5, std::nan("")}, {}, {}, {}, false}});
        m_plot->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_plot));
        QTRY_VERIFY(m_plot->pointAt(0, 2).x() > 300);
    }

    void cleanup() { delete m_plot; }

    void barsStandBesideEachOther()
    {
        const QPointF left = m_plot->pointAt(0, 1), right = m_plot->pointAt(1, 1);
        QVERIFY(right.x() > left.x() + 20 && right.y() > left.y());
        const QPointF inside(6, 12);  // beside the error bar, below the end
        QCOMPARE(at(left + inside), hue("h"));
        QCOMPARE(at(right + inside), hue("s"));
        QVERIFY(at(right - QPointF(0, 20)) != hue("s"));  // above its end
    }

    void aSeriesAloneStandsInTheMiddle()
    {
        const double step = m_plot->pointAt(0, 1).x() - m_plot->pointAt(0, 0).x();
        const double toLast = m_plot->pointAt(0, 2).x() - m_plot->pointAt(0, 1).x();
        QVERIFY(toLast > step + 20);  // the other has no value there
    }

    void errorBarsReachBeyondTheBar()
    {
        const QPointF end = m_plot->pointAt(0, 1);
        const QColor base = m_plot->palette().color(QPalette::Base);
        QVERIFY(at(end - QPointF(0, 8)) != base);
        QCOMPARE(at(m_plot->pointAt(1, 1) - QPointF(0, 8)), base);  // has none
    }

    void referencesAreTicks()
    {
        auto series = m_plot->series();
        series[1].reference = {0.1, 0.25, 0.3};
        m_plot->setSeries(series);
        m_plot->setReferenceName("published");
        QTRY_COMPARE(m_plot->layerText(1),
                     QStringLiteral("layer 1: nothing 0.8 ± 0.1, s severed 0.5 (published: 0.25)"));
        const QPointF bar = m_plot->pointAt(1, 1);
        const double zero =
            m_plot->pointAt(0, 1).y() + (m_plot->pointAt(1, 1).y() - m_plot->pointAt(0, 1).y()) / 0.3 * 0.8;
        const QPointF tick(bar.x(), (bar.y() + zero) / 2);
        QTRY_COMPARE(at(tick), m_plot->palette().color(QPalette::Text));
    }

    void partsStandApart()
    {
        m_plot->setSeries({{"o", "o", {1, 2, 3, 4}, {}, {}, {}, false}});
        m_plot->setLayerNames({"embed", "0", "1", "total"});
        QTRY_COMPARE(m_plot->layerText(3), QStringLiteral("total: o 4"));
        QTRY_VERIFY(m_plot->pointAt(0, 3).x() < 600);
        const auto gap = [this](int from) { return m_plot->pointAt(0, from + 1).x() - m_plot->pointAt(0, from).x(); };
        QVERIFY(gap(0) > gap(1) * 1.2 && gap(2) > gap(1) * 1.2);
        QCOMPARE(m_plot->gridRowName(1), QStringLiteral("layer 0"));
        const QPoint last = m_plot->pointAt(0, 3).toPoint() + QPoint(0, 20);
        QCOMPARE(m_plot->layerAt(last), 3);
        QCOMPARE(m_plot->layerAt(last - QPoint(int(gap(2) / 2), 0)), -1);  // nothing stands there
    }

    void theLegendNamesTheSeries()
    {
        // Letters stand above the axes only where there is something to tell apart.
        const auto inkAbove = [this] {
            const QImage image = m_plot->grab().toImage();
            int dark = 0;
            for (int y = 2; y < 18; ++y)
                for (int x = 0; x < image.width(); ++x)
                    dark += image.pixelColor(x, y).lightness() < 140;
            return dark;
        };
        QTRY_VERIFY(inkAbove() > 100);
        m_plot->setSeries({m_plot->series().front()});
        QTRY_VERIFY(inkAbove() < 20);
    }

    void aClickAndKeysMoveTheCursor()
    {
        QSignalSpy clicked(m_plot, &LayerPlot::layerClicked);
        QTest::mouseClick(m_plot, Qt::LeftButton, {}, (m_plot->pointAt(0, 1) + QPointF(0, 30)).toPoint());
        QCOMPARE(clicked.takeFirst(), (QList<QVariant>{1}));
        QTest::keyClick(m_plot, Qt::Key_Right);
        QCOMPARE(m_plot->currentLayer(), 2);
        QCOMPARE(m_plot->accessibleDescription(), QStringLiteral("layer 2: nothing 0.4 ± 0.1, s severed –"));
        QCOMPARE(m_plot->gridCellText(0, 1), QStringLiteral("layer 0, s severed: 0.1"));
        QCOMPARE(m_plot->gridRows(), 3);
        QCOMPARE(m_plot->gridColumns(), 2);
    }

    void nothingIsSaidInWords()
    {
        m_plot->setEmptyText("No facts yet");
        m_plot->setSeries({});
        QTRY_COMPARE(m_plot->layers(), 0);
        const QImage blank = m_plot->grab().toImage();
        m_plot->setEmptyText({});
        QTRY_VERIFY(m_plot->grab().toImage() != blank);
    }
};

QTEST_MAIN(TestBarPlot)
#include "tst_bar_plot.moc"
