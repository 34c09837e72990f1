// SPDX-License-Identifier: GPL-3.0-or-later
// Draws the pictures of docs/manual.md and the README: the real window with the real engine, used as the text says.
// No test of its own: docs/manual.sh starts it. The folder for the pictures is in the environment, MNEMO_PICTURES.
#include "tests/gui/window_fixture.h"

#include "ui/edit_dock.h"
#include "ui/experiment_dialog.h"
#include "ui/export_dialog.h"
#include "ui/facts_dock.h"
#include "ui/message_bar.h"
#include "ui/paraphrase_dock.h"
#include "ui/schema_form.h"
#include "ui/tool_bar.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QDir>
#include <QDockWidget>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <algorithm>

using namespace mnemo;
using namespace mnemo::test;

namespace {

constexpr int searchMs = 300'000;  // an edit with the paper's settings, statistics included
constexpr int settleMs = 600;      // layouts, and answers that nothing announces
constexpr QSize pictureSize(1320, 840);

}  // namespace

class DrawManual : public QObject
{
    Q_OBJECT

    WindowFixture m_fixture;
    std::unique_ptr<MainWindow> m_window;

    void trigger(const char* action) const { child<QAction>(*m_window, action)->trigger(); }

    /// Every colour as it is, since colours of maps are numbers; packed as small as PNG can.
    static void keep(QWidget& shown, const QString& name)
    {
        QTest::qWait(settleMs);
        const QString file = qEnvironmentVariable("MNEMO_PICTURES") + '/' + name + ".png";
        const QImage picture = shown.grab().toImage().convertToFormat(QImage::Format_RGB888);
        QVERIFY2(picture.save(file, nullptr, 0), qPrintable(file));
    }

    static void paste(QLineEdit* field, const QString& text)
    {
        field->selectAll();
        QApplication::clipboard()->setText(text);
        field->paste();
    }

    void keepWindow(const QString& name) const { keep(*m_window, name); }

    void chooseCell(const std::string& site, Cell cell) const
    {
        clickCell(*m_window, site, cell);
        QTRY_VERIFY_WITH_TIMEOUT(child<QLabel>(*m_window, "detailsBarsTitle")->text().contains('='), patienceMs);
    }

    void runAverage(int facts) const
    {
        trigger("action_average");
        auto* form = child<ExperimentDialog>(*m_window, "experimentDialog");
        form->fields()->setValues({{"limit", facts}});
        QTest::qWait(settleMs);
        if (facts > 20)
            keep(*form, "manual-form");
        form->findChild<QPushButton*>("runExperiment")->click();
    }

    const ResultEntry* average() const
    {
        return m_window->results().all().empty() ? nullptr : &m_window->results().all().back();
    }

    void editToRome() const
    {
        trigger("action_editFact");
        type(child<QLineEdit>(*m_window, "editTarget"), "Rome");
        child<QPushButton>(*m_window, "editRun")->click();
        QTRY_VERIFY2_WITH_TIMEOUT(child<EditDock>(*m_window, "editDock")->result(), qPrintable(message(*m_window)),
                                  searchMs);
    }

private Q_SLOTS:
    void initTestCase()
    {
        QVERIFY2(
            QDir(qEnvironmentVariable("MNEMO_PICTURES")).exists() && !qEnvironmentVariableIsEmpty("MNEMO_PICTURES"),
            "MNEMO_PICTURES names no folder. Start docs/manual.sh.");
        qputenv("XDG_CACHE_HOME", m_fixture.path("cache").toUtf8());
    }

