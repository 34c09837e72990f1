// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/json.h"

#include <string>
#include <string_view>
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
    std::vector<std::string> choices;  ///< Choice: the words; TextList: the only texts, or none where any may stand
    double minimum = -1e18;            ///< Int, Real
    double maximum = 1e18;
    std::string ifUnset;  ///< what an empty text or list, or a number at its minimum, stands for: "all"; may be empty
};

/// Whether one word of the command line may give several texts of a list. Patches, readouts and prompts contain
/// commas of their own ("@2,4") and are given by repeating the flag.
bool takesSeveral(const ParamSpec& spec);

/// The texts of a list between commas, without the spaces around them and the empty ones. A text in double quotes may
/// contain commas and is taken as it stands; a backslash takes its meaning from a comma, a quote or a backslash.
/// @throws Failure Usage when a quote is not closed, or something stands behind it
std::vector<std::string> splitTexts(std::string_view list);

/// The list that splitTexts() reads as these texts.
std::string joinTexts(const std::vector<std::string>& texts);

/// What forms, command line and sessions need to know of an experiment; needs no torch.
struct ExperimentSchema {
    std::string key;    ///< "trace"
    std::string title;  ///< "Causal trace"
    std::string help;
    std::vector<ParamSpec> params;

    bool has(std::string_view param) const;  ///< a parameter of this key

    /// Fills in defaults and checks types, ranges and unknown keys.
    /// @throws Failure Usage naming the key and the value
    Json complete(const Json& given) const;
};

Json toJson(const ExperimentSchema& schema);
ExperimentSchema schemaFromJson(const Json& json);

}  // namespace mnemo
