// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/schema.h"

#include <CLI/CLI.hpp>
#include <deque>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

/// Command-line flags of an experiment's parameters, and what was given for them. Must outlive the parsing.
class SchemaFlags
{
public:
    /// The parameters that were given, as JSON of the schema's types; defaults are not filled in.
    /// @throws Failure Usage naming the flag and the value that is no number, or the list that cannot be split
    Json given() const;

private:
    friend std::shared_ptr<SchemaFlags> addSchemaFlags(CLI::App&, const ExperimentSchema&,
                                                       std::initializer_list<std::string_view>);
    struct Flag {
        ParamSpec spec;
        CLI::Option* option = nullptr;
        std::string text;
        std::vector<std::string> list;
        bool on = false;

        Json value() const;
    };

    std::deque<Flag> m_flags;  // CLI11 keeps pointers into it
};

/// "--least-effect": of a parameter's key.
std::string flagName(std::string key);

/// One flag per parameter: its key with '-' for '_', and the short names of the command line's contract
/// (-p prompt, -s subject, --site sites, --patch patches).
/// @param hidden keys that get no flag because the command sets them itself
std::shared_ptr<SchemaFlags> addSchemaFlags(CLI::App& app, const ExperimentSchema& schema,
                                            std::initializer_list<std::string_view> hidden = {});

}  // namespace mnemo
