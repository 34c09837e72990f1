// SPDX-License-Identifier: GPL-3.0-or-later
// The picture of a block: its states choose sites.
#include "widgets/block_diagram.h"

#include "core/data/site.h"
#include "tests/widgets/sample_results.h"
#include "widgets/loss_bars.h"

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

    /// IE 0.2 + layer / 10 whole; 0.01, 0.02 and 0.03 more where s, g and o are severed.
    void lossesStandBelowTheirStates()
    {
        const auto losses = pathLosses(test::samplePaths(), 2);
        QCOMPARE(losses.size(), std::size_t(3));
        QVERIFY(std::abs(losses.at("s").subjectLast.whole - 0.4) < 1e-12);
        QVERIFY(std::abs(losses.at("o").promptLast.lost() + 0.03) < 1e-12);
        QVERIFY(pathLosses(test::samplePaths(), test::sampleLayers).empty());
        QVERIFY(pathLosses(test::samplePaths(), -1).empty());
        QVERIFY(pathLosses(test::sampleAverage(), 2).empty());
        BlockDiagram diagram;
        diagram.setArchitecture("mamba");
        diagram.setHelp("g", "the gate");
        diagram.setSites({"h", "g"});
        diagram.setLosses(losses, "h of layer 2");
        for (const QSize size : {diagram.minimumSizeHint(), diagram.sizeHint()}) {
            diagram.resize(size);
            diagram.grab();
            QCOMPARE(diagram.losses().size(), std::size_t(3));
            for (const LossBars* bars : diagram.losses()) {
                const StateButton* state = diagram.state(bars->objectName().section('_', 1));
                QVERIFY(diagram.rect().contains(bars->geometry()));
                QVERIFY(bars->y() >= state->geometry().bottom() && bars->y() <= state->geometry().bottom() + 3);
                for (const StateButton* other : diagram.findChildren<StateButton*>())
                    QVERIFY(!other->geometry().adjusted(0, 0, 0, -1).intersects(bars->geometry()));
            }
        }
        const QString text = diagram.state("g")->accessibleDescription();
        QVERIFY2(text.contains("subject's last token −0.02 is lost (IE 0.4, severed 0.42)"), qPrintable(text));
        QVERIFY(diagram.state("g")->toolTip().contains(text) && diagram.state("g")->toolTip().contains("the gate"));
        QVERIFY(diagram.state("h")->accessibleDescription().isEmpty());
        diagram.setLosses({}, {});
        QVERIFY(diagram.losses().empty() && diagram.state("g")->accessibleDescription().isEmpty());
    }

    void whatBothAddIsAtTheSum()
    {
        Result paths = test::sampleOf("paths");
        const std::vector<Axis> axes = test::layersBy("severed", {"none", "attn", "mlp", "attn + mlp"});
        paths.arrays = {test::filled("subject_last.ie", axes, "IE", 0.2)};
        BlockDiagram diagram;
        diagram.setArchitecture("gpt_neox");
        diagram.setLosses(pathLosses(paths, 1), "h of layer 1");
        diagram.resize(diagram.sizeHint());
        diagram.grab();
        QCOMPARE(diagram.losses().size(), std::size_t(3));
        const auto* both = diagram.findChild<LossBars*>("loss_attn + mlp");
        QVERIFY(both && both->x() > diagram.state("mlp")->x());
        QVERIFY2(both->text().contains("prompt's last token there is no value"), qPrintable(both->text()));
        diagram.setArchitecture("mamba");  // it has none of these
        QVERIFY(diagram.losses().empty());
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
