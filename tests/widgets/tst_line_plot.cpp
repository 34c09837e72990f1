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
