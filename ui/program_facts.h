// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/json.h"

#include <QString>
#include <vector>

namespace mnemo {

/// A line of the about box: what, and its value.
struct ProgramFact {
    QString what;
    QString value;
};

/// What the about box says of this installation, and what a report of a fault should hold.
/// @param engine its answer to initialize; null: it is not running, which is said
/// @param model description of the loaded one; null: none
/// @param modelName as it was chosen
std::vector<ProgramFact> programFacts(const Json& engine, const Json& model, const QString& modelName,
                                      const QString& settingsFile, const QString& dataFolder);

QString asText(const std::vector<ProgramFact>& facts);  ///< a line for each

}  // namespace mnemo
