// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/error.h"
#include "core/data/json.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace mnemo {

/// JSON-RPC 2.0's numbers; everything of our own is Other, with the ErrorCode's word in `data`.
enum class RpcCode { Parse = -32700, Request = -32600, Method = -32601, Params = -32602, Other = -32000 };

/// A call; without an id a notification, which gets no reply.
struct RpcRequest {
    std::optional<Json> id;  ///< an integer or a string
    std::string method;
    Json params = Json::object();
};

struct RpcResponse {
    Json id;  ///< null when the request could not be read
    Json result;
    std::optional<Error> error;
};

using RpcMessage = std::variant<RpcRequest, RpcResponse>;

/// A message that is refused: what to put in the reply.
struct RpcFault {
    RpcCode code = RpcCode::Other;
    Error error;
    Json id;  ///< null when unknown
};

/// Reads and validates one message; batches are not part of this protocol.
/// @throws RpcFault Parse, Request
RpcMessage parseMessage(std::string_view body);

std::string requestText(const std::optional<Json>& id, const std::string& method, const Json& params);
std::string resultText(const Json& id, const Json& result);
std::string faultText(const RpcFault& fault);

/// JSON as text; bytes that are no UTF-8 become U+FFFD rather than an exception.
std::string dumpJson(const Json& json);

}  // namespace mnemo
