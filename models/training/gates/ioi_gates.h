// SPDX-License-Identifier: GPL-3.0-or-later
// Indirect objects: "When Anna and Ben went to the park, Ben gave a book to" → Anna (METHODS.md §7). On the thread that
// runs the plan.
#pragma once
#include "core/data/reporter.h"
#include "models/training/gates/gate.h"
#include "models/training/gates/plan_answers.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mnemo {

/// A sentence up to the answer, and its two names: `io` once, `s` twice.
struct IoiPrompt {
    std::string text;
    std::string io;
    std::string s;
};

/// The sentence with other names: the io, the first s and the second s become three different names.
std::string withNames(const IoiPrompt& prompt, const std::vector<std::string>& three);

/// Clean and corrupted sentence, of equal length; the answer and the name that would be wrong.
struct IoiCase {
    std::vector<int> clean;
    std::vector<int> corrupt;
    int io = 0;
    int s = 0;
};

/// Three seeded names that the sentence does not have; sentences for which no three of equal length are found are left
/// out.
std::vector<IoiCase> makeIoiCases(const Tokenizer& tokenizer, const std::vector<IoiPrompt>& prompts,
                                  const std::vector<std::string>& names, std::uint64_t seed);

struct IoiNumbers {
    int sentences = 0;
    double accuracy = notMeasured;    ///< share of the sentences with io as the most probable token
    int ablated = 0;                  ///< of the sentences: what follows is over the first ones
    double difference = notMeasured;  ///< mean logit(io) − logit(s) of the clean runs
    Curve left;  ///< share of the difference that is left when the layer's block_in comes from the corrupted sentence
    int bottleneck = -1;  ///< the layer above 0 with the least left; −1 where the difference is too small for shares
    std::vector<double> tapsLeft;  ///< Mamba, in that layer: share left when tap 0, −1, −2, −3 reads the corrupted
                                   ///< sentence
};
/// @param mostAblated sentences: an average over them needs no more, and each costs a run per layer
IoiNumbers measureIoi(const LoadedModel& model, const std::vector<IoiCase>& cases, Reporter& reporter,
                      int mostAblated = 100);

/// The accuracy alone, which both architectures must have.
std::vector<Gate> ioiGates(const IoiNumbers& numbers);

/// One layer carries the names, and its tap −1 shifts them by a token: bounds for Mamba. Layer 0 stands aside: it makes
/// what the others read of the embedding, and without it little is left in any model.
std::vector<Gate> bottleneckGates(const IoiNumbers& numbers);

}  // namespace mnemo
