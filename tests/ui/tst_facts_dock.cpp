// SPDX-License-Identifier: GPL-3.0-or-later
// Files of facts: read beside the window, shown, filtered, chosen from.
#include "ui/facts_dock.h"

#include <QComboBox>
#include <QFile>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <filesystem>
#include <tuple>

using namespace mnemo;

namespace {

constexpr int patience = 20'000;  // ms; a bound on hanging, not a measurement

FactFilePtr twoRelations()
{
    Relation place{
        "place", {"{} is in", "You find {} in"}, {}, {{"Louvre Museum", "Paris"}, {"Big Ben", "London"}}, {}};
    Relation sport{"sport", {"{} plays"}, {}, {{"Ann", "chess"}}, {}};
    std::vector<Relation> relations{place, sport};
    return std::make_shared<const FactFile>(
        FactFile{"/facts/two.jsonl", relations, {{"two.jsonl", "line 4", "It has no object."}}, FactBook(relations)});
}

}  // namespace

class TestFactsDock : public QObject
{
    Q_OBJECT

    QTemporaryDir m_folder;
    EngineClient m_engine{EngineCommand{}};  // never started: nothing is answered
    FactKnowledge m_knowledge{m_engine};

    QString write(const QString& name, const QByteArray& bytes) const
    {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
            qFatal("cannot write %s", qPrintable(name));
        return file.fileName();
    }

private Q_SLOTS:
    void badFilesAreRefusedAndGoodRowsKept()
    {
        FactReader reader;
        QSignalSpy read(&reader, &FactReader::fileRead), failed(&reader, &FactReader::failed);
        QFile huge(m_folder.filePath("huge.jsonl"));
        QVERIFY(huge.open(QIODevice::WriteOnly) && huge.resize(1LL << 30));  // sparse: takes no room
        const QByteArray binary(
            "\x7f"
            "ELF\0\1\2\xff\xfe\0",
            10);
        for (const QString& path : {write("empty.csv", {}), write("binary.json", binary), write("binary.csv", binary),
                                    huge.fileName(), m_folder.filePath("none.json")})
            reader.readFile(path);
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 5, patience);
        for (const QList<QVariant>& one : failed) {
            const auto error = one.at(0).value<Error>();
            QVERIFY2(!error.message.empty() && !error.hint.empty(), error.message.c_str());
        }
        reader.readFile(write("some.csv", "subject,object,template\nLouvre Museum,Paris,{} is in\nAnn,,{} plays\n"));
        QTRY_COMPARE_WITH_TIMEOUT(read.size(), 1, patience);
        const auto file = read[0][0].value<FactFilePtr>();
        QCOMPARE(file->facts(), 1);
        QCOMPARE(file->problems.size(), std::size_t(1));
        QCOMPARE(file->name(), QStringLiteral("some.csv"));
    }

    void whateverIsThrownWhileReadingIsSaid()
    {
        const auto listing = [](const QString&, const QString&) -> FactFilePtr {
            throw std::filesystem::filesystem_error("directory iterator", std::make_error_code(std::errc::io_error));
        };
        const auto memory = [](const QString&, const QString&) -> FactFilePtr { throw std::bad_alloc(); };
        for (const auto& [read, code, said] :
             {std::tuple<FactReader::Read, ErrorCode, QString>{listing, ErrorCode::Unreadable, "directory iterator"},
              {memory, ErrorCode::OutOfMemory, "a.csv"}}) {
            FactReader reader(read);
            QSignalSpy failed(&reader, &FactReader::failed);
            reader.readFile("/facts/a.csv");
            reader.readFile("/facts/b.csv");  // the thread has survived
            QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 2, patience);
            const auto error = failed[0][0].value<Error>();
            QVERIFY(error.code == code && !error.hint.empty());
            const QString message = QString::fromStdString(error.message);
            QVERIFY2(message.contains(said) && message.contains("a.csv"), qPrintable(message));
            QVERIFY(failed[1][0].value<Error>().message.find("b.csv") != std::string::npos);
        }
    }

    void theTableIsFilteredByRelationAndText()
    {
        FactsDock dock(m_knowledge);
        dock.addFile(twoRelations());
        const QAbstractItemModel* rows = dock.table()->model();
        QCOMPARE(rows->rowCount(), 3);
        QCOMPARE(dock.findChild<QPlainTextEdit*>("factProblems")->toPlainText(),
                 QStringLiteral("line 4: It has no object."));
        auto* search = dock.findChild<QLineEdit*>("factSearch");
        search->setText("louvre");
        QCOMPARE(rows->rowCount(), 1);
        QCOMPARE(dock.findChild<QLabel*>("factCount")->text(), QStringLiteral("1 of 3 facts"));
        search->setText("CHESS");  // objects, too
        QCOMPARE(rows->index(0, FactTableModel::Subject).data().toString(), QStringLiteral("Ann"));
        dock.findChild<QComboBox*>("factRelation")->setCurrentText("place");
        QCOMPARE(rows->rowCount(), 0);
        search->clear();
        QCOMPARE(rows->rowCount(), 2);
        dock.addFile(twoRelations());  // the same path: replaced, and all of it shown
        QCOMPARE(rows->rowCount(), 3);
        QCOMPARE(dock.findChild<QComboBox*>("factSource")->count(), 1);
    }

    void theChosenSentenceGoesEverywhere()
    {
        FactsDock dock(m_knowledge);
        dock.addFile(twoRelations());
        QVERIFY(dock.experimentParameters() == Json({{"facts", {"/facts/two.jsonl"}}}));
        dock.findChild<QComboBox*>("factRelation")->setCurrentText("place");
        auto* sentences = dock.findChild<QComboBox*>("factTemplate");
        QCOMPARE(sentences->count(), 2);
        sentences->setCurrentIndex(1);
        Q_EMIT sentences->activated(1);
        const Json parameters = dock.experimentParameters();
        QVERIFY(parameters.at("relations") == Json::array({"place"}) && parameters.at("template") == "2");
        QSignalSpy chosen(&dock, &FactsDock::factChosen);
        Q_EMIT dock.table()->activated(dock.table()->model()->index(0, 0));
        QCOMPARE(chosen[0][0].value<ChosenRow>().promptTemplate, QStringLiteral("You find {} in"));
        const std::vector<Relation> saved = dock.chosenFacts();
        QCOMPARE(saved.size(), std::size_t(1));
        QCOMPARE(saved[0].templates, (std::vector<std::string>{"You find {} in", "{} is in"}));
        QCOMPARE(saved[0].samples.size(), std::size_t(2));
    }

    void severalSelectedRowsAreTheChosenOnes()
    {
        FactsDock dock(m_knowledge);
        dock.addFile(twoRelations());
        dock.table()->selectRow(1);
        std::size_t facts = 0;
        for (const Relation& relation : dock.chosenFacts())
            facts += relation.samples.size();
        QCOMPARE(facts, std::size_t(3));  // a single row is only the current one
        dock.table()->selectionModel()->select(dock.table()->model()->index(2, 0),
                                               QItemSelectionModel::Select | QItemSelectionModel::Rows);
        const std::vector<Relation> chosen = dock.chosenFacts();
        QCOMPARE(chosen.size(), std::size_t(2));
        QCOMPARE(chosen[0].samples[0].subject, std::string("Big Ben"));
        QCOMPARE(chosen[1].samples[0].subject, std::string("Ann"));
    }
};

QTEST_MAIN(TestFactsDock)
#include "tst_facts_dock.moc"
