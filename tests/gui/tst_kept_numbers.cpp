// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers stay what they are in a session, in figures and tables, and in the trace of a new engine process.
#include "tests/gui/window_fixture.h"

#include <QComboBox>
#include <QFile>
#include <QImage>
#include <QPushButton>
#include <QSet>
#include <QXmlStreamReader>
#include <csignal>

using namespace mnemo;
using namespace mnemo::test;

class TestKeptNumbers : public QObject
{
    Q_OBJECT

    WindowFixture m_fixture;
    std::unique_ptr<MainWindow> m_window;
    Trace m_first;  ///< the trace of the first start

    /// Cells of all maps.
    int cells() const
    {
        const Json& head = m_first.result->head;
        return int(head.at("sites").size() * head.at("tokens").size()) * m_first.result->find("h.p")->axes.at(0).size();
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_window = m_fixture.open();
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window), patienceMs);
        m_first = *finished(*m_window);
    }

    void cleanupTestCase() { m_window.reset(); }

    void aSessionHoldsEveryBit()
    {
        const QString file = m_fixture.path("kept.mnemo");
        QVERIFY(m_window->saveSession(file));
        const auto other = m_fixture.open();
        QTRY_VERIFY_WITH_TIMEOUT(finished(*other), patienceMs);
        const int own = other->traces().current()->id;
        QVERIFY(other->openSession(file));
        QVERIFY(other->traces().current()->id != own);
        const Result& kept = *finished(*m_window)->result;
        const Result& opened = *finished(*other)->result;
        QCOMPARE(difference(opened, kept), QString());
        QVERIFY(opened.head == kept.head && opened.parameters == kept.parameters && opened.model == kept.model);
    }

    void figuresAndTablesAreWellFormed()
    {
        for (const char* name : {"f.png", "f.svg", "f.csv"})
            QVERIFY2(m_window->exportTo(m_fixture.path(name)), qPrintable(message(*m_window)));
        const QImage image(m_fixture.path("f.png"));
        QVERIFY(image.width() > 300 && image.height() > 200);
        QSet<QRgb> colours;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                colours << image.pixel(x, y);
        QVERIFY(colours.size() > 50);

        QFile svg(m_fixture.path("f.svg"));
        QVERIFY(svg.open(QIODevice::ReadOnly));
        QXmlStreamReader xml(&svg);
        int shapes = 0;
        while (!xml.atEnd())
            if (xml.readNext() == QXmlStreamReader::StartElement && xml.name() != QStringLiteral("g"))
                ++shapes;
        QVERIFY2(!xml.hasError(), qPrintable(xml.errorString()));
        QVERIFY2(shapes > cells(), "at least one shape for each cell");

        QFile csv(m_fixture.path("f.csv"));
        QVERIFY(csv.open(QIODevice::ReadOnly));
        int rows = 0;
        for (const QString& line : QString::fromUtf8(csv.readAll()).split('\n', Qt::SkipEmptyParts)) {
            const QStringList fields = line.trimmed().split(',');
            if (line.startsWith('#') || fields.at(0) == "site")
                continue;
            QCOMPARE(fields.size(), 10);
            const std::string array = fields.at(0).toStdString() + ".p";
            QCOMPARE(fields.at(5).toDouble(), value(m_first, array, fields.at(2).toInt(), fields.at(3).toInt()));
            ++rows;
        }
        QCOMPARE(rows, cells());
    }

    void aResumedTraceEqualsTheUndisturbedOneToTheBit()
    {
        m_window->activateWindow();
        QTRY_VERIFY(m_window->isActiveWindow());
        auto* corruption = child<QComboBox>(*m_window, "corruptionCombo");
        corruption->setCurrentIndex(1);  // noise: ten runs for each cell, long enough to be stopped
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->form.noise > 0, patienceMs);
        const ResultPtr whole = finished(*m_window)->result;
        QVERIFY(!difference(*whole, *m_first.result).isEmpty());

        QTest::keyClick(m_window.get(), Qt::Key_F5);
        const auto halfway = [this] {
            const Trace* trace = m_window->traces().current();
            return trace->state == JobState::Running && trace->result && trace->result->done > 0.05;
        };
        QTRY_VERIFY_WITH_TIMEOUT(halfway(), patienceMs);
        QTest::keyClick(m_window.get(), Qt::Key_Escape);
        const ResultPtr part = m_window->traces().current()->result;
        QVERIFY(m_window->traces().current()->state == JobState::Stopped && part->done < 1);
        int kept = 0;
        for (const ArrayPtr& array : part->arrays)
            for (std::size_t i = 0; i < array->size(); ++i)
                if (array->states[i] == CellState::Computed) {
                    QVERIFY(array->values[i] == whole->find(array->name)->values[i]);
                    ++kept;
                }
        QVERIFY(kept > 0);
        QTest::mouseClick(child<QPushButton>(*m_window, "resumeButton"), Qt::LeftButton);
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window), patienceMs);
        QCOMPARE(difference(*finished(*m_window)->result, *whole), QString());
        corruption->setCurrentIndex(0);
    }

    void aTraceAfterTheEnginesDeathHasTheSameNumbers()
    {
        EngineClient& engine = m_window->engine();
        const qint64 before = engine.processId();
        m_window->activateWindow();  // another one was open: keys go to the active window
        QTRY_VERIFY(m_window->isActiveWindow());
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QVERIFY(m_window->traces().current()->state == JobState::Running);
        QVERIFY(before > 0 && ::kill(pid_t(before), SIGKILL) == 0);
        QTRY_VERIFY_WITH_TIMEOUT(message(*m_window).contains("engine", Qt::CaseInsensitive), patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(engine.state() == EngineClient::State::Ready && engine.processId() != before &&
                                     !engine.isLoading() && !engine.modelHash().empty(),
                                 patienceMs);
        QVERIFY(m_window->traces().current()->state != JobState::Running);
        const int last = m_window->traces().current()->id;
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->id > last, patienceMs);
        QCOMPARE(difference(*finished(*m_window)->result, *m_first.result), QString());
    }
};

QTEST_MAIN(TestKeptNumbers)
#include "tst_kept_numbers.moc"
