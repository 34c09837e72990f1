// SPDX-License-Identifier: GPL-3.0-or-later
// Traces beside each other: depths, tokens, sites, and the difference of their maps.
#include <QTest>

#include "core/data/depth.h"
#include "core/data/prompt.h"
#include "core/data/trace_pair.h"

#include <cmath>

using namespace mnemo;

namespace {

struct Piece {
    const char* text;
    int begin;
    int end;
};

Result traceOf(const char* prompt, std::initializer_list<Piece> pieces, TokenSpan subject, Json sites, int prefix = 0)
{
    Result trace;
    trace.kind = "trace";
    trace.parameters = {{"prompt", prompt}, {"subject", "Big Ben"}};
    Json tokens = Json::array();
    for (const Piece& piece : pieces)
        tokens.push_back(
            {{"id", int(tokens.size())}, {"text", piece.text}, {"begin", piece.begin}, {"end", piece.end}});
    trace.head = {{"tokens", tokens},
                  {"prefix_tokens", prefix},
                  {"subject", {subject.first, subject.end}},
                  {"sites", std::move(sites)}};
    return trace;
}

/// "Big Ben is in", in whole words.
Result words(Json sites = {"h"})
{
    return traceOf("{} is in", {{" Big", 0, 3}, {" Ben", 4, 7}, {" is", 8, 10}, {" in", 11, 13}}, {0, 2},
                   std::move(sites));
}

/// The same behind an end-of-text token, "Ben" in two pieces.
Result pieces(Json sites = {"h"})
{
    return traceOf("{} is in",
                   {{"<eos>", 0, 0}, {" Big", 0, 3}, {" B", 4, 5}, {"en", 5, 7}, {" is", 8, 10}, {" in", 11, 13}},
                   {1, 4}, std::move(sites), 1);
}

Array mapOf(int layers, int tokens, double first)
{
    Axis layerAxis{"layer", {}}, tokenAxis{"token", {}};
    for (int layer = 0; layer < layers; ++layer)
        layerAxis.labels.push_back(std::to_string(layer));
    for (int pos = 0; pos < tokens; ++pos)
        tokenAxis.labels.push_back("t" + std::to_string(pos));
    Array map = Array::make("h.ie", {layerAxis, tokenAxis}, "IE");
    for (std::size_t i = 0; i < map.size(); ++i) {
        map.values[i] = first + double(i);
        map.states[i] = CellState::Computed;
    }
    return map;
}

}  // namespace

