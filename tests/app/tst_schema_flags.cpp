// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/schema_flags.h"
#include "core/data/error.h"
#include "tests/support/refusal.h"

#include <QtTest>

using namespace mnemo;

namespace {

ExperimentSchema schema()
{
    const auto spec = [](std::string key, ParamType type, Json fallback) {
        ParamSpec param{key, type, key, "help of " + key, std::move(fallback)};
        param.choices =
            type == ParamType::Choice ? std::vector<std::string>{"none", "eos"} : std::vector<std::string>{};
        return param;
    };
    return {"x",
            "X",
            "",
            {spec("prompt", ParamType::Text, ""), spec("target_id", ParamType::Int, -1),
             spec("noise", ParamType::Real, 0.0), spec("all_logits", ParamType::Bool, false),
             spec("sites", ParamType::TextList, Json::array()), spec("patches", ParamType::TextList, Json::array()),
             spec("prefix", ParamType::Choice, "none")}};
}

Json parsed(std::vector<std::string> words)
{
    CLI::App app;
    const auto flags = addSchemaFlags(app, schema());
    std::ranges::reverse(words);  // CLI11 takes them from the back
    app.parse(words);
    return flags->given();
}

}  // namespace

class TestSchemaFlags : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyTypeOfParameterIsRead_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QString>("json");
        QTest::newRow("nothing") << QStringList{} << "{}";
        QTest::newRow("short name") << QStringList{"-p", "{} is in"} << R"({"prompt":"{} is in"})";
        QTest::newRow("empty text is given") << QStringList{"-p", ""} << R"({"prompt":""})";
        QTest::newRow("a text in brackets stays a text") << QStringList{"-p", "[a,b]"} << R"({"prompt":"[a,b]"})";
        QTest::newRow("a text with a dash first") << QStringList{"-p", "-x"} << R"({"prompt":"-x"})";
        QTest::newRow("key with a dash") << QStringList{"--target-id", "-1"} << R"({"target_id":-1})";
        QTest::newRow("whole number as a real") << QStringList{"--noise", "3"} << R"({"noise":3.0})";
        QTest::newRow("flag") << QStringList{"--all-logits"} << R"({"all_logits":true})";
        QTest::newRow("flag off") << QStringList{"--no-all-logits"} << R"({"all_logits":false})";
        QTest::newRow("list") << QStringList{"--site", "h,a, s"} << R"({"sites":["h","a","s"]})";
        QTest::newRow("list, given twice") << QStringList{"--site", "h", "--site", "a"} << R"({"sites":["h","a"]})";
        QTest::newRow("a text with a comma") << QStringList{"--site", "\"a,b\",c"} << R"({"sites":["a,b","c"]})";
        QTest::newRow("the same, escaped") << QStringList{"--site", "a\\,b ,c"} << R"({"sites":["a,b","c"]})";
        QTest::newRow("quoted as it stands")
            << QStringList{"--site", " \" a\\\\\" ,\"\""} << R"({"sites":[" a\\",""]})";
        QTest::newRow("nothing between commas") << QStringList{"--site", " ,h,, "} << R"({"sites":["h"]})";
        QTest::newRow("a backslash by itself") << QStringList{"--site", "a\\b\\"} << R"({"sites":["a\\b\\"]})";
        QTest::newRow("patches keep their commas")
            << QStringList{"--patch", "layers.1.s@2,4=clean", "--patch", "layers.0.conv[-1]@3=zero"}
            << R"({"patches":["layers.1.s@2,4=clean","layers.0.conv[-1]@3=zero"]})";
        QTest::newRow("choice") << QStringList{"--prefix", "eos"} << R"({"prefix":"eos"})";
    }

    void everyTypeOfParameterIsRead()
    {
        QFETCH(QStringList, words);
        QFETCH(QString, json);
        std::vector<std::string> arguments;
        for (const QString& word : words)
            arguments.push_back(word.toStdString());
        const Json given = parsed(arguments);
        QCOMPARE(QString::fromStdString(given.dump()), QString::fromStdString(Json::parse(json.toStdString()).dump()));
        schema().complete(given);  // the types are the schema's
    }

    void whatIsNoNumberIsRefusedByName()
    {
        for (const char* text : {"many", "1.5", "", "3x"}) {
            VERIFY_REFUSED(parsed({"--target-id", text}), ErrorCode::Usage, "--target-id");
        }
    }

    void aListThatCannotBeSplitIsRefused()
    {
        for (const char* list : {"a,\"b", "\"a\"b", "\""})
            VERIFY_REFUSED(parsed({"--site", list}), ErrorCode::Usage, list);
    }

    void aHiddenParameterHasNoFlag()
    {
        CLI::App app;
        addSchemaFlags(app, schema(), {"all_logits"});
        QVERIFY(!app.get_option_no_throw("--all-logits"));
        QVERIFY(app.get_option_no_throw("--noise"));
    }
};

QTEST_APPLESS_MAIN(TestSchemaFlags)
#include "tst_schema_flags.moc"
