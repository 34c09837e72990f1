// SPDX-License-Identifier: GPL-3.0-or-later
// The paper's figures, and results beside what is published of them.
#include "tests/support/refusal.h"  // before <compare>, which moc cannot read first

#include "core/experiments/comparison.h"
#include "core/experiments/experiment.h"
#include "core/io/published_lre.h"

#include <QFileInfo>
#include <algorithm>
#include <cmath>
#include <set>

using namespace mnemo;

namespace {

constexpr double none = std::numeric_limits<double>::quiet_NaN();

/// Two curves of one array, published and made again.
PaperFigure smallFigure()
{
    PaperFigure figure;
    figure.name = "small";
    figure.publishedFile = "small.json";
    figure.publishedModel = "paper";
    figure.publishedWidth = 16;
    figure.curves = {{"panel", "low", "h.ie", "first"}, {"panel", "high", "h.ie", "second, last"}};
    return figure;
}

std::vector<PublishedReference> references(std::vector<double> low, std::vector<double> high,
                                           std::optional<double> limit = {})
{
    return matchPublished(smallFigure(), {{"panel", limit, {{"low", std::move(low)}, {"high", std::move(high)}}}});
}

/// Array h.ie [layer, 2]; NaN is a cell without a value.
Result ours(const std::vector<double>& first, const std::vector<double>& second)
{
    Axis layer{"layer", {}};
    for (std::size_t i = 0; i < first.size(); ++i)
        layer.labels.push_back(std::to_string(i));
    Array array = Array::make("h.ie", {layer, {"role", {"first", "second, last"}}}, "IE");
    for (std::size_t i = 0; i < array.size(); ++i) {
        array.values[i] = (i % 2 == 0 ? first : second)[i / 2];
        array.states[i] = std::isnan(array.values[i]) ? CellState::Undefined : CellState::Computed;
    }
    Result result;
    result.kind = "average";
    result.model = {{"name", "ours"}, {"layers", first.size()}, {"d_model", 16}};
    result.head = {{"counts", {{"used", 3}}}};
    result.arrays = {std::make_shared<const Array>(std::move(array))};
    return result;
}

bool near(double a, double b)
{
    return std::abs(a - b) < 1e-12;
}

}  // namespace

