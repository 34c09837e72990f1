// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/edit.h"
#include "core/data/event.h"
#include "core/data/prompt.h"

#include <string>
#include <vector>

namespace mnemo {

/// Number of the pipe's protocol (docs/protocol.md); both sides must say the same.
inline constexpr int protocolNumber = 1;

/// `model/load`: a folder or catalogue name, and where its weights go.
struct LoadRequest {
    std::string model;
    std::string device = "auto";  ///< auto | cpu | cuda | cuda:n
    std::string dtype = "auto";   ///< auto (as the engine was started) | f32 | bf16
};
Json toJson(const LoadRequest& request);
LoadRequest loadRequestFromJson(const Json& params);  ///< @throws Failure Usage

Json toJson(const EditTerm& edit);              ///< the params of `edit/put`; jobs then name it by hash
EditTerm editTermFromJson(const Json& params);  ///< @throws Failure Usage

Json toJson(const Job& job);              ///< the params of `job/submit`
Job jobFromJson(const Json& params);      ///< @throws Failure Usage
Json toJson(const Prompt& prompt);        ///< the result of `tokenize`; token bytes in hex, the text left out
Prompt promptFromJson(const Json& json);  ///< @throws Failure BadMessage

}  // namespace mnemo
