// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/json.h"

#include <string>
#include <vector>

namespace mnemo {

enum class ParamType { Text, Int, Real, Bool, Choice, TextList, File };

/// One parameter of an experiment. From it come the command-line flag (--key), the field of the form, the job's log
/// line, "copy as command" and the session record. Defaults stand here once.
struct ParamSpec {
    std::string key;  ///< JSON key, with '_' ; the flag is the same with '-'
    ParamType type = ParamType::Text;
    std::string label;  ///< short, for forms
    std::string help;   ///< one sentence, with unit
    Json defaultValue;  ///< null: required, or "absent" when optional
    bool required = false;
    std::vector<std::string> choices;  ///< Choice only
    double minimum = -1e18;            ///< Int, Real
    double maximum = 1e18;
};

/// What forms, command line and sessions need to know of an experiment; needs no torch.
struct ExperimentSchema {
    std::string key;    ///< "trace"
    std::string title;  ///< "Causal trace"
    std::string help;
    std::vector<ParamSpec> params;

    /// Fills in defaults and checks types, ranges and unknown keys.
    /// @throws Failure Usage naming the key and the value
    Json complete(const Json& given) const;
};

Json toJson(const ExperimentSchema& schema);
ExperimentSchema schemaFromJson(const Json& json);

}  // namespace mnemo
