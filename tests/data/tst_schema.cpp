// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/error.h"
#include "core/data/schema.h"
#include "tests/support/refusal.h"

#include <QTest>

using namespace mnemo;

namespace {

ExperimentSchema sample()
{
    return {
        "demo",
        "Demo",
        "Shows the seam.",
        {{.key = "prompt", .type = ParamType::Text, .help = "The text.", .required = true},
         {.key = "top", .type = ParamType::Int, .help = "How many.", .defaultValue = 10, .minimum = 1, .maximum = 99},
         {.key = "noise", .type = ParamType::Real, .help = "Multiple of σ.", .defaultValue = 0.0, .minimum = 0},
         {.key = "align",
          .type = ParamType::Choice,
          .help = "How.",
          .defaultValue = "exact",
          .choices = {"exact", "right"}},
         {.key = "sites", .type = ParamType::TextList, .help = "Where.", .defaultValue = Json::array()},
         {.key = "all", .type = ParamType::Bool, .help = "All.", .defaultValue = false}}};
}

}  // namespace

class TestSchema : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void defaultsAreFilledInOrder()
    {
        const Json full = sample().complete({{"noise", 3}, {"prompt", "x"}});
        QCOMPARE(full.dump(), R"({"prompt":"x","top":10,"noise":3,"align":"exact","sites":[],"all":false})");
    }

    void wrongParametersAreRefusedByName_data()
    {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("named");
        QTest::newRow("missing") << R"({})"
                                 << "prompt";
        QTest::newRow("type") << R"({"prompt":3})"
                              << "prompt";
        QTest::newRow("range") << R"({"prompt":"x","top":0})"
                               << "top";
        QTest::newRow("huge") << R"({"prompt":"x","top":100})"
                              << "100";
        QTest::newRow("fraction") << R"({"prompt":"x","top":1.5})"
                                  << "1.5";
        QTest::newRow("negative") << R"({"prompt":"x","noise":-1})"
                                  << "noise";
        QTest::newRow("choice") << R"({"prompt":"x","align":"left"})"
                                << "left";
        QTest::newRow("list") << R"({"prompt":"x","sites":[1]})"
                              << "sites";
        QTest::newRow("bool") << R"({"prompt":"x","all":"yes"})"
                              << "yes";
        QTest::newRow("unknown") << R"({"prompt":"x","promt":"y"})"
                                 << "promt";
        QTest::newRow("no object") << R"([1])"
                                   << "demo";
    }
    void wrongParametersAreRefusedByName()
    {
        QFETCH(QString, json);
        QFETCH(QString, named);
        VERIFY_REFUSED(sample().complete(Json::parse(json.toStdString())), ErrorCode::Usage, named.toStdString());
    }

    void schemasComeBackFromJson()
    {
        const ExperimentSchema back = schemaFromJson(Json::parse(toJson(sample()).dump()));
        QVERIFY(toJson(back) == toJson(sample()));
        QVERIFY(back.complete({{"prompt", "x"}}) == sample().complete({{"prompt", "x"}}));
        QVERIFY_EXCEPTION_THROWN(schemaFromJson(Json::object()), Failure);
    }
};

QTEST_APPLESS_MAIN(TestSchema)
#include "tst_schema.moc"
