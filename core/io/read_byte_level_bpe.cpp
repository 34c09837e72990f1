// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/error.h"
#include "core/io/byte_level_bpe.h"
#include "core/io/utf8.h"

#include <array>

namespace mnemo {
namespace {

constexpr int mostTokens = 1 << 22;

[[noreturn]] void damaged(const std::string& file, const std::string& why)
{
    throw Failure(ErrorCode::Damaged, file + ": " + why + ".", "Get tokenizer.json again from the checkpoint's page.");
}

[[noreturn]] void unsupported(const std::string& file, const std::string& why)
{
    throw Failure(ErrorCode::UnsupportedModel, file + ": " + why + " is not implemented.",
                  "Choose a checkpoint with the GPT-NeoX tokenizer.");
}

/// GPT-2's alphabet: each byte as a printable character.
std::array<char32_t, 256> byteAlphabet()
{
    std::array<char32_t, 256> alphabet{};
    char32_t spare = 256;
    for (char32_t byte = 0; byte < 256; ++byte) {
        const bool printable =
            (byte >= '!' && byte <= '~') || (byte >= 0xA1 && byte <= 0xAC) || (byte >= 0xAE && byte <= 0xFF);
        alphabet[byte] = printable ? byte : spare++;
    }
    return alphabet;
}

/// GPT-NeoX's vocabulary has no tokens for the bytes that no UTF-8 text holds.
bool occursInUtf8(std::size_t byte)
{
    return byte < 0xC0 || (byte >= 0xC2 && byte <= 0xF4);
}

/// A token's bytes; a token with a character outside the alphabet stands for itself.
std::string bytesOf(const std::string& token, const std::map<char32_t, char>& byteOf)
{
    std::string bytes;
    for (const char32_t point : decodeUtf8(token)) {
        const auto byte = byteOf.find(point);
        if (byte == byteOf.end())
            return token;
        bytes += byte->second;
    }
    return bytes;
}

const SortedJson* present(const SortedJson& json, const char* key)
{
    const auto found = json.find(key);
    return found == json.end() || found->is_null() ? nullptr : &*found;
}

std::string typeOf(const SortedJson& part)
{
    return part.is_object() && part.contains("type") && part["type"].is_string() ? part["type"].get<std::string>()
                                                                                 : part.dump();
}

bool isTrue(const SortedJson& json, const char* key, bool fallback)
{
    const SortedJson* value = present(json, key);
    return value ? *value == true : fallback;
}

/// True for NFC, false for none.
bool readNormalizer(const SortedJson& json, const std::string& file)
{
    const SortedJson* normalizer = present(json, "normalizer");
    if (normalizer && typeOf(*normalizer) != "NFC")
        unsupported(file, "the normalizer " + typeOf(*normalizer));
    return normalizer != nullptr;
}

void checkPreTokenizer(const SortedJson& json, const std::string& file)
{
    const SortedJson* pre = present(json, "pre_tokenizer");
    if (!pre || typeOf(*pre) != "ByteLevel")
        unsupported(file, "the pre_tokenizer " + (pre ? typeOf(*pre) : std::string("null")));
    if (isTrue(*pre, "add_prefix_space", true))
        unsupported(file, "add_prefix_space true");
    if (!isTrue(*pre, "use_regex", true))
        unsupported(file, "use_regex false");
}

/// Nothing may be added to a text; offsets are trimmed in any case.
void checkPostProcessor(const SortedJson& json, const std::string& file)
{
    const SortedJson* post = present(json, "post_processor");
    if (!post || typeOf(*post) == "ByteLevel")
        return;
    if (typeOf(*post) != "TemplateProcessing" || !post->contains("single") || !(*post)["single"].is_array())
        unsupported(file, "the post_processor " + typeOf(*post));
    for (const SortedJson& piece : (*post)["single"])
        if (!piece.is_object() || !piece.contains("Sequence"))
            unsupported(file, "adding " + piece.dump() + " to every text (TemplateProcessing)");
}

void checkModel(const SortedJson& model, const std::string& file)
{
    if (const SortedJson* type = present(model, "type"); type && *type != "BPE")
        unsupported(file, "the tokenizer model " + type->dump());
    for (const char* key : {"dropout", "unk_token", "continuing_subword_prefix", "end_of_word_suffix"})
        if (const SortedJson* value = present(model, key); value && *value != "" && *value != 0)
            unsupported(file, std::string(key) + " " + value->dump());
    for (const char* key : {"byte_fallback", "ignore_merges"})
        if (isTrue(model, key, false))
            unsupported(file, std::string(key) + " true");
}

int readId(const SortedJson& value, const std::string& token, const std::string& file)
{
    if (!value.is_number_unsigned() || value >= mostTokens)
        damaged(file, "the token \"" + token + "\" has the id " + value.dump());
    return value.get<int>();
}

/// "a b", or ["a", "b"].
std::pair<std::string, std::string> readMerge(const SortedJson& merge, const std::string& file)
{
    if (merge.is_array() && merge.size() == 2 && merge[0].is_string() && merge[1].is_string())
        return {merge[0].get<std::string>(), merge[1].get<std::string>()};
    const std::string text = merge.is_string() ? merge.get<std::string>() : "";
    const std::size_t space = text.find(' ');
    if (space == std::string::npos || space == 0 || space + 1 == text.size())
        damaged(file, "the merge " + merge.dump() + " is not two tokens");
    return {text.substr(0, space), text.substr(space + 1)};
}

}  // namespace

ByteLevelBpe::ByteLevelBpe(const std::filesystem::path& path)
{
    const std::string file = shown(path);
    const SortedJson json = readJsonFile(path, 256u << 20);
    if (!json.is_object() || !json.contains("model") || !json["model"].is_object())
        damaged(file, "there is no model");
    m_nfc = readNormalizer(json, file);
    checkPreTokenizer(json, file);
    checkPostProcessor(json, file);
    checkModel(json["model"], file);
    readVocabulary(json["model"], file);
    readAddedTokens(json, file);
}

void ByteLevelBpe::readVocabulary(const SortedJson& model, const std::string& file)
{
    if (!model.contains("vocab") || !model["vocab"].is_object() || !model.contains("merges") ||
        !model["merges"].is_array())
        damaged(file, "there is no vocabulary or no merges");
    const std::array<char32_t, 256> alphabet = byteAlphabet();
    std::map<char32_t, char> byteOf;
    for (std::size_t byte = 0; byte < 256; ++byte)
        byteOf[alphabet[byte]] = char(byte);
    const SortedJson& vocabulary = model["vocab"];
    for (const auto& [token, value] : vocabulary.items()) {
        const auto id = std::size_t(readId(value, token, file));
        m_bytes.resize(std::max(m_bytes.size(), id + 1));
        m_bytes[id] = bytesOf(token, byteOf);
    }
    const auto idOf = [&](const std::string& token) {
        const auto found = vocabulary.find(token);
        if (found == vocabulary.end())
            damaged(file, "\"" + token + "\" is needed and not in the vocabulary");
        return found->get<int>();
    };
    for (std::size_t byte = 0; byte < 256; ++byte)
        if (occursInUtf8(byte))
            m_merges.setByte(static_cast<unsigned char>(byte), idOf(encodeUtf8({&alphabet[byte], 1})));
    int rank = 0;
    for (const SortedJson& merge : model["merges"]) {
        const auto [left, right] = readMerge(merge, file);
        m_merges.add(idOf(left), idOf(right), rank++, idOf(left + right));
    }
}

void ByteLevelBpe::readAddedTokens(const SortedJson& json, const std::string& file)
{
    const SortedJson* list = present(json, "added_tokens");
    if (list && !list->is_array())
        damaged(file, "added_tokens is not a list");
    bool haveEos = false;
    for (const SortedJson& added : list ? *list : SortedJson::array()) {
        if (!added.is_object() || !added.contains("id") || !added.contains("content") || !added["content"].is_string())
            damaged(file, "an added token has no id or no content");
        const auto content = added["content"].get<std::string>();
        const int id = readId(added["id"], content, file);
        for (const char* key : {"single_word", "lstrip", "rstrip"})
            if (isTrue(added, key, false))
                unsupported(file, "the added token \"" + content + "\" with " + key + " true");
        m_bytes.resize(std::max(m_bytes.size(), std::size_t(id) + 1));
        m_bytes[std::size_t(id)] = content;
        const bool special = isTrue(added, "special", false);
        const std::u32string text = decodeUtf8(content);
        if (isTrue(added, "normalized", !special))
            m_normalizedAdded.add(m_nfc ? composedText(text, 0).points : text, id);
        else
            m_rawAdded.add(text, id);
        if (content == "<|endoftext|>" || (special && !haveEos))
            m_eosId = id;
        haveEos = haveEos || special;
    }
}

}  // namespace mnemo
