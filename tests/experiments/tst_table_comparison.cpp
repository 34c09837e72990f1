// SPDX-License-Identifier: GPL-3.0-or-later
// The second paper's tables beside published ones that are made up here.
#include <QTest>

#include "core/experiments/table_comparison.h"
#include "tests/support/refusal.h"

#include <cmath>

using namespace mnemo;

namespace {

const double none = std::nan("");

bool near(double a, double b)
{
    return std::abs(a - b) < 1e-12;
}

Result small()
{
    Result result;
    result.model = {{"name", "small"}, {"layers", 48}, {"d_model", 1024}};
    return result;
}

ArrayPtr square(const std::string& name, const std::vector<std::string>& labels, const std::vector<double>& values)
{
    Array array = Array::make(name, {{"row", labels}, {"column", labels}}, "share");
    array.values = values;
    for (std::size_t i = 0; i < values.size(); ++i)
        array.states[i] = std::isnan(values[i]) ? CellState::NotComputed : CellState::Computed;
    return std::make_shared<const Array>(std::move(array));
}

PublishedTable slots(std::vector<std::vector<double>> values)
{
    PublishedTable table{"add", {}, {}, std::move(values)};
    for (std::size_t i = 0; i < table.values.size(); ++i)
        table.rows.push_back(std::to_string(i + 1));
    table.columns = table.rows;
    return table;
}

/// Cosines of twenty tokens; names at the published places when `named`.
Result cosines(bool named)
{
    std::vector<std::string> labels;
    for (int token = 0; token < 20; ++token)
        labels.push_back("token " + std::to_string(token));
    if (named)
        for (const std::size_t token : {3, 5, 7, 13, 15})
            labels[token] = "n" + std::to_string(token);
    std::vector<double> values(400);
    for (std::size_t i = 0; i < values.size(); ++i)
        values[i] = double(i % 7) / 7;
    Result result = small();
    result.arrays = {square("cosine.write_state", labels, values)};
    return result;
}

}  // namespace

