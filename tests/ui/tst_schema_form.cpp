// SPDX-License-Identifier: GPL-3.0-or-later
// Forms made from schemas: what stands in the fields, what is wrong with it, and the command that says the same.
#include "ui/experiment_command.h"
#include "ui/experiment_dialog.h"
#include "ui/schema_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTest>

using namespace mnemo;

namespace {

ParamSpec param(const char* key, ParamType type, Json value)
{
    ParamSpec spec;
    spec.key = key;
    spec.type = type;
    spec.label = std::string("Label of ") + key;
    spec.help = std::string("Help on ") + key + ".";
    spec.defaultValue = std::move(value);
    return spec;
}

ExperimentSchema everyType()
{
    ParamSpec choice = param("mode", ParamType::Choice, "b");
    choice.choices = {"a", "b", "c"};
    ParamSpec count = param("limit", ParamType::Int, 400);
    count.minimum = 1;
    count.maximum = 1e7;
    ParamSpec share = param("least_effect", ParamType::Real, 0.05);
    share.minimum = 0;
    share.maximum = 1;
    ParamSpec name = param("name", ParamType::Text, nullptr);
    name.required = true;
    return {"every",
            "Every type",
            "Help.",
            {name, count, share, param("dry", ParamType::Bool, false), choice,
             param("facts", ParamType::TextList, Json::array()), param("texts", ParamType::File, "")}};
}

/// Over one fact or over many, as paths and knock-out are.
ExperimentSchema overFacts()
{
    return {"paths",
            "Path-specific effects",
            "Help.",
            {param("prompt", ParamType::Text, ""), param("subject", ParamType::Text, ""),
             param("swap", ParamType::Text, ""), param("facts", ParamType::TextList, Json::array()),
             param("limit", ParamType::Int, 400), param("prefix", ParamType::Text, "none"),
             param("window", ParamType::Text, "auto")}};
}

FactForm louvre()
{
    FactForm form;
    form.prompt = "Louvre Museum is in";
    form.subject = "Louvre Museum";
    form.swap = "Big Ben";
    return form;
}

template <class T>
T* field(const SchemaForm& form, const char* key)
{
    auto* found = qobject_cast<T*>(form.field(key));
    if (!found)
        qFatal("no field %s of that type", key);
    return found;
}

}  // namespace

