// SPDX-License-Identifier: GPL-3.0-or-later
// Notes in a session.
#include "core/io/session_notes.h"
#include "tests/io/io_test.h"

using namespace mnemo;

class TestSessionNotes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void goThereAndBack()
    {
        Session session;
        auto run = std::make_shared<Result>();
        run->kind = "predict";
        run->model = run->parameters = run->head = run->provenance = Json::object();
        session.results = {run, run};
        const std::vector<SessionNote> notes{
            {"Strange.", "2026-01-02T03:04:05Z", 1, "h", 5, 0, "Big Ben · h, layer 5, ·Big", {{"x-colour", "red"}}},
            {"", "2026-01-02T03:04:06Z", std::nullopt, "", -1, -1, "", Json::object()}};
        setSessionNotes(session, notes);
        QTemporaryDir folder;
        const std::filesystem::path file = folder.filePath("s.mnemo").toStdString();
        writeSession(session, file);
        Session read = readSession(file);
        QVERIFY(sessionNotes(read) == notes);
        setSessionNotes(read, {});
        QVERIFY(!read.document.contains("notes"));
    }

    void whatIsNoneIsLeftOut()
    {
        Session session;
        session.document["notes"] = {3, nullptr, "plain", {{"text", 7}, {"run", 9}, {"layer", "x"}, {"token", 1e300}}};
        const std::vector<SessionNote> notes = sessionNotes(session);
        QCOMPARE(notes.size(), std::size_t(2));
        QCOMPARE(notes[0].text, std::string("plain"));
        QVERIFY(notes[1].text.empty() && !notes[1].run && notes[1].layer == -1 && notes[1].token == -1);
        session.document["notes"] = "one text";
        QCOMPARE(sessionNotes(session).front().text, std::string("one text"));
        session.document = 7;
        QVERIFY(sessionNotes(session).empty());
        setSessionNotes(session, {{.text = "now"}});
        QCOMPARE(sessionNotes(session).size(), std::size_t(1));
    }
};

QTEST_GUILESS_MAIN(TestSessionNotes)
#include "tst_session_notes.moc"