class TestComparison : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    /// METHODS.md §2, §3, §6: what each picture was made with.
    void figuresAreMadeAsThePaperMadeThem()
    {
        for (const char* name : {"fig2b", "fig3", "fig8", "fig9"}) {
            const PaperFigure figure = paperFigure(name);
            QCOMPARE(figure.experiment, "average");
            QCOMPARE(figure.runs.size(), std::size_t(2));
            QCOMPARE(figure.runs[0].parameters["averaging"].get<std::string>(), "as-published");
            QCOMPARE(figure.runs[1].parameters["averaging"].get<std::string>(), "eq7");
            QVERIFY(!figure.runs[0].parameters.contains("prefix"));  // bare prompts
        }
        for (const char* name : {"fig5", "fig10"}) {
            QCOMPARE(paperFigure(name).experiment, "paths");
            QVERIFY(!paperFigure(name).runs[0].parameters.contains("prefix"));
        }
        QCOMPARE(paperFigure("fig11").runs[0].parameters["prefix"].get<std::string>(), "eos-space");
        QCOMPARE(paperFigure("fig11").curves.size(), std::size_t(4));
        QCOMPARE(paperFigure("fig6a").experiment, "evaluate");
        QCOMPARE(paperFigure("fig6a").curves.size(), std::size_t(12));
        QCOMPARE(paperFigure("fig6b").curves.size(), std::size_t(4));
        QVERIFY(paperFigure("appG").examples > 0);
        QVERIFY(paperFigure("appG").publishedFile.empty());
        for (const char* name : {"fig7", "fig12", "fig13"}) {
            QCOMPARE(paperFigure(name).experiment, "lre");
            QCOMPARE(paperFigure(name).runs[0].parameters["limit"].get<int>(), 0);  // all test facts, as theirs
        }
        const std::set<std::string> ofPythia{"fig6b", "fig9", "fig10", "fig12"};
        for (const PaperFigure& figure : paperFigures())
            if (figure.paper == Paper::FactualAssociations)
                QCOMPARE(figure.architecture, figure.name == "fig13"           ? ""
                                              : ofPythia.contains(figure.name) ? "gpt_neox"
                                                                               : "mamba");
        VERIFY_REFUSED(paperFigure("fig4"), ErrorCode::Usage, "\"fig4\"");
        QVERIFY(paperFigureNames().find("fig10, fig11, fig12, fig13, appG, i2, i3, i4") != std::string::npos);
    }

    void figuresOfTheSecondPaper()
    {
        for (int number = 2; number <= 19; ++number) {
            if (number == 9)  // of the block's scheme, as Fig. 1
                continue;
            const PaperFigure figure = paperFigure("i" + std::to_string(number));
            QVERIFY(figure.paper == Paper::IoiCircuit);
            QCOMPARE(figure.title, "IOI Fig. " + std::to_string(number));
            for (const FigureView& view : figure.views)
                QVERIFY(!view.part.empty());
            QCOMPARE(figure.publishedAs == PublishedAs::Tables, !figure.tables.empty());
            QCOMPARE(figure.publishedAs == PublishedAs::Curves, !figure.curves.empty());
        }
        QCOMPARE(paperFigure("i11").views.size(), std::size_t(4));  // the colours cut at three places more
        QVERIFY(paperFigure("i19").views[0].withoutStrongest);
        QVERIFY(paperFigure("fig12").beta == 2.25);
        QVERIFY(!paperFigure("fig7").beta);
    }

    void oneNumberPerLayer()
    {
        Result result;
        result.model = {{"name", "small"}, {"layers", 4}, {"d_model", 16}};
        result.head = {{"pairs", {{"count", 12}}}};
        Array removal = Array::make("removal.probability", {{"layer", {"0", "1", "2", "3"}}}, "probability");
        removal.values = {0.25, 0.5, 0.75, 0.75};
        removal.states = {CellState::Computed, CellState::Computed, CellState::NotComputed, CellState::Computed};
        result.arrays = {std::make_shared<const Array>(removal)};
        const PaperFigure figure = paperFigure("i4");
        const Comparison comparison =
            compare(figure, {{figure.curves[0], {0.25, 0.75}, std::nullopt}}, result, nullptr);
        QCOMPARE(comparison.unit, "pairs");
        QCOMPARE(comparison.examples, 12);
        QVERIFY(toJson(comparison)["pairs"] == 12);
        const CurveComparison& curve = comparison.curves[0];
        QCOMPARE(curve.ours[1], 0.5);
        QVERIFY(std::isnan(curve.ours[2]));
        QCOMPARE(curve.compared, 3);
        QCOMPARE(curve.published[0], 0.25);
        QVERIFY(!comparison.sameSize);
    }

    void parametersAreThoseOfTheExperiments()
    {
        const std::vector<Experiment> experiments = builtInExperiments();
        for (const PaperFigure& figure : paperFigures()) {
            const auto experiment = std::ranges::find_if(
                experiments, [&](const Experiment& one) { return one.schema.key == figure.experiment; });
            QVERIFY2(experiment != experiments.end(), figure.experiment.c_str());
            for (const FigureRun& run : figure.runs) {
                Json parameters = run.parameters;
                if (figure.experiment == "trace")
                    parameters.update({{"prompt", "{} is"}, {"subject", "It"}});
                QVERIFY(experiment->schema.complete(parameters).size() >= run.parameters.size());
            }
        }
    }

    void differencesLayerByLayer()
    {
        const Result result = ours({0.1, 0.2, 0.7, 0.7}, {0.5, none, 0.5, 0.9});
        const Comparison comparison =
            compare(smallFigure(), references({0.1, 0.1, 0.1, 0.8}, {0.5, 0.5, 0.6, 0.6}), result, nullptr);
        QVERIFY(comparison.sameSize);
        const CurveComparison &first = comparison.curves[0], &second = comparison.curves[1];
        QCOMPARE(first.compared, 4);
        QCOMPARE(first.largestLayer, 2);
        QVERIFY(near(first.largest(), 0.6));
        QVERIFY(near(first.mean, (0.1 + 0.6 + 0.1) / 4));
        QCOMPARE(first.ourJump->layer, 2);
        QVERIFY(near(first.ourJump->by, 0.5));
        QCOMPARE(first.publishedJump->layer, 3);
        QCOMPARE(second.compared, 3);
        QCOMPARE(second.largestLayer, 3);
        QCOMPARE(comparison.orders.size(), std::size_t(1));
        const std::vector<std::string> wanted{"second, last", "first"};
        QVERIFY(comparison.orders[0].ours == wanted);
        QVERIFY(comparison.orders[0].published == wanted);
    }

    /// A colour at the limit says "at least"; one at 0 says "at most 0", so negative effects agree with it.
    void coloursAreCut()
    {
        const Result result = ours({-0.3, 0.2, 0.9, 0.9}, {0, 0, 0, 0});
        const Comparison comparison =
            compare(smallFigure(), references({0, 0.1, 0.5, 0.5}, {0, 0, 0, 0}, 0.5), result, nullptr);
        const CurveComparison& first = comparison.curves[0];
        QCOMPARE(first.compared, 2);
        QVERIFY(near(first.difference[0], 0));
        QVERIFY(near(first.largest(), 0.1));
        QVERIFY(first.atLimit[2] && first.atLimit[3] && !first.atLimit[1]);
        QVERIFY(near(first.ourJump->by, 0.3));  // from 0.2 to the limit
        QCOMPARE(first.ours[2], 0.9);
        QVERIFY(!comparison.curves[1].ourJump);
        QVERIFY(!comparison.curves[1].correlation);
        const Json reference = referenceCurves(comparison);
        QVERIFY(reference["curves"][0]["values"][2].is_null());
        QCOMPARE(reference["curves"][0]["values"][1].get<double>(), 0.1);
        QCOMPARE(reference["curves"][0]["column"].get<std::string>(), "first");
        QCOMPARE(reference["title"].get<std::string>(), "published, paper");
    }

    /// Layer ℓ of L stands beside ℓ/L of the published depth, between layers on the line through them.
    void otherDepthsAreMatchedByTheirShare()
    {
        const Result result = ours({0, 0, 0, 0}, {1, 1, 1, 1});
        std::vector<double> low(6), high(6, 1.0);
        for (std::size_t i = 0; i < low.size(); ++i)
            low[i] = 0.1 * double(i);
        const Comparison comparison = compare(smallFigure(), references(low, high, 0.5), result, nullptr);
        QVERIFY(!comparison.sameSize);
        QCOMPARE(comparison.verdict(), "different model: shape only");
        QVERIFY(near(comparison.curves[0].published[1], 0.15));
        QVERIFY(near(comparison.curves[0].published[2], 0.3));
        QVERIFY(comparison.curves[0].atLimit[3]);  // between 0.4 and the limit
        QCOMPARE(referenceCurves(comparison)["title"].get<std::string>(), "published, paper (shape only)");
        Result wide = ours({0, 0}, {1, 1});
        wide.model["d_model"] = 32;
        QVERIFY(!compare(smallFigure(), references({0, 0}, {1, 1}), wide, nullptr).sameSize);
    }

    void curvesThatAreNotThereCompareNothing()
    {
        Result result = ours({0, 0}, {1, 1});
        result.arrays.clear();
        const Comparison comparison = compare(smallFigure(), references({0, 1}, {1, 0}), result, nullptr);
        QCOMPARE(comparison.curves[0].compared, 0);
        QVERIFY(comparison.orders[0].ours.empty());
        QVERIFY(toJson(comparison)["curves"][0]["largest"].is_null());
    }

    void correlationIsOfShapes()
    {
        const Comparison comparison =
            compare(smallFigure(), references({0, 1, 2, 3}, {3, 2, 1, 0}), ours({5, 7, 9, 11}, {0, 1, 2, 3}), nullptr);
        QVERIFY(near(*comparison.curves[0].correlation, 1));
        QVERIFY(near(*comparison.curves[1].correlation, -1));
    }

    /// What the colours do not tell counts neither in correlations nor in orders.
    void correlationAndOrderLeaveTheLimitOut()
    {
        const Comparison comparison = compare(smallFigure(), references({0, 0.1, 0.2, 0.5}, {0.1, 0.2, 0.3, 0.4}, 0.5),
                                              ours({0, 0.1, 0.2, 0}, {0.1, 0.2, 0.3, 0.1}), nullptr);
        QVERIFY(near(*comparison.curves[0].correlation, 1));
        QVERIFY(*comparison.curves[1].correlation < 0.9);
        const Comparison high = compare(smallFigure(), references({0.1, 0.5, 0.5, 0.5}, {0.2, 0.2, 0.2, 0.2}, 0.5),
                                        ours({0.1, 0.5, 0.5, 0.5}, {0.2, 0.2, 0.2, 0.2}), nullptr);
        const std::vector<std::string> wanted{"second, last", "first"};
        QVERIFY(high.orders[0].ours == wanted && high.orders[0].published == wanted);
    }

    void writtenForms()
    {
        const Result result = ours({0.1, 0.9}, {0.5, none}), eq7 = ours({0, 0.8}, {0.4, none});
        const Comparison comparison = compare(smallFigure(), references({0, 0.5}, {0.5, 0.5}, 0.5), result, &eq7);
        const Json json = toJson(comparison);
        QCOMPARE(json["schema"].get<std::string>(), "mnemo.comparison/1");
        QCOMPARE(json["facts"].get<int>(), 3);
        QVERIFY(json["curves"][0]["at_limit"] == Json::array({1}));
        QCOMPARE(json["curves"][0]["eq7"][1].get<double>(), 0.8);
        QVERIFY(json["curves"][1]["ours"][1].is_null());
        QVERIFY(json["orders"][0]["same"].get<bool>());
        QStringList lines;
        for (const QString& line : QString::fromStdString(comparisonCsv(comparison)).split('\n', Qt::SkipEmptyParts))
            if (!line.startsWith('#'))
                lines << line.trimmed();
        QCOMPARE(lines,
                 QStringList({"array,column,layer,depth,ours,published,difference,at_limit,ours_eq7",
                              "h.ie,first,0,0,0.1,0,0.1,0,0", "h.ie,first,1,0.5,0.9,0.5,,1,0.8",
                              "h.ie,\"second, last\",0,0,0.5,0.5,,1,0.4", "h.ie,\"second, last\",1,0.5,,0.5,,1,"}));
    }

    void whatIsMissingIsNamed()
    {
        const auto match = [](std::vector<PublishedPanel> panels) { return matchPublished(smallFigure(), panels); };
        VERIFY_REFUSED(match({}), ErrorCode::Damaged, "\"panel\"");
        VERIFY_REFUSED(match({{"panel", {}, {{"low", {0, 1}}}}}), ErrorCode::Damaged, "\"high\"");
        VERIFY_REFUSED(match({{"panel", {}, {{"low", {0, 1}}, {"high", {0}}}}}), ErrorCode::Damaged, "layers");
    }

    /// The published files themselves: every curve is found, and the numbers that METHODS.md §9.2 reads off them.
    void thePublishedFilesFit()
    {
        const std::string folder = MNEMO_SHARED_DATA "/romba-reference-results/";
        if (!QFileInfo::exists(QString::fromStdString(folder)))
            QSKIP("the published numbers are not beside this source tree");
        for (const PaperFigure& figure : paperFigures()) {
            if (figure.publishedAs != PublishedAs::Curves || figure.paper != Paper::FactualAssociations)
                continue;
            const auto found = matchPublished(figure, readPublished(folder + figure.publishedFile));
            QCOMPARE(found.size(), figure.curves.size());
            QCOMPARE(found.front().values.size(), std::size_t(figure.publishedLayers));
        }
        for (const char* panel : {"mamba", "pythia"}) {  // METHODS.md §9.4
            const auto bars = readPublishedBars(folder + paperFigure("fig7").publishedFile, panel);
            QCOMPARE(bars.size(), std::size_t(25));
            QCOMPARE(std::ranges::count_if(bars, [](const PublishedBar& bar) { return bar.faithfulness > 0.5; }),
                     panel == std::string("mamba") ? 10 : 8);
            QCOMPARE(readPublishedSweeps(folder + paperFigure("fig13").publishedFile, panel).size(), std::size_t(16));
        }
        const PaperFigure fig5 = paperFigure("fig5");
        const auto paths = matchPublished(fig5, readPublished(folder + fig5.publishedFile));
        QCOMPARE(jumpOf(paths[4].values)->layer, 47);  // h restored at the prompt's last token
        QVERIFY(std::abs(std::ranges::max(paths[0].values) - 0.829) < 0.001);
        const PaperFigure fig2b = paperFigure("fig2b");
        const auto heat = matchPublished(fig2b, readPublished(folder + fig2b.publishedFile));
        QVERIFY(std::abs(std::ranges::max(heat[1].values) - 0.577) < 0.001);
        QVERIFY(heat[1].match.column == "subject, last");
    }
};

QTEST_APPLESS_MAIN(TestComparison)
#include "tst_comparison.moc"
