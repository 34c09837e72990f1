// SPDX-License-Identifier: GPL-3.0-or-later
// Where traces find facts beside where edits work: ranks by hand.
#include <QTest>
#include <cmath>

#include "core/data/causal_profile.h"
#include "core/data/correlation.h"

using namespace mnemo;

namespace {

const double none = std::nan("");

std::vector<std::string> labels(int first, int last)
{
    std::vector<std::string> names;
    for (int layer = first; layer <= last; ++layer)
        names.push_back(std::to_string(layer));
    return names;
}

/// NaN: a cell without a value.
ArrayPtr table(const std::string& name, const Axis& layers, const Axis& columns, std::vector<double> values)
{
    Array array = Array::make(name, {layers, columns}, "");
    array.values = std::move(values);
    for (std::size_t i = 0; i < array.size(); ++i)
        array.states[i] = std::isnan(array.values[i]) ? CellState::Undefined : CellState::Computed;
    return std::make_shared<const Array>(std::move(array));
}

/// Effects of the subject's last token 0.1, 0.4, 0.2, 0.3 at o, everywhere 0.9 at the prompt's end; none of a or g.
Result average()
{
    Result result;
    result.kind = "average";
    result.title = "Average over 2 facts";
    result.model = {{"name", "toy"}};
    result.arrays = {table("o.ie", {"layer", labels(0, 3)}, {"role", {"subject, last", "prompt, last"}},
                           {0.1, 0.9, 0.4, 0.9, 0.2, 0.9, 0.3, 0.9})};
    return result;
}

/// Layers 1 to 3 of two matrices.
Result evaluation(std::vector<double> efficacy)
{
    Result result;
    result.kind = "evaluate";
    result.head = Json::object();
    const Axis layers{"layer", labels(1, 3)}, matrices{"matrix", {"W_o", "W_g"}};
    result.arrays = {table("ES", layers, matrices, std::move(efficacy)),
                     table("PS", layers, matrices, {5, 0, 5, 0, 5, 0}),
                     table("NS", layers, matrices, {1, 1, 2, 2, 3, 3})};
    return result;
}

bool isNear(std::optional<double> found, double wanted)
{
    return found && std::abs(*found - wanted) < 1e-12;
}

}  // namespace

class TestCausalProfile : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void ranksAreCompared()
    {
        QVERIFY(isNear(rankCorrelation({1, 2, 3}, {10, 100, 1000}), 1));
        QVERIFY(isNear(rankCorrelation({1, 2, 3}, {3, 2, 1}), -1));
        QVERIFY(
            isNear(rankCorrelation({1, 2, 3, 4}, {1, 3, 2, 4}), 1 - 6.0 * 2 / (4 * 15)));  // 1 − 6 Σd² / (n (n² − 1))
        QVERIFY(*correlation({1, 2, 3}, {10, 100, 1000}) < 0.95);
    }

    /// Equal numbers share the mean of their ranks: 1, 2.5, 2.5, 4 beside 1, 2, 3, 4.
    void equalNumbersShareTheirRank()
    {
        QVERIFY(isNear(rankCorrelation({1, 5, 5, 9}, {1, 2, 3, 4}), 4.5 / std::sqrt(4.5 * 5)));
        QVERIFY(isNear(rankCorrelation({7, 7, 7, 8}, {0, 0, 0, 1}), 1));
        QVERIFY(!rankCorrelation({5, 5, 5}, {1, 2, 3}));  // flat
    }

    void whatIsMissingDoesNotCount()
    {
        QVERIFY(isNear(rankCorrelation({1, none, 2, 3, 99}, {1, 0, 2, 3, none}), 1));
        QVERIFY(!rankCorrelation({1, none, 2}, {1, 2, 3}));
        QVERIFY(!rankCorrelation({}, {}));
    }

    void anEvaluationStandsBesideTraces()
    {
        Result edits = evaluation({30, 1, 10, 2, 20, 3});
        addProfile(edits, average());
        const Json& profile = edits.head.at("profile");
        QVERIFY(profile.at("title") == "toy: Average over 2 facts");
        QCOMPARE(profile.at("curves").size(), std::size_t(1));  // W_g writes what was not traced
        QVERIFY(profile.at("curves")[0] ==
                (Json{{"matrix", "W_o"}, {"site", "o"}, {"values", Json::array({0.4, 0.2, 0.3})}}));
        const Json& alike = edits.head.at("rank_correlation");
        QVERIFY(isNear(alike.at("ES").at("W_o").get<double>(), 1));
        QVERIFY(alike.at("PS").at("W_o").is_null());  // flat
        QVERIFY(!alike.at("ES").contains("W_g") && !alike.contains("NS"));
        QCOMPARE(siteOfMatrix("W_down"), std::string("mlp"));
    }

    void nothingIsAddedWhereNothingFits()
    {
        Result edits = evaluation({none, 1, 10, 2, 20, 3});
        Result other = average();
        other.arrays = {table("h.ie", {"layer", labels(0, 3)}, {"role", {"subject, last"}}, {1, 2, 3, 4})};
        addProfile(edits, other);
        QVERIFY(edits.head.empty());
        addProfile(edits, average());
        QVERIFY(edits.head.at("rank_correlation").at("ES").at("W_o").is_null());  // two layers have both
        Result stranger = average();
        addProfile(stranger, average());  // no evaluation
        QVERIFY(stranger.head.is_null());
    }
};

QTEST_APPLESS_MAIN(TestCausalProfile)
#include "tst_causal_profile.moc"
