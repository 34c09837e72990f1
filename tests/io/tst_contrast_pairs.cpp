// SPDX-License-Identifier: GPL-3.0-or-later
// Files of clean and corrupted prompts, and every way in which one can be wrong.
#include "tests/io/io_test.h"

#include "core/data/json.h"
#include "core/io/contrast_pairs.h"

using namespace mnemo;
using namespace io_test;

namespace {

Json row()
{
    return {{"clean", "Zoé and Bob met. Bob saw"},
            {"corrupt", "Ann and Bob met. Bob saw"},
            {"answer", "Zoé"},
            {"corrupt_answer", "Ann"}};
}

Json with(const char* key, Json value)
{
    Json json = row();
    json[key] = std::move(value);
    return json;
}

Json without(const char* key)
{
    Json json = row();
    json.erase(key);
    return json;
}

ContrastText pair()
{
    return {"Zoé and Bob met. Bob saw",
            "Ann and Bob met. Bob saw",
            "Zoé",
            "Ann",
            {"Zoé", "Bob", "Ann"},
            "BA A B | CA A C",
            "[NAME] and [NAME] met. [NAME] saw",
            {{"n1", 0}, {"n2", 8}, {"n3", 17}}};
}

void badRow(const char* name, const Json& json, const char* says)
{
    QTest::newRow(name) << QByteArray::fromStdString(json.dump()) << QString(says);
}

}  // namespace

