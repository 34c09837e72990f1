// SPDX-License-Identifier: GPL-3.0-or-later
// Where causal traces find a fact, beside where editing changes it: the layers need not be the same.
#pragma once
#include "core/data/result.h"

#include <string>

namespace mnemo {

/// The site of a trace that shows what a matrix writes: "o" for W_o; empty for a matrix that no trace shows.
std::string siteOfMatrix(const std::string& matrix);

/// Adds to an evaluation's head what it has of an average over facts of the same model (docs/json.md): "profile", for
/// each matrix the indirect effect of the subject's last token at the site that it writes, in the layers of the edits;
/// and "rank_correlation", of these with ES, PS and S. Nothing where the average shows none of the sites.
void addProfile(Result& evaluation, const Result& average);

}  // namespace mnemo
