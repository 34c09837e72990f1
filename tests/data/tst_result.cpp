// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/error.h"
#include "core/data/event.h"
#include "core/data/numbers.h"

#include <QTest>
#include <cmath>

using namespace mnemo;

namespace {

Result sample()
{
    Array array = Array::make("h.p", {{"layer", {"0", "1"}}, {"token", {"a", " b", "c"}}}, "probability");
    array.values[0] = 0.12345678901234567;
    array.states[0] = CellState::Computed;
    array.values[4] = 1.0 / 3;
    array.states[4] = CellState::Exact;
    array.states[5] = CellState::Undefined;
    Result result;
    result.kind = "trace";
    result.title = "Pelé — \"quoted\"";
    result.parameters = {{"prompt", "{} is"}};
    result.head = {{"p_clean", 0.5}};
    result.done = 0.25;
    result.arrays.push_back(std::make_shared<const Array>(std::move(array)));
    return result;
}

}  // namespace

class TestResult : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void resultsComeBackFromJsonWithTheSameBits()
    {
        const Result before = sample();
        const Result after = resultFromJson(Json::parse(toJson(before).dump()));
        QCOMPARE(after.title, before.title);
        QCOMPARE(after.done, before.done);
        QVERIFY(after.head == before.head);
        const ArrayPtr array = after.find("h.p");
        QVERIFY(array);
        QCOMPARE(array->axes, before.arrays[0]->axes);
        QCOMPARE(array->states, before.arrays[0]->states);
        QCOMPARE(array->at(0, 0), 0.12345678901234567);
        QCOMPARE(array->at(1, 1), 1.0 / 3);
        QVERIFY(std::isnan(array->at(0, 1)));
        QVERIFY(array->has(1, 1) && !array->has(1, 2));
        QVERIFY(!after.find("o.p"));
    }

    void whatHasNoValueIsNoNumber()
    {
        const std::vector<double> column = columnOf(*sample().arrays[0], 1);
        QVERIFY(column.size() == 2 && std::isnan(column[0]) && column[1] == 1.0 / 3);
        QVERIFY(std::isnan(columnOf(*sample().arrays[0], 2)[1]));  // undefined
        QVERIFY(numbersJson({1.5, std::nan(""), INFINITY}) == Json::array({1.5, nullptr, nullptr}));
        QVERIFY(columnOf(Array::make("line", {{"layer", {}}}, ""), 0).empty());
    }

    void damagedResultsAreRefused()
    {
        Json json = toJson(sample());
        json["arrays"][0]["values"].erase(0);
        QVERIFY_EXCEPTION_THROWN(resultFromJson(json), Failure);
        json = toJson(sample());
        json["arrays"][0]["states"][0] = 9;
        QVERIFY_EXCEPTION_THROWN(resultFromJson(json), Failure);
        json = toJson(sample());
        json.erase("kind");
        QVERIFY_EXCEPTION_THROWN(resultFromJson(json), Failure);
        QVERIFY_EXCEPTION_THROWN(resultFromJson(Json::array()), Failure);
    }

    void everyEventComesBackFromJson()
    {
        const auto result = std::make_shared<const Result>(sample());
        const std::vector<Event> events{Started{},
                                        Progress{3, 12, "cells", 0.5},
                                        Partial{result},
                                        Paused{7},
                                        Finished{result},
                                        Stopped{nullptr},
                                        Failed{{ErrorCode::OutOfMemory, "too big", "Choose less."}}};
        for (const Event& event : events) {
            const Event back = eventFromJson(Json::parse(toJson(event).dump()));
            QCOMPARE(back.index(), event.index());
            QVERIFY(toJson(back) == toJson(event));
        }
        QVERIFY(!isLast(events[0]) && !isLast(events[2]) && isLast(events[4]) && isLast(events[5]) &&
                isLast(events[6]));
        QVERIFY_EXCEPTION_THROWN(eventFromJson(Json{{"event", "exploded"}}), Failure);
        QVERIFY_EXCEPTION_THROWN(eventFromJson(Json{{"event", "progress"}}), Failure);
    }
};

QTEST_APPLESS_MAIN(TestResult)
#include "tst_result.moc"
