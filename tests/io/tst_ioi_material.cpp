// SPDX-License-Identifier: GPL-3.0-or-later
// What sentences of indirect objects are made of: the program's own lists, published ones, and damaged ones.
#include "tests/io/io_test.h"

#include "core/data/json.h"
#include "core/io/ioi_material.h"

#include <set>

using namespace mnemo;
using namespace io_test;

namespace {

Json material()
{
    return {{"templates", {"At the [PLACE] [NAME] met [NAME]. [NAME] gave a [OBJECT] to"}},
            {"corruptions", Json::array({{{"clean", "BA A B"}, {"corrupt", "CA A C"}}})},
            {"places", {"park"}},
            {"objects", {"ball"}},
            {"names", {"Ann", "Bob", "Zoé"}}};
}

Json with(const char* key, Json value)
{
    Json json = material();
    json[key] = std::move(value);
    return json;
}

Json corruption(const char* clean, const char* corrupt)
{
    return with("corruptions", Json::array({{{"clean", clean}, {"corrupt", corrupt}}}));
}

void bad(const char* name, const Json& json, const char* says)
{
    QTest::newRow(name) << QByteArray::fromStdString(json.dump()) << QString(says);
}

}  // namespace

class TestIoiMaterial : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void sentencesAreTemplatesWithWordsOfTheLists()
    {
        IoiMaterial material;
        material.templates = {"At the [PLACE] [NAME] met [NAME]. [NAME] gave a [OBJECT] to"};
        material.places = {"park", "park gate"};
        material.objects = {"ball"};
        material.names = {"Ann", "Anna", "Bob"};
        QVERIFY(isSentenceOf(material, "At the park Ann met Bob. Bob gave a ball to"));
        QVERIFY(isSentenceOf(material, "At the park gate Anna met Ann. Bob gave a ball to"));
        for (const char* other :
             {"", "At the park Ann met Bob. Bob gave a ball to him", "At the park Ann met Bob.",
              "At the park Ann met Eve. Eve gave a ball to", "At the Bob Ann met Bob. Bob gave a ball to"})
            QVERIFY2(!isSentenceOf(material, other), other);
    }

    void initTestCase() { qputenv("MNEMO_DATA_DIR", MNEMO_RESOURCES); }

    void aFileIsReadAsItStands()
    {
        const IoiMaterial read = readIoiMaterial(writeFile(m_folder, "own.json", material().dump()));
        QVERIFY(read.templates == material()["templates"].get<std::vector<std::string>>());
        QVERIFY(read.corruptions == (std::vector<NamePattern>{{"BA A B", "CA A C"}}));
        QCOMPARE(read.corruptions[0].label(), std::string("BA A B | CA A C"));
        QVERIFY(read.places == std::vector<std::string>{"park"} && read.objects == std::vector<std::string>{"ball"});
        QVERIFY(read.names == (std::vector<std::string>{"Ann", "Bob", "Zoé"}));
    }

    void placesAndObjectsNeedNotStandInATemplate()
    {
        const Json json = with("templates", {"[NAME] met [NAME]. [NAME] saw"});
        QCOMPARE(readIoiMaterial(writeFile(m_folder, "bare.json", json.dump())).templates.size(), std::size_t(1));
    }

    void lettersAndSlots()
    {
        QCOMPARE(lettersOf("CAB AB C"), std::string("CABABC"));
        QCOMPARE(lettersOf("  "), std::string());
        QCOMPARE(nameSlots("[NAME], [NAME] and [NAME]"), 3);
        QCOMPARE(nameSlots("[NAME][NAME]"), 2);
        QCOMPARE(nameSlots("[NAME and NAME]"), 0);
        QCOMPARE(nameSlots(readIoiMaterial(shippedIoiMaterial(false))), 5);
    }

    void aTemplateInPieces()
    {
        using enum TemplateMark;
        const auto isPiece = [](const TemplatePiece& piece, const char* text, std::optional<TemplateMark> mark) {
            return piece.text == text && piece.mark == mark;
        };
        const std::vector<TemplatePiece> pieces = piecesOf("At the [PLACE] [NAME][NAME], [OBJ] or [OBJECT]");
        QCOMPARE(pieces.size(), std::size_t(5));
        QVERIFY(isPiece(pieces[0], "At the ", Place) && isPiece(pieces[1], " ", Name) && isPiece(pieces[2], "", Name));
        QVERIFY(isPiece(pieces[3], ", [OBJ] or ", Object) && isPiece(pieces[4], "", std::nullopt));
        QVERIFY(piecesOf("").size() == 1 && isPiece(piecesOf("")[0], "", std::nullopt));
    }

    void theProgramsOwn_data()
    {
        QTest::addColumn<bool>("twoNames");
        QTest::addColumn<int>("slots");
        QTest::addColumn<int>("corruptions");
        QTest::newRow("two people") << true << 3 << 3;
        QTest::newRow("three people") << false << 5 << 5;
    }
    void theProgramsOwn()
    {
        QFETCH(bool, twoNames);
        QFETCH(int, slots);
        QFETCH(int, corruptions);
        const IoiMaterial read = readIoiMaterial(shippedIoiMaterial(twoNames));
        for (const std::string& one : read.templates)
            QCOMPARE(nameSlots(one), slots);
        QCOMPARE(int(read.corruptions.size()), corruptions);
        QCOMPARE(std::set<std::string>(read.names.begin(), read.names.end()).size(), read.names.size());
        QVERIFY(read.templates.size() >= 3 && read.places.size() >= 8 && read.objects.size() >= 8);
    }

    void thePublishedKeys()
    {
        const std::filesystem::path file = MNEMO_SHARED_DATA "/ioi-mamba/ioi.json";
        if (!std::filesystem::exists(file))
            QSKIP("../shared/data is not there");
        const IoiMaterial read = readIoiMaterial(file);
        QCOMPARE(read.templates.size(), std::size_t(4));
        QCOMPARE(read.names.size(), std::size_t(387));
        QCOMPARE(read.places.size(), std::size_t(8));
        QCOMPARE(read.objects.size(), std::size_t(8));
        QVERIFY(read.corruptions == (std::vector<NamePattern>{{"CAB AB C", "DAB AB D"},
                                                              {"ACB AB C", "ADB AB D"},
                                                              {"ABC AB C", "ABD AB D"},
                                                              {"ABC AB C", "ABC AC B"},
                                                              {"ABC AC B", "ABC BC A"}}));
        // The program's own for three people have the published corruptions.
        QVERIFY(readIoiMaterial(shippedIoiMaterial(false)).corruptions == read.corruptions);
    }

    void whatCannotBeUsed_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("says");
        for (const char* key : {"templates", "corruptions", "places", "objects", "names"}) {
            Json json = material();
            json.erase(key);
            bad((std::string("no ") + key).c_str(), json, (std::string("It has no \"") + key + "\"").c_str());
            const std::string noList = std::string("\"") + key + "\" is no list of at least one entry";
            bad((std::string("no list of ") + key).c_str(), with(key, "x"), noList.c_str());
            bad((std::string("an empty list of ") + key).c_str(), with(key, Json::array()), noList.c_str());
        }
        bad("a name that is a number", with("names", {"Ann", 12345}), "An entry of \"names\" is no text: 12345");
        bad("an empty place", with("places", {""}), "An entry of \"places\" is no text: \"\"");
        bad("a pattern without its other side", with("corruptions", Json::array({{{"clean", "BA A B"}}})),
            "A corruption has no \"corrupt\": {\"clean\":\"BA A B\"}");
        bad("a pattern that is a text", with("corruptions", {"BA A B"}), "A corruption has no \"clean\": \"BA A B\"");
        bad("sides of unequal length", corruption("BA A B", "CAB A C"), "\"BA A B | CAB A C\" has not the same number");
        bad("an answer alone", corruption("B", "C"), "\"B | C\" has not the same number of names");
        bad("one name", corruption("A A", "B B"), "\"A A | B B\" has not the same number of names");
        bad("small letters", corruption("ba a b", "ca a c"), "\"ba a b | ca a c\" is not made of the letters A to Z");
        bad("an answer that is named nowhere", corruption("BA A C", "CA A C"),
            "\"BA A C | CA A C\" has an answer that is named nowhere before");
        bad("one answer", corruption("BA A B", "CA B B"), "\"BA A B | CA B B\" has one answer for both sides");
        bad("no name that changes", corruption("BA A B", "BA A A"), "\"BA A B | BA A A\" has the same names");
        bad("a pattern twice",
            with("corruptions", Json::array({material()["corruptions"][0], material()["corruptions"][0]})),
            "\"BA A B | CA A C\" is there twice");
        bad("a template without a corruption",
            with("templates", {"[NAME] met [NAME]. [NAME] saw", "[NAME] met [NAME] and saw"}),
            "No corruption has 2 names, as this template: \"[NAME] met [NAME] and saw\"");
        bad("a template without names", with("templates", {"Somebody saw"}), "No corruption has 0 names");
        bad("a corruption without a template",
            with("corruptions",
                 Json::array({material()["corruptions"][0], {{"clean", "CAB AB C"}, {"corrupt", "DAB AB D"}}})),
            "No template has the 5 names of \"CAB AB C | DAB AB D\"");
        bad("two places", with("templates", {"[PLACE] [PLACE] [NAME] [NAME] [NAME]"}),
            "A template has two places or objects: \"[PLACE] [PLACE]");
        bad("two objects", with("templates", {"[OBJECT] [OBJECT] [NAME] [NAME] [NAME]"}),
            "A template has two places or objects: \"[OBJECT] [OBJECT]");
        bad("a list", Json::array(), "It is no JSON object");
        QTest::newRow("cut short") << QByteArray("{\"templates\": [") << "bad.json";
        QTest::newRow("empty") << QByteArray() << "bad.json";
    }
    void whatCannotBeUsed()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, says);
        const auto file = writeFile(m_folder, "bad.json", text.toStdString());
        VERIFY_REFUSED(readIoiMaterial(file), ErrorCode::Damaged, says.toStdString());
    }

    void longEntriesAreShortened()
    {
        std::string umlauts;
        for (int i = 0; i < 200; ++i)
            umlauts += "ä";
        const auto file = writeFile(m_folder, "long.json", with("templates", {umlauts}).dump());
        const Error error = mnemo::test::refusal([&] { readIoiMaterial(file); });
        QVERIFY2(error.message.size() < 300 && error.message.ends_with("…\"."), error.message.c_str());
    }

    void aFileThatIsNotThere()
    {
        VERIFY_REFUSED(readIoiMaterial(m_folder.filePath("none.json").toStdString()), ErrorCode::NotFound, "none.json");
    }

private:
    QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(TestIoiMaterial)
#include "tst_ioi_material.moc"
