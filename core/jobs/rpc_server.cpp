// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/rpc_server.h"

#include <new>

namespace mnemo {
namespace {

constexpr const char* writeAsDocumented = "Write requests as docs/protocol.md says.";

/// Not in the table of methods; kept apart from Failure because JSON-RPC has a number for it.
struct UnknownMethod {
};

RpcFault refusal(const Error& error, const Json& id)
{
    return {error.code == ErrorCode::Usage ? RpcCode::Params : RpcCode::Other, error, id};
}

}  // namespace

std::optional<std::string> RpcServer::handle(std::string_view body)
{
    Json id;
    bool answered = true;
    RpcFault fault;
    try {
        const RpcMessage message = parseMessage(body);
        const auto* request = std::get_if<RpcRequest>(&message);
        if (!request)
            return std::nullopt;  // an answer to a question the engine never asks
        answered = request->id.has_value();
        id = request->id.value_or(Json());
        try {
            const std::string text = resultText(id, call(request->method, request->params));
            return answered ? std::optional(text) : std::nullopt;
        } catch (const UnknownMethod&) {
            fault = {RpcCode::Method,
                     {ErrorCode::BadMessage, "The method \"" + request->method.substr(0, 60) + "\" is not known.",
                      writeAsDocumented},
                     id};
        }
    } catch (const RpcFault& unreadable) {
        fault = unreadable;
    } catch (const Failure& failure) {
        fault = refusal(failure.error(), id);
    } catch (const Json::exception& e) {
        fault = refusal(
            {ErrorCode::Usage, std::string("The request cannot be read: ") + e.what() + ".", writeAsDocumented}, id);
    } catch (const std::bad_alloc&) {
        fault =
            refusal({ErrorCode::OutOfMemory, "The request needs more memory than there is.", "Send less at once."}, id);
    } catch (const std::exception& e) {
        fault = refusal({ErrorCode::Internal, e.what(), "Save the log and report it."}, id);
    }
    return answered ? std::optional(faultText(fault)) : std::nullopt;
}

Json RpcServer::call(const std::string& method, const Json& params)
{
    if (method == "initialize")
        return initialize(params);
    if (method == "model/load")
        return {{"id", m_hooks.load(loadRequestFromJson(params))}};
    if (method == "tokenize")
        return toJson(m_hooks.tokenize(params.at("model").get<std::string>(), params.at("text").get<std::string>(),
                                       prefixFromName(params.value("prefix", "none"))));
    if (method == "edit/put") {
        m_hooks.putEdit(editTermFromJson(params));
        return Json::object();
    }
    if (method == "job/submit")
        return {{"id", m_hooks.submit(jobFromJson(params))}};
    if (method == "job/cancel")
        return cancel(params);
    if (method == "shutdown") {
        m_hooks.shutdown();
        return Json::object();
    }
    throw UnknownMethod{};
}

Json RpcServer::initialize(const Json& params)
{
    const Json& theirs = params.at("protocol");
    if (theirs != protocolNumber)
        throw Failure(ErrorCode::BadMessage,
                      "The window speaks protocol " + dumpJson(theirs).substr(0, 20) + ", the engine protocol " +
                          std::to_string(protocolNumber) + ".",
                      "Update both programs to one version.");
    Json result{{"protocol", protocolNumber}};
    result.update(m_hooks.initialize());
    return result;
}

Json RpcServer::cancel(const Json& params)
{
    if (params.contains("id"))
        m_hooks.cancel(params.at("id").get<JobId>());
    else if (params.contains("tag"))
        m_hooks.cancelTag(params.at("tag").get<std::string>());
    else if (params.value("all", false))
        m_hooks.cancelAll();
    else
        throw Failure(ErrorCode::Usage, "job/cancel names neither id nor tag nor all.", writeAsDocumented);
    return Json::object();
}

std::string RpcServer::refuse(const Error& error)
{
    return faultText({RpcCode::Parse, error, nullptr});
}

std::string RpcServer::eventText(JobId id, const Event& event)
{
    Json params{{"id", id}};
    params.update(toJson(event));
    return requestText(std::nullopt, "job/event", params);
}

}  // namespace mnemo