class TestContrastPairs : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void writtenPairsReadBack()
    {
        ContrastText bare = pair();
        bare.candidates = {};
        bare.group = bare.form = "";
        bare.marks = {};
        bare.clean = "A \"quoted\"\nline\tand \\ more";
        const std::vector<ContrastText> pairs{pair(), bare, pair()};
        const std::string lines = contrastLines(pairs);
        QCOMPARE(std::ranges::count(lines, '\n'), std::ptrdiff_t(3));
        const auto file = writeFile(m_folder, "own.jsonl", lines);
        QVERIFY(readContrastPairs(file) == pairs);
        QCOMPARE(contrastLines(readContrastPairs(file)), lines);
    }

    void marksComeInTheOrderOfTheText()
    {
        const auto file =
            writeFile(m_folder, "marks.jsonl", with("marks", {{"last", 17}, {"n2", 8}, {"n1", 0}}).dump());
        QVERIFY(readContrastPairs(file)[0].marks == (std::vector<TextMark>{{"n1", 0}, {"n2", 8}, {"last", 17}}));
    }

    void whatMayBeLeftOut()
    {
        const auto file = writeFile(m_folder, "bare.jsonl", row().dump());
        const ContrastText read = readContrastPairs(file).at(0);
        QCOMPARE(read.clean, std::string("Zoé and Bob met. Bob saw"));
        QCOMPARE(read.corruptAnswer, std::string("Ann"));
        QVERIFY(read.candidates.empty() && read.group.empty() && read.form.empty() && read.marks.empty());
    }

    void everyForm_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QByteArray>("text");
        const QByteArray one = QByteArray::fromStdString(row().dump());
        const QByteArray two = QByteArray::fromStdString(with("group", "g").dump());
        QTest::newRow("lines") << "a.jsonl" << one + "\n" + two + "\n";
        QTest::newRow("the last line is not ended") << "b.jsonl" << one + "\n" + two;
        QTest::newRow("empty lines, written on Windows") << "c.jsonl"
                                                         << "\r\n" + one + "\r\n \t\r\n" + two + "\r\n";
        QTest::newRow("a byte order mark") << "d.jsonl"
                                           << "\xEF\xBB\xBF" + one + "\n" + two + "\n";
        QTest::newRow("a list") << "e.json"
                                << "[" + one + ",\n" + two + "]";
        QTest::newRow("a list behind a byte order mark") << "f.json"
                                                         << "\xEF\xBB\xBF[" + one + "," + two + "]";
    }
    void everyForm()
    {
        QFETCH(QString, name);
        QFETCH(QByteArray, text);
        const std::vector<ContrastText> pairs = readContrastPairs(writeFile(m_folder, name, text.toStdString()));
        QCOMPARE(pairs.size(), std::size_t(2));
        QCOMPARE(pairs[0].answer, std::string("Zoé"));
        QCOMPARE(pairs[0].group, std::string(""));
        QCOMPARE(pairs[1].group, std::string("g"));
    }

    void badRows_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("says");
        for (const char* key : {"clean", "corrupt", "answer", "corrupt_answer"}) {
            const std::string says = std::string("It has no \"") + key + "\"";
            badRow((std::string("no ") + key).c_str(), without(key), says.c_str());
            badRow((std::string("empty ") + key).c_str(), with(key, ""), says.c_str());
            badRow((std::string("a number as ") + key).c_str(), with(key, 7), says.c_str());
        }
        badRow("no object", Json::array({1}), "It has no \"clean\"");
        badRow("equal prompts", with("corrupt", "Zoé and Bob met. Bob saw"),
               "The clean prompt is the corrupted one: \"Zoé and Bob met. Bob saw\"");
        badRow("equal answers", with("corrupt_answer", "Zoé"), "Both prompts have the answer \"Zoé\"");
        badRow("one candidate as a text", with("candidates", "Bob"), "\"candidates\" is no list of texts");
        badRow("a candidate that is a number", with("candidates", {"Bob", 3}), "\"candidates\" is no list of texts");
        badRow("an empty candidate", with("candidates", {"Bob", ""}), "\"candidates\" is no list of texts");
        badRow("a group that is a number", with("group", 3), "\"group\" is no text");
        badRow("a template that is a list", with("template", {"x"}), "\"template\" is no text");
        badRow("a list of marks", with("marks", {"n1"}), "\"marks\" is no object");
        badRow("a mark behind the prompt", with("marks", {{"n1", 24}}), "The mark \"n1\"");
        badRow("a mark before the prompt", with("marks", {{"n1", -1}}), "The mark \"n1\"");
        badRow("a huge mark", with("marks", {{"n1", 18446744073709551615ULL}}), "The mark \"n1\"");
        badRow("a mark between two characters", with("marks", {{"n1", 1.5}}), "The mark \"n1\"");
        badRow("a mark that is a text", with("marks", {{"n1", "0"}}), "The mark \"n1\"");
        QTest::newRow("no JSON") << QByteArray("nonsense") << "It is no JSON object in UTF-8";
        QTest::newRow("cut short") << QByteArray("{\"clean\": \"a") << "It is no JSON object in UTF-8";
        QTest::newRow("no UTF-8") << QByteArray("{\"clean\": \"\xFF\"}") << "It is no JSON object in UTF-8";
        QTest::newRow("a key twice") << QByteArray("{\"clean\": \"a\", \"clean\": \"b\"}")
                                     << "It is no JSON object in UTF-8";
    }
    void badRows()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, says);
        const std::string good = row().dump();
        const auto file = writeFile(m_folder, "bad.jsonl", good + "\n\n" + text.toStdString() + "\n" + good);
        VERIFY_REFUSED(readContrastPairs(file), ErrorCode::Damaged, "bad.jsonl, line 3: " + says.toStdString());
        if (!Json::accept(text.toStdString()) || text.count("\"clean\"") > 1)
            return;  // such a list is refused as a whole
        const auto list = writeFile(m_folder, "bad.json", "[" + good + "," + text.toStdString() + "]");
        VERIFY_REFUSED(readContrastPairs(list), ErrorCode::Damaged, "bad.json, [1]: " + says.toStdString());
    }

    void theLastCharacterMayHaveAMark()
    {
        const auto file = writeFile(m_folder, "last.jsonl", with("marks", {{"end", 23}}).dump());
        QVERIFY(readContrastPairs(file)[0].marks == (std::vector<TextMark>{{"end", 23}}));
    }

    void badFiles()
    {
        const auto refused = [this](const char* name, const std::string& text, ErrorCode code, const char* says) {
            VERIFY_REFUSED(readContrastPairs(writeFile(m_folder, name, text)), code, says);
        };
        refused("empty.jsonl", "", ErrorCode::Usage, "empty.jsonl has no pairs");
        refused("blank.jsonl", "\n \n", ErrorCode::Usage, "blank.jsonl has no pairs");
        refused("empty.json", "[]", ErrorCode::Usage, "empty.json has no pairs");
        refused("object.json", "{}", ErrorCode::Damaged, "It is JSON, but no list of pairs");
        refused("cut.json", "[{", ErrorCode::Damaged, "cut.json");
        refused("nothing.json", "", ErrorCode::Damaged, "nothing.json");
        refused("wide.jsonl", std::string("\xFF\xFE{\0", 4), ErrorCode::Damaged, "UTF-16");
        VERIFY_REFUSED(readContrastPairs(m_folder.filePath("none.jsonl").toStdString()), ErrorCode::NotFound,
                       "none.jsonl");
    }

private:
    QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(TestContrastPairs)
#include "tst_contrast_pairs.moc"
