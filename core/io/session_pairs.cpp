// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/session_pairs.h"

#include <algorithm>
#include <optional>

namespace mnemo {
namespace {

std::optional<RunPair> pairFrom(const Json& json, std::size_t runs)
{
    const auto isRun = [runs](const Json& number) {
        return number.is_number_integer() && number.get<std::int64_t>() >= 0 && number.get<std::uint64_t>() < runs;
    };
    if (!json.is_array() || json.size() != 2 || !isRun(json[0]) || !isRun(json[1]) || json[0] == json[1])
        return std::nullopt;
    return RunPair{json[0].get<std::size_t>(), json[1].get<std::size_t>()};
}

bool fits(const RunPair& pair, const std::vector<RunPair>& others, const Session& session)
{
    const std::string &kind = session.results[pair.first]->kind, &other = session.results[pair.second]->kind;
    if (kind != other || (kind == "trace" && pair.second < pair.first))
        return false;
    return std::ranges::none_of(others, [&](const RunPair& one) {
        const bool shared = one.first == pair.second || one.second == pair.first || one.second == pair.second;
        return one.first == pair.first || (kind == "trace" && shared);
    });
}

}  // namespace

std::vector<RunPair> runPairs(const Session& session)
{
    std::vector<RunPair> pairs;
    const Json view = session.document.is_object() ? session.document.value("view", Json()) : Json();
    const Json besides = view.is_object() ? view.value("beside", Json()) : Json();
    for (const Json& json : besides.is_array() ? besides : Json::array())
        if (const auto pair = pairFrom(json, session.results.size()); pair && fits(*pair, pairs, session))
            pairs.push_back(*pair);
    return pairs;
}

void setRunPairs(Session& session, const std::vector<RunPair>& pairs)
{
    Json& view = session.document["view"];
    if (!view.is_object())
        view = Json::object();
    view.erase("beside");
    for (const RunPair& pair : pairs)
        view["beside"].push_back({pair.first, pair.second});
}

}  // namespace mnemo
