// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/framing.h"

#include <QtTest>
#include <random>

using namespace mnemo;

namespace {

/// Bodies in brackets, faults as "!": "[{}] ! [x]"
std::string show(const std::vector<FrameReader::Item>& items)
{
    std::string text;
    for (const FrameReader::Item& item : items) {
        const auto* body = std::get_if<std::string>(&item);
        text += (text.empty() ? "" : " ") + (body ? "[" + *body + "]" : std::string("!"));
    }
    return text;
}

void append(std::vector<FrameReader::Item>& items, std::vector<FrameReader::Item> more)
{
    items.insert(items.end(), more.begin(), more.end());
}

std::string firstFault(const std::vector<FrameReader::Item>& items)
{
    for (const FrameReader::Item& item : items)
        if (const auto* error = std::get_if<Error>(&item))
            return error->code == ErrorCode::BadMessage ? error->message : "wrong code";
    return "none";
}

}  // namespace

class TestFraming : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void readsWhatIsWritten()
    {
        FrameReader reader;
        const std::string utf8 = "{\"text\":\"Zürich 東京\"}";
        QCOMPARE(writeFrame("{}"), std::string("Content-Length: 2\r\n\r\n{}"));
        QCOMPARE(show(reader.feed(writeFrame(utf8) + writeFrame("") + writeFrame("b"))), "[" + utf8 + "] [] [b]");
        QVERIFY(!reader.midMessage());
    }

    void everyCutOfTheStreamGivesTheSame()
    {
        const std::string stream = writeFrame("first") + "noise Content-Length: 6\r\n\r\nsecond" +
                                   "Content-Type: x\r\nContent-Length: 5\r\n\r\nthird" + "Content-Length: 99\r\n\r\n" +
                                   std::string(99, 'z') + writeFrame("fourth");
        const std::string expected = "[first] ! [second] [third] ! [fourth]";
        for (std::size_t step = 1; step < stream.size(); ++step) {
            FrameReader reader(50);
            std::vector<FrameReader::Item> items;
            for (std::size_t i = 0; i < stream.size(); i += step)
                append(items, reader.feed(std::string_view(stream).substr(i, step)));
            QVERIFY2(show(items) == expected, (std::to_string(step) + ": " + show(items)).c_str());
        }
    }

    void faultsAreNamedAndPassedOver_data()
    {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("message");
        const auto row = [](const char* name, const std::string& bytes, const char* message) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << QString::fromUtf8(message);
        };
        row("no length", "Content-Type: json\r\n\r\n{\"a\":1}", "A header without Content-Length");
        row("negative", "Content-Length: -5\r\n\r\n{\"a\":1}", "Content-Length is no number of bytes: \" -5\"");
        row("word", "Content-Length: many\r\n\r\n{\"a\":1}", "Content-Length is no number of bytes: \" many\"");
        row("empty", "Content-Length:\r\n\r\n{\"a\":1}", "Content-Length is no number of bytes");
        row("beyond 64 bits", "Content-Length: 99999999999999999999999\r\n\r\n{}", "Content-Length is no number");
        row("too large", "Content-Length: 2000000\r\n\r\n" + std::string(2000000, ' '), "2000000 bytes is larger");
        row("garbage", "hello there", "Bytes before a header: \"hello there");
        row("garbage lines", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "A header without Content-Length");
        row("binary", std::string(300, '\0') + "\xff\xfe", "Bytes before a header: \"????");
        row("long header", std::string(100000, 'x'), "A header is longer than 8192 bytes: \"xxx");
    }
    void faultsAreNamedAndPassedOver()
    {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, message);
        FrameReader reader(1000000);
        std::vector<FrameReader::Item> items;
        append(items, reader.feed(bytes.toStdString()));
        append(items, reader.feed(writeFrame("next")));
        append(items, reader.feed(writeFrame("and next")));
        QCOMPARE(show(items), std::string("! [next] [and next]"));  // one fault, then all goes on
        QVERIFY2(firstFault(items).find(message.toStdString()) != std::string::npos, firstFault(items).c_str());
    }

    void theCaseOfTheFieldDoesNotMatter()
    {
        FrameReader reader;
        QCOMPARE(show(reader.feed("content-length:2\r\n\r\n{}CONTENT-LENGTH:  2 \r\n\r\n[]")),
                 std::string("[{}] [[]]"));
    }

    void aGigabyteIsSkippedUnread()
    {
        FrameReader reader;
        const std::uint64_t size = std::uint64_t(1) << 30;
        std::vector<FrameReader::Item> items = reader.feed("Content-Length: " + std::to_string(size) + "\r\n\r\n");
        QCOMPARE(show(items), std::string("!"));
        const std::string chunk(1 << 20, 'x');
        std::size_t most = 0;
        for (std::uint64_t sent = 0; sent < size; sent += chunk.size()) {
            append(items, reader.feed(chunk));
            most = std::max(most, reader.buffered());
        }
        QVERIFY2(most < 64 * 1024, std::to_string(most).c_str());
        append(items, reader.feed(writeFrame("after")));
        QCOMPARE(show(items), std::string("! [after]"));
    }

    void anAnnouncedBodyIsNotAllocatedBeforeItComes()
    {
        FrameReader reader;
        QVERIFY(reader.feed("Content-Length: 67108864\r\n\r\nonly this").empty());
        QVERIFY(reader.buffered() < 64 * 1024);
        QVERIFY(reader.midMessage());
    }

    /// Whatever comes, in whatever pieces: nothing but bodies and faults, little memory, and a frame after enough
    /// padding to end any frame the noise began is read.
    void randomBytesDoNoHarm()
    {
        std::mt19937 random(20241);
        const std::vector<std::string> words{"Content-Length: ",
                                             "Content-Length: 3\r\n\r\n",
                                             "\r\n",
                                             "\r\n\r\n",
                                             "12",
                                             "-1",
                                             "{}",
                                             "\0",
                                             "content-",
                                             "length:",
                                             ":",
                                             "\r",
                                             "\n",
                                             "é",
                                             "7",
                                             "  \t"};
        int bodies = 0;
        int faults = 0;
        for (int round = 0; round < 300; ++round) {
            FrameReader reader(100);
            std::vector<FrameReader::Item> items;
            for (int piece = 0; piece < 200; ++piece) {
                std::string bytes;
                for (std::size_t n = random() % 6; n > 0; --n)
                    bytes += random() % 3 ? words[random() % words.size()] : std::string(1, char(random() % 256));
                append(items, reader.feed(bytes));
                QVERIFY(reader.buffered() < 64 * 1024);
            }
            for (const FrameReader::Item& item : items) {
                const auto* body = std::get_if<std::string>(&item);
                bodies += body ? 1 : 0;
                faults += body ? 0 : 1;
                QVERIFY(!body || body->size() <= 100);
            }
            reader = FrameReader(100);
            QCOMPARE(show(reader.feed(writeFrame("still here"))), std::string("[still here]"));
        }
        QVERIFY2(bodies > 100 && faults > 100, "the noise must reach both outcomes, or the test shows nothing");
    }

    void randomSplitsOfManyFramesGiveThemAll()
    {
        std::mt19937 random(7);
        std::string stream;
        std::string expected;
        for (int i = 0; i < 400; ++i) {
            const std::string body(random() % 300, char('a' + i % 26));
            stream += writeFrame(body);
            expected += (i ? " [" : "[") + body + "]";
        }
        FrameReader reader;
        std::vector<FrameReader::Item> items;
        for (std::size_t i = 0; i < stream.size();) {
            const std::size_t n = random() % 97;
            append(items, reader.feed(std::string_view(stream).substr(i, n)));
            i += n;
        }
        QCOMPARE(show(items), expected);
    }
};

QTEST_APPLESS_MAIN(TestFraming)
#include "tst_framing.moc"
