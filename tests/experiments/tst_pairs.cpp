// SPDX-License-Identifier: GPL-3.0-or-later
// Pairs of prompts: made of words, read from files, and as a tokenizer sees them.
#include "tests/experiments/word_model.h"  // before <compare>, which moc cannot read first
#include "tests/support/refusal.h"

#include "core/experiments/ioi_text.h"
#include "core/experiments/pair_params.h"
#include "core/io/strict_json.h"

#include <QTemporaryDir>
#include <QTest>
#include <fstream>
#include <map>
#include <set>

using namespace mnemo;
using namespace mnemo::test;

namespace {

const std::filesystem::path published = MNEMO_SHARED_DATA "/ioi-mamba/ioi.json";
const std::filesystem::path neoxFolder = MNEMO_SHARED_DATA "/gpt-neox-20b-tokenizer";
constexpr const char* noData = "../shared/data is not there";

LoadedModel withTokenizer(std::shared_ptr<const Tokenizer> tokenizer, int contextLength = 0)
{
    LoadedModel model = shapeModel("mamba", 2, contextLength);
    model.tokenizer = std::move(tokenizer);
    return model;
}

const LoadedModel& neox()
{
    static const LoadedModel model = withTokenizer(loadTokenizer(neoxFolder));
    return model;
}

bool hasData()
{
    return std::filesystem::exists(published) && std::filesystem::exists(neoxFolder / "tokenizer.json");
}

const IoiMaterial& publishedMaterial()
{
    static const IoiMaterial material = readIoiMaterial(published);
    return material;
}

const IoiWords& publishedWords()
{
    static const IoiWords words = usableWords(publishedMaterial(), *neox().tokenizer);
    return words;
}

/// Words of everyday sentences; "Joan-left" is two tokens.
std::shared_ptr<const WordTokenizer> peopleTokenizer()
{
    return std::make_shared<const WordTokenizer>(std::vector<std::string>{"<end>", "Ann", "Bob", "Joe", "Joan",
                                                                          "Joanna", "-left", "met", "in", "the", "park",
                                                                          "gave", "a", "ball", "to", "and", "then"});
}

IoiMaterial people()
{
    return {{"[NAME] and [NAME] met in the [PLACE] then [NAME] gave a [OBJECT] to"},
            {{"BA A B", "CA A C"}, {"AB A B", "AB B A"}},
            {"park"},
            {"ball"},
            {"Ann", "Bob", "Joe", "Joanna"}};
}

ContrastText own(const std::string& group, int number)
{
    ContrastText text{
        "Ann and Bob met then Bob gave a ball to", "Joe and Bob met then Bob gave a ball to", "Ann", "Joe", {}, group,
        "number " + std::to_string(number),        {{"n1", 0}, {"n2", 8}, {"n3", 21}}};
    return text;
}

/// The names of a prompt by the letters of its pattern. @param letters of the slots
std::map<char, int> castOf(const Prompt& prompt, const std::vector<int>& slots, const std::string& letters)
{
    std::map<char, int> cast;
    for (std::size_t slot = 0; slot < slots.size(); ++slot) {
        const int id = prompt.tokens[std::size_t(slots[slot])].id;
        const auto [place, isNew] = cast.emplace(letters[slot], id);
        if (!isNew && place->second != id)
            throw Failure(ErrorCode::Internal, "one letter, two names");
    }
    return cast;
}

/// Positions where the two prompts have other tokens.
std::vector<int> differences(const PromptPair& pair)
{
    std::vector<int> found;
    for (int token = 0; token < pair.tokens(); ++token)
        if (pair.clean.tokens[std::size_t(token)].id != pair.corrupt.tokens[std::size_t(token)].id)
            found.push_back(token);
    return found;
}

/// What a pair must be, from its pattern alone.
void checkPair(const PromptPair& pair, const NamePattern& pattern)
{
    const std::string clean = lettersOf(pattern.clean), corrupt = lettersOf(pattern.corrupt);
    const std::vector<int> slots = pair.slots();
    QCOMPARE(slots.size() + 1, clean.size());
    std::vector<int> changed;
    for (std::size_t slot = 0; slot < slots.size(); ++slot)
        if (clean[slot] != corrupt[slot])
            changed.push_back(slots[slot]);
    QCOMPARE(differences(pair), changed);
    QCOMPARE(pair.firstDifference(), changed.front());
    std::map<char, int> cast = castOf(pair.clean, slots, clean);
    for (const auto& [letter, id] : castOf(pair.corrupt, slots, corrupt)) {
        QVERIFY(!cast.contains(letter) || cast[letter] == id);
        cast[letter] = id;
    }
    QCOMPARE(pair.answer(), cast.at(clean.back()));
    QCOMPARE(pair.corruptAnswer(), cast.at(corrupt.back()));
    std::set<int> everybody;
    for (const auto& [letter, id] : cast)
        everybody.insert(id);
    QCOMPARE(everybody.size(), cast.size());  // another letter, another name
    QVERIFY(std::set<int>(pair.candidates.begin(), pair.candidates.end()) == everybody);
    QCOMPARE(pair.candidates.size(), everybody.size());
    QCOMPARE(pair.text.group, pattern.label());
}

}  // namespace

