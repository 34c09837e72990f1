// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace_store.h"

#include <QSignalSpy>
#include <QTest>

using namespace mnemo;

namespace {

Json tokens(std::initializer_list<const char*> texts)
{
    Json list = Json::array();
    int id = 0;
    for (const char* text : texts)
        list.push_back({{"id", ++id}, {"text", text}, {"begin", 0}, {"end", 0}});
    return list;
}

/// A trace of two layers whose cells of layer < `layers` are computed, with p = base + layer + pos / 10.
ResultPtr trace(const Json& toks, int first, int end, int layers, double base = 0)
{
    auto result = std::make_shared<Result>();
    result->kind = "trace";
    result->model = {{"hash", "m"}};
    result->parameters = {{"prompt", "{} is"}, {"subject", "cat"}, {"swap", "dog"}};
    result->head = {{"tokens", toks},       {"prefix_tokens", 0}, {"subject", Json::array({first, end})},
                    {"sites", {"h"}},       {"p_clean", 1.0},     {"p_corrupt", 0.0},
                    {"windows", {{"h", 1}}}};
    Axis columns{"token", {}};
    for (const Json& token : toks)
        columns.labels.push_back(token.at("text"));
    for (const char* name : {"h.p", "h.logp", "h.rank", "h.logit", "h.logit_foil", "h.kl"}) {
        Array array = Array::make(name, {Axis{"layer", {"0", "1"}}, columns}, "probability");
        const int width = columns.size();
        for (int layer = 0; layer < layers; ++layer)
            for (int pos = 0; pos < width; ++pos) {
                array.values[std::size_t(layer * width + pos)] = base + layer + pos / 10.0;
                array.states[std::size_t(layer * width + pos)] = CellState::Computed;
            }
        result->arrays.push_back(std::make_shared<const Array>(array));
    }
    result->done = layers / 2.0;
    return result;
}

const Json three = tokens({"The", " cat", " is"});

}  // namespace

