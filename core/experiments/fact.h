// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/prompt.h"
#include "core/experiments/describe.h"
#include "core/io/tokenizer.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

enum class Align { Exact, Right };
enum class SigmaOf { Embedding, Facts };
enum class TargetMode { First, Sequence };
enum class Direction { Restore, Corrupt };

/// What the corrupted run is: another subject, noise on the subject's embeddings, or the same prompt on the weights
/// without the edits that are on.
enum class Corruption { None, Swap, Noise, Unedited };

/// The parameters of every experiment that compares a clean with a corrupted run.
struct FactParams {
    std::string prompt;
    std::string subject;
    std::string swap;
    Align align = Align::Exact;
    double noise = 0;  ///< multiple of σ; 0 = no noise
    int samples = 10;
    std::int64_t seed = 1;
    SigmaOf sigma = SigmaOf::Embedding;
    std::filesystem::path noiseFile;
    std::filesystem::path factList;
    bool unedited = false;
    std::string target;
    int targetId = -1;
    std::string foil;
    int foilId = -1;
    TargetMode targetMode = TargetMode::First;
    Direction direction = Direction::Restore;
    Prefix prefix = Prefix::None;
};

/// The clean and the corrupted prompt and which positions belong together. Only with a swap are they two texts.
struct FactPair {
    Corruption corruption = Corruption::None;
    Prompt clean;
    Prompt corrupt;
    TokenSpan cleanSubject;  ///< empty when no subject was given (Corruption::None only)
    TokenSpan corruptSubject;
    std::vector<std::optional<int>> partner;  ///< per clean position: its position in the corrupted prompt
    int firstDifference = 0;  ///< first position whose states can differ; the number of clean tokens when none do

    /// No state at this clean position differs between the two runs: it and all before it are the same tokens.
    bool isUnchanged(int pos) const { return pos < firstDifference && partner[std::size_t(pos)] == pos; }
};

/// A prompt whose subject has been put in.
struct FilledPrompt {
    Prompt prompt;
    TokenSpan subject;

    std::vector<int> ids() const { return prompt.ids(); }
    int last() const { return prompt.size() - 1; }  ///< token
};

/// The text with the subject in place of each {}.
std::string withSubject(std::string text, std::string_view subject);

/// Several {} are all filled and the last one is the subject; without {} the subject must occur once.
/// @throws Failure SubjectNotInPrompt, Usage
FilledPrompt fillPrompt(const std::string& prompt, const std::string& subject, Prefix prefix,
                        const Tokenizer& tokenizer);

/// Fills the template, as fillPrompt does, and tokenises both prompts.
/// @param needsCorruption refuse parameters with neither swap nor noise nor unedited
/// @throws Failure EmptyPrompt, SubjectNotInPrompt, LengthMismatch, Usage
FactPair makeFactPair(const FactParams& params, const Tokenizer& tokenizer, bool needsCorruption);

template <class Params>
void describeFact(Description<Params>& description)
{
    description.param("prompt", &FactParams::prompt, "Prompt", "The prompt; {} marks the subject.", {.required = true})
        .param("subject", &FactParams::subject, "Subject", "The words the fact is about, as they stand in the prompt.")
        .param("swap", &FactParams::swap, "Swap", "Another subject: the corrupted run reads it instead.")
        .choice("align", &FactParams::align, {{"exact", Align::Exact}, {"right", Align::Right}}, "Align",
                "How subjects of different lengths are matched: not at all, or from their last tokens.")
        .param("noise", &FactParams::noise, "Noise",
               "Gaussian noise on the subject's embeddings, in multiples of sigma; 0 for none.", {.minimum = 0})
        .param("samples", &FactParams::samples, "Samples", "Number of noise samples that are averaged.",
               {.minimum = 1, .maximum = 10000})
        .param("seed", &FactParams::seed, "Seed", "Seed of the noise.", {.minimum = 0})
        .choice("sigma", &FactParams::sigma, {{"embedding", SigmaOf::Embedding}, {"facts", SigmaOf::Facts}}, "Sigma",
                "The noise's unit: standard deviation of the whole embedding, or of a fact list's subject tokens.")
        .param("noise_file", &FactParams::noiseFile, "Noise file",
               "A .npy of [samples, subject tokens, D] standard normal numbers instead of the generator's.")
        .param("fact_list", &FactParams::factList, "Fact list",
               "A JSON list of facts with \"subject\", read for sigma = facts.")
        .param("unedited", &FactParams::unedited, "Unedited",
               "The corrupted run is the same prompt without the edits that are on: the trace of the edits.")
        .param("target", &FactParams::target, "Target", "The answer that is scored.",
               {.ifUnset = "the clean run's choice"})
        .param("target_id", &FactParams::targetId, "Target id", "The answer as a token id; -1 for none.",
               {.minimum = -1, .ifUnset = "none"})
        .param("foil", &FactParams::foil, "Foil", "The other answer of the logit difference.",
               {.ifUnset = "the corrupted run's choice"})
        .param("foil_id", &FactParams::foilId, "Foil id", "The foil as a token id; -1 for none.",
               {.minimum = -1, .ifUnset = "none"})
        .choice("target_mode", &FactParams::targetMode,
                {{"first", TargetMode::First}, {"sequence", TargetMode::Sequence}}, "Score",
                "Score the answer's first token, or the product of all its tokens.")
        .choice("direction", &FactParams::direction, {{"restore", Direction::Restore}, {"corrupt", Direction::Corrupt}},
                "Direction", "Put clean states into the corrupted run, or corrupted states into the clean run.")
        .choice("prefix", &FactParams::prefix, prefixWords(), "Prefix", "What is put before the prompt.");
}

}  // namespace mnemo
