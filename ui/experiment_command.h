// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/schema.h"

#include <QString>
#include <optional>

namespace mnemo {

/// The same experiment on the command line: every parameter that is not at its default, by its schema.
QString asCommand(const ExperimentSchema& schema, const Json& parameters, const QString& model);

/// The experiment of that key in the engine's answer to initialize; nothing when it has none such.
std::optional<ExperimentSchema> schemaOf(const Json& engineInfo, const std::string& key);

}  // namespace mnemo
