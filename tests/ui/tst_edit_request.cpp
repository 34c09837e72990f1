// SPDX-License-Identifier: GPL-3.0-or-later
// What is said of an edit before the engine is asked.
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QTest>
#include <limits>

#include "ui/edit_form.h"
#include "ui/edit_request.h"

using namespace mnemo;

namespace {

Prompt objectTokens(const std::vector<std::string>& texts)
{
    Prompt prompt;
    for (const std::string& text : texts) {
        Token token;
        token.text = text;
        prompt.tokens.push_back(token);
    }
    return prompt;
}

/// A trace of 3 layers and 4 tokens, the subject at 1 and 2, with these p at "o" of its last token.
Result trace(std::vector<double> p)
{
    Result made;
    made.kind = "trace";
    made.head = {{"subject", {1, 3}}, {"p_clean", 0.9}, {"p_corrupt", 0.1}};
    Array array = Array::make("o.p", {{"layer", {"0", "1", "2"}}, {"token", {"a", "b", "c", "d"}}}, "probability");
    array.values.assign(array.size(), 0.95);  // larger, but of other tokens
    array.states.assign(array.size(), CellState::Computed);
    for (std::size_t layer = 0; layer < 3; ++layer) {
        array.values[layer * 4 + 2] = p[layer];
        if (p[layer] < 0)
            array.states[layer * 4 + 2] = CellState::NotComputed;
    }
    made.arrays = {std::make_shared<const Array>(std::move(array))};
    return made;
}

ExperimentSchema romeSchema()
{
    ExperimentSchema schema{"rome", "Edit", "", {}};
    const auto add = [&](const char* key, ParamType type, const Json& value) {
        ParamSpec spec;
        spec.key = spec.label = key;
        spec.type = type;
        spec.defaultValue = value;
        spec.maximum = 1e9;
        schema.params.push_back(spec);
    };
    add("prompt", ParamType::Text, nullptr);
    add("steps", ParamType::Int, 20);
    add("learning_rate", ParamType::Real, 0.5);
    add("weight_decay", ParamType::Real, 0.5);
    add("kl_factor", ParamType::Real, 0.0625);
    add("clamp_norm", ParamType::Real, 3.0);
    add("stop_loss", ParamType::Real, 0.05);
    add("stop_answer", ParamType::Real, 0.0);
    add("contexts", ParamType::Int, 10);
    add("covariance", ParamType::Text, "text");
    return schema;
}

}  // namespace

