// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/rpc_client.h"

namespace mnemo {

RpcClient::RpcClient(EventHandler onEvent, FaultHandler onFault)
    : m_onEvent(std::move(onEvent)), m_onFault(std::move(onFault))
{
}

std::int64_t RpcClient::request(const std::string& method, Json params, std::function<void(const Json&)> then,
                                Refused refused)
{
    const std::int64_t id = m_nextId++;
    m_pending[id] = {std::move(then), std::move(refused)};
    m_outgoing += writeFrame(requestText(Json(id), method, params));
    return id;
}

void RpcClient::initialize(const std::string& name, const std::string& version, std::function<void(const Json&)> then,
                           Refused refused)
{
    request("initialize", {{"protocol", protocolNumber}, {"client", {{"name", name}, {"version", version}}}},
            std::move(then), std::move(refused));
}

void RpcClient::loadModel(const LoadRequest& load, std::function<void(JobId)> then, Refused refused)
{
    request(
        "model/load", toJson(load),
        [then = std::move(then)](const Json& result) { then(result.at("id").get<JobId>()); }, std::move(refused));
}

void RpcClient::submit(const Job& job, std::function<void(JobId)> then, Refused refused)
{
    request(
        "job/submit", toJson(job), [then = std::move(then)](const Json& result) { then(result.at("id").get<JobId>()); },
        std::move(refused));
}

void RpcClient::tokenize(const std::string& modelHash, const std::string& text, Prefix prefix,
                         std::function<void(const Prompt&)> then, Refused refused)
{
    request(
        "tokenize", {{"model", modelHash}, {"text", text}, {"prefix", prefixName(prefix)}},
        [then = std::move(then), text](const Json& result) {
            Prompt prompt = promptFromJson(result);
            prompt.text = text;
            then(prompt);
        },
        std::move(refused));
}

void RpcClient::putEdit(const EditTerm& edit, std::function<void()> then, Refused refused)
{
    request(
        "edit/put", toJson(edit), [then = std::move(then)](const Json&) { then(); }, std::move(refused));
}

void RpcClient::cancel(JobId id)
{
    request("job/cancel", {{"id", id}}, {}, {});
}

void RpcClient::cancelTag(const std::string& tag)
{
    request("job/cancel", {{"tag", tag}}, {}, {});
}

void RpcClient::cancelAll()
{
    request("job/cancel", {{"all", true}}, {}, {});
}

void RpcClient::shutdown()
{
    request("shutdown", Json::object(), {}, {});
}

std::string RpcClient::takeOutgoing()
{
    return std::exchange(m_outgoing, {});
}

void RpcClient::onBytes(std::string_view bytes)
{
    for (const FrameReader::Item& item : m_reader.feed(bytes)) {
        if (const auto* body = std::get_if<std::string>(&item))
            onMessage(*body);
        else
            notifyFault(std::get<Error>(item));
    }
}

void RpcClient::onMessage(const std::string& body)
{
    try {
        const RpcMessage message = parseMessage(body);
        if (const auto* response = std::get_if<RpcResponse>(&message))
            onResponse(*response);
        else
            onNotification(std::get<RpcRequest>(message));
    } catch (const RpcFault& fault) {
        notifyFault(fault.error);
    } catch (const Failure& failure) {
        notifyFault(failure.error());
    } catch (const Json::exception& e) {
        notifyFault({ErrorCode::BadMessage, std::string("An answer of the engine cannot be read: ") + e.what() + ".",
                     "Update both programs to one version."});
    }
}

void RpcClient::onResponse(const RpcResponse& response)
{
    const auto it = response.id.is_number_integer() ? m_pending.find(response.id.get<std::int64_t>()) : m_pending.end();
    if (it == m_pending.end()) {
        notifyFault(response.error.value_or(
            Error{ErrorCode::BadMessage, "The engine answered a question nobody asked.", "Restart the engine."}));
        return;
    }
    const Pending pending = std::move(it->second);
    m_pending.erase(it);  // before the callback: it may call again
    if (response.error && pending.refused)
        pending.refused(*response.error);
    else if (!response.error && pending.then)
        pending.then(response.result);
}

void RpcClient::onNotification(const RpcRequest& notification)
{
    if (notification.method == "job/event" && m_onEvent)
        m_onEvent(notification.params.at("id").get<JobId>(), eventFromJson(notification.params));
    // Other notifications are news of a later version: nothing depends on them.
}

void RpcClient::onLost(const Error& error)
{
    m_reader = FrameReader();
    m_outgoing.clear();
    const std::map<std::int64_t, Pending> pending = std::exchange(m_pending, {});
    for (const auto& [id, call] : pending)
        if (call.refused)
            call.refused(error);
}

void RpcClient::notifyFault(const Error& error)
{
    if (m_onFault)
        m_onFault(error);
}

}  // namespace mnemo
