// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: V vocabulary, W entries of a site.
#pragma once
#include "core/data/plan.h"
#include "core/data/reporter.h"
#include "core/engine/edits.h"
#include "core/engine/language_model.h"

#include <map>
#include <vector>

namespace mnemo {

/// Tensors that stand in for values of a plan's patches (SetTo, AddTo): of their shapes, and of the type and on the
/// device of the residual stream.
using PlanParameters = std::map<const HostTensor*, at::Tensor>;

/// @throws Failure Usage for a parameter that no patch has, or of another shape, type or device
void checkParameters(const LanguageModel& model, const Plan& plan, const PlanParameters& parameters);

/// Runs all of a plan as one batch, recorded by autograd: what is learnt (ROME's value), or what every state does to an
/// answer (LRE's Jacobian, edge attribution), is then a backward away. The parameters that require a gradient get one,
/// and so do edits and the weights of a model whose weights require one.
/// @return of each readout, in the order of the plan, its logits [V] or the state it asks for, flattened, on the device
///         (states: on the host). Log p, ranks and KL are functions of logits that LibTorch has
/// @throws Failure as runPlan; Usage for a parameter that no patch has, or of another shape, type or device; Cancelled
std::vector<at::Tensor> runWithGradients(const LanguageModel& model, const Edits& edits, const Plan& plan,
                                         const PlanParameters& parameters, Reporter& reporter);

}  // namespace mnemo