class TestTracePair : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void layersAreNearestInDepth()
    {
        for (int layer = 0; layer < 64; ++layer) {
            QCOMPARE(nearestLayer(layer, 64, 64), layer);
            const int other = nearestLayer(layer, 64, 48);
            for (int one = 0; one < 48; ++one)
                QVERIFY(std::abs(other / 48.0 - layer / 64.0) <= std::abs(one / 48.0 - layer / 64.0));
        }
        QCOMPARE(nearestLayer(31, 32, 64), 62);
        QCOMPARE(nearestLayer(63, 64, 32), 31);  // never behind the last one
        QCOMPARE(nearestLayer(1, 4, 2), 1);      // half-way: the later one
    }

    void valuesAreReadBetweenLayers()
    {
        QCOMPARE(atDepths({0, 1, 4, 9}, 4), (std::vector<double>{0, 1, 4, 9}));
        QCOMPARE(atDepths({0, 1, 4, 9}, 2), (std::vector<double>{0, 4}));
        QCOMPARE(atDepths({0, 2}, 4), (std::vector<double>{0, 1, 2, 2}));
        QVERIFY(std::isnan(atDepths({0, NAN}, 4).at(1)) && atDepths({0, NAN}, 4).at(0) == 0);
        QVERIFY(atDepths({}, 3).empty());
    }

    void theSameTokensArePairedOneByOne()
    {
        const TokenMatch match = matchTokens(words(), words());
        QVERIFY(match.by == PairedBy::Tokens);
        QCOMPARE(match.pairs.size(), std::size_t(4));
        QCOMPARE(match.toB, (std::vector<int>{0, 1, 2, 3}));
    }

    void otherTokensOfOnePromptArePairedByTheirText()
    {
        const TokenMatch match = matchTokens(words(), pieces());
        QVERIFY(match.by == PairedBy::Spans);
        QVERIFY(match.pairs == (std::vector<TokenPair>{{0, 1}, {2, 4}, {3, 5}}));
        QCOMPARE(match.toB, (std::vector<int>{1, 3, 4, 5}));         // " Ben": most of it is in "en"
        QCOMPARE(match.toA, (std::vector<int>{-1, 0, 1, 1, 2, 3}));  // the prefix has nothing there
    }

    void partsOfOneCharacterArePairedOnce()
    {
        const Result a = traceOf("{} x", {{"?", 0, 1}, {"?", 0, 1}, {" x", 2, 3}}, {0, 2}, {"h"});
        const Result b = traceOf("{} x", {{"?", 0, 1}, {"?", 0, 1}, {" ", 1, 2}, {"x", 2, 3}}, {0, 2}, {"h"});
        QVERIFY(matchTokens(a, b).pairs == (std::vector<TokenPair>{{0, 0}, {1, 1}}));
    }

    void otherPromptsArePairedByPlaceOrByRole()
    {
        Result other = words();
        other.parameters["prompt"] = "{} is at";
        other.head["tokens"][3]["text"] = " at";
        QVERIFY(matchTokens(words(), other).by == PairedBy::Places);
        other.head["subject"] = {0, 1};
        const TokenMatch match = matchTokens(words(), other);
        QVERIFY(match.by == PairedBy::Roles);
        QVERIFY(match.pairs ==
                (std::vector<TokenPair>{
                    {1, 0, PairRole::SubjectLast}, {2, 1, PairRole::AfterSubject}, {3, 3, PairRole::PromptLast}}));
        QCOMPARE(match.toB, (std::vector<int>{-1, 0, 1, 3}));
    }

    void attentionStandsBesideTheSsm()
    {
        const Json mamba = {"h", "a", "s", "g", "o"}, pythia = {"h", "attn", "mlp", "o"};
        QVERIFY(matchSites(words(mamba), words(pythia)) ==
                (std::vector<SitePair>{{"h", "h"}, {"s", "attn"}, {"o", "o"}, {"a", ""}, {"g", ""}, {"", "mlp"}}));
        QVERIFY(matchSites(words(pythia), words(mamba)) ==
                (std::vector<SitePair>{{"h", "h"}, {"attn", "s"}, {"o", "o"}, {"mlp", ""}, {"", "a"}, {"", "g"}}));
        QVERIFY(matchSites(words(mamba), words(mamba)).size() == 5);
    }

    void theDifferenceHasTheDeeperOnesLayers()
    {
        const std::vector<TokenPair> pairs{{0, 0}, {1, 2}};
        const Array difference = subtractMaps(mapOf(2, 2, 100), mapOf(4, 3, 0), pairs);
        QCOMPARE(difference.axes[0].size(), 4);
        QCOMPARE(difference.axes[1].labels, (std::vector<std::string>{"t0", "t1"}));
        QCOMPARE(difference.at(0, 0), 100.0);         // layer 0 − layer 0
        QCOMPARE(difference.at(3, 1), 103.0 - 11.0);  // layer 1 − layer 3
        const Array turned = subtractMaps(mapOf(4, 3, 0), mapOf(2, 2, 100), {{0, 0}, {2, 1}});
        for (std::size_t i = 0; i < turned.size(); ++i)
            QCOMPARE(turned.values[i], -difference.values[i]);
    }

    void cellsOfOneAloneHaveNoDifference()
    {
        Array b = mapOf(2, 2, 0);
        b.states[3] = CellState::NotComputed;
        b.values[0] = NAN;
        const Array difference = subtractMaps(mapOf(2, 2, 0), b, {{0, 0}, {1, 1}});
        QVERIFY(difference.state(0, 0) == CellState::Undefined);
        QVERIFY(difference.state(0, 1) == CellState::Computed);
        QVERIFY(difference.state(1, 1) == CellState::NotComputed && std::isnan(difference.at(1, 1)));
    }
};

QTEST_APPLESS_MAIN(TestTracePair)
#include "tst_trace_pair.moc"
