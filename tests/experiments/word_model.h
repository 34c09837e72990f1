// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/error.h"
#include "core/engine/loaded_model.h"

#include <ATen/ops/zeros.h>
#include <algorithm>
#include <string>
#include <vector>

namespace mnemo::test {

/// One token per word; a word of the form "ab|cd" is two tokens. Ids in the order of the list, 0 is the end of text.
class WordTokenizer : public Tokenizer
{
public:
    explicit WordTokenizer(std::vector<std::string> words) : m_words(std::move(words)) {}

    std::vector<Token> encode(std::string_view text) const override
    {
        std::vector<Token> tokens;
        for (std::size_t at = 0; at < text.size();) {
            if (text[at] == ' ') {
                ++at;
                continue;
            }
            const std::size_t end = std::min({text.find(' ', at), text.find('-', at + 1), text.size()});
            const std::string word(text.substr(at, end - at));
            const bool spaced = at > 0 && text[at - 1] == ' ';
            tokens.push_back({idOf(word), (spaced ? " " : "") + word, (spaced ? " " : "") + word,
                              codePoints(text.substr(0, at)), codePoints(text.substr(0, end))});
            at = end;
        }
        return tokens;
    }
    Token token(int id) const override
    {
        if (id < 0 || id >= size())
            throw Failure(ErrorCode::TargetNotInVocabulary, "no such id");
        return {id, m_words[std::size_t(id)], m_words[std::size_t(id)], 0, 0};
    }
    int size() const override { return int(m_words.size()); }
    int eosId() const override { return 0; }
    std::string kind() const override { return "words"; }

private:
    int idOf(const std::string& word) const
    {
        const auto found = std::find(m_words.begin(), m_words.end(), word);
        if (found == m_words.end())
            throw Failure(ErrorCode::Internal, "the test's vocabulary lacks \"" + word + "\"");
        return int(found - m_words.begin());
    }

    std::vector<std::string> m_words;
};

inline std::shared_ptr<const WordTokenizer> cityTokenizer()
{
    return std::make_shared<const WordTokenizer>(std::vector<std::string>{
        "<end>", "The", "Eiffel", "Tower", "Rome",  "Louvre", "old",  "Pyramid", "is",  "in", "the",
        "city",  "of",  "Paris",  "Giza",  "-left", "and",    "near", "Big",     "Ben", "a"});
}

/// A model without a forward pass: enough for plans that are built and not run.
class ShapeModel : public LanguageModel
{
public:
    ShapeModel(std::string architecture, int layers, int contextLength = 0)
    {
        m_info.architecture = std::move(architecture);
        m_info.layers = layers;
        m_info.dModel = 4;
        m_info.vocabRows = 24;
        m_info.contextLength = contextLength;
        using enum SiteKind;
        m_info.traceSites = m_info.architecture == "mamba" ? std::vector{H, A, S, G, O} : std::vector{H, Attn, Mlp};
    }
    const ModelInfo& info() const override { return m_info; }
    std::vector<SiteInfo> sites() const override
    {
        using enum SiteKind;
        if (m_info.architecture == "mamba")
            return {{Embed, 4}, {H, 4}, {A, 8}, {C, 8}, {State, 16}, {S, 8}, {G, 8}, {O, 4}};
        return {{Embed, 4}, {H, 4}, {O, 4}, {Attn, 4}, {Pattern, 0}, {Mlp, 4}};
    }
    std::vector<std::string> matrices() const override { return {}; }
    at::TensorOptions options() const override { return at::TensorOptions(at::kFloat); }
    /// Entry d of token t is t + d / 10.
    at::Tensor embed(const at::Tensor& ids_X) const override
    {
        at::Tensor rows_XD = at::zeros({ids_X.size(0), m_info.dModel}, options());
        float* values = rows_XD.mutable_data_ptr<float>();
        for (std::int64_t x = 0; x < ids_X.size(0); ++x)
            for (int d = 0; d < m_info.dModel; ++d)
                *values++ = float(ids_X.const_data_ptr<std::int64_t>()[x]) + 0.1F * float(d);
        return rows_XD;
    }
    void block(int, Rows&, Taps&) const override {}
    at::Tensor unembed(const at::Tensor& resid_XD, const std::function<void()>&) const override { return resid_XD; }
    at::Tensor unembedParts(const at::Tensor& parts_PD, const at::Tensor&) const override { return parts_PD; }
    BlockFlops flopsPerRow() const override { return {.mixing = 1}; }

private:
    ModelInfo m_info;
};

inline LoadedModel shapeModel(const std::string& architecture, int layers, int contextLength = 0)
{
    LoadedModel loaded;
    loaded.model = std::make_shared<const ShapeModel>(architecture, layers, contextLength);
    loaded.tokenizer = cityTokenizer();
    loaded.name = "shape";
    return loaded;
}

}  // namespace mnemo::test
