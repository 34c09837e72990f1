// SPDX-License-Identifier: GPL-3.0-or-later
// Choices of how something is shown, as steps; what is off says why.
#include <QTest>

#include "ui/history.h"
#include "ui/trace_store.h"
#include "ui/view_steps.h"
#include "ui/why_not.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QHeaderView>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

using namespace mnemo;

namespace {

struct Page : QWidget {
    QCheckBox* box = new QCheckBox("One sca&le", this);
    QComboBox* list = new QComboBox(this);
    QTableWidget* table = new QTableWidget(3, 2, this);

    Page()
    {
        list->addItems({"p", "IE", "rank"});
        table->setHorizontalHeaderLabels({"name", "n"});
        const char* names[] = {"b", "c", "a"};
        for (int row = 0; row < 3; ++row) {
            table->setItem(row, 0, new QTableWidgetItem(names[row]));
            table->setItem(row, 1, new QTableWidgetItem(QString::number(row)));
        }
        table->setSortingEnabled(true);
        table->sortByColumn(1, Qt::AscendingOrder);
        auto* column = new QVBoxLayout(this);
        for (QWidget* part : std::initializer_list<QWidget*>{box, list, table})
            column->addWidget(part);
        show();
    }

    void clickHeader(int section) const
    {
        QHeaderView* header = table->horizontalHeader();
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                          {header->sectionViewportPosition(section) + 10, header->height() / 2});
    }
    QString first() const { return table->item(0, 0)->text(); }
};

}  // namespace

class TestViewSteps : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aSwitchIsAStep()
    {
        History history;
        Page page;
        rememberChoices(history, page);
        rememberChoices(history, page);  // asked twice: one step all the same
        page.box->setChecked(true);
        QCOMPARE(history.stack().count(), 0);  // the program did that
        page.box->click();
        QCOMPARE(history.stack().count(), 1);
        QCOMPARE(history.stack().undoText(), QStringLiteral("One scale off"));
        history.stack().undo();
        QVERIFY(page.box->isChecked());
        history.stack().redo();
        QVERIFY(!page.box->isChecked());
    }

    void aListIsAStepAndKeysInARowAreOne()
    {
        History history;
        Page page;
        rememberChoices(history, page);
        page.list->setCurrentIndex(1);
        QCOMPARE(history.stack().count(), 0);
        QTest::keyClick(page.list, Qt::Key_Up);
        QTest::keyClick(page.list, Qt::Key_Down);
        QTest::keyClick(page.list, Qt::Key_Down);
        QCOMPARE(page.list->currentText(), QStringLiteral("rank"));
        QCOMPARE(history.stack().count(), 1);
        history.stack().undo();
        QCOMPARE(page.list->currentText(), QStringLiteral("IE"));
        history.stack().redo();
        QCOMPARE(page.list->currentText(), QStringLiteral("rank"));
    }

    void theSortedColumnIsAStep()
    {
        History history;
        Page page;
        rememberChoices(history, page);
        QCOMPARE(page.first(), QStringLiteral("b"));
        page.clickHeader(0);
        QCOMPARE(page.first(), QStringLiteral("a"));
        QCOMPARE(history.stack().count(), 1);
        QCOMPARE(history.stack().undoText(), QStringLiteral("sort by “name”"));
        history.stack().undo();
        QCOMPARE(page.first(), QStringLiteral("b"));
        history.stack().redo();
        QCOMPARE(page.first(), QStringLiteral("a"));
    }

    void aPageThatIsGoneDoesNothing()
    {
        History history;
        auto page = std::make_unique<Page>();
        rememberChoices(history, *page);
        page->box->click();
        QTest::keyClick(page->list, Qt::Key_Down);
        page->clickHeader(0);
        QCOMPARE(history.stack().count(), 3);
        page.reset();
        history.stack().setIndex(0);
        history.stack().setIndex(3);
    }

    void aCommandThatIsOffSaysWhy()
    {
        QAction action("&Undo");
        setWhyNot(&action, "Nothing was done.");
        QVERIFY(!action.isEnabled());
        QCOMPARE(action.toolTip(), QStringLiteral("Nothing was done."));
        QCOMPARE(action.statusTip(), QStringLiteral("Nothing was done."));
        QCOMPARE(whyNot(action), QStringLiteral("Nothing was done."));
        setWhyNot(&action, {});
        action.setText("&Undo: prompt");
        QVERIFY(action.isEnabled() && whyNot(action).isEmpty() && action.statusTip().isEmpty());
        QCOMPARE(action.toolTip(), QStringLiteral("Undo: prompt"));  // it follows the text again
    }

    void aButtonSaysWhatItDoesAndWhyNot()
    {
        QPushButton button("Pin");
        button.setToolTip("Keep it");
        setWhyNot(&button, "No numbers.");
        setWhyNot(&button, "Still none.");
        QVERIFY(!button.isEnabled());
        QCOMPARE(button.toolTip(), QStringLiteral("Keep it\nStill none."));
        setWhyNot(&button, {});
        QVERIFY(button.isEnabled());
        QCOMPARE(button.toolTip(), QStringLiteral("Keep it"));
        button.setToolTip("<b>Term</b>: words");
        setWhyNot(&button, "p < 1");
        QCOMPARE(button.toolTip(), QStringLiteral("<b>Term</b>: words<p>p &lt; 1</p>"));
    }
};

QTEST_MAIN(TestViewSteps)
#include "tst_view_steps.moc"
