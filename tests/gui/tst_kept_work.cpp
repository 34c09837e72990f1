// SPDX-License-Identifier: GPL-3.0-or-later
// Nothing is lost: steps are taken back, notes and unsaved work come back, figures lead back to what they show.
#include "tests/gui/window_fixture.h"

#include "ui/jobs_dock.h"
#include "ui/message_bar.h"
#include "ui/notes_dock.h"
#include "ui/paraphrase_dock.h"
#include "ui/trace_tabs.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QLineEdit>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTabWidget>
#include <fstream>

using namespace mnemo;
using namespace mnemo::test;

namespace {

constexpr const char* abbey = "Westminster Abbey";
constexpr const char* sentence = "Westminster Abbey is located in the city of";

/// As if the process of these windows had been killed.
void giveToTheDead(const QString& folder)
{
    for (const QString& name : QDir(folder).entryList({"*.json"})) {
        const std::string file = (folder + '/' + name).toStdString();
        std::ifstream in(file);
        Json json = Json::parse(in);
        in.close();
        json["process"]["started"] = json["process"]["started"].get<std::uint64_t>() + 1;
        std::ofstream(file) << json.dump();
    }
}

QString recoveryText(const MainWindow& window)
{
    return child<MessageBar>(window, "recoveryBar")->text();
}

void press(const QWidget* in, const QString& text)
{
    for (QAbstractButton* button : in->findChildren<QAbstractButton*>())
        if (QString(button->text()).remove('&') == text)
            return button->click();
    QFAIL(qPrintable("no button " + text));
}

}  // namespace

class TestKeptWork : public QObject
{
    Q_OBJECT

    WindowFixture m_fixture;
    std::unique_ptr<MainWindow> m_window;

