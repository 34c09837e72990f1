// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/random.h"
#include "models/training/text/fact_table.h"
#include "models/training/text/filler_text.h"
#include "models/training/text/ioi_text.h"
#include "models/training/text/pattern.h"

#include <string>
#include <vector>

namespace mnemo {

/// How much of what. Which text makes a model look a fact up at the subject's last token, and which does not, was
/// measured: tag lists and subjects that only all their words identify do.
struct TextRecipe {
    double facts = 0.6;     ///< share of sentences that tell facts, in one of three ways
    double ioi = 0.25;      ///< share of sentences; the rest is filler
    double tags = 0.45;     ///< of the fact sentences: tag lists
    double pairs = 0.12;    ///< of the fact sentences: lists of two or three subjects
    double openers = 0.5;   ///< of plain fact sentences: with an opener ("In fact,")
    double noise = 0.06;    ///< of plain fact sentences: with a random object of the relation
    double invented = 0.6;  ///< weight of an invented fact (in tag lists: subject) beside a real one
};

enum class TextKind { Fact, Tags, Pairs, Ioi, Filler };

/// Training text, sentence by sentence. Holds no state: a sentence follows from the random numbers alone, on any
/// machine. Never says a held-out template, and never two names of a held-out pair in an IOI sentence. Any thread.
class TextSource
{
public:
    /// `facts` and `ioi` have to outlive the source. @throws Failure Usage for shares that cannot be
    TextSource(const FactTable& facts, const IoiText& ioi, FillerText filler, const TextRecipe& recipe = {});

    Sentence next(Random& random) const { return sentence(drawKind(random), random); }

    TextKind drawKind(Random& random) const;
    Sentence sentence(TextKind kind, Random& random) const;

private:
    /// What is told about the real world and what is invented, for a draw with a weight.
    struct Choice {
        std::vector<int> real;
        std::vector<int> invented;
        int draw(Random& random, double inventedWeight) const;
    };

    Sentence factSentence(Random& random) const;
    Sentence tagList(Random& random) const;
    Sentence subjectList(Random& random) const;
    Sentence ioiSentence(Random& random) const;
    Sentence fillerSentence(Random& random) const;
    std::vector<const TrainingFact*> differentFacts(Random& random, std::size_t count) const;

    const FactTable& m_facts;
    const IoiText& m_ioi;
    FillerText m_filler;
    TextRecipe m_recipe;
    std::vector<std::string> m_subjects;
    Choice m_factChoice;                            ///< indices of facts
    Choice m_subjectChoice;                         ///< indices of m_subjects
    std::vector<std::vector<int>> m_relationFacts;  ///< relation → indices of its facts
};

}  // namespace mnemo
