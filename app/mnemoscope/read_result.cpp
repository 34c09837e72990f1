// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemoscope/read_result.h"

#include "core/data/error.h"

#include <filesystem>
#include <fstream>

namespace mnemo {

Result readTrace(const std::string& path)
{
    if (!std::filesystem::exists(path))
        throw Failure(ErrorCode::NotFound, "\"" + path + "\" does not exist.", "Name a session file.");
    std::ifstream file(path, std::ios::binary);
    if (!file)
        throw Failure(ErrorCode::Unreadable, "\"" + path + "\" cannot be opened.", "Check its permissions.");
    const Json json = Json::parse(file, nullptr, false);
    if (json.is_discarded())
        throw Failure(ErrorCode::Damaged, "\"" + path + "\" is neither a session nor a result.",
                      "Name a session file.");
    return resultFromJson(json);
}

}  // namespace mnemo
