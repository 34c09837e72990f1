// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/experiments.h"

namespace mnemo {

std::vector<Experiment> builtInExperiments()
{
    return {predictExperiment(),  traceExperiment(),      patchExperiment(),    statesExperiment(),
            averageExperiment(),  pathsExperiment(),      knockoutExperiment(), lensExperiment(),
            dlaExperiment(),      attentionExperiment(),  ioiExperiment(),      ioiLayerExperiment(),
            ioiNamesExperiment(), ioiBelieveExperiment(), circuitExperiment(),  circuitInsideExperiment(),
            lreExperiment(),      lreFactExperiment(),    romeExperiment(),     promptsExperiment(),
            statsExperiment(),    evaluateExperiment(),   generateExperiment()};
}

}  // namespace mnemo
