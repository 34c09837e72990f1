// SPDX-License-Identifier: GPL-3.0-or-later
// The list of facts filtered by what the model knows: all are asked, in the background, and what is seen stays true.
#include "tests/ui/fake_engine.h"
#include "ui/facts_dock.h"

#include <QApplication>
#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSignalSpy>
#include <QTableView>
#include <QTest>
#include <cstring>

using namespace mnemo;

namespace {

constexpr int patience = 60'000;  // ms; a bound on hanging, not a measurement

/// The fake model says "none": a third of the objects strictly, a third leniently, a third not at all.
FactFilePtr factsOf(int count)
{
    const std::array<std::string, 3> objects{"none", "nonesuch", "chess"};
    Relation relation{"plays", {"{}"}, {}, {}, {}};
    for (int fact = 0; fact < count; ++fact)
        relation.samples.push_back({"Ann " + std::to_string(fact), objects[std::size_t(fact % 3)]});
    return std::make_shared<const FactFile>(
        FactFile{"/facts/" + QString::number(count), {relation}, {}, FactBook({relation})});
}

}  // namespace

class TestFactAsking : public QObject
{
    Q_OBJECT

    EngineClient m_engine{{QCoreApplication::applicationFilePath(), {"--fake-engine", "good"}}};
    std::unique_ptr<FactKnowledge> m_knowledge;
    std::unique_ptr<FactsDock> m_dock;

    void load()
    {
        QSignalSpy loaded(&m_engine, &EngineClient::modelLoaded);
        m_engine.loadModel("fake");
        QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, patience);
    }

    void show(const FactFilePtr& file)
    {
        m_dock->addFile(file);
        m_dock->resize(400, 400);
        m_dock->show();
    }

    void want(KnownAs known) const
    {
        auto* choice = m_dock->findChild<QComboBox*>("factKnown");
        choice->setCurrentIndex(choice->findData(int(known)));
    }

    QString count() const { return m_dock->findChild<QLabel*>("factCount")->text(); }
    int rows() const { return m_dock->table()->model()->rowCount(); }
    QPushButton* stop() const { return m_dock->findChild<QPushButton*>("stopAsking"); }
    int asked() const { return m_dock->findChild<QProgressBar*>("factsAsked")->value(); }

