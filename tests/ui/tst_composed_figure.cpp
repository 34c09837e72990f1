// SPDX-License-Identifier: GPL-3.0-or-later
// Several results on one page: letters, scales, captions, what a session keeps of it, and the dialog.
#include <QtTest>  // whole: QTest alone leaves qfloat16 half declared

#include "ui/compose_dialog.h"

#include "core/data/circuit_choice.h"
#include "core/data/error.h"
#include "core/io/session_choices.h"
#include "tests/support/child.h"
#include "tests/support/refusal.h"
#include "tests/widgets/sample_circuit.h"
#include "tests/widgets/sample_results.h"
#include "ui/figure_in_session.h"
#include "ui/figure_parts.h"

#include <QCheckBox>
#include <QLabel>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTemporaryDir>
#include <QTreeWidget>
#include <QXmlStreamReader>
#include <map>

using namespace mnemo;
using test::child;

namespace {

/// A trace whose effects are `times` as large.
ResultPtr traceOf(const char* model, double times)
{
    Result trace = test::sampleTrace();
    trace.model["name"] = model;
    for (ArrayPtr& array : trace.arrays) {
        Array scaled = *array;
        for (double& value : scaled.values)
            value *= times;
        array = std::make_shared<const Array>(std::move(scaled));
    }
    return std::make_shared<const Result>(std::move(trace));
}

FigurePanel panelOf(const ResultPtr& result, const QStringList& parts)
{
    FigurePanel panel{result, {}};
    panel.options.metric = Metric::Probability;
    panel.options.title = QStringLiteral("of ") + QString::fromStdString(result->model.at("name").get<std::string>());
    setParts(panel.options, *result, parts);
    return panel;
}

QStringList textsOf(const Drawing& drawing)
{
    QStringList texts;
    QXmlStreamReader xml(bytesOf(drawing, QStringLiteral("svg")));
    while (!xml.atEnd())
        if (xml.readNext() == QXmlStreamReader::StartElement && xml.name() == QLatin1String("text"))
            texts << xml.readElementText();
    return xml.hasError() ? QStringList() : texts;
}

/// The darkest of the purples that fill cells of h, 0 to 255.
int darkestCell(const QImage& image)
{
    std::map<QRgb, int> counts;
    for (int y = 0; y < image.height(); ++y)
        for (int x = 0; x < image.width(); ++x)
            ++counts[image.pixel(x, y)];
    int darkest = 255;
    for (const auto& [colour, count] : counts)
        if (const QColor one(colour); count > 400 && one.hsvSaturation() > 10 && std::abs(one.hsvHue() - 265) < 25)
            darkest = std::min(darkest, qGray(colour));
    return darkest;
}

}  // namespace

class TestComposedFigure : public QObject
{
    Q_OBJECT

    ResultPtr m_mamba = traceOf("mamba", 1), m_pythia = traceOf("pythia", 0.25);
    ResultPtr m_average = std::make_shared<const Result>(test::sampleAverage());

    ComposedFigure two() const
    {
        ComposedFigure figure;
        figure.panels = {panelOf(m_mamba, {"h"}), panelOf(m_pythia, {"h"})};
        return figure;
    }

private Q_SLOTS:
    void eachPanelHasItsLetterAndItsWords()
    {
        ComposedFigure figure = two();
        figure.panels.push_back(panelOf(m_average, {"maps"}));
        const QStringList texts = textsOf(drawComposed(figure));
        for (const char* letter : {"(a)", "(b)", "(c)"})
            QCOMPARE(texts.count(letter), 1);
        QVERIFY(texts.contains("of mamba") && texts.contains("of pythia"));
        const QString caption = drawComposed(figure).caption;
        QVERIFY2(caption.startsWith("(a) of mamba: ") && caption.contains(". (b) of pythia: ") &&
                     caption.contains(". (c) of tiny: ") && caption.endsWith("Mnemoscope 0.1.0."),
                 qPrintable(caption));
        QCOMPARE(caption.count("Mnemoscope"), 1);
        figure.look.title = "Where it is";
        figure.look.caption = "My words.";
        const QStringList own = textsOf(drawComposed(figure));
        QVERIFY(own.contains("Where it is") && own.contains("My words."));
    }

    void mapsOfOneTraceAreNotDescribedTwice()
    {
        ComposedFigure figure = two();
        figure.panels.push_back(panelOf(m_mamba, {"s"}));
        const QString caption = drawComposed(figure).caption;
        QVERIFY2(caption.contains("(c) of mamba: As (a)."), qPrintable(caption));
    }

    /// A circuit is cut where its view cuts it, also when the session is opened again.
    void panelsAreAsTheirViewsShowThem()
    {
        CircuitChoice choice;
        choice.edges = 1;
        const auto circuit = std::make_shared<const Result>(test::sampleCircuit());
        ComposedFigure figure;
        figure.panels = {{circuit, {}, toJson(choice)}};
        QCOMPARE(circuitChoiceOf(*figure.panels[0].shown()).edges, std::optional(1));
        QVERIFY(drawComposed(figure).caption.contains("1 of "));
        QVERIFY(circuitChoiceOf(*circuit).edges != std::optional(1));
        Session session;
        session.results = {circuit};
        setComposedFigure(session, figure);
        QVERIFY(composedFigure(session)->panels.at(0).choice.is_null());
        RunChoices choices;
        choices[0] = toJson(choice);
        setRunChoices(session, choices);
        QVERIFY(composedFigure(session)->panels.at(0).choice == toJson(choice));
    }

