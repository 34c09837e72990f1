// SPDX-License-Identifier: GPL-3.0-or-later
// What the model answers to facts: asked once with the prefix, forgotten with it, and failures are no answers.
#include "ui/fact_knowledge.h"

#include "tests/ui/fake_engine.h"

#include <QCoreApplication>
#include <QSignalSpy>
#include <QTest>
#include <cstring>

using namespace mnemo;

namespace {

constexpr int patience = 20'000;  // ms; a bound on hanging, not a measurement
const FactQuestion good{"Ann plays", "chess"}, bad{"refused", "chess"};

}  // namespace

class TestFactKnowledge : public QObject
{
    Q_OBJECT

    EngineClient m_engine{{QCoreApplication::applicationFilePath(), {"--fake-engine", "good"}}};
    FactKnowledge m_knowledge{m_engine};

    QString token(const FactQuestion& question) const
    {
        const FactAnswer* answer = m_knowledge.find(question);
        return answer ? answer->token : QString();
    }

private Q_SLOTS:
    void initTestCase()
    {
        QSignalSpy loaded(&m_engine, &EngineClient::modelLoaded);
        m_engine.start();
        m_engine.loadModel("fake");
        QTRY_COMPARE_WITH_TIMEOUT(loaded.size(), 1, patience);
    }

    void aFailureIsAskedAgainOnlyWhenSomebodyLooks()
    {
        QSignalSpy submitted(&m_engine, &EngineClient::jobSubmitted);
        m_knowledge.ask({bad, good});
        QTRY_VERIFY_WITH_TIMEOUT(m_knowledge.find(good), patience);
        QVERIFY(!m_knowledge.find(bad));
        QCOMPARE(submitted.size(), 2);
        m_knowledge.ask({bad, good});
        QCOMPARE(submitted.size(), 3);
    }

    void factsAreAskedWithThePrefix()
    {
        QTRY_COMPARE_WITH_TIMEOUT(token(good), QStringLiteral("none"), patience);
        m_knowledge.setPrefix("none");
        QVERIFY(m_knowledge.find(good));
        m_knowledge.setPrefix("eos");
        QVERIFY(!m_knowledge.find(good));
        m_knowledge.ask({good});
        QTRY_COMPARE_WITH_TIMEOUT(token(good), QStringLiteral("eos"), patience);
    }
};

int main(int argc, char** argv)
{
    if (argc == 3 && std::strcmp(argv[1], "--fake-engine") == 0)
        return fakeEngine(argv[2]);
    QCoreApplication app(argc, argv);
    TestFactKnowledge test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_fact_knowledge.moc"
