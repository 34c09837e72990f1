// SPDX-License-Identifier: GPL-3.0-or-later
// The pages of a circuit one by one, so that a view draws only the one that is looked at.
#pragma once
#include "core/data/circuit_choice.h"
#include "widgets/chart.h"

#include <optional>

namespace mnemo {

/// The result's circuit as it is looked at; none where nothing is attributed yet, or the result is damaged.
std::optional<ShownCircuit> readCircuit(const Result& result, const CircuitChoice& choice);

enum class CircuitPage { Graph, Matrix, Measures };

/// Those that there are. Measures only where circuits were measured.
std::vector<CircuitPage> circuitPages(const Result& result);

QString circuitPageTitle(CircuitPage page);

/// @param shown of the same result and choice
ChartPage circuitPage(CircuitPage page, const Result& result, const ShownCircuit& shown, const CircuitChoice& choice);

}  // namespace mnemo