    void panelsStandInLines()
    {
        ComposedFigure figure = two();
        figure.look.caption = "-";
        const double beside = drawComposed(figure).size.height();
        figure.columns = 1;
        const double below = drawComposed(figure).size.height();
        QVERIFY2(below > 1.5 * beside, qPrintable(QStringLiteral("%1, %2").arg(beside).arg(below)));
        figure.columns = 5;  // no more than there are panels
        QCOMPARE(drawComposed(figure).size.height(), beside);
        const double width = 174 / 25.4 * figureDpi;
        QVERIFY(std::abs(drawComposed(figure).size.width() - width) < 1e-6);
    }

    void oneScaleMakesEqualColoursEqualValues()
    {
        ComposedFigure figure = two();
        figure.look.caption = "-";
        const auto left = [](const QImage& image) { return image.copy(0, 0, image.width() / 2, image.height()); };
        const auto right = [](const QImage& image) {
            return image.copy(image.width() / 2, 0, image.width() / 2, image.height());
        };
        figure.oneScale = false;
        const QImage own = imageOf(drawComposed(figure));
        figure.oneScale = true;
        const QImage shared = imageOf(drawComposed(figure));
        QVERIFY(left(own) == left(shared));  // the larger effects give the scale
        const int large = darkestCell(left(own)), small = darkestCell(right(own)), pale = darkestCell(right(shared));
        const QByteArray told = QStringLiteral("%1, %2, %3").arg(large).arg(small).arg(pale).toUtf8();
        QVERIFY2(pale - small > 40, told);  // on a scale of its own, a quarter of the effects is nearly as dark
        QVERIFY2(pale - large > 60, told);
    }

    void provenanceNamesEveryPanelAndLeadsBack()
    {
        QTemporaryDir folder;
        ComposedFigure figure = two();
        figure.panels[1].options.metric = Metric::IndirectEffect;
        for (const char* name : {"f.png", "f.svg", "f.pdf"}) {
            const QString file = folder.filePath(name);
            writeDrawing(drawComposed(figure), file);
            const std::vector<FigureContent> shown = experimentsInFile(file);
            QCOMPARE(shown.size(), std::size_t(2));
            QVERIFY(shown[0].experiment.parameters == m_mamba->parameters);
            QVERIFY(shown[0].experiment.model["name"] == "mamba" && shown[1].experiment.model["name"] == "pythia");
            QVERIFY(shown[0].metric == Metric::Probability && shown[1].metric == Metric::IndirectEffect);
        }
    }

    void refuses()
    {
        VERIFY_REFUSED(drawComposed({}), ErrorCode::Usage, "no panels");
        ComposedFigure figure;
        figure.panels.assign(mostPanels + 1, panelOf(m_mamba, {"h"}));
        VERIFY_REFUSED(drawComposed(figure), ErrorCode::Usage, "27 panels");
        figure.panels.assign(1, panelOf(m_mamba, {"nowhere"}));
        VERIFY_REFUSED(drawComposed(figure), ErrorCode::Usage, "nowhere");
    }

    void aSessionKeepsIt()
    {
        Session session;
        session.results = {m_average, m_pythia, m_mamba};
        session.document["figures"] = {{{"id", "theirs"}, {"runs", {1}}, {"x-style", "unknown"}}};
        ComposedFigure figure = two();
        figure.panels.push_back(panelOf(m_average, {"maps", "peaks"}));
        figure.columns = 3;
        figure.oneScale = false;
        figure.look.widthMm = 84;
        figure.look.dark = true;
        figure.look.caption = "Three.";
        setComposedFigure(session, figure);
        setComposedFigure(session, figure);
        QTemporaryDir folder;
        const std::string file = folder.filePath("s.mnemo").toStdString();
        writeSession(session, file);
        const Session read = readSession(file);
        QCOMPARE(read.document["figures"].size(), std::size_t(2));
        QVERIFY(read.document["figures"][0]["x-style"] == "unknown");
        QVERIFY(read.document["figures"][1]["runs"] == Json({2, 1, 0}));
        const auto kept = composedFigure(read);
        QVERIFY(kept);
        QCOMPARE(kept->panels.size(), std::size_t(3));
        QVERIFY(kept->columns == 3 && !kept->oneScale && kept->look.dark && kept->look.widthMm == 84);
        QCOMPARE(kept->look.caption, QStringLiteral("Three."));
        QCOMPARE(kept->panels[0].options.sites, QStringList{"h"});
        QCOMPARE(kept->panels[2].options.parts, (QStringList{"maps", "peaks"}));
        QVERIFY(kept->panels[0].result == read.results[2] && kept->panels[0].options.metric == Metric::Probability);
        QCOMPARE(textsOf(drawComposed(*kept)), textsOf(drawComposed(figure)));
        // What is deleted is no panel any more.
        session.results = {m_average};
        setComposedFigure(session, figure);
        QCOMPARE(composedFigure(session)->panels.size(), std::size_t(1));
        session.results.clear();
        setComposedFigure(session, figure);
        QVERIFY(!composedFigure(session) && session.document["figures"].size() == 1);
    }

