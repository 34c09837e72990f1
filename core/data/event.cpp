// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/event.h"

#include <array>

namespace mnemo {
namespace {

constexpr std::array<std::string_view, 4> classNames{"selection", "visible", "background", "batch"};
constexpr std::array<std::string_view, 7> eventNames{"started",  "progress", "partial", "paused",
                                                     "finished", "stopped",  "failed"};
static_assert(eventNames.size() == std::variant_size_v<Event>);

Json resultOrNull(const ResultPtr& result)
{
    return result ? toJson(*result) : Json();
}

ResultPtr resultOrNull(const Json& json)
{
    return json.is_null() ? nullptr : std::make_shared<const Result>(resultFromJson(json));
}

template <class... Fs>
struct Overloaded : Fs... {
    using Fs::operator()...;
};
template <class... Fs>
Overloaded(Fs...) -> Overloaded<Fs...>;  // clang before 17 does not see it by itself

Event readEvent(const Json& json)
{
    const std::string name = json.at("event");
    if (name == "started")
        return Started{};
    if (name == "progress")
        return Progress{json.at("done"), json.at("total"), json.at("unit"), json.at("seconds")};
    if (name == "partial")
        return Partial{resultOrNull(json.at("result"))};
    if (name == "paused")
        return Paused{json.at("by")};
    if (name == "finished")
        return Finished{resultOrNull(json.at("result"))};
    if (name == "stopped")
        return Stopped{resultOrNull(json.at("result"))};
    if (name == "failed")
        return Failed{errorFromJson(json.at("error"))};
    throw Failure(ErrorCode::BadMessage, "The event \"" + name + "\" is not known.",
                  "Update both programs to one version.");
}

}  // namespace

std::string_view className(JobClass jobClass)
{
    return classNames[std::size_t(jobClass)];
}

JobClass classFromName(std::string_view name)
{
    for (std::size_t i = 0; i < classNames.size(); ++i)
        if (classNames[i] == name)
            return JobClass(i);
    throw Failure(ErrorCode::Usage, "The job class \"" + std::string(name) + "\" is not known.",
                  "Choose selection, visible, background or batch.");
}

std::string_view eventName(const Event& event)
{
    return eventNames[event.index()];
}

bool isLast(const Event& event)
{
    return std::holds_alternative<Finished>(event) || std::holds_alternative<Stopped>(event) ||
           std::holds_alternative<Failed>(event);
}

Json toJson(const Event& event)
{
    Json json{{"event", eventName(event)}};
    std::visit(Overloaded{[](const Started&) {},
                          [&](const Progress& e) {
                              json["done"] = e.done;
                              json["total"] = e.total;
                              json["unit"] = e.unit;
                              json["seconds"] = e.seconds;
                          },
                          [&](const Paused& e) { json["by"] = e.by; },
                          [&](const Failed& e) { json["error"] = toJson(e.error); },
                          [&](const auto& e) { json["result"] = resultOrNull(e.result); }},
               event);
    return json;
}

Event eventFromJson(const Json& json)
{
    try {
        return readEvent(json);
    } catch (const Json::exception& e) {
        throw Failure(ErrorCode::BadMessage, std::string("An event cannot be read: ") + e.what() + ".",
                      "Update both programs to one version.");
    }
}

Json toJson(const Error& error)
{
    return {{"code", codeName(error.code)}, {"message", error.message}, {"hint", error.hint}};
}

Error errorFromJson(const Json& json)
{
    if (!json.is_object())
        return {ErrorCode::Internal, json.dump(), ""};
    return {codeFromName(json.value("code", "internal")).value_or(ErrorCode::Internal), json.value("message", ""),
            json.value("hint", "")};
}

}  // namespace mnemo
