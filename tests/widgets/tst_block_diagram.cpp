// SPDX-License-Identifier: GPL-3.0-or-later
// The picture of a block: its states choose sites.
#include "widgets/block_diagram.h"

#include "core/data/site.h"

#include <QSignalSpy>
#include <QTest>

using namespace mnemo;

class TestBlockDiagram : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyStateIsASite_data()
    {
        QTest::addColumn<QString>("architecture");
        QTest::addColumn<int>("states");
        QTest::newRow("mamba") << "mamba" << 6;
        QTest::newRow("gpt_neox") << "gpt_neox" << 4;
        QTest::newRow("another") << "rwkv" << 0;
    }
    void everyStateIsASite()
    {
        QFETCH(QString, architecture);
        QFETCH(int, states);
        BlockDiagram diagram;
        diagram.setArchitecture(architecture);
        const auto buttons = diagram.findChildren<StateButton*>();
        QCOMPARE(int(buttons.size()), states);
        for (const StateButton* button : buttons)
            QVERIFY(siteKindFromName(button->text().toStdString()));
        diagram.grab();  // paints
    }

    void onlyWhatWasTracedCanBeChosen()
    {
        BlockDiagram diagram;
        diagram.setArchitecture("mamba");
        diagram.setHelp("s", "SSM output");
        diagram.setSites({"h", "s"});
        QVERIFY(diagram.state("s")->isEnabled() && !diagram.state("g")->isEnabled());
        QCOMPARE(diagram.state("s")->toolTip(), QString("SSM output"));
        QVERIFY(diagram.state("g")->toolTip().contains("does not have it"));
        QVERIFY(!diagram.state("attn"));
        diagram.setArchitecture("gpt_neox");
        QVERIFY(diagram.state("h")->isEnabled() && !diagram.state("attn")->isEnabled());
    }

    void aClickAndAKeyChoose()
    {
        BlockDiagram diagram;
        diagram.setArchitecture("mamba");
        diagram.setSites({"h", "s", "g"});
        diagram.resize(700, 120);
        QSignalSpy chosen(&diagram, &BlockDiagram::siteChosen);
        QTest::mouseClick(diagram.state("s"), Qt::LeftButton);
        QCOMPARE(chosen.last().first().toString(), QString("s"));
        QTest::keyClick(diagram.state("g"), Qt::Key_Space);
        QCOMPARE(chosen.last().first().toString(), QString("g"));
        QVERIFY(diagram.state("g")->isChecked() && !diagram.state("s")->isChecked());
        diagram.setCurrentSite("h");
        QCOMPARE(int(chosen.count()), 2);
        QVERIFY(diagram.state("h")->isChecked());
    }

    void statesKeepApart()
    {
        BlockDiagram diagram;
        for (const char* architecture : {"mamba", "gpt_neox"})
            for (const QSize size : {diagram.minimumSizeHint(), diagram.sizeHint(), QSize(1300, 150)}) {
                diagram.setArchitecture(architecture);
                diagram.resize(size);
                diagram.grab();
                const auto buttons = diagram.findChildren<StateButton*>();
                for (const StateButton* one : buttons) {
                    QVERIFY(diagram.rect().contains(one->geometry()));
                    for (const StateButton* other : buttons)
                        QVERIFY(one == other || !one->geometry().intersects(other->geometry()));
                }
            }
    }
};

QTEST_MAIN(TestBlockDiagram)
#include "tst_block_diagram.moc"