    void whatOthersWroteIsReadOrLeftOut()
    {
        Session session;
        session.results = {m_mamba};
        for (const char* text : {R"([])", R"("x")", R"([{"style":7}])", R"([{"style":{"panels":[]}}])",
                                 R"([{"style":{"panels":[{"run":1},{"run":-1},{"run":0.5},{"run":"0"},3]}}])"}) {
            session.document["figures"] = Json::parse(text);
            QVERIFY2(!composedFigure(session), text);
        }
        session.document["figures"] = Json::parse(
            R"([{"style":{"panels":[{"run":0,"metric":"of later","parts":[1,"h"]}],"columns":99,"width_mm":-3}}])");
        const auto figure = composedFigure(session);
        QVERIFY(figure && figure->columns == 2 && figure->look.widthMm == 174);
        QCOMPARE(figure->panels[0].options.sites, QStringList{"h"});
    }

    void theDialogTicksOrdersAndNames()
    {
        ComposeDialog dialog({panelOf(m_mamba, {}), panelOf(m_pythia, {}), panelOf(m_average, {})}, m_pythia);
        dialog.show();
        auto* tree = child<QTreeWidget>(dialog, "composePanels");
        QCOMPARE(tree->topLevelItemCount(), 3);
        ComposedFigure figure = dialog.figure();
        QCOMPARE(figure.panels.size(), std::size_t(1));  // what is in front
        QVERIFY(figure.panels[0].result == m_pythia);
        QCOMPARE(figure.panels[0].options.sites, QStringList{"h"});
        tree->topLevelItem(0)->setCheckState(0, Qt::Checked);
        tree->topLevelItem(0)->setText(0, "Mine");
        tree->topLevelItem(0)->child(1)->setCheckState(0, Qt::Checked);
        QTest::mouseClick(child<QPushButton>(dialog, "composeUp"), Qt::LeftButton);
        QVERIFY(!child<QPushButton>(dialog, "composeUp")->isEnabled());
        figure = dialog.figure();
        QCOMPARE(figure.panels.size(), std::size_t(2));
        QVERIFY(figure.panels[0].result == m_pythia && figure.panels[1].options.title == "Mine");
        QCOMPARE(figure.panels[1].options.sites.size(), 2);
        QTest::mouseClick(child<QCheckBox>(dialog, "composeEachMap"), Qt::LeftButton, {}, QPoint(8, 8));
        QCOMPARE(dialog.figure().panels.size(), std::size_t(3));
        child<QSpinBox>(dialog, "composeColumns")->setValue(3);
        QTRY_VERIFY(child<QLabel>(dialog, "figureNote")->text().contains("174 × "));
        QVERIFY(!child<QLabel>(dialog, "figurePreview")->pixmap().isNull());
        QSignalSpy exported(&dialog, &ComposeDialog::exportRequested);
        QTest::mouseClick(child<QPushButton>(dialog, "exportComposed"), Qt::LeftButton);
        QCOMPARE(exported.size(), 1);

        // Another dialog shows the same.
        ComposeDialog next({panelOf(m_average, {}), panelOf(m_mamba, {}), panelOf(m_pythia, {})}, m_average);
        next.setFigure(dialog.figure());
        QCOMPARE(drawComposed(next.figure()).provenance, drawComposed(dialog.figure()).provenance);
        QCOMPARE(textsOf(drawComposed(next.figure())), textsOf(drawComposed(dialog.figure())));
    }

    void theDialogKeepsSizesThatFilesMayHave()
    {
        ComposedFigure figure = two();
        ComposeDialog dialog(figure.panels, m_mamba);
        for (const auto& [mm, dpi] : {std::pair(leastWidthMm, leastDpi), std::pair(mostWidthMm, mostDpi)}) {
            figure.look.widthMm = mm;
            figure.look.dpi = dpi;
            dialog.setFigure(figure);
            QCOMPARE(dialog.figure().look.widthMm, mm);
            QCOMPARE(dialog.figure().look.dpi, dpi);
        }
    }

    void withoutPanelsNothingIsExported()
    {
        ComposeDialog dialog({panelOf(m_mamba, {})}, m_mamba);
        dialog.show();
        child<QTreeWidget>(dialog, "composePanels")->topLevelItem(0)->setCheckState(0, Qt::Unchecked);
        QTRY_VERIFY(child<QLabel>(dialog, "figureNote")->text().contains("Tick at least one"));
        QVERIFY(!child<QPushButton>(dialog, "exportComposed")->isEnabled());
    }
};

QTEST_MAIN(TestComposedFigure)
#include "tst_composed_figure.moc"