class TestPairs : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { qputenv("MNEMO_DATA_DIR", MNEMO_RESOURCES); }

    void thePublishedNamesAndIds()
    {
        if (!hasData())
            QSKIP(noData);
        const SortedJson json = readJsonFile(published);
        std::map<std::string, int> expected = json.at("single_token_names"), found;
        for (const std::string& name : publishedWords().names) {
            const std::vector<Token> tokens = answerTokens(*neox().tokenizer, name);
            QCOMPARE(tokens.size(), std::size_t(1));
            found[name] = tokens[0].id;
        }
        QCOMPARE(found.size(), std::size_t(202));
        QVERIFY(found == expected);
        QCOMPARE(publishedWords().places.size(), std::size_t(8));
        QCOMPARE(publishedWords().objects.size(), std::size_t(8));
    }

    /// Every name that is not used has a reason, and it holds.
    void leftOutNamesHaveTheirReason()
    {
        if (!hasData())
            QSKIP(noData);
        std::set<std::string> all(publishedWords().names.begin(), publishedWords().names.end());
        const std::set<std::string> kept = all;
        int prefixes = 0;
        for (const LeftOutWord& word : publishedWords().leftOut) {
            QVERIFY2(all.insert(word.word).second, word.word.c_str());
            const std::size_t tokens = answerTokens(*neox().tokenizer, word.word).size();
            if (word.why.starts_with("it begins ")) {
                const std::string longer = word.why.substr(10);
                QVERIFY2(tokens == 1 && longer != word.word && longer.starts_with(word.word), word.why.c_str());
                QCOMPARE(answerTokens(*neox().tokenizer, longer).size(), std::size_t(1));
                ++prefixes;
            } else {
                QVERIFY2(tokens > 1, word.word.c_str());
                QCOMPARE(word.why, "it is " + std::to_string(tokens) + " tokens");
            }
        }
        QVERIFY(prefixes > 0);
        const std::vector<std::string>& names = publishedMaterial().names;
        QVERIFY(all == std::set<std::string>(names.begin(), names.end()));
    }

    /// Lengths and places of METHODS.md §7.1.
    void thePublishedPrompts()
    {
        if (!hasData())
            QSKIP(noData);
        const std::vector<ContrastText> texts = makeIoiPairs(publishedMaterial(), publishedWords(), 30, 27);
        QCOMPARE(texts.size(), std::size_t(150));
        const std::vector<PromptPair> pairs = readPairs(texts, Prefix::Eos, neox());
        std::map<std::string, int> templates;
        for (std::size_t i = 0; i < pairs.size(); ++i) {
            const PromptPair& pair = pairs[i];
            checkPair(pair, publishedMaterial().corruptions[i / 30]);
            ++templates[pair.text.form];
            QCOMPARE(pair.clean.tokens[0].id, 0);
            const bool shorter = pair.text.form.starts_with("When ");
            QCOMPARE(pair.tokens(), shorter ? 19 : 20);
            QCOMPARE(pair.last(), shorter ? 18 : 19);
            QCOMPARE(pair.slots(), shorter ? (std::vector<int>{2, 4, 6, 12, 14}) : (std::vector<int>{3, 5, 7, 13, 15}));
        }
        QCOMPARE(templates.size(), std::size_t(4));  // each is drawn
        std::size_t placed = 0;
        for (const auto& [form, count] : templates)
            placed += form.starts_with("When ") ? 0 : std::size_t(count);
        const std::vector<std::size_t> which = ofOneLayout(pairs);
        QCOMPARE(which.size(), placed);
        const std::vector<std::string> labels = positionLabels(pairs, which);
        QCOMPARE(labels.size(), std::size_t(20));
        QCOMPARE(labels[3], std::string("n1"));
        QCOMPARE(labels[15], std::string("n5"));
        QCOMPARE(labels[6], std::string(" and (6)"));  // and at 14
        QCOMPARE(labels[14], std::string(" and (14)"));
        QCOMPARE(labels[19], std::string("end"));
    }

    void marksStandAtTheirWords()
    {
        const IoiMaterial material = people();
        for (const ContrastText& text : makeIoiPairs(material, usableWords(material, *peopleTokenizer()), 20, 3)) {
            QCOMPARE(text.marks.size(), std::size_t(5));
            std::vector<std::string> labels;
            for (const TextMark& mark : text.marks) {
                labels.push_back(mark.label);
                const std::string word = text.clean.substr(std::size_t(mark.begin));
                if (mark.label == "place")
                    QVERIFY2(word.starts_with("park"), word.c_str());
                else if (mark.label == "object")
                    QVERIFY2(word.starts_with("ball"), word.c_str());
                else
                    QVERIFY2(std::ranges::any_of(material.names,
                                                 [&](const std::string& name) { return word.starts_with(name + " "); }),
                             word.c_str());
            }
            QCOMPARE(labels, (std::vector<std::string>{"n1", "n2", "place", "n3", "object"}));
            QCOMPARE(text.form, material.templates[0]);
        }
    }

    void whatIsMadeIsWhatThePatternSays()
    {
        const IoiMaterial material = people();
        const LoadedModel model = withTokenizer(peopleTokenizer());
        const std::vector<PromptPair> pairs =
            readPairs(makeIoiPairs(material, usableWords(material, *model.tokenizer), 25, 5), Prefix::None, model);
        for (std::size_t i = 0; i < pairs.size(); ++i)
            checkPair(pairs[i], material.corruptions[i / 25]);
        QCOMPARE(pairs.size(), std::size_t(50));
    }

    void seeds()
    {
        const IoiMaterial material = people();
        const IoiWords words = usableWords(material, *peopleTokenizer());
        const std::vector<ContrastText> pairs = makeIoiPairs(material, words, 12, 27);
        QVERIFY(makeIoiPairs(material, words, 12, 27) == pairs);
        QVERIFY(makeIoiPairs(material, words, 12, 28) != pairs);
        // More of them begin with the same; a corruption's pairs do not depend on the others.
        const std::vector<ContrastText> more = makeIoiPairs(material, words, 20, 27);
        QVERIFY(std::equal(pairs.begin(), pairs.begin() + 12, more.begin()));
        IoiMaterial second = material;
        second.corruptions.erase(second.corruptions.begin());
        QVERIFY(std::ranges::equal(makeIoiPairs(second, words, 12, 27), std::span(pairs).subspan(12)));
    }

    void severalTokensAndPrefixesAreLeftOut()
    {
        IoiMaterial material = people();
        material.names = {"Joan", "Ann", "Joan-left", "Joanna", "Bob", "Joe", "Ann"};
        material.places = {"park", "park-left-left"};
        const IoiWords words = usableWords(material, *peopleTokenizer());
        QCOMPARE(words.names, (std::vector<std::string>{"Ann", "Bob", "Joanna", "Joe"}));
        QCOMPARE(words.places, std::vector<std::string>{"park"});
        std::map<std::string, std::string> why;
        for (const LeftOutWord& word : words.leftOut)
            why[word.word] = word.why;
        QVERIFY(why == (std::map<std::string, std::string>{{"Joan", "it begins Joanna"},
                                                           {"Joan-left", "it is 2 tokens"},
                                                           {"park-left-left", "it is 3 tokens"}}));
    }

    void tooFewWords()
    {
        IoiMaterial material = people();
        material.names = {"Ann", "Bob", "Joan-left"};
        VERIFY_REFUSED(usableWords(material, *peopleTokenizer()), ErrorCode::Usage,
                       "Of 3 names 2 can be used with this model; \"BA A B | CA A C\" needs 3.");
        material = people();
        material.places = {"park-left"};
        VERIFY_REFUSED(usableWords(material, *peopleTokenizer()), ErrorCode::Usage, "No place");
        material = people();
        material.objects = {"ball-left"};
        VERIFY_REFUSED(usableWords(material, *peopleTokenizer()), ErrorCode::Usage, "No object");
    }

    void bothWays()
    {
        const LoadedModel model = withTokenizer(peopleTokenizer());
        PairParams params;
        params.material = materialFile(people());
        params.prefix = Prefix::None;
        params.count = 4;
        const ChosenPairs both = choosePairs(params, model);
        QCOMPARE(both.pairs.size(), std::size_t(16));
        QCOMPARE(both.source, std::string("material.json"));
        params.symmetric = false;
        const ChosenPairs one = choosePairs(params, model);
        QCOMPARE(one.pairs.size(), std::size_t(8));
        for (std::size_t i = 0; i < one.pairs.size(); ++i) {
            const PromptPair &there = both.pairs[2 * i], &back = both.pairs[2 * i + 1];
            QVERIFY(there.text == one.pairs[i].text);
            QVERIFY(back.clean.ids() == there.corrupt.ids() && back.corrupt.ids() == there.clean.ids());
            QCOMPARE(back.answer(), there.corruptAnswer());
            QCOMPARE(back.corruptAnswer(), there.answer());
            QCOMPARE(back.text.answer, there.text.corruptAnswer);
            QVERIFY(std::equal(back.candidates.begin() + 2, back.candidates.end(), there.candidates.begin() + 2));
            QVERIFY(back.marks == there.marks && back.text.group == there.text.group);
            QVERIFY(back.swapped().clean.ids() == there.clean.ids());
        }
    }

    void whatCannotBeComparedIsNamed()
    {
        const LoadedModel model = withTokenizer(peopleTokenizer(), 12);
        const auto refused = [&](const auto& change, ErrorCode code, const std::string& says) {
            ContrastText second = own("", 2);
            change(second);
            VERIFY_REFUSED(readPairs({own("", 1), second}, Prefix::None, model), code, says);
        };
        refused([](ContrastText& pair) { pair.corrupt = "Joe and Bob-left met then Bob gave a ball to"; },
                ErrorCode::LengthMismatch,
                "Pair 2: The clean prompt has 10 tokens, the corrupted one 11: \"Joe and Bob-left met");
        refused([](ContrastText& pair) { pair.corrupt = "Ann  and Bob met then Bob gave a ball to"; }, ErrorCode::Usage,
                "Pair 2: Both prompts are the same tokens for this model: \"Ann and Bob");
        refused([](ContrastText& pair) { pair.corrupt = pair.clean; }, ErrorCode::Usage,
                "Pair 2: Both prompts are the same tokens");
        refused([](ContrastText& pair) { pair.answer = "Ann-left"; }, ErrorCode::Usage,
                "Pair 2: The answer \"Ann-left\" is 2 tokens of this model");
        refused([](ContrastText& pair) { pair.corruptAnswer = "Joe-left-left"; }, ErrorCode::Usage,
                "Pair 2: The answer \"Joe-left-left\" is 3 tokens");
        refused(
            [](ContrastText& pair) {
                pair.candidates = {"Ann", "Bob-left"};
            },
            ErrorCode::Usage, "Pair 2: The answer \"Bob-left\" is 2 tokens");
        refused([](ContrastText& pair) { pair.corruptAnswer = " Ann"; }, ErrorCode::Usage,
                "Pair 2: \"Ann\" and \" Ann\" are the same token for this model");
        refused([](ContrastText& pair) { pair.answer = ""; }, ErrorCode::TargetNotInVocabulary, "Pair 2: The answer");
        refused([](ContrastText& pair) { pair.clean = ""; }, ErrorCode::EmptyPrompt, "Pair 2: The prompt is empty");
        refused([](ContrastText& pair) { pair.clean += " Bob Bob Bob"; }, ErrorCode::PromptTooLong,
                "Pair 2: The prompt has 13 tokens, and this model reads at most 12");
        VERIFY_REFUSED(readPairs({}, Prefix::None, model), ErrorCode::Usage, "There are no pairs");
    }

    void candidatesAreCountedOnce()
    {
        ContrastText text = own("", 1);
        text.candidates = {"Bob", "Joe", " Bob", "Ann"};
        const LoadedModel model = withTokenizer(peopleTokenizer());
        QCOMPARE(readPairs({text}, Prefix::None, model)[0].candidates, (std::vector<int>{1, 3, 2}));
        text.candidates = {};
        QCOMPARE(readPairs({text}, Prefix::None, model)[0].candidates, (std::vector<int>{1, 3}));
    }

    void ownPairs()
    {
        const LoadedModel model = withTokenizer(peopleTokenizer());
        PairParams params = fileOf({own("a", 1), own("b", 2), own("a", 3), own("a", 4)});
        params.count = 2;
        const ChosenPairs chosen = choosePairs(params, model);
        QCOMPARE(chosen.source, std::string("own.jsonl"));
        QCOMPARE(numbersOf(chosen), (std::vector<std::string>{"number 1", "number 2", "number 3"}));
        QVERIFY(toJson(chosen)["groups"] ==
                Json::array({{{"label", "a"}, {"pairs", 2}}, {{"label", "b"}, {"pairs", 1}}}));
        QVERIFY(toJson(chosen)["left_out"].empty());
        params.material = params.pairs;
        VERIFY_REFUSED(choosePairs(params, model), ErrorCode::Usage, "Pairs and material are both given");
        params.material.clear();
        params.pairs = m_folder.filePath("none.jsonl").toStdString();
        VERIFY_REFUSED(choosePairs(params, model), ErrorCode::NotFound, "none.jsonl");
        VERIFY_REFUSED(choosePairs(fileOf({}), model), ErrorCode::Usage, "own.jsonl has no pairs");
    }

    /// What was made for a tokenizer and written is what the file gives back.
    void writtenPairsAreThePairs()
    {
        const LoadedModel model = withTokenizer(peopleTokenizer());
        const IoiTexts made = readIoiTexts(materialFile(people()), {}, *model.tokenizer, 6, 27);
        PairParams params = fileOf(made.pairs);
        params.count = 6;
        const ChosenPairs read = choosePairs(params, model);
        params.pairs.clear();
        params.material = materialFile(people());
        const ChosenPairs again = choosePairs(params, model);
        QVERIFY(std::ranges::equal(read.pairs, again.pairs, {}, &PromptPair::text, &PromptPair::text));
        QVERIFY(std::ranges::equal(read.pairs, made.pairs, {}, &PromptPair::text));
    }

    void halvesHeldOut()
    {
        const LoadedModel model = withTokenizer(peopleTokenizer());
        PairParams params = fileOf(
            {own("a", 1), own("a", 2), own("b", 3), own("a", 4), own("b", 5), own("a", 6), own("a", 7), own("c", 8)});
        const auto numbers = [&](PairShare share) { return numbersOf(choosePairs(params, model, share)); };
        QCOMPARE(numbers(PairShare::Train),
                 (std::vector<std::string>{"number 1", "number 2", "number 3", "number 4", "number 8"}));
        QCOMPARE(numbers(PairShare::HeldOut), (std::vector<std::string>{"number 5", "number 6", "number 7"}));
        params.count = 1;
        QCOMPARE(numbers(PairShare::Train), (std::vector<std::string>{"number 1", "number 3", "number 8"}));
        QCOMPARE(numbers(PairShare::HeldOut), (std::vector<std::string>{"number 2", "number 5"}));
        params = fileOf({own("a", 1), own("b", 2)});
        VERIFY_REFUSED(choosePairs(params, model, PairShare::HeldOut), ErrorCode::Usage,
                       "own.jsonl has too few pairs to hold any out");

        // Sentences that are made are held out by their seed.
        PairParams made;
        made.material = materialFile(people());
        made.prefix = Prefix::None;
        made.symmetric = false;
        const ChosenPairs train = choosePairs(made, model, PairShare::Train);
        const ChosenPairs heldOut = choosePairs(made, model, PairShare::HeldOut);
        made.seed = heldOutSeed(made.seed);
        const ChosenPairs bySeed = choosePairs(made, model);
        QVERIFY(std::ranges::equal(heldOut.pairs, bySeed.pairs, {}, &PromptPair::text, &PromptPair::text));
        QVERIFY(!std::ranges::equal(train.pairs, bySeed.pairs, {}, &PromptPair::text, &PromptPair::text));
    }

    void onlyOneLayout()
    {
        const LoadedModel model = withTokenizer(peopleTokenizer());
        ContrastText later = own("a", 3);
        later.clean = "then " + later.clean;
        later.corrupt = "then " + later.corrupt;
        for (TextMark& mark : later.marks)
            mark.begin += 5;
        PairParams params = fileOf({own("a", 1), later, own("a", 2)});
        const ChosenPairs all = choosePairs(params, model);
        QCOMPARE(all.pairs.size(), std::size_t(3));
        QVERIFY(all.leftOut.empty());
        const ChosenPairs same = ofOneLayout(choosePairs(params, model));
        QCOMPARE(numbersOf(same), (std::vector<std::string>{"number 1", "number 2"}));
        QCOMPARE(same.leftOut["pairs_of_other_positions"].get<int>(), 1);
        QCOMPARE(positionLabels(all.pairs, ofOneLayout(all.pairs)),
                 (std::vector<std::string>{"n1", " and", "n2", " met", " then", "n3", " gave", " a", " ball", "end"}));
    }

    void labelsOfWordsThatDiffer()
    {
        const LoadedModel model = withTokenizer(peopleTokenizer());
        std::vector<ContrastText> texts;
        for (const char* word : {"met", "gave", "to", "in"}) {
            ContrastText text{"Ann " + std::string(word) + " ball",
                              "Bob " + std::string(word) + " ball",
                              "Ann",
                              "Bob",
                              {},
                              "",
                              "",
                              {}};
            texts.push_back(text);
            const std::vector<PromptPair> pairs = readPairs(texts, Prefix::None, model);
            const std::string label = positionLabels(pairs, ofOneLayout(pairs))[1];
            const std::vector<std::string> expected{" met", " met/gave", " met/gave/to", "token 1"};
            QCOMPARE(label, expected[texts.size() - 1]);
        }
    }

    void wordsLeftOutAreTold()
    {
        const LoadedModel model = withTokenizer(peopleTokenizer());
        IoiMaterial material = people();
        material.names.push_back("Joan");
        PairParams params;
        params.material = materialFile(material);
        params.prefix = Prefix::None;
        const Json told = toJson(choosePairs(params, model));
        QVERIFY(told["left_out"]["words"] == Json::array({{{"word", "Joan"}, {"why", "it begins Joanna"}}}));
    }

private:
    PairParams fileOf(const std::vector<ContrastText>& texts)
    {
        PairParams params;
        params.pairs = m_folder.filePath("own.jsonl").toStdString();
        params.prefix = Prefix::None;
        params.symmetric = false;
        std::ofstream(params.pairs) << contrastLines(texts);
        return params;
    }

    std::filesystem::path materialFile(const IoiMaterial& material)
    {
        Json corruptions = Json::array();
        for (const NamePattern& pattern : material.corruptions)
            corruptions.push_back({{"clean", pattern.clean}, {"corrupt", pattern.corrupt}});
        const std::filesystem::path file = m_folder.filePath("material.json").toStdString();
        std::ofstream(file) << Json{{"templates", material.templates},
                                    {"corruptions", corruptions},
                                    {"places", material.places},
                                    {"objects", material.objects},
                                    {"names", material.names}};
        return file;
    }

    static std::vector<std::string> numbersOf(const ChosenPairs& chosen)
    {
        std::vector<std::string> numbers;
        for (const PromptPair& pair : chosen.pairs)
            numbers.push_back(pair.text.form);
        return numbers;
    }

    QTemporaryDir m_folder;
};

QTEST_APPLESS_MAIN(TestPairs)
#include "tst_pairs.moc"
