// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/line_plot.h"

#include <QSignalSpy>
#include <QtTest>
#include <cmath>

using namespace mnemo;

class TestLinePlot : public QObject
{
    Q_OBJECT

    LinePlot* m_plot = nullptr;

private Q_SLOTS:
    void init()
    {
        m_plot = new LinePlot;
        m_plot->resize(500, 300);
        m_plot->setSeries({{"h", "h", {0.1, 0.5, 0.9, 0.4}, {}, {}, {}, false},
                           {"s", "s", {0.0, std::nan(""), 0.2, 0.1}, {}, {}, {}, true}});
        m_plot->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_plot));
        QTRY_VERIFY(m_plot->pointAt(0, 3).x() > 300);
    }

    void cleanup() { delete m_plot; }

    void pointsLieWhereTheyShould()
    {
        QVERIFY(m_plot->pointAt(0, 2).y() < m_plot->pointAt(0, 1).y());
        const double step = m_plot->pointAt(0, 1).x() - m_plot->pointAt(0, 0).x();
        QVERIFY(std::abs(m_plot->pointAt(0, 3).x() - m_plot->pointAt(0, 2).x() - step) < 1e-6);
        const QColor at = m_plot->grab().toImage().pixelColor(m_plot->pointAt(0, 2).toPoint());
        QCOMPARE(at, siteColour("h", m_plot->palette().color(QPalette::Base)));
    }

    void aClickGivesTheLayer()
    {
        QSignalSpy clicked(m_plot, &LinePlot::layerClicked);
        const QPointF at = m_plot->pointAt(0, 2);
        QTest::mouseClick(m_plot, Qt::LeftButton, {}, (at + QPointF(8, 30)).toPoint());
        QCOMPARE(clicked.takeFirst(), (QList<QVariant>{2}));
        QCOMPARE(m_plot->currentLayer(), 2);
        QTest::mouseClick(m_plot, Qt::LeftButton, {}, QPoint(2, 2));
        QVERIFY(clicked.isEmpty());
    }

    void keysMoveTheCursor()
    {
        QTest::keyClick(m_plot, Qt::Key_End);
        QCOMPARE(m_plot->currentLayer(), 3);
        QTest::keyClick(m_plot, Qt::Key_Left);
        QCOMPARE(m_plot->currentLayer(), 2);
        QTest::keyClick(m_plot, Qt::Key_PageDown);
        QCOMPARE(m_plot->currentLayer(), 0);
    }

    void valuesAreClicked()
    {
        QSignalSpy layers(m_plot, &LinePlot::layerClicked), points(m_plot, &LinePlot::pointClicked);
        const QPoint at = m_plot->pointAt(1, 2).toPoint();
        QTest::mouseClick(m_plot, Qt::LeftButton, {}, at);
        QVERIFY(points.isEmpty());  // nothing is said to happen there
        m_plot->setPointHelp("Click: go there");
        QCOMPARE(m_plot->seriesAt(at + QPoint(3, -3)), 1);
        QCOMPARE(m_plot->seriesAt(m_plot->pointAt(0, 2).toPoint()), 0);
        QTest::mouseClick(m_plot, Qt::LeftButton, {}, at + QPoint(3, -3));
        QCOMPARE(points.takeFirst(), (QList<QVariant>{1, 2}));
        QCOMPARE(layers.size(), 2);
        QTest::mouseClick(m_plot, Qt::LeftButton, {}, at - QPoint(0, 40));
        QCOMPARE(layers.size(), 3);  // of no value
        QVERIFY(points.isEmpty());
        QTest::keyClick(m_plot, Qt::Key_Right);
        QTest::keyClick(m_plot, Qt::Key_Return);
        QCOMPARE(points.takeFirst(), (QList<QVariant>{1, 3}));
        QTest::keyClick(m_plot, Qt::Key_Up);
        QCOMPARE(m_plot->gridCurrent(), (std::pair<int, int>{3, 0}));
        QTest::keyClick(m_plot, Qt::Key_Return);
        QCOMPARE(points.takeFirst(), (QList<QVariant>{0, 3}));
        m_plot->setCurrentLayer(1);
        QTest::keyClick(m_plot, Qt::Key_Down);
        QTest::keyClick(m_plot, Qt::Key_Return);
        QVERIFY(points.isEmpty());  // there is no value
    }

    void curvesBehindHaveTheirOwnScale()
    {
        std::vector<LayerSeries> series = m_plot->series();
        const QPointF before = m_plot->pointAt(0, 2);
        series[0].behind = {700, 100, 400};
        m_plot->setBehindLabel("metres");
        m_plot->setSeries(series);
        const double plotted = m_plot->pointAt(0, 3).x();
        QTRY_VERIFY(m_plot->pointAt(0, 3).x() < plotted - 10);  // the scale takes its room at the right
        QVERIFY(std::abs(m_plot->pointAt(0, 2).y() - before.y()) < 1);
        QCOMPARE(m_plot->layerText(1), QStringLiteral("layer 1: h 0.5 (metres: 100), s –"));
        QCOMPARE(m_plot->layerText(3), QStringLiteral("layer 3: h 0.4 (metres: –), s 0.1"));
    }

    void valuesAreSpoken()
    {
        m_plot->setCurrentLayer(1);
        QCOMPARE(m_plot->accessibleDescription(), QStringLiteral("layer 1: h 0.5, s –"));
        QCOMPARE(m_plot->gridRows(), 4);
        QCOMPARE(m_plot->gridColumns(), 2);
    }
};

QTEST_MAIN(TestLinePlot)
#include "tst_line_plot.moc"
