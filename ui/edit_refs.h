// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/event.h"

#include <QString>
#include <vector>

namespace mnemo {

using EditRefs = std::vector<EditRef>;

/// The edits that a result was computed with, as its provenance says.
EditRefs editsOf(const Result& result);
EditRefs editsOf(const Json& provenance);

QString shortHash(const QString& hash);  ///< its first digits
QString editsText(int edits);            ///< "1 edit", "2 edits", "base weights"

}  // namespace mnemo
