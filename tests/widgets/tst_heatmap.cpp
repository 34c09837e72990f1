// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/widgets/sample_trace.h"
#include "widgets/heatmap.h"
#include "widgets/scale_ticks.h"

#include <QAccessible>
#include <QHelpEvent>
#include <QSignalSpy>
#include <QToolTip>
#include <QtTest>

using namespace mnemo;

class TestHeatmap : public QObject
{
    Q_OBJECT

    Heatmap* m_map = nullptr;

    QColor pixel(QPointF at) const { return m_map->grab().toImage().pixelColor(at.toPoint()); }

    /// Pixels of the cell that are neither of the two most frequent colours' first: how much is drawn on its ground.
    int inkIn(Cell cell) const
    {
        const QImage image = m_map->grab(m_map->cellRect(cell).adjusted(2, 2, -3, -3).toRect()).toImage();
        QHash<QRgb, int> counts;
        for (int y = 0; y < image.height(); ++y)
            for (int x = 0; x < image.width(); ++x)
                ++counts[image.pixel(x, y)];
        const auto most = std::max_element(counts.begin(), counts.end());
        return image.width() * image.height() - most.value();
    }

private Q_SLOTS:
    void scalesHaveTwoNumbersAtLeast()
    {
        using Ticks = std::vector<double>;
        QCOMPARE(scaleTicks({0, 1}, 2), (Ticks{0, 0.5, 1}));
        QCOMPARE(scaleTicks({-1.04, 1.04}, 2), (Ticks{-1, 0, 1}));  // a step of 2 would leave 0 alone
        QCOMPARE(scaleTicks({-2.1, 2.1}, 2), (Ticks{-2, 0, 2}));  // and one of 2.5 still would
        QCOMPARE(scaleTicks({-0.3, 0.3}, 5), (Ticks{-0.2, 0, 0.2}));
        QCOMPARE(scaleTicks({3, 3}, 5), (Ticks{3}));
        for (double reach = 0.01; reach < 100; reach *= 1.07)
            for (const double lines : {2.0, 3.3, 5.0})
                QVERIFY2(scaleTicks({-reach, reach}, lines).size() >= 2, qPrintable(QString::number(reach)));
    }

