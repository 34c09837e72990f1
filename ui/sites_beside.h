// SPDX-License-Identifier: GPL-3.0-or-later
// What the same experiment asks of two models.
#pragma once
#include "core/data/json.h"

namespace mnemo {

class EngineClient;
struct ExperimentSchema;

/// Sites of a model's trace with another model's beside it: its own, and the other's that it has, too. Null where those
/// are its own anyway.
/// @param info the engine's answer to initialize
/// @param model, other their descriptions; null where there is none
Json sitesBeside(const Json& info, const Json& model, const Json& other);

/// Experiments over facts whose curves are compared with those of another model.
bool isComparedOverFacts(const ExperimentSchema& schema, const Json& parameters);

/// The same parameters for one of two models that stand beside each other: sites are the counterparts of those that
/// were chosen, or where none were, those of a trace; records are nobody's but the first model's.
/// @param second of the model beside, else of the first one
Json parametersBeside(const EngineClient& engine, const Json& parameters, bool second);

}  // namespace mnemo
