// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/token_chips.h"

#include <QAccessible>
#include <QSignalSpy>
#include <QtTest>

using namespace mnemo;

class TestTokenChips : public QObject
{
    Q_OBJECT

    TokenChips* m_chips = nullptr;

    QPoint centre(int pos) const { return m_chips->chipRect(pos).center(); }

private Q_SLOTS:
    void init()
    {
        m_chips = new TokenChips;
        Prompt prompt;
        prompt.prefixTokens = 1;
        prompt.tokens = {{0, "<|endoftext|>", "<|endoftext|>", 0, 0},
                         {510, "The", "The", 0, 3},
                         {5072, " Space", " Space", 4, 9},
                         {383, "le", "le", 9, 11},
                         {310, " is", " is", 12, 14},
                         {273, " of", " of", 15, 17}};
        m_chips->setPrompt(prompt, {1, 4});
        m_chips->resize(600, 80);
        m_chips->show();
        QVERIFY(QTest::qWaitForWindowExposed(m_chips));
    }

    void cleanup() { delete m_chips; }

    void rolesFollowTheSubject()
    {
        using enum TokenRole;
        QCOMPARE(tokenRoles(6, 1, {1, 4}), (std::vector{Prefix, Subject, Subject, SubjectLast, Relation, Last}));
        QCOMPARE(tokenRoles(3, 0, {}), (std::vector{Plain, Plain, Last}));
        QCOMPARE(tokenRoles(2, 0, {0, 2}), (std::vector{Subject, SubjectLast}));
        QVERIFY(tokenRoles(0, 0, {}).empty());
    }

    void spacesAndBreaksCanBeSeen()
    {
        QCOMPARE(shownToken(" Space"), QStringLiteral("·Space"));
        QCOMPARE(shownToken("  a b"), QStringLiteral("··a b"));
        QCOMPARE(shownToken("\n"), QString(QChar(0x23CE)));
        QVERIFY(!shownToken("").isEmpty());
    }

    void tellsIdBytesAndCharacters()
    {
        const QString text = m_chips->chipText(3);
        QVERIFY(text.contains(QStringLiteral("id 383")));
        QVERIFY(text.contains(QStringLiteral("6c 65")));
        QVERIFY(text.contains(QStringLiteral("9 to 11")));
        QVERIFY(text.contains(QStringLiteral("subject, last token")));
        QCOMPARE(m_chips->chipText(6), QString());
    }

    void aClickGivesTheToken()
    {
        QSignalSpy clicked(m_chips, &TokenChips::tokenClicked);
        QSignalSpy span(m_chips, &TokenChips::spanSelected);
        QTest::mouseClick(m_chips, Qt::LeftButton, {}, centre(4));
        QCOMPARE(clicked.size(), 1);
        QCOMPARE(clicked.at(0).at(0).toInt(), 4);
        QCOMPARE(span.size(), 0);
    }

    void aDragGivesTheSpan_data()
    {
        QTest::addColumn<int>("from");
        QTest::addColumn<int>("to");
        QTest::newRow("forwards") << 1 << 3;
        QTest::newRow("backwards") << 3 << 1;
    }

    void aDragGivesTheSpan()
    {
        QFETCH(int, from);
        QFETCH(int, to);
        QSignalSpy span(m_chips, &TokenChips::spanSelected);
        QSignalSpy clicked(m_chips, &TokenChips::tokenClicked);
        QTest::mousePress(m_chips, Qt::LeftButton, {}, centre(from));
        QTest::mouseMove(m_chips, centre(2));
        QTest::mouseMove(m_chips, centre(to));
        QTest::mouseRelease(m_chips, Qt::LeftButton, {}, centre(to));
        QCOMPARE(span.size(), 1);
        QCOMPARE(span.at(0).at(0).toInt(), 1);
        QCOMPARE(span.at(0).at(1).toInt(), 4);
        QCOMPARE(clicked.size(), 0);
    }

    void keysSelectASpan()
    {
        QSignalSpy span(m_chips, &TokenChips::spanSelected);
        QSignalSpy clicked(m_chips, &TokenChips::tokenClicked);
        m_chips->setCurrent(1);
        QTest::keyClick(m_chips, Qt::Key_Right, Qt::ShiftModifier);
        QTest::keyClick(m_chips, Qt::Key_Right, Qt::ShiftModifier);
        QTest::keyClick(m_chips, Qt::Key_Return);
        QCOMPARE(span.takeFirst(), (QList<QVariant>{1, 4}));
        QTest::keyClick(m_chips, Qt::Key_End);
        QTest::keyClick(m_chips, Qt::Key_Return);
        QCOMPARE(clicked.takeFirst(), (QList<QVariant>{5}));
        QCOMPARE(span.size(), 0);
    }

    void wrapsToTheWidth()
    {
        const int wide = m_chips->heightForWidth(600);
        QVERIFY(m_chips->heightForWidth(160) > wide);
        m_chips->resize(160, 200);
        QTRY_VERIFY(m_chips->chipRect(5).top() > m_chips->chipRect(0).top());
        for (int pos = 0; pos < 6; ++pos)
            QVERIFY(m_chips->rect().contains(m_chips->chipRect(pos)));
        for (int pos = 1; pos < 6; ++pos)
            QVERIFY(!m_chips->chipRect(pos).intersects(m_chips->chipRect(pos - 1)));
    }

    void errorsAndWarningsTakeALineEach()
    {
        const int plain = m_chips->heightForWidth(600);
        m_chips->setWarnings({QStringLiteral("The prompt ends in a space.")});
        const int warned = m_chips->heightForWidth(600);
        m_chips->setError(QStringLiteral("Subjects differ in length."));
        const int both = m_chips->heightForWidth(600);
        QVERIFY(plain < warned && warned < both);
        m_chips->setError({});
        m_chips->setWarnings({});
        QCOMPARE(m_chips->heightForWidth(600), plain);
    }

    void anErrorOutlinesTheSubjectInRed()
    {
        const auto edge = [this] {
            const QRect chip = m_chips->chipRect(2);
            return m_chips->grab().toImage().pixelColor(chip.center().x(), chip.top());
        };
        const QColor before = edge();
        m_chips->setError(QStringLiteral("Subjects differ in length."));
        const QColor after = edge();
        QVERIFY(after != before);
        QVERIFY2(after.red() > after.green() + 60 && after.red() > after.blue() + 60, qPrintable(after.name()));
    }

    void screenReadersGetAList()
    {
        QAccessibleInterface* list = QAccessible::queryAccessibleInterface(m_chips);
        QCOMPARE(list->role(), QAccessible::List);
        QCOMPARE(list->childCount(), 6);
        QVERIFY(list->child(2)->text(QAccessible::Name).contains(QStringLiteral("id 5072")));
    }
};

QTEST_MAIN(TestTokenChips)
#include "tst_token_chips.moc"
