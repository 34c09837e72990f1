// SPDX-License-Identifier: GPL-3.0-or-later
// How an edit is judged: what a model is asked before and after, and the numbers of it (METHODS.md §4.6).
#pragma once
#include "core/data/prompt.h"
#include "core/experiments/asked_texts.h"
#include "core/experiments/experiment.h"
#include "core/io/edit_cases.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

/// What is said of an object behind a prompt.
struct ObjectScore {
    double nll = 0;     ///< −(1/m) Σ log p of the object's m tokens, nats
    bool said = false;  ///< each of them is the most probable where it stands

    double p() const;  ///< exp(−nll)
};

struct PromptScore {
    ObjectScore edited;  ///< of the new object
    ObjectScore truth;   ///< of the true one
};

struct OtherAnswer {
    int top = 0;   ///< the most probable token
    double p = 0;  ///< of the token that was the most probable before the edit
};

/// Everything a model says of a case: raw numbers, from which every measure is derived.
struct CaseAnswers {
    int top = 0;  ///< most probable token behind the edited prompt
    PromptScore rewrite;
    std::vector<PromptScore> paraphrases;
    std::vector<PromptScore> neighbours;
    std::vector<OtherAnswer> others;
    std::optional<double> fluency;      ///< bits (text_measures.h)
    std::optional<double> consistency;  ///< cosine
    std::optional<double> perplexity;   ///< of texts about the subject

    Json toJson() const;
    static CaseAnswers fromJson(const Json& json);  ///< @throws Failure Damaged
};

/// All questions of a case, in one plan.
class CaseQuestions
{
public:
    /// @param about texts about the subject, whose first 100 tokens are read for their perplexity
    /// @throws Failure as fillPrompt and scoredText
    CaseQuestions(const EditCase& edited, const std::vector<std::string>& about, Prefix prefix,
                  const ExperimentContext& context);

    /// @param edits that are on
    /// @param before null when these are the answers before the edit
    CaseAnswers ask(const Edits& edits, const CaseAnswers* before, Reporter& reporter) const;

private:
    struct AskedPrompt {
        AskedObject edited;
        AskedObject truth;
    };

    AskedPrompt addPrompt(const std::string& prompt);
    void addOther(const std::string& prompt);

    const EditCase& m_case;
    Prefix m_prefix;
    const ExperimentContext& m_context;
    AskedTexts m_asked;
    AskedPrompt m_rewrite;
    std::vector<AskedPrompt> m_paraphrases;
    std::vector<AskedPrompt> m_neighbours;
    std::vector<int> m_others;  ///< readouts
    std::vector<int> m_about;   ///< readouts, one per token
};

/// What is counted of a case. Shares and probabilities in percent.
enum class Measure {
    Efficacy,            ///< ES: the new object is more probable than the true one
    Paraphrase,          ///< PS: the same in other sentences
    Neighbourhood,       ///< NS: of neighbours the true one is
    EfficacySize,        ///< EM: p(new) − p(true)
    ParaphraseSize,      ///< PM
    NeighbourhoodSize,   ///< NM: p(true) − p(new)
    RewriteAccuracy,     ///< the new object is said
    ParaphraseAccuracy,  ///< the same in other sentences
    NeighbourAccuracy,   ///< of neighbours the true one is said
    OthersKept,          ///< other relations of the subject have the same answer as before
    OthersP,             ///< how probable that answer is
    Fluency,             ///< GE: entropy of generated texts, bits × 100
    Consistency,         ///< RS: their likeness to references, × 100
    Essence,             ///< perplexity of texts about the subject
};
constexpr std::size_t measureCount = 14;

std::string_view measureName(Measure measure);  ///< "ES", …: the name of its array
std::string_view measureUnit(Measure measure);  ///< "%", …

/// One number per measure; NaN where the case has nothing to count.
using CaseMeasures = std::array<double, measureCount>;
CaseMeasures measuresOf(const CaseAnswers& answers, const CaseAnswers& before);

/// Harmonic mean of three percentages: S. 0 when one of them is, NaN when one is.
double harmonicMean(double a, double b, double c);

struct Interval {
    double low = 0;
    double high = 0;
};

/// Measures of many cases.
class MeasureMeans
{
public:
    void add(const CaseMeasures& measures) { m_cases.push_back(measures); }
    int cases() const { return int(m_cases.size()); }
    double mean(Measure measure) const;  ///< over the cases that have it; NaN when none has
    double score() const;                ///< S, of the means

    /// 95 % intervals of ES, PS, NS and S: percentiles over resamples of the cases, drawn by the seed. None for fewer
    /// than two cases.
    std::optional<std::array<Interval, 4>> intervals(std::uint64_t seed) const;

private:
    std::vector<CaseMeasures> m_cases;
};

}  // namespace mnemo
