// SPDX-License-Identifier: GPL-3.0-or-later
// Steps of the user, and what hangs on them: notes, closed tabs.
#include <QSignalSpy>
#include <QTest>

#include "ui/history.h"
#include "ui/history_dock.h"
#include "ui/note_list.h"
#include "ui/notes_dock.h"
#include "ui/result_store.h"
#include "ui/trace_store.h"

#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QUndoView>

using namespace mnemo;

namespace {

ResultPtr finishedTrace(const char* subject)
{
    auto trace = std::make_shared<Result>();
    trace->kind = "trace";
    trace->model = {{"hash", "m"}, {"name", "toy"}};
    trace->parameters = {{"prompt", "{} is in"}, {"subject", subject}, {"swap", "Other"}, {"window", 1}};
    trace->head = {{"sites", {"h"}}};
    trace->provenance = Json::object();
    Array p = Array::make("h.p", {{"layer", {"0"}}, {"token", {"a"}}}, "probability");
    p.values = {0.5};
    p.states = {CellState::Computed};
    trace->arrays = {std::make_shared<const Array>(std::move(p))};
    trace->done = 1;
    return trace;
}

}  // namespace

class TestHistory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void stepsAreTakenBackAndDoneAgain()
    {
        History history;
        int value = 2;
        history.add(
            "one", [&] { value = 1; }, [&] { value = 2; });
        QCOMPARE(value, 2);  // it was done before
        history.stack().undo();
        QCOMPARE(value, 1);
        history.stack().redo();
        QCOMPARE(value, 2);
        QCOMPARE(history.stack().count(), 1);
    }

    void whatFollowsFromAStepIsNoStep()
    {
        History history;
        int calls = 0;
        history.add(
            "outer",
            [&] {
                history.add(
                    "inner", [] {}, [] {});
            },
            [&] { ++calls; });
        history.stack().undo();
        QCOMPARE(history.stack().count(), 1);
        history.stack().redo();
        QCOMPARE(calls, 1);
        history.quietly([&] {
            history.add(
                "nothing", [] {}, [] {});
        });
        QCOMPARE(history.stack().count(), 1);
    }

    void lettersOfOneFieldAreOneStep()
    {
        History history;
        QString text;
        const auto write = [&](const QString& now, const QString& field) {
            const QString before = text;
            text = now;
            history.add(
                "typed " + now, [&text, before] { text = before; }, [&text, now] { text = now; }, field);
        };
        write("a", "prompt");
        write("ab", "prompt");
        write("ab c", "swap");
        QCOMPARE(history.stack().count(), 2);
        QCOMPARE(history.stack().text(0), QStringLiteral("typed ab"));  // as it ended
        history.stack().undo();
        QCOMPARE(text, QStringLiteral("ab"));
        history.stack().undo();
        QCOMPARE(text, QString());
        history.stack().redo();
        QCOMPARE(text, QStringLiteral("ab"));
        write("abc", "prompt");  // goes on where the redone step ended
        QVERIFY(!history.stack().canRedo());
    }

    void notesAreWrittenDeletedAndBroughtBack()
    {
        History history;
        NoteList notes(history);
        NotesDock dock(notes);
        auto* list = dock.findChild<QListWidget*>("noteList");
        auto* text = dock.findChild<QPlainTextEdit*>("noteText");
        QVERIFY(!text->isEnabled());
        QSignalSpy wanted(&dock, &NotesDock::newRequested);
        dock.findChild<QPushButton*>("newNote")->click();
        QCOMPARE(wanted.size(), 1);
        NotePlace place;
        place.trace = 3;
        place.site = "h";
        place.cell = {5, 1};
        place.words = "Big Ben is in · h, layer 5, ·Ben";
        const int first = notes.add(place), second = notes.add({});
        dock.open(first);
        QCOMPARE(dock.current(), first);
        QTest::keyClicks(text, "Here it is.");
        QCOMPARE(notes.find(first)->text, QStringLiteral("Here it is."));
        QVERIFY(list->item(0)->text().startsWith("Here it is.") && list->item(0)->text().contains("layer 5"));
        QVERIFY(list->item(1)->text().contains("bookmark"));
        QCOMPARE(history.stack().count(), 3);  // two notes, and all letters
        QSignalSpy shown(&dock, &NotesDock::showRequested);
        dock.findChild<QPushButton*>("showNote")->click();
        QCOMPARE(shown.value(0).value(0).toInt(), first);
        dock.findChild<QPushButton*>("removeNote")->click();
        QCOMPARE(list->count(), 1);
        QCOMPARE(dock.current(), second);
        QVERIFY(!dock.findChild<QPushButton*>("showNote")->isEnabled());  // on the whole session
        history.stack().undo();
        QCOMPARE(list->count(), 2);
        QVERIFY(notes.find(first)->place == place);
        history.stack().undo();
        QVERIFY(notes.find(first)->text.isEmpty());
        history.stack().undo();
        history.stack().undo();
        QVERIFY(notes.all().empty() && !history.stack().canUndo());
        notes.restore({{.id = 0, .text = "of a session"}});
        QVERIFY(!history.stack().canUndo() && notes.all().front().id > second);
    }

    void aTraceComesBackAsItWas()
    {
        TraceStore store;
        const int first = store.add(finishedTrace("Big Ben"));
        const int beside = store.addBeside(first, finishedTrace("Big Ben"));
        store.setPinned(first, true);
        const int second = store.add(finishedTrace("The Louvre"));
        store.remove(first);
        QVERIFY(!store.find(first) && !store.find(beside));
        QVERIFY(store.restore(first));
        QVERIFY(store.find(first)->pinned && store.besideOf(first)->id == beside);
        QCOMPARE(store.current()->id, first);
        QVERIFY(store.find(second));  // another tab
        QVERIFY(!store.restore(first));
        QVERIFY(!store.restore(99));

        const Trace asked = *store.find(second);
        const int third = store.add(finishedTrace("Notre Dame"));  // takes the place of the one that is not pinned
        QVERIFY(!store.find(second));
        QVERIFY(store.recall(asked.form, asked.window, asked.model, asked.edits));
        QCOMPARE(store.current()->id, second);
        QVERIFY(!store.find(third));
        QVERIFY(!store.recall(asked.form, "4", asked.model, asked.edits));
        QVERIFY(!store.recall(asked.form, asked.window, "another", asked.edits));
        QVERIFY(!store.recall(asked.form, asked.window, asked.model, {{"an edit", 1}}));
        QCOMPARE(store.current()->id, second);
        const Trace pinned = *store.find(first);
        QVERIFY(store.recall(pinned.form, pinned.window, pinned.model, pinned.edits));  // that is here
        QCOMPARE(store.current()->id, first);
    }

    void aResultComesBackInItsPlace()
    {
        ResultStore store;
        auto result = std::make_shared<Result>();
        result->kind = "average";
        result->model = result->parameters = result->head = result->provenance = Json::object();
        const int first = store.add(result), second = store.add(result);
        ResultEntry empty;
        empty.experiment = "average";
        const int nothing = store.begin(empty);
        store.remove(first);
        store.remove(nothing);
        QVERIFY(store.restore(first));
        QCOMPARE(store.all().front().id, first);
        QVERIFY(store.find(second) && store.find(first)->result == ResultPtr(result));
        QVERIFY(!store.restore(nothing));  // it had no numbers
    }

    void theListGoesBackAndForward()
    {
        History history;
        HistoryDock dock(history.stack());
        int value = 2;
        history.add(
            "first thing", [&] { value = 0; }, [&] { value = 1; });
        history.add(
            "second thing", [&] { value = 1; }, [&] { value = 2; });
        QCOMPARE(dock.view()->model()->rowCount(), 3);  // and the beginning
        dock.view()->setCurrentIndex(dock.view()->model()->index(0, 0));
        QCOMPARE(value, 0);
        dock.view()->setCurrentIndex(dock.view()->model()->index(2, 0));
        QCOMPARE(value, 2);
    }
};

QTEST_MAIN(TestHistory)
#include "tst_history.moc"
