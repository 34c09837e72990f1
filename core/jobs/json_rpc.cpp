// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/json_rpc.h"

#include "core/data/event.h"

namespace mnemo {
namespace {

/// Copying and printing JSON recurse; a message of brackets must not use up the stack.
constexpr int deepest = 64;

bool tooDeep(std::string_view text)
{
    int depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            i += c == '\\' ? 1 : 0;
            inString = c != '"';
        } else if (c == '"') {
            inString = true;
        } else if (c == '[' || c == '{') {
            if (++depth > deepest)
                return true;
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    return false;
}

RpcFault fault(RpcCode code, std::string message, Json id = nullptr)
{
    return {code, {ErrorCode::BadMessage, std::move(message), "Write requests as docs/protocol.md says."}, id};
}

bool isId(const Json& json)
{
    return json.is_number_integer() || json.is_string();
}

RpcRequest readRequest(const Json& json, std::optional<Json> id)
{
    const Json replyTo = id.value_or(Json());
    RpcRequest request{std::move(id)};
    if (!json.at("method").is_string())
        throw fault(RpcCode::Request, "\"method\" is no text: " + dumpJson(json.at("method")).substr(0, 40) + ".",
                    replyTo);
    request.method = json.at("method");
    if (json.contains("params")) {
        if (!json.at("params").is_object())
            throw fault(RpcCode::Params, "\"params\" of " + request.method.substr(0, 40) + " is no object.", replyTo);
        request.params = json.at("params");
    }
    return request;
}

/// `data` carries our own code and hint; an error of another server has only a message.
Error readError(const Json& error)
{
    if (error.is_object() && error.contains("data") && error.at("data").is_object())
        return errorFromJson(error.at("data"));
    const bool hasMessage = error.is_object() && error.contains("message") && error.at("message").is_string();
    return {ErrorCode::Internal, hasMessage ? error.at("message").get<std::string>() : dumpJson(error), ""};
}

}  // namespace

RpcMessage parseMessage(std::string_view body)
{
    if (tooDeep(body))
        throw fault(RpcCode::Parse, "A message is nested deeper than " + std::to_string(deepest) + " levels.");
    const Json json = Json::parse(body, nullptr, false);
    if (json.is_discarded())
        throw fault(RpcCode::Parse, "A message of " + std::to_string(body.size()) + " bytes is no JSON.");
    if (!json.is_object())
        throw fault(RpcCode::Request, "A message is no JSON object.");
    std::optional<Json> id;
    if (json.contains("id")) {
        id = json.at("id");
        if (!isId(*id) && !(id->is_null() && !json.contains("method")))
            throw fault(RpcCode::Request, "\"id\" is neither an integer nor a text.");
    }
    if (!json.contains("jsonrpc") || json.at("jsonrpc") != "2.0")
        throw fault(RpcCode::Request, "\"jsonrpc\" is not \"2.0\".", id.value_or(Json()));
    if (json.contains("method"))
        return readRequest(json, std::move(id));
    if (id && json.contains("error"))
        return RpcResponse{*id, nullptr, readError(json.at("error"))};
    if (id && json.contains("result"))
        return RpcResponse{*id, json.at("result"), std::nullopt};
    throw fault(RpcCode::Request, "A message has neither method nor result nor error.", id.value_or(Json()));
}

std::string requestText(const std::optional<Json>& id, const std::string& method, const Json& params)
{
    Json json{{"jsonrpc", "2.0"}};
    if (id)
        json["id"] = *id;
    json["method"] = method;
    json["params"] = params;
    return dumpJson(json);
}

std::string resultText(const Json& id, const Json& result)
{
    return dumpJson(Json{{"jsonrpc", "2.0"}, {"id", id}, {"result", result}});
}

std::string faultText(const RpcFault& refused)
{
    const Json error{{"code", int(refused.code)}, {"message", refused.error.message}, {"data", toJson(refused.error)}};
    return dumpJson(Json{{"jsonrpc", "2.0"}, {"id", refused.id}, {"error", error}});
}

std::string dumpJson(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace mnemo
