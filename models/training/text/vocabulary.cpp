// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/training/text/vocabulary.h"

#include "core/data/error.h"
#include "core/io/utf8.h"

#include <sentencepiece_processor.h>
#include <sentencepiece_trainer.h>

#include <algorithm>
#include <set>
#include <unordered_map>

namespace mnemo {
namespace {

/// SentencePiece reads the corpus line by line.
class Corpus : public sentencepiece::SentenceIterator
{
public:
    explicit Corpus(std::vector<std::string> lines) : m_lines(std::move(lines)) {}

    bool done() const override { return m_at >= m_lines.size(); }
    void Next() override { ++m_at; }
    const std::string& value() const override { return m_lines[m_at]; }
    sentencepiece::util::Status status() const override { return {}; }

private:
    std::vector<std::string> m_lines;
    std::size_t m_at = 0;
};

std::set<std::string> singleTokens(const FactTable& facts, const IoiText& ioi)
{
    std::set<std::string> words(ioi.names().begin(), ioi.names().end());
    for (const TrainingFact& fact : facts.facts)
        words.insert(fact.object);
    return words;
}

std::vector<std::string> corpusOf(const FactTable& facts, const IoiText& ioi, const TextSource& source,
                                  const VocabularyRecipe& recipe)
{
    std::vector<std::string> lines;
    lines.reserve(static_cast<std::size_t>(std::max(recipe.sentences, 0)));
    Random random(recipe.seed);
    for (int i = 0; i < recipe.sentences; ++i)
        lines.push_back(plainText(source.next(random)));
    const auto add = [&lines](const std::string& text, int times) {
        for (int i = 0; i < times; ++i)
            lines.push_back(text);
    };
    for (const std::string& word : singleTokens(facts, ioi))
        add(word, recipe.objectRepeats);
    for (const auto& [subject, indices] : facts.factsOf)  // the trainer counts words, so the whole subject will do
        add(subject, recipe.wordRepeats + (subject.find(' ') == std::string::npos ? recipe.oneWordRepeats : 0));
    return lines;
}

void checkSingleTokens(const std::string& model, const std::set<std::string>& words)
{
    sentencepiece::SentencePieceProcessor processor;
    std::string broken;
    int count = 0;
    if (!processor.LoadFromSerializedProto(model).ok())
        throw Failure(ErrorCode::Internal, "The trained vocabulary cannot be read back.", "Report this.");
    for (const std::string& word : words)
        if (processor.EncodeAsIds(word).size() != 1 && ++count <= 12)
            broken += (broken.empty() ? "" : ", ") + word;
    if (count > 0)
        throw Failure(ErrorCode::Usage,
                      "Of the objects and names, " + std::to_string(count) + " are not one token: " + broken +
                          (count > 12 ? ", …." : "."),
                      "Raise the vocabulary's size or objectRepeats.");
}

}  // namespace

std::string trainVocabulary(const FactTable& facts, const IoiText& ioi, const TextSource& source,
                            const VocabularyRecipe& recipe)
{
    Corpus corpus(corpusOf(facts, ioi, source, recipe));
    const std::unordered_map<std::string, std::string> options{
        {"model_type", "bpe"},
        {"vocab_size", std::to_string(recipe.size)},
        {"byte_fallback", "true"},
        {"character_coverage", "1.0"},
        {"add_dummy_prefix", "true"},
        {"normalization_rule_name", "identity"},
        {"eos_id", "0"},
        {"unk_id", "1"},
        {"bos_id", "-1"},
        {"pad_id", "-1"},
        {"num_threads", "1"},
        {"minloglevel", "2"},
    };
    std::string model;
    const auto status = sentencepiece::SentencePieceTrainer::Train(options, &corpus, &model);
    if (!status.ok())
        throw Failure(ErrorCode::Usage,
                      "A vocabulary of " + std::to_string(recipe.size) +
                          " tokens cannot be trained: " + repairUtf8(status.ToString()),
                      "Choose another size.");
    checkSingleTokens(model, singleTokens(facts, ioi));
    return model;
}

}  // namespace mnemo
