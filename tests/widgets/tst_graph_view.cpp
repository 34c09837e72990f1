// SPDX-License-Identifier: GPL-3.0-or-later
// The graph of a circuit: mouse, keys, hiding, texts, pages.
#include "tests/widgets/sample_circuit.h"
#include "widgets/graph_view.h"
#include "widgets/page_painter.h"

#include <QAccessible>
#include <QBuffer>
#include <QLineEdit>
#include <QMenu>
#include <QSignalSpy>
#include <QSvgGenerator>
#include <QTimer>
#include <QtTest>

using namespace mnemo;

namespace {

/// On the screen, with the focus.
class Shown
{
public:
    explicit Shown(const Circuit& circuit, bool merged = true)
    {
        view.resize(500, 500);
        view.setGraph(circuit, merged);
        view.show();
        view.setFocus();
        (void)QTest::qWaitForWindowExposed(&view);
    }

    int place(int node, int position = -1) const
    {
        const auto& places = view.drawn().places;
        for (int i = 0; i < int(places.size()); ++i)
            if (places[std::size_t(i)].node == node && places[std::size_t(i)].position == position)
                return i;
        return -1;
    }
    int link(int source, int destination) const
    {
        const auto& links = view.drawn().links;
        for (int i = 0; i < int(links.size()); ++i)
            if (links[std::size_t(i)].from == place(source) && links[std::size_t(i)].to == place(destination))
                return i;
        return -1;
    }
    QPoint middle(int node) const { return view.mapFromScene(view.drawn().box(place(node)).center()); }
    int node(int at) const { return at < 0 ? -1 : view.drawn().places[std::size_t(at)].node; }
    void press(Qt::Key key, Qt::KeyboardModifiers modifiers = {}) { QTest::keyClick(&view, key, modifiers); }

    GraphView view;
};

Circuit four()
{
    return strongest(circuitOf(test::sampleCircuit()), 4);
}

/// Chooses the entry that begins so, of the menu that the next event opens.
void chooseInMenu(const QString& beginning, QStringList* entries = nullptr)
{
    QTimer::singleShot(0, [=] {
        auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
        if (!menu)
            return;
        for (QAction* action : menu->actions()) {
            if (entries)
                *entries << action->text();
            if (!beginning.isEmpty() && action->text().remove(QLatin1Char('&')).startsWith(beginning))
                action->trigger();
        }
        menu->close();
    });
}

}  // namespace

