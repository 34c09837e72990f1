// SPDX-License-Identifier: GPL-3.0-or-later
// What is said of a circuit beside its drawing.
#pragma once
#include "core/data/circuit_choice.h"

#include <QString>

namespace mnemo {

/// "188 of 1225 edges, as many as the search found to be enough; 171 of them drawn": how much of it is seen, and why
/// the rest is not.
QString circuitExtent(const ShownCircuit& shown, const CircuitChoice& choice);

/// "Held out: faithfulness 0.97, accuracy 0.94. Train: … Completeness 0.81." Says so when that was not measured.
QString circuitMeasuresText(const ShownCircuit& shown);

/// The two as two lines: stands with the drawing everywhere.
QString circuitNote(const ShownCircuit& shown, const CircuitChoice& choice);

/// Both, and what colours mean, below a figure.
QString circuitSentences(const Result& result);

}  // namespace mnemo