class TestTableComparison : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void cellByCell()
    {
        Result result = small();
        result.arrays = {square("add", {"1", "2"}, {1, 0.5, none, 0.25})};
        const TablesComparison comparison = compareTables(paperFigure("i8"), {slots({{1, 0.75}, {0.5, 0.75}})}, result);
        QVERIFY(comparison.sameSize);
        QCOMPARE(comparison.publishedModel, "mamba-370m");
        const TableComparison& table = comparison.tables.front();
        QCOMPARE(table.compared, 3);
        QVERIFY(near(table.largest, -0.5));
        QCOMPARE(table.row, std::size_t(1));
        QCOMPARE(table.column, std::size_t(1));
        QVERIFY(near(table.mean, 0.25));
        QVERIFY(table.correlation.has_value());
        QVERIFY(table.whyNot.empty());

        const Json json = toJson(comparison);
        QCOMPARE(json["schema"].get<std::string>(), "mnemo.table-comparison/1");
        QVERIFY(json["tables"][0]["ours"][1][0].is_null());
        QCOMPARE(json["tables"][0]["largest"]["difference"].get<double>(), -0.5);
        QVERIFY(json["tables"][0]["why_not"].is_null());
        const std::string csv = comparisonCsv(comparison);
        QVERIFY2(csv.find("add,1,2,0.5,0.75,-0.25") != std::string::npos, csv.c_str());
        QVERIFY2(csv.find("add,2,1,,0.5,\r\n") != std::string::npos, csv.c_str());
    }

    void otherSlotsAreNotCompared()
    {
        Result result = small();
        result.model["layers"] = 12;
        result.arrays = {square("add", {"1", "2"}, {1, 0.5, 0, 0.25})};
        const TablesComparison comparison =
            compareTables(paperFigure("i8"), {slots({{1, 1, 1}, {1, 1, 1}, {1, 1, 1}})}, result);
        QVERIFY(!comparison.sameSize);
        QCOMPARE(comparison.tables.front().compared, 0);
        QVERIFY(comparison.tables.front().whyNot.find("of 2, the published one of 3") != std::string::npos);
        const Json json = toJson(comparison);
        QVERIFY(json["tables"][0]["ours"].is_null());
        QVERIFY(json["tables"][0]["mean"].is_null());
        QVERIFY(comparisonCsv(comparison).find("add,3,3,,1,") != std::string::npos);
    }

    void cosinesNeedTheSameTokens()
    {
        const Result named = cosines(true);
        PublishedTable table{"cosine.write_state", {}, {}, {}};
        const ArrayPtr array = named.arrays.front();
        for (int row = 0; row < 20; ++row) {
            table.rows.push_back("token_" + std::to_string(row));
            table.values.emplace_back();
            for (int column = 0; column < 20; ++column)
                table.values.back().push_back(array->at(row, column));
        }
        table.columns = table.rows;
        const TableComparison same = compareTables(paperFigure("i6"), {table}, named).tables.front();
        QCOMPARE(same.compared, 400);
        QCOMPARE(same.mean, 0.0);
        QVERIFY(near(*same.correlation, 1));
        const TableComparison other = compareTables(paperFigure("i6"), {table}, cosines(false)).tables.front();
        QCOMPARE(other.compared, 0);
        QVERIFY(other.whyNot.find("names stand at other tokens") != std::string::npos);
        const TableComparison absent = compareTables(paperFigure("i6"), {table}, small()).tables.front();
        QVERIFY(absent.whyNot.find("no such table") != std::string::npos);
    }

    void numbersOfACircuit()
    {
        Result result = small();
        result.head = {
            {"edges", 100}, {"search", {{"edges", 10}}}, {"alphas", {0.0, 0.5, 1.0}}, {"metric", {1.0, 0.25, 0.0}}};
        const auto measured = [](const char* name, std::vector<double> values) {
            Array array = Array::make(name, {{"edges", {"0", "40", "60", "100"}}}, "share");
            array.values = std::move(values);
            std::ranges::fill(array.states, CellState::Computed);
            return std::make_shared<const Array>(std::move(array));
        };
        result.arrays = {measured("faithfulness", {0, 0.5, 0.75, 1}), measured("accuracy", {0, 0.75, 1, 1}),
                         measured("probability", {0, 0.5, 0.5, 1})};
        const PublishedTable metric{"metric", {"0", "0.5", "0.75", "1"}, {""}, {{1}, {0.125}, {0.1}, {0}}},
            circuit{"circuit",
                    {published_row::keptShare, published_row::halfNld, published_row::halfAccuracy},
                    {""},
                    {{0.2}, {0.7}, {0.9}}};
        const TablesComparison comparison = compareTables(paperFigure("i11"), {metric, circuit}, result);
        const TableComparison &alphas = comparison.tables[0], &numbers = comparison.tables[1];
        QCOMPARE(alphas.ours[1][0], 0.25);
        QVERIFY(std::isnan(alphas.ours[2][0]));  // our points are others
        QCOMPARE(alphas.compared, 3);
        QVERIFY(near(numbers.ours[0][0], 0.1));
        QVERIFY(near(numbers.ours[1][0], 0.625));  // between 40 and 60 edges
        QVERIFY(near(numbers.ours[2][0], 0.875));

        result.head["search"]["edges"] = nullptr;  // nothing was found
        QVERIFY(std::isnan(compareTables(paperFigure("i11"), {circuit}, result).tables[0].ours[0][0]));
    }

    void numbersOfParts()
    {
        Result result = small();
        const PublishedTable inside{
            "inside", {published_row::heldOutNld, published_row::heldOutAccuracy}, {""}, {{0.84}, {0.88}}};
        const TableComparison none = compareTables(paperFigure("i13"), {inside}, result).tables.front();
        QCOMPARE(none.compared, 0);
        QVERIFY(!none.whyNot.empty());
        result.head = {{"tried_on", {{"pairs", 3}, {"nld", 0.5}, {"accuracy", 1}}}};
        const TableComparison found = compareTables(paperFigure("i13"), {inside}, result).tables.front();
        QCOMPARE(found.ours[0][0], 0.5);
        QCOMPARE(found.ours[1][0], 1.0);
    }

    void theFiguresTables()
    {
        const std::vector<PublishedTable> all{slots({{1}}), {"replace", {}, {}, {}}};
        QCOMPARE(tablesOf(paperFigure("i8"), all).size(), std::size_t(2));
        VERIFY_REFUSED(tablesOf(paperFigure("i8"), {slots({{1}})}), ErrorCode::Internal, "\"replace\"");
    }
};

QTEST_APPLESS_MAIN(TestTableComparison)
#include "tst_table_comparison.moc"
