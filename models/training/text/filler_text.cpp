// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/training/text/filler_text.h"

#include "models/training/text/text_lists.h"

#include <algorithm>

namespace mnemo {

FillerText readFillerText(const std::filesystem::path& json)
{
    const TextLists lists(json);
    FillerText filler;
    filler.openers = lists.phrases("openers");
    filler.tagLeads = lists.phrases("tag_leads");
    filler.pairs = lists.patterns("pairs", {"A", "B", "a", "b", "range"});
    filler.triples = lists.patterns("triples", {"A", "B", "C", "a", "b", "c", "range"});
    std::vector<std::string> slots{"subject", "name"};
    for (const std::string& slot : lists.keys("words")) {
        filler.words[slot] = lists.phrases("words/" + slot);
        slots.push_back(slot);
    }
    filler.sentences = lists.patterns("sentences", slots);
    for (const Pattern& pattern : filler.sentences) {  // two names could be a pair that is held out
        const std::vector<std::string> used = pattern.slots();
        lists.check(std::ranges::count(used, "name") <= 1, "sentences", "has two names in one sentence");
    }
    return filler;
}

}  // namespace mnemo
