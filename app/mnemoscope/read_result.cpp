// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemoscope/read_result.h"

#include "core/data/error.h"
#include "core/io/session_choices.h"
#include "core/io/session_pairs.h"
#include "widgets/chart.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace mnemo {

namespace {

bool isDrawn(const Result& result)
{
    const std::vector<ChartKind> kinds = chartKinds();
    return result.kind == "trace" ||
           std::ranges::any_of(kinds, [&](const ChartKind& entry) { return entry.kind == result.kind; });
}

Result readJson(const std::filesystem::path& path)
{
    if (!std::filesystem::exists(path))
        throw Failure(ErrorCode::NotFound, "\"" + path.string() + "\" does not exist.", "Name a session or a result.");
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw Failure(ErrorCode::Unreadable, "\"" + path.string() + "\" cannot be opened.", "Check its permissions.");
    const Json json = Json::parse(file, nullptr, false);
    if (json.is_discarded())
        throw Failure(ErrorCode::Damaged, "\"" + path.string() + "\" is not JSON.", "Name a session or a result.");
    try {
        return resultFromJson(json);
    } catch (const Failure& failure) {
        throw Failure(ErrorCode::Damaged, "\"" + path.string() + "\": " + failure.error().message,
                      failure.error().hint);
    }
}

}  // namespace

Result readDrawable(const std::string& path)
{
    if (std::filesystem::path(path).extension() == ".json")
        return readJson(path);
    const Session session = readSession(path);
    const auto newest = std::find_if(session.results.rbegin(), session.results.rend(),
                                     [](const ResultPtr& result) { return isDrawn(*result); });
    if (newest == session.results.rend())
        throw Failure(ErrorCode::NotFound, "\"" + path + "\" holds nothing that can be drawn.",
                      "Name a session with a trace or an experiment over facts.");
    return shownRun(session, std::size_t(session.results.rend() - newest) - 1);
}

std::pair<Result, ResultPtr> readPair(const std::string& path)
{
    const Session session = readSession(path);
    const std::vector<RunPair> pairs = runPairs(session);
    if (pairs.empty())
        throw Failure(ErrorCode::NotFound, "In \"" + path + "\" nothing stands beside anything.",
                      "Leave --pair out, or save a session with two models.");
    return {*session.results[pairs.back().first], session.results[pairs.back().second]};
}

}  // namespace mnemo
