// SPDX-License-Identifier: GPL-3.0-or-later
// What `mnemo session` says of sessions, as people read it. Each text ends with a line break.
#pragma once
#include "core/data/json.h"

#include <string>

namespace mnemo {

std::string infoText(const Json& info);          ///< of describeSession()
std::string diffText(const Json& difference);    ///< of diffSessions()
std::string validationText(const Json& report);  ///< "mnemo.session.validate/1"

}  // namespace mnemo