private Q_SLOTS:
    void initTestCase()
    {
        m_engine.start();
        load();
    }

    void init()
    {
        m_knowledge = std::make_unique<FactKnowledge>(m_engine);
        m_dock = std::make_unique<FactsDock>(*m_knowledge);
    }

    void cleanup()
    {
        m_dock.reset();
        m_knowledge.reset();
    }

    void everyAnswerIsCounted()
    {
        show(factsOf(300));
        want(KnownAs::Lenient);
        QTRY_COMPARE_WITH_TIMEOUT(count(), QStringLiteral("200 of 300 asked known"), patience);
        QCOMPARE(rows(), 200);
        QTRY_VERIFY_WITH_TIMEOUT(!stop()->isVisible(), patience);
        QSignalSpy submitted(&m_engine, &EngineClient::jobSubmitted);
        want(KnownAs::Strict);
        QTRY_COMPARE_WITH_TIMEOUT(count(), QStringLiteral("100 of 300 asked known"), patience);
        QCOMPARE(rows(), 100);
        want(KnownAs::NotKnown);
        QTRY_COMPARE_WITH_TIMEOUT(count(), QStringLiteral("100 of 300 asked not known"), patience);
        QCOMPARE(m_dock->table()->model()->index(0, FactTableModel::Object).data().toString(), QStringLiteral("chess"));
        want(KnownAs::NotAsked);
        QCOMPARE(rows(), 0);
        QCOMPARE(submitted.size(), 0);  // all was known
        want(KnownAs::Any);
        QCOMPARE(count(), QStringLiteral("300 facts"));
    }

    void onlyFactsOfTheSearchAreAsked()
    {
        show(factsOf(300));
        m_dock->findChild<QLineEdit*>("factSearch")->setText("Ann 29");
        want(KnownAs::Strict);
        QTRY_COMPARE_WITH_TIMEOUT(count(), QStringLiteral("3 of 11 asked known"), patience);  // 29, 290 … 299
        m_dock->findChild<QLineEdit*>("factSearch")->setText("Ann 1");
        QTRY_COMPARE_WITH_TIMEOUT(count(), QStringLiteral("36 of 111 asked known"), patience);
    }

    void whatCannotBeAnsweredIsPassedOver()
    {
        auto file = std::make_shared<FactFile>(*factsOf(40));
        file->relations[0].samples[1].subject = "refused";
        show(file);
        want(KnownAs::Lenient);
        QTRY_VERIFY_WITH_TIMEOUT(count() == "26 of 39 asked known" && !stop()->isVisible(), patience);
        want(KnownAs::NotAsked);
        QCOMPARE(rows(), 1);
        QCOMPARE(count(), QStringLiteral("1 of 40 not asked yet"));
    }

    void aFactThatStandsThereTwiceIsAskedOnce()
    {
        auto file = std::make_shared<FactFile>(*factsOf(6));
        const std::vector<FactSample> once = file->relations[0].samples;
        file->relations[0].samples.insert(file->relations[0].samples.end(), once.begin(), once.end());
        QSignalSpy submitted(&m_engine, &EngineClient::jobSubmitted);
        show(file);
        want(KnownAs::Lenient);
        QTRY_COMPARE_WITH_TIMEOUT(count(), QStringLiteral("8 of 12 asked known"), patience);
        QCOMPARE(submitted.size(), 6);
    }

    void manyFactsAreAskedAFewAtATimeUntilStopped()
    {
        constexpr int all = 20'000;
        show(factsOf(all));
        want(KnownAs::NotKnown);
        QSignalSpy submitted(&m_engine, &EngineClient::jobSubmitted);
        QTRY_VERIFY_WITH_TIMEOUT(asked() > 100, patience);
        QTest::mouseClick(stop(), Qt::LeftButton);
        QCOMPARE(stop()->text(), QStringLiteral("Go on"));
        const qsizetype before = submitted.size();
        want(KnownAs::NotAsked);  // now nobody waits, seen or not
        QSignalSpy idle(m_knowledge.get(), &FactKnowledge::idle);
        QTRY_VERIFY_WITH_TIMEOUT(!idle.isEmpty(), patience);
        QVERIFY(submitted.size() <= before + 1);
        QVERIFY(rows() < all && rows() > all - int(before) - 100);
        QVERIFY(!stop()->isVisible());
        m_dock->findChild<QLineEdit*>("factSearch")->setText("Ann 1999");
        want(KnownAs::NotKnown);  // goes on without a click
        QTRY_COMPARE_WITH_TIMEOUT(count(), QStringLiteral("3 of 11 asked not known"), patience);
    }

    void stoppingEverythingPauses()
    {
        show(factsOf(600));
        want(KnownAs::Lenient);
        QTRY_VERIFY_WITH_TIMEOUT(asked() > 10, patience);
        m_engine.cancelAll();
        QTRY_COMPARE_WITH_TIMEOUT(stop()->text(), QStringLiteral("Go on"), patience);
        QVERIFY(asked() < 600);
        QTest::mouseClick(stop(), Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(count(), QStringLiteral("400 of 600 asked known"), patience);
    }

    void anotherModelIsAskedAgain()
    {
        show(factsOf(60));
        want(KnownAs::Strict);
        QTRY_COMPARE_WITH_TIMEOUT(count(), QStringLiteral("20 of 60 asked known"), patience);
        load();
        m_dock->modelChanged();
        QCOMPARE(rows(), 0);
        QCOMPARE(count(), QStringLiteral("0 of 0 asked known"));
        QTRY_COMPARE_WITH_TIMEOUT(count(), QStringLiteral("20 of 60 asked known"), patience);
        QCOMPARE(rows(), 20);
        m_dock->setPrefix("eos");  // the fake model says this now
        QTRY_COMPARE_WITH_TIMEOUT(count(), QStringLiteral("0 of 60 asked known"), patience);
    }

    void aDockThatIsNotSeenDoesNotAsk()
    {
        QSignalSpy submitted(&m_engine, &EngineClient::jobSubmitted);
        m_dock->addFile(factsOf(60));
        want(KnownAs::Lenient);
        QCoreApplication::processEvents();
        QCOMPARE(submitted.size(), 0);
        m_dock->show();
        QTRY_COMPARE_WITH_TIMEOUT(count(), QStringLiteral("40 of 60 asked known"), patience);
    }

    void fewerFactsThanThereAreHaveAName()
    {
        show(factsOf(30));
        QVERIFY(m_dock->chosenName().isEmpty());
        m_dock->findChild<QLineEdit*>("factSearch")->setText("Ann 2");
        QCOMPARE(m_dock->chosenName(), QStringLiteral("the 11 facts shown"));
        m_dock->table()->selectAll();
        QCOMPARE(m_dock->chosenName(), QStringLiteral("the 11 facts shown"));
        const auto select = [this](int row) {
            m_dock->table()->selectionModel()->select(m_dock->table()->model()->index(row, 0),
                                                      QItemSelectionModel::Select | QItemSelectionModel::Rows);
        };
        m_dock->table()->clearSelection();
        select(0);
        select(4);
        QCOMPARE(m_dock->chosenName(), QStringLiteral("the 2 facts selected"));
    }
};

int main(int argc, char** argv)
{
    if (argc == 3 && std::strcmp(argv[1], "--fake-engine") == 0)
        return fakeEngine(argv[2]);
    QApplication app(argc, argv);
    TestFactAsking test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_fact_asking.moc"