class TestTraceStore : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void cellsThatAreThereSurviveANewRun()
    {
        const ResultPtr merged = mergeSnapshots(trace(three, 1, 2, 2), trace(three, 1, 2, 1));
        QCOMPARE(merged->done, 1.0);
        QCOMPARE(merged->find("h.p")->at(1, 2), 1.2);
    }

    void tokensWithoutAPartnerAreNotWaitedFor()
    {
        const auto aligned = [](int layers) {
            auto result = std::make_shared<Result>(*trace(three, 0, 2, layers));
            result->head["partner"] = Json::array({nullptr, 1, 2});
            for (ArrayPtr& array : result->arrays) {
                auto changed = std::make_shared<Array>(*array);
                changed->states[0] = changed->states[3] = CellState::NotComputed;
                array = changed;
            }
            return result;
        };
        QCOMPARE(mergeSnapshots(aligned(1), aligned(2))->done, 1.0);
        QVERIFY(columnComputed(*aligned(2), 0));
        QVERIFY(!columnComputed(*aligned(1), 1));
    }

    void otherTracesAreNotMixed()
    {
        const ResultPtr newer = trace(tokens({"A", " dog", " is"}), 1, 2, 1);
        QCOMPARE(mergeSnapshots(trace(three, 1, 2, 2), newer), newer);
    }

    void columnsAreCompleteOnlyWithAllLayers()
    {
        QVERIFY(columnComputed(*trace(three, 1, 2, 2), 1));
        QVERIFY(!columnComputed(*trace(three, 1, 2, 1), 1));
        QVERIFY(!columnComputed(*trace(three, 1, 2, 2), 3));
    }

    void aPinnedTraceStaysAndAnotherGoes()
    {
        TraceStore store;
        QSignalSpy removed(&store, &TraceStore::removed);
        const int a = store.begin({}, "auto", "m", 1);
        store.setPinned(a, true);
        const int b = store.begin({}, "auto", "m", 2);
        QCOMPARE(store.all().size(), std::size_t(2));
        store.begin({}, "auto", "m", 3);
        QCOMPARE(store.all().size(), std::size_t(2));
        QCOMPARE(removed.size(), 1);
        QCOMPARE(removed.first().first().toInt(), b);
    }

    void aTraceThatFailsAtOnceGivesBackTheOneBefore()
    {
        TraceStore store;
        const int a = store.begin({}, "auto", "m", 1);
        store.setResult(a, trace(three, 0, 2, 2));
        store.setState(a, JobState::Finished);
        const int b = store.begin({}, "auto", "m", 2);
        QVERIFY(!store.find(a));
        store.setState(b, JobState::Failed, {ErrorCode::LengthMismatch, "1 and 2 tokens", ""});
        QVERIFY(!store.find(b));
        QCOMPARE(store.current()->id, a);
        QCOMPARE(store.current()->state, JobState::Finished);
        QVERIFY(store.current()->result);

        const int stopped = store.begin({}, "auto", "m", 3);  // a stop before the first cell is no loss either
        store.setResult(stopped, trace(three, 0, 2, 0));
        store.setState(stopped, JobState::Stopped);
        QCOMPARE(store.current()->id, a);

        const int c = store.begin({}, "auto", "m", 3);  // once there are cells, the old trace is gone for good
        store.setResult(c, trace(three, 0, 2, 2, 0.25));
        store.setState(c, JobState::Failed, {ErrorCode::OutOfMemory, "no memory", ""});
        QCOMPARE(store.current()->id, c);
        QCOMPARE(store.all().size(), std::size_t(1));
    }

    void aTraceBesideAnotherComesAndGoesWithIt()
    {
        TraceStore store;
        QSignalSpy removed(&store, &TraceStore::removed);
        const int a = store.begin({}, "auto", "m", 1);
        const int b = store.beginBeside(a, "n", 2);
        QCOMPARE(store.current()->id, a);
        QCOMPARE(store.besideOf(a)->id, b);
        QCOMPARE(store.firstOf(*store.find(b))->id, a);
        store.setPinned(b, true);
        QVERIFY(store.find(a)->pinned && store.find(b)->pinned);
        store.setPinned(a, false);
        QVERIFY(!store.find(b)->pinned);
        const int other = store.beginBeside(a, "k", 3);  // in its place
        QVERIFY(!store.find(b) && store.besideOf(a)->id == other);
        store.setCurrent(other);
        store.remove(a);
        QVERIFY(store.all().empty() && !store.current());
        QCOMPARE(removed.size(), 3);
        QCOMPARE(store.beginBeside(a, "n", 4), 0);  // beside nothing
    }

    void eitherOfTwoTracesMayFailAlone()
    {
        TraceStore store;
        const Error error{ErrorCode::LengthMismatch, "1 and 2 tokens", ""};
        const int old = store.begin({}, "auto", "m", 1);
        const int oldBeside = store.beginBeside(old, "n", 2);
        for (const int id : {old, oldBeside}) {
            store.setResult(id, trace(three, 0, 2, 2));
            store.setState(id, JobState::Finished);
        }
        int first = store.begin({}, "auto", "m", 3);
        int second = store.beginBeside(first, "n", 4);
        QVERIFY(store.find(first)->before && store.find(second)->before);
        store.setState(first, JobState::Failed, error);
        QVERIFY(store.find(first) && !store.find(first)->before);  // the other may still have numbers
        store.setState(second, JobState::Failed, error);
        QVERIFY(!store.find(first) && !store.find(second));
        QCOMPARE(store.current()->id, old);
        QCOMPARE(store.besideOf(old)->id, oldBeside);

        first = store.begin({}, "auto", "m", 5);
        second = store.beginBeside(first, "n", 6);
        store.setState(first, JobState::Failed, error);
        store.setResult(second, trace(three, 0, 2, 2));
        store.setState(second, JobState::Finished);
        QCOMPARE(store.current()->id, first);
        QCOMPARE(store.find(first)->error.message, error.message);
        QVERIFY(!store.find(old));
    }

    void aStoppedTraceHasNoTicket()
    {
        TraceStore store;
        const int a = store.begin({}, "auto", "m", 7);
        QVERIFY(store.ofTicket(7));
        store.setState(a, JobState::Stopped);
        QVERIFY(!store.ofTicket(7));
    }
};

QTEST_APPLESS_MAIN(TestTraceStore)
#include "tst_trace_store.moc"
