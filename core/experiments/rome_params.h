// SPDX-License-Identifier: GPL-3.0-or-later
// The parameters of every experiment that makes edits.
#pragma once
#include "core/experiments/describe.h"
#include "core/experiments/rome.h"

namespace mnemo {

/// Of Params that are RomeSettings and RomeHyperParams.
template <class Params>
void describeRome(Description<Params>& description)
{
    description
        .param("steps", &RomeHyperParams::steps, "Steps", "Passes of the search for the value; one update fewer.",
               {.minimum = 1, .maximum = 10000})
        .param("learning_rate", &RomeHyperParams::learningRate, "Learning rate", "Adam's, on the value.",
               {.minimum = 1e-6, .maximum = 1e3})
        .param("weight_decay", &RomeHyperParams::weightDecay, "Weight decay",
               "Weight of the value's change, relative to the old value's squared norm.", {.minimum = 0})
        .param("kl_factor", &RomeHyperParams::klFactor, "KL factor", "Weight of how much \"SUBJECT is a\" may change.",
               {.minimum = 0})
        .param("clamp_norm", &RomeHyperParams::clampNorm, "Clamp factor",
               "How far the value may move, in norms of the old value; 0: no bound.",
               {.minimum = 0, .ifUnset = "no bound"})
        .param("stop_loss", &RomeHyperParams::stopLoss, "Stop loss", "The search ends below this loss.", {.minimum = 0})
        .param("stop_answer", &RomeHyperParams::stopAnswer, "Stop answer",
               "It also ends after 12 steps above this probability of the answer (the authors' 0.9); 0: never.",
               {.minimum = 0, .maximum = 1, .ifUnset = "never"})
        .param("contexts", &RomeSettings::contexts, "Contexts",
               "Made-up openings of each of two lengths before the prompt; 0: the bare prompt alone.",
               {.minimum = 0, .maximum = 1000, .ifUnset = "the bare prompt"})
        .choice("covariance", &RomeSettings::identity, {{"text", false}, {"identity", true}}, "Covariance",
                "Statistics of which inputs are common: of a text, or none (identity, not ROME's definition).")
        .param("ridge", &RomeSettings::ridge, "Ridge", "Share of the statistics' mean diagonal added to it.",
               {.minimum = 0, .maximum = 1e3})
        .param("text", &RomeSettings::text, "Text", "A text file for the statistics.",
               {.ifUnset = "the program's sentences"})
        .param("text_tokens", &RomeSettings::statisticsTokens, "Text tokens", "How many tokens of that text.",
               {.minimum = 1, .maximum = 1e12});
}

}  // namespace mnemo
