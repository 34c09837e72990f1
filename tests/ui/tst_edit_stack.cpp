// SPDX-License-Identifier: GPL-3.0-or-later
// Edits on top of each other: what is on, what is outdated, and the way back.
#include <QListWidget>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "tests/support/refusal.h"
#include "ui/edit_command.h"
#include "ui/edit_stack.h"
#include "ui/edit_stack_view.h"

using namespace mnemo;

namespace {

ArrayPtr vectorArray(const char* name, std::vector<double> values)
{
    Array array = Array::make(name, {{"entry", std::vector<std::string>(values.size(), "x")}}, "state");
    array.values = std::move(values);
    return std::make_shared<const Array>(std::move(array));
}

/// The search for a new object, with other edits on.
ResultPtr search(const char* target, const EditRefs& base = {}, const char* model = "m")
{
    auto rome = std::make_shared<Result>();
    rome->kind = "rome";
    rome->model = {{"name", "tiny"}, {"hash", model}};
    rome->parameters = {{"prompt", "{} is in"}, {"subject", "Big Ben"}, {"target", target}};
    rome->head = {{"matrix", "W_o"}, {"layer", 4}, {"module", "layers.4.out_proj"}};
    rome->provenance = {{"edits", Json::array()}};
    for (const EditRef& ref : base)
        rome->provenance["edits"].push_back({{"hash", ref.hash}, {"alpha", ref.alpha}});
    const double first = target[0];
    for (const char* name : {"u", "v", "key", "input", "v0", "value"})
        rome->arrays.push_back(vectorArray(name, {first, 1}));
    return rome;
}

EditRef ref(const EditStack& stack, int index)
{
    const StackedEdit& edit = stack.edits()[std::size_t(index)];
    return {edit.edit->term.hash, edit.alpha};
}

}  // namespace

