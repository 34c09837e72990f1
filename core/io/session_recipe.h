// SPDX-License-Identifier: GPL-3.0-or-later
// Recipes: the inputs of a session as a text that diffs well, from which it can be made again (docs/sessions.md).
#pragma once
#include "core/io/session_edits.h"
#include "core/io/session_pairs.h"

#include <optional>
#include <string>
#include <vector>

namespace mnemo {

/// An edit that was on during a run of a recipe.
struct RecipeEdit {
    std::string hash;                ///< of the edit as it was; empty: not known
    std::optional<std::size_t> run;  ///< the run of kind "rome" that makes it; absent when it came from elsewhere
    double alpha = 1;
};

struct RecipeRun {
    std::string experiment;
    std::size_t model = 0;  ///< number in Recipe::models
    Json parameters;
    std::vector<RecipeEdit> edits;
};

struct Recipe {
    std::string title;
    std::vector<Json> models;  ///< as SessionModels::models
    std::vector<RecipeRun> runs;
    std::vector<SessionEdit> edits;  ///< the session's stack
    std::vector<RunPair> pairs;      ///< what stands beside each other
};

/// What went into a session, and nothing that came out of it.
Recipe recipeOf(const Session& session);

/// Indented JSON, "mnemo.recipe/1": sorted keys, one order, a line break at the end. Equal inputs give equal texts.
std::string recipeText(const Recipe& recipe);

/// @throws Failure NotFound, Unreadable; Damaged naming what makes no sense
Recipe readRecipe(const std::filesystem::path& file);

/// The runs such that each comes behind those that make its edits; as few changes of the model as that allows, else
/// in their own order.
std::vector<std::size_t> orderOfRuns(const Recipe& recipe);

}  // namespace mnemo
