// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/io/io_test.h"

#include "core/io/record_log.h"

#include <sys/resource.h>

#include <csignal>
#include <fstream>

using namespace mnemo;
using namespace io_test;

class TestRecordLog : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void goesOnWhereItStopped()
    {
        const std::filesystem::path path = file("goes-on.jsonl");
        {
            RecordLog log(path, m_header);
            QCOMPARE(log.records().size(), std::size_t(0));
            log.append({{"fact", 1}});
            log.append({{"fact", 2}});
            QCOMPARE(log.records().size(), std::size_t(2));
        }
        RecordLog log(path, m_header);
        QCOMPARE(log.records().size(), std::size_t(2));
        QVERIFY(log.records()[1] == Json({{"fact", 2}}));
        log.append({{"fact", 3}});
        QVERIFY(readFile(path).ends_with("{\"fact\":2}\n{\"fact\":3}\n"));
    }

    /// Killed while it wrote: whatever is there of the last line goes, at every length.
    void aHalfWrittenLineIsCutOff()
    {
        const std::filesystem::path path = file("killed.jsonl");
        {
            RecordLog log(path, m_header);
            log.append({{"fact", 1}});
        }
        const std::string whole = readFile(path), next = "{\"fact\":2}";
        for (std::size_t length = 1; length <= next.size(); ++length) {
            std::ofstream(path, std::ios::binary) << whole << next.substr(0, length);
            {
                RecordLog log(path, m_header);
                QCOMPARE(log.records().size(), std::size_t(1));
            }
            QCOMPARE(readFile(path), whole);
        }
        const std::string half = whole.substr(0, 5);  // not even the first line
        std::ofstream(path, std::ios::binary) << half;
        RecordLog log(path, m_header);
        QCOMPARE(log.records().size(), std::size_t(0));
        QVERIFY(readFile(path).starts_with(m_header.dump() + "\n"));
    }

    void otherRecordsAreRefused()
    {
        const std::filesystem::path path = file("other.jsonl");
        {
            RecordLog log(path, m_header);
            log.append({{"fact", 1}});
        }
        const std::string before = readFile(path);
        Json other = m_header;
        other["window"] = 3;
        VERIFY_REFUSED(RecordLog(path, other), ErrorCode::Usage, "\"window\" differs");
        QCOMPARE(readFile(path), before);
    }

    void damageNamesItsLine()
    {
        const std::filesystem::path path = file("damaged.jsonl");
        const std::string text = m_header.dump() + "\n{\"fact\":1}\nnonsense\n";
        std::ofstream(path, std::ios::binary) << text;
        VERIFY_REFUSED(RecordLog(path, m_header), ErrorCode::Damaged, "Line 3");
        QCOMPARE(readFile(path), text);
    }

    void oneWriterAtATime()
    {
        const std::filesystem::path path = file("busy.jsonl");
        const RecordLog log(path, m_header);
        VERIFY_REFUSED(RecordLog(path, m_header), ErrorCode::WriteFailed, "Another program");
    }

    void aFolderThatIsNotThere()
    {
        VERIFY_REFUSED(RecordLog(file("none/x.jsonl"), m_header), ErrorCode::WriteFailed, "x.jsonl");
    }

    /// A full disk leaves the file as it was before the record.
    void aFullDisk()
    {
        const std::filesystem::path path = file("full.jsonl");
        RecordLog log(path, m_header);
        log.append({{"fact", 1}});
        const std::string before = readFile(path);
        rlimit old{};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &old), 0);
        std::signal(SIGXFSZ, SIG_IGN);
        const rlimit full{before.size() + 5, old.rlim_max};
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &full), 0);
        const Error error = mnemo::test::refusal([&] { log.append({{"fact", 2}}); });
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &old), 0);
        QCOMPARE(error.code, ErrorCode::WriteFailed);
        QCOMPARE(readFile(path), before);
        log.append({{"fact", 2}});  // there is room again
        QCOMPARE(log.records().size(), std::size_t(2));
    }

    void whatIsNoFile()
    {
        VERIFY_REFUSED(RecordLog("/dev/zero", m_header), ErrorCode::WriteFailed, "/dev/zero");
        VERIFY_REFUSED(RecordLog(file("."), m_header), ErrorCode::WriteFailed, "written");
    }

    void filesAreMerged()
    {
        const auto put = [this](const char* name, const std::string& text) {
            std::ofstream(file(name), std::ios::binary) << text;
            return file(name);
        };
        const std::string header = m_header.dump() + "\n";
        const auto a = put("a.jsonl", header + "{\"fact\":1}\n{\"fact\":2}\n{\"fac");  // killed while writing
        const auto b = put("b.jsonl", header + "{\"fact\":2}\n{\"fact\":3}\n");
        const MergedRecords merged = mergeRecords({a, b}, file("all.jsonl"));
        QCOMPARE(merged.records, 3);
        QCOMPARE(merged.repeated, 1);
        QCOMPARE(readFile(file("all.jsonl")), header + "{\"fact\":1}\n{\"fact\":2}\n{\"fact\":3}\n");
        QCOMPARE(RecordLog(file("all.jsonl"), m_header).records().size(), std::size_t(3));
        mergeRecords({a, b}, a);  // into one of them
        QCOMPARE(readFile(a), readFile(file("all.jsonl")));

        const auto other = put("other.jsonl", R"({"schema":"mnemo.test/1","window":3})"
                                              "\n");
        VERIFY_REFUSED(mergeRecords({b, other}, file("no.jsonl")), ErrorCode::Usage, "\"window\" differs");
        VERIFY_REFUSED(mergeRecords({b, put("none.jsonl", "")}, file("no.jsonl")), ErrorCode::Damaged, "none.jsonl");
        VERIFY_REFUSED(mergeRecords({b, put("odd.jsonl", header + "x\n")}, file("no.jsonl")), ErrorCode::Damaged,
                       "Line 2");
        VERIFY_REFUSED(mergeRecords({b, file("absent.jsonl")}, file("no.jsonl")), ErrorCode::NotFound, "absent.jsonl");
        VERIFY_REFUSED(mergeRecords({b}, file("none/no.jsonl")), ErrorCode::WriteFailed, "none");
        QVERIFY(!std::filesystem::exists(file("no.jsonl")));
    }

private:
    std::filesystem::path file(const QString& name) const { return m_folder.filePath(name).toStdString(); }

    QTemporaryDir m_folder;
    const Json m_header{{"schema", "mnemo.test/1"}, {"window", 2}};
};

QTEST_APPLESS_MAIN(TestRecordLog)
#include "tst_record_log.moc"
