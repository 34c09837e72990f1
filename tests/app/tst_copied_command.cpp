// SPDX-License-Identifier: GPL-3.0-or-later
// What the window copies as a command is what the command line reads: through the shell and the parser.
#include "ui/experiment_command.h"

#include "app/mnemo/schema_flags.h"

#include <QProcess>
#include <QTest>

using namespace mnemo;

namespace {

ExperimentSchema everyType()
{
    const auto spec = [](const char* key, ParamType type, Json fallback) {
        return ParamSpec{key, type, key, "help", std::move(fallback)};
    };
    return {
        "every",
        "Every",
        "",
        {spec("prompt", ParamType::Text, ""), spec("limit", ParamType::Int, 4),
         spec("least_effect", ParamType::Real, 0.5), spec("dry", ParamType::Bool, false),
         spec("texts", ParamType::File, ""), spec("facts", ParamType::TextList, Json::array()),
         spec("sites", ParamType::TextList, Json::array({"h"})), spec("patches", ParamType::TextList, Json::array())}};
}

/// The words that a shell makes of a line.
std::vector<std::string> wordsOf(const QString& line)
{
    QProcess shell;
    shell.start("/bin/sh", {"-c", "printf '%s\\0' " + line});
    shell.waitForFinished();
    std::vector<std::string> words;
    QByteArrayList parts = shell.readAllStandardOutput().split('\0');
    parts.removeLast();
    for (const QByteArray& part : parts)
        words.push_back(part.toStdString());
    return words;
}

}  // namespace

class TestCopiedCommand : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isReadBack_data()
    {
        QTest::addColumn<QString>("text");
        for (const char* text : {"plain",
                                 "a,b.json",
                                 " a space before and behind ",
                                 "",
                                 "it's",
                                 "\"quoted\"",
                                 "\"",
                                 "5\" disk",
                                 "back\\slash",
                                 "\\",
                                 "\\,",
                                 "\\\\\"",
                                 "two\nlines",
                                 "\n",
                                 "tab\t",
                                 "Zürich, 東京 🗼",
                                 "[a,b]",
                                 "-x",
                                 "--dry",
                                 "$HOME `ls` *",
                                 "{} is in",
                                 ","})
            QTest::newRow(text) << text;
    }
    void isReadBack()
    {
        QFETCH(QString, text);
        const std::string given = text.toStdString();
        for (const Json& list : {Json::array({given}), Json::array({given, "b"}), Json::array({"a", given}),
                                 Json::array({given, given}), Json::array()}) {
            const Json asked = everyType().complete({{"prompt", given},
                                                     {"limit", -3},
                                                     {"least_effect", 0.1},
                                                     {"dry", true},
                                                     {"texts", given},
                                                     {"facts", list},
                                                     {"sites", list},
                                                     {"patches", list}});
            std::vector<std::string> words = wordsOf(asCommand(everyType(), asked, "the model's"));
            QVERIFY(words.size() > 4);
            QCOMPARE(words[3], std::string("the model's"));
            words.erase(words.begin(), words.begin() + 4);
            CLI::App app;
            const auto flags = addSchemaFlags(app, everyType());
            std::ranges::reverse(words);  // CLI11 takes them from the back
            app.parse(words);
            const Json read = everyType().complete(flags->given());
            QVERIFY2(read == asked, (read.dump() + "\n" + asked.dump()).c_str());
        }
    }
};

QTEST_APPLESS_MAIN(TestCopiedCommand)
#include "tst_copied_command.moc"
