// SPDX-License-Identifier: GPL-3.0-or-later
// Heads of traces that somebody else may have written.
#include <QTest>

#include "core/data/trace_head.h"

using namespace mnemo;

namespace {

Json token(const std::string& text)
{
    return {{"id", 7}, {"text", text}, {"begin", 0}, {"end", 3}};
}

Result wholeTrace()
{
    Result trace;
    trace.kind = "trace";
    trace.head = {{"tokens", {token("a"), token("b")}},
                  {"prefix_tokens", 0},
                  {"subject", {0, 1}},
                  {"partner", {0, nullptr}},
                  {"target", {{"id", 7}, {"text", "a"}, {"ids", {7}}}},
                  {"foil", {{"id", 8}, {"text", "b"}}},
                  {"clean", {{"p", 0.5}, {"logp", -0.7}, {"rank", 0}}},
                  {"p_clean", 0.5},
                  {"effect_defined", true},
                  {"top_clean", {{{"id", 7}, {"text", "a"}, {"p", 0.5}, {"logit", 1.0}}}},
                  {"sites", {"h"}},
                  {"windows", {{"h", 1}}},
                  {"sigma", nullptr}};
    Array array = Array::make("h.p", {{"layer", {"0", "1", "2"}}, {"token", {"a", "b"}}}, "probability");
    trace.arrays = {std::make_shared<const Array>(std::move(array))};
    return trace;
}

}  // namespace

class TestTraceHead : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void aTraceHasNoProblem()
    {
        QVERIFY(!traceProblem(wholeTrace()));
        Result bare;
        bare.head = Json::object();
        QVERIFY(!traceProblem(bare));  // keys may be missing
    }

    void oddValuesAreNamed()
    {
        const Result whole = wholeTrace();
        const Json odd[] = {"text", Json::array({Json::array({"x"})}), Json{{"text", 3}, {"h", "x"}}};
        for (auto item = whole.head.begin(); item != whole.head.end(); ++item)
            for (const Json& value : odd) {
                Result trace = whole;
                trace.head[item.key()] = value;
                const auto problem = traceProblem(trace);
                QVERIFY2(problem && problem->find(item.key()) != std::string::npos, item.key().c_str());
            }
    }

    void tokensAreThoseOfTheArrays()
    {
        Result trace = wholeTrace();
        trace.head["tokens"].push_back(token("c"));
        QVERIFY(traceProblem(trace) && traceProblem(trace)->find("h.p") != std::string::npos);
    }
};

QTEST_APPLESS_MAIN(TestTraceHead)
#include "tst_trace_head.moc"