    void init()
    {
        m_map = new Heatmap;
        m_map->resize(500, 300);
        m_map->setColourMap(ColourMap::named("purples"));
        m_map->setRange(0, 0.5);
        m_map->setArray(std::make_shared<const Array>(test::sampleArray("h.p")));
        m_map->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_map));
        QTRY_COMPARE(pixel(m_map->cellRect({3, 2}).center()), m_map->cellColour({3, 2}));
    }

    void cleanup() { delete m_map; }

    void paintsEachValueInItsColour()
    {
        const ColourMap map = ColourMap::named("purples");
        for (int layer = 0; layer < test::sampleLayers; ++layer)
            for (int pos = 1; pos < 5; ++pos) {
                const QColor expected = map.colour(0.01 + layer / 10.0 + pos / 100.0, {0, 0.5});
                QCOMPARE(pixel(m_map->cellRect({layer, pos}).center()), expected);
            }
    }

    /// Names of columns that would touch stand upright, where that leaves the cells their room.
    void longNamesOfColumnsStandUpright()
    {
        const auto below = [this](QSize size, const std::vector<std::string>& columns) {
            Array array = Array::make("map", {{"column", columns}, {"row", {"a", "b"}}}, "");
            std::ranges::fill(array.states, CellState::Computed);
            m_map->resize(size);
            m_map->setArray(std::make_shared<const Array>(std::move(array)));
            (void)m_map->grab();
            return m_map->height() - m_map->cellRect({0, 1}).bottom();
        };
        const std::vector<std::string> numbers{"0", "1", "2", "3"}, words{" gave/offered", " went/walked", " a", "end"};
        const double usual = below({300, 400}, numbers);
        QVERIFY(below({300, 400}, words) > usual + 30);
        QVERIFY(m_map->columnNamesHeight(200) > 30);
        QCOMPARE(m_map->columnNamesHeight(2000), 0);
        QCOMPARE(below({1200, 400}, words), usual);  // they fit as they are
        QCOMPARE(below({300, 90}, words), usual);    // too low
    }

    void harmIsNotPaintedLikeNoEffect()
    {
        auto array =
            std::make_shared<Array>(Array::make("h", {Axis{"layer", {"0", "1"}}, Axis{"token", {"a", "b"}}}, "IE"));
        array->values = {-0.2, 0, 0.3, -0.001};
        array->states = {CellState::Computed, CellState::Computed, CellState::Computed, CellState::Computed};
        m_map->setArray(array);
        QTRY_COMPARE(inkIn({0, 1}), 0);
        QVERIFY(inkIn({0, 0}) > 0);
        QCOMPARE(inkIn({1, 0}), 0);
        QCOMPARE(inkIn({1, 1}), 0);                    // rounding is no harm
        m_map->setColourMap(ColourMap::named("vik"));  // says it in its colours
        QTRY_COMPARE(inkIn({0, 0}), 0);
    }

    void cellsSayWhatTheyHold()
    {
        std::vector<QString> texts(std::size_t(test::sampleLayers) * test::cleanTokens.size());
        texts[3 * test::cleanTokens.size() + 2] = QStringLiteral("MMMM");
        QTRY_COMPARE(inkIn({3, 2}), 0);
        m_map->setTexts(texts);
        QTRY_VERIFY(inkIn({3, 2}) > 0);
        QCOMPARE(inkIn({3, 3}), 0);
        m_map->setTexts({});
        QTRY_COMPARE(inkIn({3, 2}), 0);
    }

    void cellsTileTheMap()
    {
        for (int layer = 0; layer + 1 < test::sampleLayers; ++layer)
            for (int pos = 0; pos + 1 < 6; ++pos) {
                QCOMPARE(m_map->cellRect({layer, pos}).right(), m_map->cellRect({layer + 1, pos}).left());
                QCOMPARE(m_map->cellRect({layer, pos}).bottom(), m_map->cellRect({layer, pos + 1}).top());
            }
        QVERIFY(m_map->cellRect({0, 0}).top() < m_map->cellRect({0, 5}).top());  // first token on top
        QVERIFY(m_map->cellRect({0, 0}).left() < m_map->cellRect({4, 0}).left());
    }

    void cellsWithoutValueAreHatched()
    {
        QVERIFY(!m_map->cellColour({0, 5}).isValid());
        QVERIFY(!m_map->cellColour({1, 5}).isValid());
        const int hatched = inkIn({0, 5});
        const int crossed = inkIn({1, 5});
        QCOMPARE(inkIn({3, 3}), 0);
        QVERIFY2(hatched > 50, qPrintable(QString::number(hatched)));
        QVERIFY2(crossed > hatched * 1.4, qPrintable(QString::number(crossed)));
        const int dot = inkIn({2, 0});
        QVERIFY2(dot > 0 && dot < 60, qPrintable(QString::number(dot)));
    }

    void aNoteMarksTheCornerOfItsCell()
    {
        QCOMPARE(inkIn({3, 3}), 0);
        const QString text = m_map->cellText({3, 3});
        m_map->setNotedCells({{3, 3}, {99, 0}});
        QTRY_VERIFY(inkIn({3, 3}) > 0);
        QVERIFY(m_map->cellText({3, 3}).startsWith(text) && m_map->cellText({3, 3}) != text);
        QVERIFY(m_map->cellText({99, 0}).isEmpty());
        m_map->setNotedCells({});
        QTRY_COMPARE(inkIn({3, 3}), 0);
    }

    void aClickGivesTheCell()
    {
        QSignalSpy clicked(m_map, &Heatmap::cellClicked);
        QSignalSpy moved(m_map, &Heatmap::currentCellChanged);
        for (const Cell cell : {Cell{0, 0}, Cell{3, 2}, Cell{4, 5}}) {
            QTest::mouseClick(m_map, Qt::LeftButton, {}, m_map->cellRect(cell).center().toPoint());
            QCOMPARE(clicked.takeLast().at(0).value<Cell>(), cell);
            QCOMPARE(m_map->currentCell(), cell);
        }
        QCOMPARE(moved.size(), 3);
        QCOMPARE(clicked.size(), 0);
    }

    void aClickOnALabelGivesTheToken()
    {
        QSignalSpy token(m_map, &Heatmap::tokenClicked);
        QSignalSpy cell(m_map, &Heatmap::cellClicked);
        QTest::mouseClick(m_map, Qt::LeftButton, {}, m_map->rowLabelRect(4).center().toPoint());
        QCOMPARE(token.size(), 1);
        QCOMPARE(token.at(0).at(0).toInt(), 4);
        QCOMPARE(cell.size(), 0);
    }

    void doubleClickActivatesOnce()
    {
        QSignalSpy activated(m_map, &Heatmap::cellActivated);
        QSignalSpy clicked(m_map, &Heatmap::cellClicked);
        const QPoint at = m_map->cellRect({2, 3}).center().toPoint();
        QTest::mouseDClick(m_map, Qt::LeftButton, {}, at);
        QCOMPARE(activated.size(), 1);
        QCOMPARE(activated.at(0).at(0).value<Cell>(), (Cell{2, 3}));
        QVERIFY(clicked.size() <= 1);
    }

    void shiftDragSelectsARange()
    {
        QSignalSpy selected(m_map, &Heatmap::cellsSelected);
        const QPoint from = m_map->cellRect({3, 4}).center().toPoint();
        const QPoint to = m_map->cellRect({1, 2}).center().toPoint();
        QTest::mousePress(m_map, Qt::LeftButton, Qt::ShiftModifier, from);
        QTest::mouseMove(m_map, to);
        QTest::mouseRelease(m_map, Qt::LeftButton, Qt::ShiftModifier, to);
        QCOMPARE(selected.size(), 1);
        QCOMPARE(selected.at(0).at(0).value<CellRange>(), (CellRange{1, 4, 2, 5}));
    }

    void keysWalkTheCells()
    {
        QSignalSpy clicked(m_map, &Heatmap::cellClicked);
        QSignalSpy activated(m_map, &Heatmap::cellActivated);
        const auto press = [&](int key, Qt::KeyboardModifiers modifiers = {}) {
            QTest::keyClick(m_map, Qt::Key(key), modifiers);
            return m_map->currentCell();
        };
        QCOMPARE(press(Qt::Key_Right), (Cell{0, 0}));  // nothing was current
        QCOMPARE(press(Qt::Key_Right), (Cell{1, 0}));
        QCOMPARE(press(Qt::Key_Down), (Cell{1, 1}));
        QCOMPARE(press(Qt::Key_End), (Cell{1, 5}));
        QCOMPARE(press(Qt::Key_PageUp), (Cell{4, 5}));  // ten layers, stopped at the last
        QCOMPARE(press(Qt::Key_Home), (Cell{4, 0}));
        QCOMPARE(press(Qt::Key_PageDown), (Cell{0, 0}));
        QCOMPARE(press(Qt::Key_Up), (Cell{0, 0}));
        QCOMPARE(clicked.size(), 0);
        press(Qt::Key_Return);
        QCOMPARE(clicked.size(), 1);
        press(Qt::Key_Return, Qt::ShiftModifier);
        QCOMPARE(activated.size(), 1);
    }

    void linkedCursorEmitsNothing()
    {
        QSignalSpy moved(m_map, &Heatmap::currentCellChanged);
        m_map->setCurrentCell({2, 2});
        QCOMPARE(moved.size(), 0);
        QCOMPARE(m_map->currentCell(), (Cell{2, 2}));
    }

    void tellsWhatACellHolds()
    {
        QCOMPARE(m_map->cellText({3, 2}), QStringLiteral(" Need, layer 3: p 0.33"));
        QVERIFY(m_map->cellText({0, 5}).contains(QStringLiteral("not computed")));
        QVERIFY(m_map->cellText({1, 5}).contains(QStringLiteral("not defined")));
        QVERIFY(m_map->cellText({2, 0}).contains(QStringLiteral("exact")));
        m_map->setRows({{"·A", "·B", true}, {"1"}, {"2"}, {"3"}, {"4"}, {"5"}});
        QVERIFY(m_map->cellText({2, 0}).startsWith(QStringLiteral("·A/·B, layer 2")));
        m_map->setCellText([](Cell cell) { return QStringLiteral("%1|%2").arg(cell.layer).arg(cell.pos); });
        QCOMPARE(m_map->cellText({2, 1}), QStringLiteral("2|1"));
        QCOMPARE(m_map->cellText({99, 1}), QString());

        const QPoint at = m_map->cellRect({2, 1}).center().toPoint();
        QHelpEvent help(QEvent::ToolTip, at, m_map->mapToGlobal(at));
        QCoreApplication::sendEvent(m_map, &help);
        QCOMPARE(QToolTip::text(), QStringLiteral("2|1"));
    }

    void zoomStaysInsideAndResets()
    {
        const QRectF before = m_map->cellRect({2, 2});
        m_map->setCurrentCell({2, 2});
        m_map->zoom(2);
        QVERIFY(m_map->cellRect({2, 2}).width() > before.width() * 1.5);
        m_map->zoom(1e-6);
        QCOMPARE(m_map->cellRect({2, 2}), before);
        m_map->zoom(2);
        QTest::keyClick(m_map, Qt::Key_0);
        QCOMPARE(m_map->cellRect({2, 2}), before);
    }

    void autoRangeSpansTheValues()
    {
        m_map->setAutoRange();
        QCOMPARE(m_map->range().low, 0.0);  // probabilities start at 0
        QCOMPARE(m_map->range().high, 0.46);
    }

    void aPaletteChangeShowsAtOnce()
    {
        QPalette dark;
        dark.setColor(QPalette::Base, QColor(0x18191c));
        dark.setColor(QPalette::Text, QColor(0xe8e8ea));
        const QColor before = m_map->cellColour({0, 1});
        m_map->setPalette(dark);
        QVERIFY(m_map->cellColour({0, 1}) != before);
        QTRY_COMPARE(pixel({3, 3}), QColor(0x18191c));
        QTRY_COMPARE(pixel(m_map->cellRect({0, 1}).center()), m_map->cellColour({0, 1}));
    }

    void screenReadersGetATable()
    {
        QAccessibleInterface* table = QAccessible::queryAccessibleInterface(m_map);
        QVERIFY(table);
        QCOMPARE(table->role(), QAccessible::Table);
        QVERIFY(table->tableInterface());
        QCOMPARE(table->tableInterface()->rowCount(), 6);
        QCOMPARE(table->tableInterface()->columnCount(), 5);
        QAccessibleInterface* cell = table->tableInterface()->cellAt(2, 3);
        QCOMPARE(cell->text(QAccessible::Name), m_map->cellText({3, 2}));
        QCOMPARE(cell->tableCellInterface()->rowIndex(), 2);
        QVERIFY(!table->tableInterface()->cellAt(6, 0));
        m_map->setCurrentCell({3, 2});
        QCOMPARE(m_map->accessibleDescription(), m_map->cellText({3, 2}));
        QVERIFY(cell->tableCellInterface()->isSelected());
    }

    void anEmptyMapIsHarmless()
    {
        m_map->setArray(nullptr);
        QCOMPARE(m_map->cellAt(m_map->rect().center()), Cell{});
        QTest::mouseClick(m_map, Qt::LeftButton, {}, m_map->rect().center());
        QTest::keyClick(m_map, Qt::Key_Right);
        QCOMPARE(m_map->cellText({0, 0}), QString());
    }
};

QTEST_MAIN(TestHeatmap)
#include "tst_heatmap.moc"