class TestSchemaForm : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyTypeHasItsFieldWithDefaultLimitsAndHelp()
    {
        const SchemaForm form(everyType());
        QCOMPARE(field<QSpinBox>(form, "limit")->value(), 400);
        QCOMPARE(field<QSpinBox>(form, "limit")->minimum(), 1);
        QCOMPARE(field<QDoubleSpinBox>(form, "least_effect")->maximum(), 1.0);
        QCOMPARE(field<QComboBox>(form, "mode")->currentText(), QStringLiteral("b"));
        QCOMPARE(field<QComboBox>(form, "mode")->count(), 3);
        QVERIFY(!field<QCheckBox>(form, "dry")->isChecked());
        QCOMPARE(field<QLineEdit>(form, "texts")->toolTip(), QStringLiteral("Help on texts."));
        QCOMPARE(field<QLineEdit>(form, "texts")->accessibleName(), QStringLiteral("Label of texts"));
    }

    void valuesAreThoseOfTheFields()
    {
        SchemaForm form(everyType());
        const Json given{{"name", "it's"}, {"limit", 7},          {"least_effect", 0.25},
                         {"dry", true},    {"mode", "c"},         {"facts", {"a.json", "b c.csv"}},
                         {"texts", "t"},   {"not of it", "shown"}};
        form.setValues(given);
        Json expected = given;
        expected.erase("not of it");
        const Json values = form.values();
        QCOMPARE(values.size(), expected.size());
        for (const auto& [key, value] : expected.items())
            QVERIFY2(values.at(key) == value, key.c_str());
        QVERIFY(everyType().complete(values).size() == expected.size());
        form.setShown({"limit"});
        QVERIFY(form.values() == Json({{"limit", 7}}));
    }

    void whatIsWrongIsSaidAtItsField()
    {
        SchemaForm form(everyType());
        form.offerFiles("facts");
        QVERIFY(!form.check());
        QVERIFY(form.problem("name").contains("Help on name"));
        field<QLineEdit>(form, "name")->setText("x");
        field<QPlainTextEdit>(form, "facts")->setPlainText("/no/such/file.csv\n");
        QVERIFY(!form.check());
        QCOMPARE(form.problem("name"), QString());
        QVERIFY(form.problem("facts").contains("/no/such/file.csv"));
        const QTemporaryDir folder;
        field<QPlainTextEdit>(form, "facts")->setPlainText(folder.path());
        QVERIFY(form.check());
        form.showProblem({ErrorCode::Usage, "The parameter \"limit\" is too much.", "Take less."});
        QCOMPARE(form.problem("limit"), QStringLiteral("The parameter \"limit\" is too much. Take less."));
        form.showProblem({ErrorCode::Usage, "The limit of \"x\" is too low.", "Choose another."});
        QVERIFY(form.problem("name").contains("too low"));
        form.showProblem({ErrorCode::Internal, "Something else.", "Wait."});
        QVERIFY(form.problem({}).contains("Something else."));
        QVERIFY(form.check());
        QCOMPARE(form.problem({}), QString());
    }

    void whatNothingStandsForIsShown()
    {
        ParamSpec layer = param("layer", ParamType::Int, -1);
        layer.minimum = -1;
        layer.ifUnset = "auto";
        ParamSpec text = param("text", ParamType::File, "");
        text.ifUnset = "the program's sentences";
        ParamSpec parts = param("parts", ParamType::TextList, Json::array());
        parts.ifUnset = "all";
        parts.choices = {"where", "how"};
        SchemaForm form({"unset", "Unset", "Help.", {layer, text, parts}});
        QCOMPARE(field<QSpinBox>(form, "layer")->text(), QStringLiteral("auto"));
        QCOMPARE(form.values()["layer"].get<int>(), -1);
        QCOMPARE(field<QLineEdit>(form, "text")->placeholderText(), QStringLiteral("the program's sentences"));
        auto* list = field<QPlainTextEdit>(form, "parts");
        QVERIFY(list->placeholderText().startsWith(QStringLiteral("all")));
        QVERIFY(!list->parentWidget()->findChild<QPushButton*>()->isHidden());
        list->setPlainText("how");
        QVERIFY(form.check());
        list->setPlainText("how\nwhy");
        QVERIFY(!form.check());
        QVERIFY2(form.problem("parts").contains("\"why\", not one of where, how"), qPrintable(form.problem("parts")));
    }

    void theCommandNamesWhatIsNotTheDefault()
    {
        const ExperimentSchema schema = everyType();
        QCOMPARE(asCommand(schema, schema.complete({{"name", "a"}}), "mnemo-mamba"),
                 QStringLiteral("mnemo every -m 'mnemo-mamba' --name 'a'"));
        const Json asked{{"name", "it's"}, {"least_effect", 0.25}, {"dry", true}, {"facts", {"a.json", "b c.csv"}}};
        QCOMPARE(asCommand(schema, asked, "m"),
                 QStringLiteral("mnemo every -m 'm' --name 'it'\\''s' --least-effect 0.25 --dry --facts "
                                "'a.json,b c.csv'"));
        const Json info{{"experiments", Json::array({toJson(schema)})}};
        QVERIFY(schemaOf(info, "every") && schemaOf(info, "every")->params.size() == schema.params.size());
        QVERIFY(!schemaOf(info, "none") && !schemaOf(Json(), "every"));
    }

    void overThePromptOrOverFacts()
    {
        ExperimentDialog dialog(overFacts(), louvre());
        dialog.setValues(Json::object());  // nothing was asked before: the fact in the prompt
        dialog.show();
        Json asked = dialog.parameters();
        QCOMPARE(asked.at("prompt").get<std::string>(), std::string("Louvre Museum is in"));
        QCOMPARE(asked.at("swap").get<std::string>(), std::string("Big Ben"));
        QVERIFY(!asked.contains("limit") && !asked.contains("direction"));
        QVERIFY(!dialog.fields()->field("limit")->isVisible() && dialog.fields()->field("window")->isVisible());
        dialog.setValues({{"facts", {"mine.csv"}}, {"limit", 12}});  // without a prompt: over facts
        QVERIFY(dialog.findChild<QRadioButton*>("overFacts")->isChecked());
        QVERIFY(dialog.fields()->field("limit")->isVisible() && !dialog.fields()->field("subject")->isVisible());
        asked = dialog.parameters();
        QVERIFY(!asked.contains("prompt") && asked.at("limit") == 12 && asked.at("prefix") == "none");
        QSignalSpy copied(&dialog, &ExperimentDialog::copyRequested);
        QTest::mouseClick(dialog.findChild<QPushButton*>("copyExperiment"), Qt::LeftButton);
        QVERIFY(copied.size() == 1 && copied[0][0].value<Json>() == asked);
    }

    void overFactsThatAreChosenElsewhere()
    {
        ExperimentDialog dialog(overFacts(), louvre());
        dialog.show();
        auto* offered = dialog.findChild<QRadioButton*>("overOffered");
        QVERIFY(!offered->isVisible());
        dialog.setValues({{"facts", {"mine.csv"}}, {"limit", 12}});
        dialog.offerFacts("the 3 facts shown", {{"only", "three.jsonl"}, {"limit", 3}});
        QVERIFY(offered->isVisible() && !offered->isChecked());
        QVERIFY(!dialog.parameters().contains("only"));
        dialog.setOverOffered();
        QCOMPARE(offered->text(), QStringLiteral("Over the 3 facts shown"));
        for (const char* key : {"facts", "limit", "subject"})
            QVERIFY2(!dialog.fields()->field(key)->isVisible(), key);
        const Json asked = dialog.parameters();
        QVERIFY(asked.at("only") == "three.jsonl" && asked.at("limit") == 3);
        QVERIFY(!asked.contains("facts") && !asked.contains("prompt") && asked.contains("prefix"));
        dialog.setOverFacts(true);
        QVERIFY(dialog.parameters().at("limit") == 12 && dialog.fields()->field("limit")->isVisible());
    }

    void runningAsksOnlyForWhatCanBeAsked()
    {
        ExperimentDialog dialog(overFacts(), {});
        dialog.show();
        QSignalSpy asked(&dialog, &ExperimentDialog::runRequested);
        auto* run = dialog.findChild<QPushButton*>("runExperiment");
        QTest::mouseClick(run, Qt::LeftButton);  // there is no prompt
        QCOMPARE(asked.size(), 0);
        QVERIFY(dialog.isVisible() && dialog.fields()->problem({}).contains("no prompt"));
        dialog.setOverFacts(true);
        QTest::mouseClick(run, Qt::LeftButton);
        QCOMPARE(asked.size(), 1);
        QVERIFY(dialog.isVisible());  // until somebody runs it
    }

    void whatIsWrongIsInSight_data()
    {
        QTest::addColumn<int>("fields");
        QTest::newRow("the form grows") << 8;
        QTest::newRow("the form scrolls") << 60;
    }

    void whatIsWrongIsInSight()
    {
        QFETCH(int, fields);
        ExperimentSchema schema{"many", "Many", "Help.", {}};
        for (int field = 0; field < fields; ++field)
            schema.params.push_back(param(("p" + std::to_string(field)).c_str(), ParamType::Int, 1));
        ParamSpec name = param("name", ParamType::Text, nullptr);
        name.required = true;
        schema.params.push_back(name);
        ExperimentDialog dialog(schema, {});
        dialog.show();
        QVERIFY(QTest::qWaitForWindowExposed(&dialog));
        const int before = dialog.height();
        QTest::mouseClick(dialog.findChild<QPushButton*>("runExperiment"), Qt::LeftButton);
        QVERIFY(dialog.fields()->problem("name").contains("It is empty"));
        const auto whole = [](const QWidget* widget) {
            return widget->visibleRegion().boundingRect().height() == widget->height();
        };
        QWidget* row = dialog.fields()->field("name")->parentWidget();
        QTRY_VERIFY(whole(row) && row->height() > dialog.fields()->field("name")->height());
        auto* scroll = dialog.findChild<QScrollArea*>();
        if (fields < 10)
            QTRY_VERIFY(dialog.height() > before && !scroll->verticalScrollBar()->isVisible());
        else
            QVERIFY(dialog.height() == before && scroll->verticalScrollBar()->value() > 0);
    }
};

QTEST_MAIN(TestSchemaForm)
#include "tst_schema_form.moc"
