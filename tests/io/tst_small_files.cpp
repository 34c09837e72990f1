// SPDX-License-Identifier: GPL-3.0-or-later
// UTF-8, strict JSON, NumPy arrays, atomic writing.
#include "core/io/atomic_file.h"
#include "core/io/npy.h"
#include "core/io/sha256.h"
#include "core/io/strict_json.h"
#include "core/io/utf8.h"

#include "tests/io/io_test.h"

#include <sys/stat.h>
#include <unistd.h>

using namespace mnemo;
using io_test::readFile;
using io_test::writeFile;

namespace {

/// An .npy file with this dictionary and this many bytes of data.
std::string npyBytes(const std::string& dictionary, std::size_t data)
{
    std::string bytes("\x93NUMPY\x01\x00", 8);
    bytes += char(dictionary.size() & 0xFF);
    bytes += char(dictionary.size() >> 8);
    return bytes + dictionary + std::string(data, '\0');
}

}  // namespace

class TestSmallFiles : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void utf8GoesThereAndBack()
    {
        const std::string text = "aé\u4e2d\U0001F600";
        QCOMPARE(decodeUtf8(text).size(), std::size_t(4));
        QCOMPARE(encodeUtf8(decodeUtf8(text)), text);
        QCOMPARE(repairUtf8(text), text);
    }

    /// One U+FFFD (here "?") for each maximal broken part: the answers are Python's, decode("utf-8", "replace").
    void brokenUtf8IsRepaired()
    {
        const std::vector<std::pair<std::string, QString>> rows{{"\xFF", "?"},
                                                                {"\xC0\x80", "??"},
                                                                {"\xED\xA0\x80", "???"},
                                                                {"\xF4\x90\x80\x80", "????"},
                                                                {"a\xE4\xB8", "a?"},
                                                                {"\xE4\xB8"
                                                                 "x",
                                                                 "?x"},
                                                                {"\xF0\x9F\x98", "?"},
                                                                {"\x80\x80", "??"},
                                                                {"\xC3\xC3\xA9", "?é"},
                                                                {"\xE0\x80\x80", "???"},
                                                                {"\xF8\x88\x80\x80\x80", "?????"}};
        for (const auto& [bytes, expected] : rows)
            QCOMPARE(QString::fromStdString(repairUtf8(bytes)).replace(QChar::ReplacementCharacter, '?'), expected);
    }

    void strictJsonKeepsOrderAndRefusesDuplicates()
    {
        QCOMPARE(parseStrictOrdered(R"({"b":1,"a":[{"x":1},{"x":2}]})", "f").dump(),
                 std::string(R"({"b":1,"a":[{"x":1},{"x":2}]})"));
        VERIFY_REFUSED(parseStrict(R"({"a":{"x":1,"x":2}})", "the file"), ErrorCode::Damaged, "the file");
        VERIFY_REFUSED(parseStrict("", "f"), ErrorCode::Damaged, "JSON");
        std::string many = "{\"0\":0";
        for (int i = 1; i < 30000; ++i)
            many += ",\"" + std::to_string(i) + "\":0";
        QCOMPARE(parseStrict(many + "}", "f").size(), std::size_t(30000));
        VERIFY_REFUSED(parseStrictOrdered(many + "}", "f"), ErrorCode::Damaged, "keys");
    }

    void sha256OfKnownTexts()
    {
        QCOMPARE(sha256("abc"), std::string("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        Sha256 pieces;
        pieces.add("a");
        pieces.add("bc");
        QCOMPARE(pieces.hex(), sha256("abc"));
    }

    void arraysGoThereAndBack()
    {
        const std::filesystem::path path = m_folder.filePath("a.npy").toStdString();
        for (const std::vector<std::int64_t>& shape : {std::vector<std::int64_t>{2, 3}, {6}, {}, {0, 4}, {1, 2, 3}}) {
            std::int64_t size = 1;
            for (const std::int64_t extent : shape)
                size *= extent;
            const HostTensor tensor{shape, std::vector<float>(std::size_t(size), 1.5F)};
            writeNpy(path, tensor);
            QCOMPARE(readNpy(path).shape, shape);
            QCOMPARE(readNpy(path).values, tensor.values);
            const std::string bytes = readFile(path);
            QVERIFY((bytes.size() - 4 * tensor.values.size()) % 64 == 0);
        }
        const std::vector<double> wide{0.1, -1e300};
        writeNpy(path, {2}, wide);
        std::vector<std::int64_t> shape;
        QCOMPARE(readNpyDoubles(path, shape), wide);
        QCOMPARE(shape, (std::vector<std::int64_t>{2}));
        QCOMPARE(readNpy(path).values[0], 0.1F);
    }

    /// As numpy.save writes them, one value and none after the last comma.
    void readsNumpysOwnHeaders()
    {
        const auto path = writeFile(m_folder, "n.npy",
                                    npyBytes("{'descr': '<f4', 'fortran_order': False, 'shape': (3,), }      \n", 12));
        QCOMPARE(readNpy(path).shape, (std::vector<std::int64_t>{3}));
        const auto other =
            writeFile(m_folder, "n.npy", npyBytes("{'shape': (1, 2), 'fortran_order': False, 'descr': '<f8'}", 16));
        QCOMPARE(readNpy(other).shape, (std::vector<std::int64_t>{1, 2}));
    }

    void refusesHostileArrays_data()
    {
        QTest::addColumn<QString>("dictionary");
        QTest::addColumn<int>("bytes");
        const auto row = [](const char* name, const char* dictionary, int bytes) {
            QTest::newRow(name) << dictionary << bytes;
        };
        row("empty", "", 0);
        row("no shape", "{'descr': '<f4', 'fortran_order': False}", 0);
        row("no order", "{'descr': '<f4', 'shape': (1,)}", 4);
        row("by columns", "{'descr': '<f4', 'fortran_order': True, 'shape': (1,)}", 4);
        row("integers", "{'descr': '<i4', 'fortran_order': False, 'shape': (1,)}", 4);
        row("big-endian", "{'descr': '>f4', 'fortran_order': False, 'shape': (1,)}", 4);
        row("objects", "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", 4);
        row("negative", "{'descr': '<f4', 'fortran_order': False, 'shape': (-1,)}", 4);
        row("text in the shape", "{'descr': '<f4', 'fortran_order': False, 'shape': (a,)}", 4);
        row("overflow", "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4)}", 0);
        row("too many digits", "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}", 0);
        row("open tuple", "{'descr': '<f4', 'fortran_order': False, 'shape': (1,", 4);
        row("too short", "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", 4);
        row("too long", "{'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", 8);
        row("ends with a key", "{'descr'", 0);
    }
    void refusesHostileArrays()
    {
        QFETCH(QString, dictionary);
        QFETCH(int, bytes);
        const auto path = writeFile(m_folder, "h.npy", npyBytes(dictionary.toStdString(), std::size_t(bytes)));
        VERIFY_REFUSED(readNpy(path), ErrorCode::Damaged, "h.npy");
    }

    void refusesEveryTruncatedArray()
    {
        const std::string whole = npyBytes("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n", 8);
        for (std::size_t length = 0; length < whole.size(); ++length)
            VERIFY_REFUSED(readNpy(writeFile(m_folder, "t.npy", whole.substr(0, length))), ErrorCode::Damaged, "t.npy");
    }

    void atomicFilesAppearWholeOrNotAtAll()
    {
        const std::filesystem::path path = writeFile(m_folder, "sub/x", "old");
        {
            AtomicFile file(path);
            file.write("half");
        }
        QCOMPARE(readFile(path), std::string("old"));
        writeFileAtomically(path, "new");
        QCOMPARE(readFile(path), std::string("new"));
        QCOMPARE(QDir(m_folder.filePath("sub")).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot),
                 QStringList{"x"});
    }

    /// Of writers that were killed; not those of one that still writes, and nothing that only looks alike.
    void atomicFilesClearUpWhatWasLeft()
    {
        const std::filesystem::path path = writeFile(m_folder, "left/x", "old");
        for (const char* name : {".x.17.part", ".x.part", ".x.1a.part", ".y.17.part", "x.17.part", ".x.17.part2"})
            writeFile(m_folder, QString("left/") + name, "");
        AtomicFile writing(path);
        writing.write("of the one that still writes");
        writeFileAtomically(path, "new");
        QCOMPARE(readFile(path), std::string("new"));
        QVERIFY(!std::filesystem::exists(path.parent_path() / ".x.17.part"));
        for (const char* name : {".x.part", ".x.1a.part", ".y.17.part", "x.17.part", ".x.17.part2"})
            QVERIFY2(std::filesystem::exists(path.parent_path() / name), name);
        writing.commit();
        QCOMPARE(readFile(path), std::string("of the one that still writes"));
    }

    void atomicFilesKeepPermissionsAndLinks()
    {
        const std::filesystem::path path = writeFile(m_folder, "real", "old");
        QVERIFY(::chmod(path.c_str(), 0640) == 0);
        const std::filesystem::path link = m_folder.filePath("link").toStdString();
        std::filesystem::create_symlink("real", link);
        writeFileAtomically(link, "new");
        QCOMPARE(readFile(path), std::string("new"));
        QVERIFY(std::filesystem::is_symlink(link));
        QCOMPARE(int(std::filesystem::status(path).permissions()), 0640);
    }

    void failedWritesNameTheFolder()
    {
        const std::filesystem::path folder = m_folder.path().toStdString();
        VERIFY_REFUSED(writeFileAtomically(folder / "none/x", ""), ErrorCode::WriteFailed, "none");
        VERIFY_REFUSED(writeFileAtomically(folder, ""), ErrorCode::WriteFailed, "directory");
        VERIFY_REFUSED(writeFileAtomically("/dev/full/x", ""), ErrorCode::WriteFailed, "/dev/full");
    }

    void readOnlyFoldersAreNamed()
    {
        if (::geteuid() == 0)
            QSKIP("root may write to read-only folders");
        const std::filesystem::path readOnly = m_folder.filePath("read-only").toStdString();
        std::filesystem::create_directory(readOnly);
        QVERIFY(::chmod(readOnly.c_str(), 0500) == 0);
        VERIFY_REFUSED(writeFileAtomically(readOnly / "x", ""), ErrorCode::WriteFailed, "read-only");
    }

private:
    QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(TestSmallFiles)
#include "tst_small_files.moc"