class TestEditRequest : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void theLayerOfTheLargestEffectIsSuggested()
    {
        QCOMPARE(suggestedLayer(trace({0.2, 0.8, 0.4}), "W_o").value_or(-1), 1);
        QCOMPARE(suggestedLayer(trace({0.2, -1, 0.4}), "W_o").value_or(-1), 2);  // as far as it is computed
        QVERIFY(!suggestedLayer(trace({-1, -1, -1}), "W_o"));
        QVERIFY(!suggestedLayer(trace({0.2, 0.8, 0.4}), "W_g"));  // not shown
        Result agreeing = trace({0.2, 0.8, 0.4});
        agreeing.head["p_corrupt"] = 0.9;
        QVERIFY(!suggestedLayer(agreeing, "W_o"));
    }

    void aPointOfAnEvaluationIsAnEdit()
    {
        Result sweep;
        sweep.parameters = {{"limit", 2}, {"steps", 7}, {"learning_rate", 0.25}, {"prefix", "eos"}};
        sweep.head = {{"cases", {{{"subject", "Big Ben"}}, {{"subject", "The Louvre"}}}}};
        sweep.arrays = {
            std::make_shared<const Array>(Array::make("ES", {{"layer", {"3", "5"}}, {"matrix", {"W_o", "W_g"}}}, "%"))};
        const Json edit = editOfPoint(sweep, 1, 0);
        QVERIFY(edit.at("matrix") == "W_g" && edit.at("layer") == 3 && edit.at("steps") == 7);
        QVERIFY(!edit.contains("subject"));
        QVERIFY(editOfPoint(sweep, 2, 0).is_null() && editOfPoint(sweep, 0, 2).is_null());  // "no edit"; no such layer

        EditForm form({});
        form.setSchema(romeSchema());
        form.setModel({{"name", "m"}, {"layers", 8}, {"matrices", {"W_o", "W_a", "W_g"}}});
        FactForm fact;
        fact.prompt = "Notre Dame is in";
        fact.subject = "Notre Dame";
        form.follow(fact);
        form.setPlace(edit);
        Json asked = form.parameters();
        QVERIFY(asked.at("matrix") == "W_g" && asked.at("layer") == 3);
        QVERIFY(asked.at("steps") == 7 && asked.at("learning_rate") == 0.25 && asked.at("clamp_norm") == 3.0);
        QVERIFY(asked.at("subject") == "Notre Dame" && asked.at("prefix") == "none");

        sweep.head["cases"] = {
            {{"prompt", "{} stands in"}, {"subject", "Big Ben"}, {"target_true", "London"}, {"target_new", "Rome"}}};
        form.setParameters(editOfPoint(sweep, 0, 1));
        asked = form.parameters();
        QVERIFY(asked.at("prompt") == "{} stands in" && asked.at("subject") == "Big Ben" &&
                asked.at("target") == "Rome");
        QVERIFY(asked.at("matrix") == "W_o" && asked.at("layer") == 5 && asked.at("prefix") == "eos");
    }

    void theNewObjectIsCheckedWhileItIsTyped()
    {
        QVERIFY(noteOfTarget(" ", {}, {}).text.isEmpty());
        const TargetNote one = noteOfTarget("Rome", objectTokens({" Rome"}), "·Paris");
        QVERIFY2(one.text.contains("1 token: ·Rome") && one.text.contains("space"), qPrintable(one.text));
        QVERIFY(!one.isProblem);
        QVERIFY(!noteOfTarget(" Rome", objectTokens({" Rome"}), "·Paris").text.contains("space"));
        QVERIFY(noteOfTarget("Rome", objectTokens({" Rome"}), "·Rome").isProblem);
        QVERIFY(!noteOfTarget("Rome X", objectTokens({" Rome", " X"}), "·Rome").isProblem);
        const TargetNote many = noteOfTarget("abcde", objectTokens({" a", "b", "c", "d", "e"}), {});
        QVERIFY2(many.text.contains("5 tokens") && many.text.contains("fewer"), qPrintable(many.text));
    }

    void presetsAreData()
    {
        EditForm form(readPresets("rome"));
        form.setSchema(romeSchema());
        auto* preset = form.findChild<QComboBox*>("editPreset");
        const int forAny = preset->count();
        QVERIFY(forAny >= 3);
        for (int i = 0; i < forAny; ++i)
            QVERIFY(!preset->itemData(i, Qt::ToolTipRole).toString().isEmpty());
        form.setModel({{"name", "mnemo-pythia"}, {"matrices", {"W_down"}}, {"layers", 12}});
        QCOMPARE(preset->count(), forAny + 1);  // one of its own
        preset->setCurrentIndex(forAny);
        Q_EMIT preset->activated(forAny);
        QVERIFY(form.parameters().at("layer") == 0 && form.parameters().at("learning_rate") == 2.0);
        QCOMPARE(preset->currentIndex(), forAny);
    }

    void aPresetLeavesNothingOfTheOneBefore()
    {
        EditForm form({{"a", "A", "first", "", {{"contexts", 0}, {"covariance", "identity"}}},
                       {"b", "B", "second", "", {{"clamp_norm", 4}, {"unknown", 1}}}});
        form.setSchema(romeSchema());
        auto* preset = form.findChild<QComboBox*>("editPreset");
        QCOMPARE(preset->currentIndex(), -1);  // neither says what the defaults say
        const auto choose = [preset](int index) {
            preset->setCurrentIndex(index);
            Q_EMIT preset->activated(index);
        };
        choose(0);
        QCOMPARE(preset->currentIndex(), 0);
        QVERIFY(form.parameters().at("contexts") == 0 && form.parameters().at("covariance") == "identity");
        choose(1);
        QCOMPARE(preset->currentIndex(), 1);
        QVERIFY(form.parameters().at("contexts") == 10 && form.parameters().at("covariance") == "text");
        QVERIFY(form.parameters().at("clamp_norm") == 4.0);
        form.setParameters({{"contexts", 7}});
        QCOMPARE(preset->currentIndex(), -1);  // own values
    }

    void theFormFollowsThePromptUntilItIsTypedIn()
    {
        EditForm form({});
        form.setModel({{"matrices", {"W_o", "W_a"}}, {"layers", 12}});
        FactForm prompt;
        prompt.prompt = "Big Ben is in";
        prompt.subject = "Big Ben";
        prompt.prefix = "eos";
        form.follow(prompt);
        form.findChild<QLineEdit*>("editTarget")->setText("Rome");
        form.setLayer(40);
        const Json asked = form.parameters();
        QVERIFY(asked.at("prompt") == "{} is in" && asked.at("subject") == "Big Ben" && asked.at("prefix") == "eos");
        QVERIFY(asked.at("matrix") == "W_o" && asked.at("layer") == 11);  // the last one there is
        QTest::keyClicks(form.findChild<QLineEdit*>("editPrompt"), "x");
        prompt.subject = "Ben";
        form.follow(prompt);
        QVERIFY(form.parameters().at("subject") == "Big Ben");
        QVERIFY(form.check());
        form.findChild<QLineEdit*>("editTarget")->clear();
        QVERIFY(!form.check());
        QVERIFY(form.findChild<QLabel*>("editTargetNote")->text().contains("New object"));
    }
};

QTEST_MAIN(TestEditRequest)
#include "tst_edit_request.moc"
