// SPDX-License-Identifier: GPL-3.0-or-later
// What a window had not saved when its process ended.
#include "core/io/autosave.h"

#include "core/data/error.h"
#include "core/io/process_id.h"
#include "tests/io/io_test.h"

#include <QProcess>
#include <cstring>
#include <fstream>

using namespace mnemo;

namespace {

Session session(const char* note)
{
    Session made;
    made.document["notes"] = {note};
    return made;
}

/// The same as a process that is gone had written it.
void giveToTheDead(const std::filesystem::path& owner)
{
    std::ifstream file(owner);
    Json json = Json::parse(file);
    json["process"]["started"] = json["process"]["started"].get<std::uint64_t>() + 1;  // the number is someone else's
    file.close();
    std::ofstream(owner) << json.dump();
}

std::filesystem::path ownerOf(std::filesystem::path file)
{
    return file.replace_extension(".json");
}

}  // namespace

class TestAutosave : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aProcessIsKnownFromOthersOfItsNumber()
    {
        const ProcessId own = thisProcess();
        QVERIFY(own.pid > 0 && own.started > 0 && !own.boot.empty());
        QVERIFY(isRunning(own));
        QVERIFY(processFrom(own.toJson()) == own);
        ProcessId other = own;
        ++other.started;
        QVERIFY(!isRunning(other));
        other = own;
        other.boot = "another";
        QVERIFY(!isRunning(other));
        QProcess child;
        child.start("/bin/sleep", {"60"});
        QVERIFY(child.waitForStarted());
        other = own;
        other.pid = child.processId();
        other.started = 0;  // nobody can tell
        QVERIFY(isRunning(other));
        child.kill();
        QVERIFY(child.waitForFinished());
        QVERIFY(!isRunning(other));
        for (const Json& odd : {Json(), Json(7), Json{{"pid", "x"}}, Json{{"pid", 1}, {"started", -1}, {"boot", ""}}})
            QVERIFY(!processFrom(odd));
    }

    void onlyWhatTheDeadLeftIsOffered()
    {
        QTemporaryDir folder;
        const std::filesystem::path place = folder.filePath("deep/autosave").toStdString();
        QVERIFY(leftBehind(place).empty());
        Autosave mine(place), theirs(place), older(place);
        QVERIFY(mine.file() != theirs.file());
        mine.save(session("mine"), {});
        older.save(session("older"), {});
        theirs.save(session("first"), "/home/someone/facts.mnemo");
        theirs.save(session("theirs"), "/home/someone/facts.mnemo");
        QVERIFY(leftBehind(place).empty());  // we are alive
        giveToTheDead(ownerOf(theirs.file()));
        giveToTheDead(ownerOf(older.file()));
        std::filesystem::last_write_time(older.file(),
                                         std::filesystem::last_write_time(theirs.file()) - std::chrono::hours(1));
        const std::vector<LeftBehind> left = leftBehind(place);
        QCOMPARE(left.size(), std::size_t(2));
        QVERIFY(left[0].session == theirs.file() && left[0].original == "/home/someone/facts.mnemo");
        QVERIFY(left[1].session == older.file() && left[1].original.empty());
        discard(left[1]);
        QCOMPARE(leftBehind(place).size(), std::size_t(1));
        QVERIFY(!std::filesystem::exists(ownerOf(older.file())));
        QVERIFY(readSession(mine.file()).document.at("notes") == Json({"mine"}));
    }

    void whatIsAdoptedIsNotLostInBetween()
    {
        QTemporaryDir folder;
        const std::filesystem::path place = folder.path().toStdString();
        Autosave theirs(place);
        theirs.save(session("theirs"), "/x/y.mnemo");
        giveToTheDead(ownerOf(theirs.file()));
        const LeftBehind left = leftBehind(place).front();
        Autosave mine(place), slower(place);
        QVERIFY(readSession(mine.adopt(left)).document.at("notes") == Json({"theirs"}));
        QVERIFY(leftBehind(place).empty());
        VERIFY_REFUSED(slower.adopt(left), ErrorCode::NotFound, "another window");
        QVERIFY(leftBehind(place).empty());
        giveToTheDead(ownerOf(mine.file()));  // killed before its first own save
        QCOMPARE(leftBehind(place).size(), std::size_t(1));
        QVERIFY(leftBehind(place).front().original == "/x/y.mnemo");
        mine.remove();
        QVERIFY(std::filesystem::is_empty(place));
    }

    void strangeFilesAreLeftAlone()
    {
        QTemporaryDir folder;
        const std::filesystem::path place = folder.path().toStdString();
        for (const char* text : {"", "{", "7", "{}", R"({"process": 3, "original": ""})", R"({"process": {"pid": 1}})"})
            io_test::writeFile(folder, QString("odd%1.json").arg(std::strlen(text)), text);
        io_test::writeFile(folder, "alone.mnemo", "no owner");
        QVERIFY(leftBehind(place).empty());
        QVERIFY(std::filesystem::exists(place / "alone.mnemo"));
        Autosave empty(place);
        empty.save(session("x"), {});
        giveToTheDead(ownerOf(empty.file()));
        std::filesystem::remove(empty.file());  // killed between the two files
        QVERIFY(leftBehind(place).empty());
        QVERIFY(!std::filesystem::exists(ownerOf(empty.file())));
    }

    void aFolderThatCannotBeWrittenIsSaid()
    {
        Autosave nowhere("/proc/mnemoscope");
        VERIFY_REFUSED(nowhere.save(session("x"), {}), ErrorCode::WriteFailed, "/proc/mnemoscope");
    }
};

QTEST_GUILESS_MAIN(TestAutosave)
#include "tst_autosave.moc"
