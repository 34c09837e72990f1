// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/jobs/rpc_values.h"

#include <cmath>

namespace mnemo {
namespace {

/// Runs `read`; a missing key or a wrong type becomes a Failure that names the request.
template <class F>
auto reading(ErrorCode code, const std::string& what, F read)
{
    try {
        return read();
    } catch (const Json::exception& e) {
        throw Failure(code, what + " cannot be read: " + e.what() + ".", "Write it as docs/protocol.md says.");
    }
}

std::string toHex(std::string_view bytes)
{
    constexpr std::string_view digits = "0123456789abcdef";
    std::string hex;
    for (const char c : bytes) {
        hex += digits[static_cast<unsigned char>(c) >> 4];
        hex += digits[static_cast<unsigned char>(c) & 15];
    }
    return hex;
}

int hexDigit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    throw Failure(ErrorCode::BadMessage, std::string("Token bytes hold '") + c + "', no hexadecimal digit.",
                  "Update both programs to one version.");
}

std::string fromHex(const std::string& hex)
{
    std::string bytes;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        bytes += char(hexDigit(hex[i]) * 16 + hexDigit(hex[i + 1]));
    return bytes;
}

std::vector<float> readVector(const Json& json, const std::string& name)
{
    auto values = json.get<std::vector<float>>();
    for (const float value : values)
        if (!std::isfinite(value))
            throw Failure(ErrorCode::Usage, "The edit's vector " + name + " has an entry that is not finite.",
                          "Compute the edit again.");
    return values;
}

}  // namespace

Json toJson(const LoadRequest& request)
{
    return {{"model", request.model}, {"device", request.device}, {"dtype", request.dtype}};
}

LoadRequest loadRequestFromJson(const Json& params)
{
    return reading(ErrorCode::Usage, "model/load", [&] {
        LoadRequest request;
        request.model = params.at("model").get<std::string>();
        request.device = params.value("device", request.device);
        request.dtype = params.value("dtype", request.dtype);
        return request;
    });
}

Json toJson(const EditTerm& edit)
{
    return {{"hash", edit.hash}, {"matrix", edit.matrix}, {"layer", edit.layer}, {"u", edit.u}, {"v", edit.v}};
}

EditTerm editTermFromJson(const Json& params)
{
    return reading(ErrorCode::Usage, "edit/put", [&] {
        EditTerm edit{params.at("hash").get<std::string>(), params.at("matrix").get<std::string>(),
                      params.at("layer").get<int>(), readVector(params.at("u"), "u"), readVector(params.at("v"), "v")};
        if (edit.hash.empty())
            throw Failure(ErrorCode::Usage, "The edit's hash is empty.", "Name the edit by its hash.");
        return edit;
    });
}

Json toJson(const Job& job)
{
    Json edits = Json::array();
    for (const EditRef& edit : job.edits)
        edits.push_back({{"hash", edit.hash}, {"alpha", edit.alpha}});
    return {{"experiment", job.experiment},
            {"parameters", job.parameters},
            {"model", job.model},
            {"class", className(job.jobClass)},
            {"tag", job.tag},
            {"edits", edits}};
}

Job jobFromJson(const Json& params)
{
    return reading(ErrorCode::Usage, "job/submit", [&] {
        Job job;
        job.experiment = params.at("experiment").get<std::string>();
        job.parameters = params.value("parameters", Json::object());
        job.model = params.value("model", std::string());
        job.jobClass = classFromName(params.value("class", "visible"));
        job.tag = params.value("tag", std::string());
        for (const Json& edit : params.value("edits", Json::array()))
            job.edits.push_back({edit.at("hash").get<std::string>(), edit.value("alpha", 1.0)});
        return job;
    });
}

Json toJson(const Prompt& prompt)
{
    Json tokens = Json::array();
    for (const Token& token : prompt.tokens)
        tokens.push_back({{"id", token.id},
                          {"text", token.text},
                          {"begin", token.begin},
                          {"end", token.end},
                          {"bytes", toHex(token.bytes)}});
    return {{"tokens", tokens}, {"prefix_tokens", prompt.prefixTokens}};
}

Prompt promptFromJson(const Json& json)
{
    return reading(ErrorCode::BadMessage, "A tokenised prompt", [&] {
        Prompt prompt;
        for (const Json& token : json.at("tokens"))
            prompt.tokens.push_back({token.at("id").get<int>(), token.at("text").get<std::string>(),
                                     fromHex(token.at("bytes").get<std::string>()), token.at("begin").get<int>(),
                                     token.at("end").get<int>()});
        prompt.prefixTokens = json.at("prefix_tokens").get<int>();
        return prompt;
    });
}

}  // namespace mnemo