class TestGraphView : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void textsSayWhatIsThere()
    {
        Shown shown(circuitOf(test::sampleCircuit()));
        QCOMPARE(shown.view.placeText(shown.place(1)), QStringLiteral("0: fed by embed; feeds 1, output"));
        QCOMPARE(shown.view.placeText(shown.place(0)), QStringLiteral("embed: feeds 1, 0, output"));
        QCOMPARE(shown.view.linkText(shown.link(0, 2)),
                 QStringLiteral("embed → 1: attribution −0.4, exact effect −0.6"));
    }

    void textsNameThePositions()
    {
        Shown merged(circuitOf(test::positionalCircuit()));
        QCOMPARE(merged.view.linkText(merged.link(0, 2)),
                 QStringLiteral("embed → 1: attribution −0.7 (n1 −0.4, n2 −0.3)"));
        QCOMPARE(merged.view.linkText(merged.link(2, 3)), QStringLiteral("1 → output at end: attribution −0.25"));
        Shown apart(circuitOf(test::positionalCircuit()), false);
        QCOMPARE(apart.view.placeName(apart.place(2, 1)), QStringLiteral("1 at n2"));
        QVERIFY(apart.view.placeText(apart.place(2, 1)).startsWith(QStringLiteral("1 at n2: fed by embed")));
    }

    void aClickShowsThePathsThroughABlock()
    {
        Shown shown(four());
        QTest::mouseClick(shown.view.viewport(), Qt::LeftButton, {}, shown.middle(2));
        QCOMPARE(shown.view.selected(), shown.place(2));
        QCOMPARE(shown.view.emphasis(shown.link(0, 2)), Emphasis::Strong);
        QCOMPARE(shown.view.emphasis(shown.link(2, 3)), Emphasis::Strong);
        QCOMPARE(shown.view.emphasis(shown.link(0, 1)), Emphasis::Dimmed);
        QTest::mouseClick(shown.view.viewport(), Qt::LeftButton, {}, shown.middle(2));
        QCOMPARE(shown.view.selected(), -1);
        QCOMPARE(shown.view.emphasis(shown.link(0, 1)), Emphasis::Usual);
    }

    void hoveringShowsAndTells()
    {
        Shown shown(four());
        QSignalSpy told(&shown.view, &GraphView::pointed);
        QTest::mouseMove(shown.view.viewport(), shown.middle(1));
        QTRY_COMPARE(shown.view.emphasis(shown.link(2, 3)), Emphasis::Dimmed);
        QCOMPARE(told.last().at(0).toString(), shown.view.placeText(shown.place(1)));
        const QPointF onLine =
            shown.view.drawn().path(shown.view.drawn().links[std::size_t(shown.link(2, 3))]).pointAtPercent(0.5);
        QTest::mouseMove(shown.view.viewport(), shown.view.mapFromScene(onLine));
        QTRY_COMPARE(shown.view.hoveredLink(), shown.link(2, 3));
        QCOMPARE(told.last().at(0).toString(), shown.view.linkText(shown.link(2, 3)));
        QCOMPARE(shown.view.emphasis(shown.link(0, 1)), Emphasis::Usual);
        QTest::mouseMove(shown.view.viewport(), QPoint(2, 2));
        QTRY_COMPARE(told.last().at(0).toString(), QString());
    }

    void keysWalkAlongEdges()
    {
        Shown shown(circuitOf(test::sampleCircuit()));
        shown.press(Qt::Key_Up);
        QCOMPARE(shown.node(shown.view.current()), 0);
        shown.press(Qt::Key_Up);
        QCOMPARE(shown.node(shown.view.current()), 2);
        shown.press(Qt::Key_Up);
        QCOMPARE(shown.node(shown.view.current()), 3);
        shown.press(Qt::Key_Down);
        QCOMPARE(shown.node(shown.view.current()), 2);
        shown.press(Qt::Key_Left);
        QCOMPARE(shown.node(shown.view.current()), 1);
        shown.press(Qt::Key_End);
        QCOMPARE(shown.node(shown.view.current()), 3);
        shown.press(Qt::Key_Home);
        QCOMPARE(shown.node(shown.view.current()), 0);
        shown.press(Qt::Key_Return);
        QCOMPARE(shown.view.selected(), shown.place(0));
        shown.press(Qt::Key_Escape);
        QCOMPARE(shown.view.selected(), -1);
        QCOMPARE(shown.view.current(), -1);
    }

    void tabComesToABlockAndLeaves()
    {
        QWidget window;
        auto* before = new QLineEdit(&window);
        auto* view = new GraphView(&window);
        auto* after = new QLineEdit(&window);
        view->setGeometry(0, 0, 300, 300);
        after->setGeometry(0, 310, 100, 20);
        view->setGraph(four(), true);
        window.show();
        QVERIFY(QTest::qWaitForWindowExposed(&window));
        window.activateWindow();
        before->setFocus();
        QTest::keyClick(before, Qt::Key_Tab);
        QCOMPARE(window.focusWidget(), view);
        QCOMPARE(view->gridCurrent().first, 0);
        QTest::keyClick(view, Qt::Key_Right);
        QCOMPARE(view->gridCurrent().first, 1);
        QTest::keyClick(view, Qt::Key_Tab);
        QCOMPARE(window.focusWidget(), after);
        QTest::keyClick(after, Qt::Key_Tab, Qt::ShiftModifier);
        QCOMPARE(view->gridCurrent().first, 1);  // where it was
    }

    /// A running circuit's next snapshot comes while the menu is open.
    void theMenuOutlivesItsGraph()
    {
        Shown shown(circuitOf(test::sampleCircuit()));
        QSignalSpy hidden(&shown.view, &GraphView::hideRequested);
        const auto choose = [&](int place, const QString& begins) {
            shown.view.setCurrent(place);
            QTimer::singleShot(0, &shown.view, [&] {
                auto* menu = shown.view.findChild<QMenu*>("graphMenu");
                QVERIFY(menu);
                shown.view.setGraph(strongest(circuitOf(test::sampleCircuit()), 1), true);
                for (QAction* action : menu->actions())
                    if (action->text().startsWith(begins))
                        action->trigger();
                menu->close();
            });
            QContextMenuEvent asked(QContextMenuEvent::Keyboard, QPoint(), QPoint());
            QApplication::sendEvent(shown.view.viewport(), &asked);
        };
        const int last = int(shown.view.drawn().places.size()) - 1;
        const QString node = QString::fromStdString(
            circuitOf(test::sampleCircuit()).nodes[std::size_t(shown.view.drawn().places[std::size_t(last)].node)]);
        choose(last, "&Hide");
        QCOMPARE(hidden.count(), 1);
        QCOMPARE(hidden[0].at(0).toString(), node);
        shown.view.setGraph(circuitOf(test::sampleCircuit()), true);
        choose(1, "&Paths");  // of a block that is gone: nothing
        QVERIFY(shown.view.selected() < int(shown.view.drawn().places.size()));
    }

    void escapeIsTheWindowsWhereNothingIsChosen()
    {
        Shown shown(four());
        QKeyEvent escape(QEvent::ShortcutOverride, Qt::Key_Escape, Qt::NoModifier);
        escape.ignore();
        QApplication::sendEvent(&shown.view, &escape);
        QVERIFY(!escape.isAccepted());
        shown.view.select(shown.place(0));
        QKeyEvent again(QEvent::ShortcutOverride, Qt::Key_Escape, Qt::NoModifier);
        again.ignore();
        QApplication::sendEvent(&shown.view, &again);
        QVERIFY(again.isAccepted());
    }

    void blocksAreHiddenByKeyAndMenu()
    {
        Shown shown(four());
        QSignalSpy hidden(&shown.view, &GraphView::hideRequested);
        shown.press(Qt::Key_H);
        QCOMPARE(hidden.count(), 0);  // which one?
        shown.view.setCurrent(shown.place(2));
        shown.press(Qt::Key_Delete);
        QCOMPARE(hidden.count(), 1);
        QCOMPARE(hidden.last().at(0).toString(), QStringLiteral("1"));
        chooseInMenu(QStringLiteral("Hide 0"));
        QContextMenuEvent menu(QContextMenuEvent::Mouse, shown.middle(1),
                               shown.view.viewport()->mapToGlobal(shown.middle(1)));
        QApplication::sendEvent(shown.view.viewport(), &menu);
        QCOMPARE(hidden.count(), 2);
        QCOMPARE(hidden.last().at(0).toString(), QStringLiteral("0"));
    }

    void theMenuBringsHiddenBlocksBack()
    {
        Shown shown(four());
        QSignalSpy back(&shown.view, &GraphView::showHiddenRequested);
        const QPoint corner(1, 1);
        QContextMenuEvent menu(QContextMenuEvent::Mouse, corner, shown.view.viewport()->mapToGlobal(corner));
        chooseInMenu(QStringLiteral("Show hidden"));
        QApplication::sendEvent(shown.view.viewport(), &menu);
        QCOMPARE(back.count(), 0);  // there are none
        shown.view.setHidden(2);
        QStringList entries;
        chooseInMenu(QStringLiteral("Show hidden"), &entries);
        QApplication::sendEvent(shown.view.viewport(), &menu);
        QCOMPARE(back.count(), 1);
        QVERIFY(entries.contains(QStringLiteral("&Show hidden nodes (2)")));
        QVERIFY(!entries.join(QLatin1Char(' ')).contains(QStringLiteral("Hide")));
    }

    void zoomAndFit()
    {
        Shown shown(circuitOf(test::sampleCircuit()));
        const double fitted = shown.view.transform().m11();
        shown.press(Qt::Key_Plus);
        QVERIFY(shown.view.transform().m11() > fitted * 1.2);
        shown.press(Qt::Key_Minus);
        QVERIFY(std::abs(shown.view.transform().m11() - fitted) < 1e-9);
        shown.press(Qt::Key_Plus);
        shown.view.setGraph(four(), true);  // keeps what the user zoomed to
        QVERIFY(shown.view.transform().m11() > fitted * 1.2);
        shown.press(Qt::Key_0);
        const QRectF seen = shown.view.mapToScene(shown.view.viewport()->rect()).boundingRect();
        QVERIFY(seen.contains(shown.view.drawn().bounds.adjusted(1, 1, -1, -1)));
        QWheelEvent wheel(QPointF(100, 100), shown.view.mapToGlobal(QPoint(100, 100)), {}, {0, 120}, Qt::NoButton,
                          Qt::ControlModifier, Qt::NoScrollPhase, false);
        const double before = shown.view.transform().m11();
        QApplication::sendEvent(shown.view.viewport(), &wheel);
        QVERIFY(shown.view.transform().m11() > before);
        QTest::mouseDClick(shown.view.viewport(), Qt::LeftButton, {}, QPoint(2, 2));
        QVERIFY(std::abs(shown.view.transform().m11() - before) < 1e-9);
    }

    void theChosenBlockStaysChosen()
    {
        Shown shown(circuitOf(test::sampleCircuit()));
        shown.view.select(shown.place(2));
        shown.view.setGraph(strongest(circuitOf(test::sampleCircuit()), 2), true);
        QCOMPARE(shown.node(shown.view.selected()), 2);
        shown.view.setGraph(withoutNodes(shown.view.circuit(), {"1"}), true);
        QCOMPARE(shown.view.selected(), -1);
        QCOMPARE(shown.view.current(), -1);
        shown.view.setGraph(Circuit(), true);
        shown.press(Qt::Key_Up);
        QCOMPARE(shown.view.current(), -1);
    }

    void itCanBeReadWithoutEyes()
    {
        Shown shown(circuitOf(test::sampleCircuit()));
        shown.view.setTitle(QStringLiteral("Circuit of a sample"));
        QAccessibleInterface* spoken = QAccessible::queryAccessibleInterface(&shown.view);
        QVERIFY(spoken);
        QCOMPARE(spoken->text(QAccessible::Name), QStringLiteral("Circuit of a sample"));
        QCOMPARE(spoken->childCount(), 4);
        QCOMPARE(spoken->child(0)->text(QAccessible::Name), QStringLiteral("embed: feeds 1, 0, output"));
        shown.view.setCurrent(shown.place(1));
        QCOMPARE(shown.view.accessibleDescription(), QStringLiteral("0: fed by embed; feeds 1, output"));
        QVERIFY(shown.view.rect().intersects(shown.view.gridCellRect(1, 0)));
    }

    void coloursAreReadableOnBothGrounds()
    {
        for (const QColor& base : {QColor(Qt::white), QColor(0x18191c)}) {
            QPalette palette;
            palette.setColor(QPalette::Base, base);
            palette.setColor(QPalette::Text, isDark(base) ? Qt::white : Qt::black);
            const GraphStyle style = GraphStyle::of(palette, QFont(), 1);
            for (const double strong : {-1.0, 1.0})
                QVERIFY2(contrast(style.colour(strong), base) > 3, qPrintable(base.name()));
            for (const double weak : {-1e-4, 1e-4})
                QVERIFY2(contrast(style.colour(weak), base) > 1.2, qPrintable(base.name()));
            QVERIFY(style.colour(-0.5).red() > style.colour(-0.5).blue());
            QVERIFY(style.colour(0.5).blue() > style.colour(0.5).red());
            QVERIFY(style.width(0.9) > style.width(0.1));
        }
        const GraphStyle nothing = GraphStyle::of(QPalette(), QFont(), 0);
        QVERIFY(nothing.width(0) > 0);
    }

    void theGraphFollowsThePalette()
    {
        Shown shown(four());
        QPalette dark;
        dark.setColor(QPalette::Base, QColor(0x18191c));
        shown.view.setPalette(dark);
        QCOMPARE(shown.view.grab().toImage().pixelColor(2, 2), QColor(0x18191c));
    }

    /// Lines are vectors, texts are texts, and there is no bitmap.
    void pagesAreVectors()
    {
        GraphView view;
        view.setGraph(circuitOf(test::positionalCircuit()), true);
        view.setTitle(QStringLiteral("A title"));
        view.setNote(QStringLiteral("A note"));
        QByteArray bytes;
        QBuffer buffer(&bytes);
        buffer.open(QIODevice::WriteOnly);
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setSize({400, int(view.figureHeight(400))});
        {
            PagePainter page(&generator);
            view.paint(page, QRectF(0, 0, 400, view.figureHeight(400)));
        }
        const QString svg = QString::fromUtf8(bytes);
        QVERIFY(!svg.contains(QStringLiteral("<image")));
        for (const char* text : {"A title", "A note", ">embed<", ">output<", ">n1, n2<", ">end<"})
            QVERIFY2(svg.contains(QString::fromUtf8(text)), text);
        QVERIFY(svg.count(QStringLiteral("<path")) >= 4);
    }

    void largeFiguresFitThePage()
    {
        GraphView view;
        view.setGraph(circuitOf(test::wholeCircuit(48)), true);
        QVERIFY(view.figureHeight(600) <= 600 * 1.5 + 40);
        view.setGraph(Circuit(), true);
        QVERIFY(view.figureHeight(600) > 0);
    }
};

QTEST_MAIN(TestGraphView)
#include "tst_graph_view.moc"