class TestEditStack : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whatIsOnIsNamedInOrder()
    {
        History history;
        EditStack stack(history);
        QSignalSpy changed(&stack, &EditStack::changed);
        stack.push(stackedEdit(search("Rome")));
        stack.push(stackedEdit(search("Oslo", {ref(stack, 0)})));
        stack.push(stackedEdit(search("Bonn", {}, "other")));
        QCOMPARE(changed.size(), 3);
        QVERIFY(stack.active("m") == (EditRefs{ref(stack, 0), ref(stack, 1)}));
        QVERIFY(stack.active("other") == (EditRefs{ref(stack, 2)}));
        QVERIFY(stack.active("nobody").empty());
        stack.setAlpha(1, 0.5);
        QVERIFY(stack.active("m") == (EditRefs{ref(stack, 0), {ref(stack, 1).hash, 0.5}}));
        stack.setOn(0, false);
        QVERIFY(stack.active("m") == (EditRefs{{ref(stack, 1).hash, 0.5}}));
        stack.setShowsBase(true);
        QVERIFY(stack.active().empty());
    }

    void theHashOfTheWeightsIsTheModelsWhenNothingChangesThem()
    {
        History history;
        EditStack stack(history);
        stack.push(stackedEdit(search("Rome")));
        const std::string edited = weightsHash("m", stack.active("m"));
        QVERIFY(edited.starts_with("sha256:") && edited.size() == 71);
        stack.setAlpha(0, 0.5);
        QVERIFY(weightsHash("m", stack.active("m")) != edited);
        stack.setAlpha(0, 0);
        QCOMPARE(weightsHash("m", stack.active("m")), std::string("m"));
        QCOMPARE(weightsHash("m", {{"e", 0}}), std::string("m"));
        QVERIFY(weightsHash("m", {{"e", 1}, {"f", 1}}) != weightsHash("m", {{"f", 1}, {"e", 1}}));
        QVERIFY(weightsHash("n", {{"e", 1}}) != weightsHash("m", {{"e", 1}}));
    }

    void anEditIsStaleWhenThoseUnderItAreNotWhatTheyWere()
    {
        History history;
        EditStack stack(history);
        stack.push(stackedEdit(search("Rome")));
        stack.push(stackedEdit(search("Oslo", {ref(stack, 0)})));
        QVERIFY(!stack.isStale(0) && !stack.isStale(1));
        stack.setAlpha(0, 0.5);
        QVERIFY(!stack.isStale(0) && stack.isStale(1));
        stack.setAlpha(0, 1);
        QVERIFY(!stack.isStale(1));
        stack.setOn(0, false);
        QVERIFY(stack.isStale(1));
        stack.setOn(0, true);
        stack.setShowsBase(true);  // only looked at differently
        QVERIFY(!stack.isStale(1));
        stack.setOn(1, false);  // nothing stands on it
        QVERIFY(!stack.isStale(0) && !stack.isStale(1));
        stack.remove(0);
        QVERIFY(stack.isStale(0));
        stack.replace(0, stackedEdit(search("Oslo")));
        QVERIFY(!stack.isStale(0));
        QVERIFY(!stack.edits()[0].on);  // it keeps its place and how it stood
    }

    void editsAreMoved()
    {
        History history;
        EditStack stack(history);
        stack.push(stackedEdit(search("Rome")));
        const EditRef rome = ref(stack, 0);
        stack.push(stackedEdit(search("Oslo", {rome})));
        stack.push(stackedEdit(search("Bonn")));
        const EditRef oslo = ref(stack, 1), bonn = ref(stack, 2);
        const std::vector<StackedEdit> before = stack.edits();
        QVERIFY(!stack.isStale(1) && stack.isStale(2));  // the third was computed on none
        stack.move(2, 0);
        QVERIFY(stack.active("m") == (EditRefs{bonn, rome, oslo}));
        QVERIFY(!stack.isStale(0) && stack.isStale(1) && stack.isStale(2));
        stack.move(0, 2);
        QVERIFY(stack.edits() == before);
        stack.move(1, 0);  // the one that stands on the other
        QVERIFY(stack.isStale(0) && stack.isStale(1));
        history.stack().undo();
        QVERIFY(stack.edits() == before && !stack.isStale(1));
        history.stack().redo();
        QVERIFY(stack.active("m") == (EditRefs{oslo, rome, bonn}));
        const int steps = history.stack().count();
        stack.move(1, 1);  // nothing to do, nothing to undo
        QCOMPARE(history.stack().count(), steps);
    }

    void theChoiceGoesAlong()
    {
        History history;
        EditStack stack(history);
        EditStackView view(stack);
        auto* list = view.findChild<QListWidget*>("editList");
        auto* up = view.findChild<QToolButton*>("editUp");
        auto* down = view.findChild<QToolButton*>("editDown");
        QVERIFY(!up->isEnabled() && !down->isEnabled());
        for (const char* target : {"Rome", "Oslo", "Bonn"})
            stack.push(stackedEdit(search(target)));
        view.show();
        QVERIFY(QTest::qWaitForWindowActive(&view));
        list->setFocus();
        QCOMPARE(view.current(), 2);
        QVERIFY(up->isEnabled() && !down->isEnabled());
        QTest::keyClick(list, Qt::Key_Up, Qt::AltModifier);
        up->click();
        QCOMPARE(view.current(), 0);
        QVERIFY(list->item(0)->text().contains("Bonn") && !up->isEnabled());
        history.stack().undo();
        QCOMPARE(view.current(), 1);
        QTest::keyClick(list, Qt::Key_Down, Qt::AltModifier);
        QCOMPARE(view.current(), 2);
        QVERIFY(list->item(2)->text().contains("Bonn"));
        stack.remove(2);
        QCOMPARE(view.current(), 1);
    }

    void everythingIsUndoneAndDoneAgain()
    {
        History history;
        EditStack stack(history);
        stack.push(stackedEdit(search("Rome")));
        stack.push(stackedEdit(search("Oslo")));
        const std::vector<StackedEdit> both = stack.edits();
        stack.setAlpha(1, 0.9);
        stack.setAlpha(1, 0.8);
        stack.setAlpha(1, 0.7);
        const std::vector<StackedEdit> weaker = stack.edits();
        stack.remove(0);
        stack.setOn(0, false);
        const std::vector<StackedEdit> last = stack.edits();
        QCOMPARE(history.stack().count(), 5);  // one strength, however often it was turned
        history.stack().undo();
        history.stack().undo();
        QVERIFY(stack.edits() == weaker);
        history.stack().undo();
        QVERIFY(stack.edits() == both);
        history.stack().undo();
        history.stack().undo();
        QVERIFY(stack.edits().empty() && !history.stack().canUndo());
        while (history.stack().canRedo())
            history.stack().redo();
        QVERIFY(stack.edits() == last);
    }

    void anEditIsThereOnce()
    {
        History history;
        EditStack stack(history);
        stack.push(stackedEdit(search("Rome")));
        stack.setOn(0, false);
        stack.setShowsBase(true);
        QCOMPARE(stack.push(stackedEdit(search("Rome"))), 0);
        QCOMPARE(int(stack.edits().size()), 1);
        QVERIFY(stack.edits()[0].on && !stack.showsBase());
        const int steps = history.stack().count();
        stack.push(stackedEdit(search("Rome")));  // nothing to do, nothing to undo
        QCOMPARE(history.stack().count(), steps);
    }

    /// With what it was computed on, as far as that is in files.
    void anEditIsCopiedAsACommand()
    {
        History history;
        EditStack stack(history);
        stack.push(stackedEdit(search("Rome")));
        stack.setAlpha(0, 0.5);
        const EditRef rome = ref(stack, 0);
        const ExperimentSchema schema{"rome",
                                      "",
                                      "",
                                      {{"prompt", ParamType::Text, "", ""},
                                       {"subject", ParamType::Text, "", ""},
                                       {"target", ParamType::Text, "", ""}}};
        const ResultPtr oslo = search("Oslo", {rome, {"gone", 1}});
        const QString start = "mnemo rome -m 'the model' --prompt '{} is in' --subject 'Big Ben' --target 'Oslo'";
        Command command = editCommand(schema, *oslo, stack, "the model");
        QCOMPARE(command.line, start);
        QCOMPARE(command.unnamed, 2);
        stack.noteFile(0, "/tmp/it's.safetensors");
        stack.remove(0);  // it is still known where it was
        command = editCommand(schema, *stackedEdit(oslo).made, stack, "the model");
        QCOMPARE(command.line, start + " --edit '/tmp/it'\\''s.safetensors:0.5'");
        QCOMPARE(command.unnamed, 1);

        QTemporaryDir folder;
        const QString file = folder.filePath("a:1.safetensors");
        writeEdit(*search("Bonn"), file.toStdString());
        stack.noteFile(stack.push(stackedEdit(file)), file);
        command = editCommand(schema, *search("Oslo", {ref(stack, 0)}), stack, "the model");
        QCOMPARE(command.line, start + " --edit '" + file + ":1.0'");
        QCOMPARE(command.unnamed, 0);
    }

    void deltasAreLoaded()
    {
        QTemporaryDir folder;
        const QString file = folder.filePath("first.safetensors");
        writeEdit(*search("Rome"), file.toStdString());
        const StackedEdit loaded = stackedEdit(file);
        QCOMPARE(nameOf(*loaded.edit), QStringLiteral("Big Ben → Rome"));
        QCOMPARE(editOf(*loaded.made).term, loaded.edit->term);
        VERIFY_REFUSED(stackedEdit(folder.filePath("none.safetensors")), ErrorCode::NotFound, "none.safetensors");
    }

    /// Those that are there already are switched as they were in the session; all of it is one step to take back.
    void aSessionsEditsAreAdded()
    {
        History history;
        EditStack stack(history);
        stack.push(stackedEdit(search("Rome")));
        StackedEdit rome = stackedEdit(search("Rome")), oslo = stackedEdit(search("Oslo"));
        rome.on = false;
        oslo.alpha = 0.5;
        stack.restore({oslo, rome});
        QCOMPARE(int(stack.edits().size()), 2);
        QVERIFY(!stack.at(0).on);
        QCOMPARE(nameOf(*stack.at(1).edit), QStringLiteral("Big Ben → Oslo"));
        QCOMPARE(stack.at(1).alpha, 0.5);
        history.stack().undo();
        QCOMPARE(int(stack.edits().size()), 1);
        QVERIFY(stack.at(0).on);
        const int steps = history.stack().count();
        stack.restore({});
        QCOMPARE(history.stack().count(), steps);
    }
};

QTEST_MAIN(TestEditStack)
#include "tst_edit_stack.moc"
