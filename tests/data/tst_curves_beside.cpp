// SPDX-License-Identifier: GPL-3.0-or-later
// Curves of one result at the depths of another's.
#include <QTest>

#include "core/data/curves_beside.h"

using namespace mnemo;

namespace {

/// Layer × column values 10·layer + column.
ArrayPtr curves(const std::string& name, int layers, std::vector<std::string> columns, const char* first = "layer")
{
    Axis axis{first, {}};
    for (int layer = 0; layer < layers; ++layer)
        axis.labels.push_back(std::to_string(layer));
    auto array = std::make_shared<Array>(Array::make(name, {axis, {"column", std::move(columns)}}, "IE"));
    const int width = array->axes[1].size();
    for (std::size_t i = 0; i < array->size(); ++i) {
        array->values[i] = 10.0 * double(int(i) / width) + double(int(i) % width);
        array->states[i] = CellState::Computed;
    }
    return array;
}

Result resultOf(const std::string& kind, std::vector<ArrayPtr> arrays)
{
    Result result;
    result.kind = kind;
    result.arrays = std::move(arrays);
    return result;
}

}  // namespace

class TestCurvesBeside : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void curvesStandAtTheirDepth()
    {
        const Result deep = resultOf("knockout", {curves("change", 4, {"subject"})});
        Result flat = resultOf("knockout", {curves("change", 2, {"other", "subject"})});
        flat.title = "Knock-out over 3 facts";
        flat.model = {{"name", "the flat one"}};
        const Json beside = curvesBeside(deep, flat);
        QVERIFY(beside.at("title") == "the flat one: Knock-out over 3 facts");
        QVERIFY(withCurvesBeside(deep, flat).head.at("reference") == beside);
        QCOMPARE(beside.at("curves").size(), std::size_t(1));
        QVERIFY(beside.at("curves")[0].at("array") == "change" && beside.at("curves")[0].at("column") == "subject");
        QVERIFY(beside.at("curves")[0].at("values") == Json::array({1.0, 6.0, 11.0, 11.0}));
    }

    void whatHasNoValueIsNull()
    {
        auto holes = std::make_shared<Array>(*curves("change", 2, {"subject"}));
        holes->states[1] = CellState::NotComputed;
        const Result result = resultOf("knockout", {curves("change", 2, {"subject"})});
        const Json beside = curvesBeside(result, resultOf("knockout", {holes}));
        QVERIFY(beside.at("curves")[0].at("values") == Json::array({0.0, nullptr}));
    }

    void architecturesAreMatched()
    {
        const Result mamba = resultOf("average", {curves("h.ie", 2, {"last"}), curves("s.ie", 2, {"last"}),
                                                  curves("s.se", 2, {"last"}), curves("g.ie", 2, {"last"})});
        const Result pythia = resultOf("average", {curves("h.ie", 2, {"last"}), curves("attn.ie", 2, {"last"}),
                                                   curves("s.se", 2, {"last"}), curves("mlp.ie", 2, {"last"})});
        const Json beside = curvesBeside(mamba, pythia);
        QCOMPARE(beside.at("curves").size(), std::size_t(2));  // neither the gate nor errors
        QVERIFY(beside.at("curves")[0].at("array") == "h.ie" && beside.at("curves")[1].at("array") == "s.ie");
        const Result paths = resultOf("paths", {curves("subject_last.ie", 2, {"none", "s", "g", "o"})});
        const Result others = resultOf("paths", {curves("subject_last.ie", 2, {"none", "attn", "mlp", "attn + mlp"})});
        const Json severed = curvesBeside(paths, others).at("curves");
        QCOMPARE(severed.size(), std::size_t(3));
        QVERIFY(severed[2].at("column") == "o" && severed[2].at("values") == Json::array({3.0, 13.0}));
        QVERIFY(curvesBeside(others, paths).at("curves").size() == 3);
    }

    void onlyCurvesOfOneKindAreOffered()
    {
        const Result one = resultOf("knockout", {curves("change", 2, {"subject"})});
        QVERIFY(haveCurvesBeside(one, one));
        QVERIFY(!haveCurvesBeside(one, resultOf("average", {curves("change", 2, {"subject"})})));
        const Result cuts = resultOf("knockout", {curves("change", 2, {"subject"}, "cut")});
        QVERIFY(!haveCurvesBeside(cuts, cuts));  // not over layers
        QVERIFY(curvesBeside(one, cuts).is_null());
    }
};

QTEST_APPLESS_MAIN(TestCurvesBeside)
#include "tst_curves_beside.moc"
