// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/experiments/experiment.h"

namespace mnemo {

// One function per file of this folder; table.cpp lists them.
Experiment predictExperiment();        ///< predict.cpp: the most probable next tokens
Experiment traceExperiment();          ///< trace.cpp: causal tracing, layer × token
Experiment patchExperiment();          ///< patch.cpp: any patches, by hand
Experiment statesExperiment();         ///< states.cpp: states as they are
Experiment averageExperiment();        ///< average.cpp: indirect effects averaged over facts
Experiment pathsExperiment();          ///< paths.cpp: what a restored state does with later states severed
Experiment knockoutExperiment();       ///< knockout.cpp: tokens that give nothing to others
Experiment lensExperiment();           ///< lens.cpp: what the head says of every layer
Experiment dlaExperiment();            ///< dla.cpp: what each block adds to the answer's logit
Experiment attentionExperiment();      ///< attention.cpp: how much each token reads of each before it
Experiment romeExperiment();           ///< rome.cpp: a rank-one edit of one matrix
Experiment statsExperiment();          ///< stats.cpp: second moments of a matrix's inputs
Experiment generateExperiment();       ///< generate.cpp: how a prompt goes on
Experiment promptsExperiment();        ///< prompts.cpp: many prompts, without and with edits
Experiment ioiExperiment();            ///< ioi.cpp: where pairs of prompts differ
Experiment circuitExperiment();        ///< circuit.cpp: edges between layers that carry the difference
Experiment ioiLayerExperiment();       ///< ioi_layer.cpp: how a Mamba layer carries it
Experiment ioiNamesExperiment();       ///< ioi_names.cpp: names it reads, overwritten by averages
Experiment ioiBelieveExperiment();     ///< ioi_believe.cpp: one prompt, another name in a slot
Experiment circuitInsideExperiment();  ///< circuit_inside.cpp: parts of layers that a circuit needs
Experiment lreExperiment();            ///< lre.cpp: one affine map in the place of a relation
Experiment lreFactExperiment();        ///< lre_fact.cpp: one fact through it, and back
Experiment evaluateExperiment();       ///< evaluate.cpp: what edits change and what they leave, by layer and matrix

}  // namespace mnemo
