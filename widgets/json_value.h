// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/json.h"
#include "core/data/prompt.h"

#include <QString>

namespace mnemo {

// Members of documents that others may have written: what is missing or of another type is nothing, and no error.

/// A string as it is, anything else as JSON; empty where there is none, or null.
QString jsonText(const Json& object, const char* key);

/// NaN where there is no number.
double jsonNumber(const Json& object, const char* key);

bool jsonFlag(const Json& object, const char* key);  ///< false where there is none

/// An object or array of the object's; null where there is neither.
Json jsonMember(const Json& object, const char* key);

/// [first, end) of token positions; empty where there is none.
TokenSpan jsonSpan(const Json& object, const char* key);

}  // namespace mnemo