    QLineEdit* prompt() const { return child<QLineEdit>(*m_window, "promptEdit"); }
    void key(QWidget* on, QKeySequence::StandardKey keys) const { QTest::keySequence(on, QKeySequence(keys)); }
    bool traced(const QString& subject) const
    {
        return finished(*m_window) && finished(*m_window)->form.subject == subject;
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_window = m_fixture.open();
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window), patienceMs);
        QVERIFY(!m_window->history().stack().canUndo());  // what the program did at the start is no step
        QVERIFY(!m_window->isWindowModified());
    }

    void init() { QApplication::setActiveWindow(m_window.get()); }
    void cleanupTestCase() { m_window.reset(); }

    void whatWasTypedIsTakenBackAndItsTraceIsThereAtOnce()
    {
        const QString first = finished(*m_window)->form.subject, firstPrompt = prompt()->text();
        const int firstTrace = finished(*m_window)->id;
        typeFact(*m_window, sentence, abbey, "Louvre Museum");
        QTest::keyClick(m_window.get(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(traced(abbey), patienceMs);
        QVERIFY(m_window->isWindowModified());
        const int jobs = child<JobsDock>(*m_window, "jobsDock")->running();
        for (int steps = 0; prompt()->text() != firstPrompt && steps < 20; ++steps)
            key(prompt(), QKeySequence::Undo);  // with the cursor in the field
        QCOMPARE(prompt()->text(), firstPrompt);
        while (m_window->history().stack().canUndo())
            m_window->history().stack().undo();
        QCOMPARE(finished(*m_window)->form.subject, first);
        QCOMPARE(finished(*m_window)->id, firstTrace);  // the one from before, not another one
        QCOMPARE(child<JobsDock>(*m_window, "jobsDock")->running(), jobs);
        while (m_window->history().stack().canRedo())
            m_window->history().stack().redo();
        QCOMPARE(prompt()->text(), QString(sentence));
        QVERIFY(traced(abbey));
    }

    void aClosedTabComesBack()
    {
        const int id = finished(*m_window)->id;
        QTest::keyClick(m_window.get(), Qt::Key_W, Qt::ControlModifier);
        QVERIFY(!m_window->traces().find(id));
        QTest::keyClick(m_window.get(), Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(m_window->traces().find(id));
        QVERIFY(traced(abbey));
    }

    void anotherModelIsTakenBack()
    {
        auto* models = child<QComboBox>(*m_window, "modelCombo");
        const QString before = models->currentText();
        const std::string hash = m_window->engine().modelHash();
        const int id = finished(*m_window)->id;
        const int other = models->findText("mnemo-pythia");
        QVERIFY(other >= 0);
        models->setCurrentIndex(other);
        Q_EMIT models->activated(other);
        QTRY_VERIFY_WITH_TIMEOUT(m_window->engine().modelHash() != hash && !m_window->engine().modelHash().empty(),
                                 patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(finished(*m_window) && finished(*m_window)->id != id, patienceMs);
        QVERIFY2(m_window->history().stack().undoText().contains("pythia"),
                 qPrintable(m_window->history().stack().undoText()));
        m_window->history().stack().undo();
        QTRY_VERIFY_WITH_TIMEOUT(m_window->engine().modelHash() == hash, patienceMs);
        QTRY_VERIFY_WITH_TIMEOUT(traced(abbey) && finished(*m_window)->model.toStdString() == hash, patienceMs);
    }

    void notesAndOwnSentencesGoIntoTheSession()
    {
        clickCell(*m_window, "s", {4, 1});
        QTest::keyClick(m_window.get(), Qt::Key_M, Qt::ControlModifier);
        QTest::keyClicks(child<QPlainTextEdit>(*m_window, "noteText"), "Look here.");
        QVERIFY(m_window->notes().all().back().place.words.contains("s, layer 4"));
        QVERIFY(map(*m_window, "s")->notedCells() == std::vector<Cell>({{4, 1}}) &&
                map(*m_window, "h")->notedCells().empty());
        QVERIFY(map(*m_window, "s")->cellText({4, 1}).contains("note"));
        child<ParaphraseDock>(*m_window, "paraphraseDock")->addOwn("My sentence is");
        prompt()->setFocus();
        type(child<QLineEdit>(*m_window, "promptEdit"), "Westminster Abbey lies in");
        const QString file = m_fixture.path("notes.mnemo");
        QVERIFY2(m_window->saveSession(file), qPrintable(message(*m_window)));
        QVERIFY(!m_window->isWindowModified());
        const auto other = m_fixture.open();
        QVERIFY2(other->openSession(file), qPrintable(message(*other)));
        QVERIFY(!other->isWindowModified() && !other->history().stack().canUndo());
        QCOMPARE(child<QLineEdit>(*other, "promptEdit")->text(), QStringLiteral("Westminster Abbey lies in"));
        QCOMPARE(child<ParaphraseDock>(*other, "paraphraseDock")->own(), QStringList("My sentence is"));
        const Note note = other->notes().all().back();
        QCOMPARE(note.text, QStringLiteral("Look here."));
        other->selection().clear();
        QApplication::setActiveWindow(other.get());
        QTest::keyClick(other.get(), Qt::Key_1, Qt::ControlModifier);
        QCOMPARE(other->selection().cell(), (Cell{4, 1}));
        QCOMPARE(other->selection().site(), QStringLiteral("s"));
        QCOMPARE(other->traces().current()->form.subject, QString(abbey));
        m_window->history().stack().undo();  // the sentence is typed no more
    }

    void aSessionThatIsOpenElsewhereIsNotOverwritten()
    {
        const QString file = m_fixture.path("notes.mnemo");
        const QString lock = QString::fromStdString(SessionLock::fileFor(file.toStdString()).string());
        QVERIFY(QFile::exists(lock));  // this window saved it
        {
            const auto other = m_fixture.open();
            QVERIFY(other->openSession(file));
            QVERIFY2(message(*other).contains("read-only"), qPrintable(message(*other)));
            QVERIFY(other->keeper().file().isEmpty() && other->traces().current());
            press(child<MessageBar>(*other, "messageBar"), "Take over");
            QCOMPARE(other->keeper().file(), file);
            QVERIFY2(other->saveSession(file), qPrintable(message(*other)));
        }
        QVERIFY(!QFile::exists(lock));
        QVERIFY2(m_window->saveSession(file), qPrintable(message(*m_window)));
    }

    void aFigureLeadsBackToItsExperiment_data()
    {
        QTest::addColumn<QString>("ending");
        for (const char* ending : {"png", "svg", "pdf"})
            QTest::newRow(ending) << QString(ending);
    }

    void aFigureLeadsBackToItsExperiment()
    {
        QFETCH(QString, ending);
        QTRY_VERIFY_WITH_TIMEOUT(traced(abbey), patienceMs);
        const Result shown = *finished(*m_window)->result;
        const QString file = m_fixture.path("figure." + ending);
        QVERIFY2(m_window->exportTo(file), qPrintable(message(*m_window)));
        typeFact(*m_window, "Big Ben is located in the city of", "Big Ben", "Louvre Museum");
        const int id = m_window->traces().current()->id;
        drop(*m_window, file);
        QTRY_VERIFY_WITH_TIMEOUT(traced(abbey) && finished(*m_window)->id != id, patienceMs);
        const Result& again = *finished(*m_window)->result;
        QVERIFY(again.parameters == shown.parameters && again.head.at("tokens") == shown.head.at("tokens"));
        QCOMPARE(difference(again, shown), QString());
    }

    void otherFilesAreRefusedWithAReason()
    {
        const QString plain = m_fixture.path("plain.png");
        QImage image(4, 4, QImage::Format_RGB32);
        image.fill(Qt::red);
        QVERIFY(image.save(plain));
        const int id = m_window->traces().current()->id;
        drop(*m_window, plain);
        QVERIFY2(message(*m_window).contains("plain.png"), qPrintable(message(*m_window)));
        QCOMPARE(m_window->traces().current()->id, id);
    }

    void closingAsksForUnsavedWork()
    {
        m_window->notes().add({}, "unsaved");
        QVERIFY(!m_window->close());
        auto* box = child<QMessageBox>(*m_window, "saveQuestion");
        box->button(QMessageBox::Cancel)->click();
        QVERIFY(m_window->isVisible());
        QTRY_VERIFY(!m_window->findChild<QMessageBox*>("saveQuestion"));
        QVERIFY(!m_window->close());
        child<QMessageBox>(*m_window, "saveQuestion")->button(QMessageBox::Save)->click();  // into the file it has
        QVERIFY(!m_window->isVisible());
        const Session saved = readSession(m_fixture.path("notes.mnemo").toStdString());
        QCOMPARE(saved.document.at("notes").back().at("text").get<std::string>(), std::string("unsaved"));
        m_window->show();
    }

    void whatWasNotSavedIsOfferedAtTheNextStart()
    {
        const QString folder = m_fixture.stateFolder();
        {
            const auto lost = m_fixture.openKeeping();
            QVERIFY(recoveryText(*lost).isEmpty());
            QTRY_VERIFY_WITH_TIMEOUT(finished(*lost), patienceMs);
            lost->notes().add({}, "nearly lost");
            QTRY_COMPARE_WITH_TIMEOUT(QDir(folder).entryList({"*.mnemo"}).size(), 1, patienceMs);
            QTest::qWait(300);  // the file may just have appeared
        }
        const auto early = m_fixture.openKeeping();
        QVERIFY(recoveryText(*early).isEmpty());  // its process is there
        giveToTheDead(folder);
        const auto next = m_fixture.openKeeping();
        QVERIFY2(recoveryText(*next).contains("without a name"), qPrintable(recoveryText(*next)));
        press(child<MessageBar>(*next, "recoveryBar"), "Recover");
        QVERIFY(recoveryText(*next).isEmpty());
        QCOMPARE(next->notes().all().back().text, QStringLiteral("nearly lost"));
        QTRY_VERIFY(next->isWindowModified());
        QVERIFY(next->traces().current() && next->traces().current()->result);
        giveToTheDead(folder);  // killed once more
        const auto last = m_fixture.openKeeping();
        QVERIFY(!recoveryText(*last).isEmpty());
        press(child<MessageBar>(*last, "recoveryBar"), "Discard");
        QVERIFY(recoveryText(*last).isEmpty());
        QVERIFY(last->notes().all().empty());
    }
};

QTEST_MAIN(TestKeptWork)
#include "tst_kept_work.moc"
