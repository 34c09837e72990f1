// SPDX-License-Identifier: GPL-3.0-or-later
// What is asked of an edit, before any engine is: suggestions and checks as plain functions.
#pragma once
#include "core/data/edit.h"
#include "core/data/prompt.h"
#include "core/data/result.h"
#include "ui/fact_form.h"

#include <QString>
#include <optional>
#include <string>
#include <vector>

namespace mnemo {

/// The layer with the largest indirect effect of the subject's last token at the matrix's site; nothing where the trace
/// does not show the site, or no effect is computed or defined.
std::optional<int> suggestedLayer(const Result& trace, const std::string& matrix);

/// The places of an evaluation, by layer, then matrix.
std::vector<EditPlace> placesOf(const Result& evaluation);

/// The one with the largest S; the first one where no S is known. Nothing where there is no place.
std::optional<EditPlace> bestPlace(const Result& evaluation);

/// The edit behind a point of an evaluation: matrix, layer and the search's parameters, among others; of an evaluation
/// of a single case also its prompt, subject and target. Null where there is none, as on the line without any edit.
/// @param series, layer indices of a plot's
Json editOfPoint(const Result& evaluation, int series, int layer);

/// The same of one of its cases, with its prompt, subject and target. Null where there is no such case.
/// @param index of the list "cases"
Json editOfCase(const Result& evaluation, const EditPlace& place, int index);

/// What is to be known of a new object while it is typed.
struct TargetNote {
    QString text;
    bool isProblem = false;  ///< there is nothing to change
};

/// @param tokens of the object as the model reads it, behind a space
/// @param answer the model's most probable next token, as shown; empty: not known
TargetNote noteOfTarget(const QString& typed, const Prompt& tokens, const QString& answer);

}  // namespace mnemo
