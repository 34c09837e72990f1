// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/time_stamp.h"

#include <array>
#include <ctime>

namespace mnemo {

std::string timeStamp()
{
    const std::time_t seconds = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&seconds, &utc);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text.data();
}

}  // namespace mnemo