    /// A window as a user has it from the second start on, with the first fact traced.
    void init()
    {
        m_window = m_fixture.openKeeping();
        m_window->resize(pictureSize);
        QApplication::setActiveWindow(m_window.get());
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window), patienceMs);
        auto* welcome = child<MessageBar>(*m_window, "welcomeBar");
        if (!welcome->isVisible())
            return;
        keepWindow("manual-start");
        welcome->findChild<QPushButton*>("messageDismiss")->click();
        QTest::qWait(settleMs);
    }

    void cleanup() { m_window.reset(); }

    void aFact()
    {
        chooseCell("h", {3, 1});
        keepWindow("light");
        keep(*child<QDockWidget>(*m_window, "detailsDock"), "manual-details");
        trigger("action_theme_dark");
        QTest::qWait(settleMs);
        keepWindow("dark");
        trigger("action_theme_light");
    }

    void aRefusal()
    {
        typeFact(*m_window, "Buckingham Palace is located in the city of", "Buckingham Palais", "Louvre Museum");
        QTRY_VERIFY_WITH_TIMEOUT(child<QLabel>(*m_window, "formError")->isVisible(), patienceMs);
        keepWindow("error");
    }

    void twoModels()
    {
        trigger("action_workspace_compare");
        Q_EMIT child<MainToolBar>(*m_window, "mainToolBar")->besideChosen("mnemo-pythia");
        const auto second = [this]() -> const Trace* {
            const Trace* current = m_window->traces().current();
            const Trace* first = current ? m_window->traces().firstOf(*current) : nullptr;
            return first ? m_window->traces().besideOf(first->id) : nullptr;
        };
        QTRY_VERIFY_WITH_TIMEOUT(second() && second()->state == JobState::Finished, patienceMs);
        m_window->selection().setCell("h", {6, 1});
        child<QDockWidget>(*m_window, "blockDock")->hide();
        keepWindow("side-by-side");
        Q_EMIT child<MainToolBar>(*m_window, "mainToolBar")->besideChosen({});
        trigger("action_resetLayout");
    }

    void manyFacts()
    {
        trigger("action_workspace_facts");
        trigger("action_findFact");
        auto* facts = child<FactsDock>(*m_window, "factsDock");
        QTRY_VERIFY_WITH_TIMEOUT(facts->file(), patienceMs);
        child<QComboBox>(*m_window, "factRelation")->setCurrentText("place in city");
        QTest::qWait(2 * settleMs);
        runAverage(100);
        QTRY_VERIFY_WITH_TIMEOUT(average() && average()->result && average()->result->head.at("facts").size() >= 15,
                                 patienceMs);
        keepWindow("running");
        QTRY_VERIFY_WITH_TIMEOUT(average()->state == JobState::Finished, searchMs);
        facts->hide();
        keepWindow("manual-average");
        trigger("action_resetLayout");
    }

    void anEdit()
    {
        m_window->resize(pictureSize + QSize(0, 120));  // the form, the maps and the table at once
        trigger("action_workspace_edit");
        editToRome();
        keepWindow("manual-preview");
        trigger("action_applyEdit");
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->edits.size() == 1, patienceMs);
        trigger("action_paraphrases");
        auto* sentences = child<ParaphraseDock>(*m_window, "paraphraseDock");
        const auto isAnswered = [](const ParaphraseRow& row) {
            return row.after && !row.after->continuation.isEmpty();
        };
        QTRY_VERIFY_WITH_TIMEOUT(std::ranges::all_of(sentences->table().rows(), isAnswered), searchMs);
        sentences->view()->selectRow(1);
        keepWindow("edit-before-after");
    }

    void whatIsKept()
    {
        chooseCell("h", {8, 1});
        trigger("action_newNote");
        QTest::keyClicks(child<QPlainTextEdit>(*m_window, "noteText"), "The last layer in which the subject matters.");
        paste(child<QLineEdit>(*m_window, "promptEdit"), "Westminster Abbey is located in the city of");
        paste(child<QLineEdit>(*m_window, "subjectEdit"), "Westminster Abbey");
        paste(child<QComboBox>(*m_window, "swapCombo")->lineEdit(), "Louvre Museum");
        trigger("action_trace");
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->form.subject == "Westminster Abbey",
                                 patienceMs);
        auto* history = child<QDockWidget>(*m_window, "historyDock");
        m_window->removeDockWidget(history);  // out of the tabs
        m_window->addDockWidget(Qt::RightDockWidgetArea, history, Qt::Vertical);
        history->show();
        map(*m_window, "h")->setFocus();
        keepWindow("manual-kept");
        trigger("action_exportFigure");
        auto* dialog = child<ExportDialog>(*m_window, "exportDialog");
        QTRY_VERIFY_WITH_TIMEOUT(!dialog->findChild<QLabel*>("figurePreview")->pixmap().isNull(), patienceMs);
        keep(*dialog, "manual-export");
        dialog->close();
    }
};

QTEST_MAIN(DrawManual)
#include "draw_manual.moc"
