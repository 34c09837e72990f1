// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/patch_spec.h"

#include "core/data/error.h"
#include "core/experiments/prompt_params.h"
#include "core/io/npy.h"

#include <algorithm>

namespace mnemo {
namespace {

constexpr const char* form = "Write it like layers.3-5.s@subject_last=clean (or corrupt, zero, FILE.npy, +FILE.npy).";

[[noreturn]] void refuse(std::string_view text, const std::string& why)
{
    throw Failure(ErrorCode::Usage, "The patch \"" + std::string(text) + "\" cannot be read: " + why + ".", form);
}

void addSpan(std::vector<int>& positions, int first, int end)
{
    for (int pos = first; pos < end; ++pos)
        positions.push_back(pos);
}

void addNumbers(std::vector<int>& positions, std::string_view word, int columns)
{
    const auto range = numberRange(word);
    if (!range || range->second >= columns)
        throw Failure(ErrorCode::Usage,
                      "The position \"" + std::string(word) + "\" is none of the prompt's " + std::to_string(columns) +
                          " tokens.",
                      "Write subject, subject_last, last, all, or numbers from 0 to " + std::to_string(columns - 1) +
                          " like 3, 3-5 or 2,4.");
    addSpan(positions, range->first, range->second + 1);
}

int widthOf(const LanguageModel& model, const Site& site)
{
    for (const SiteInfo& info : model.sites())
        if (info.kind == site.kind)
            return info.width;
    throw Failure(ErrorCode::UnknownSite,
                  model.info().architecture + " has no site \"" + std::string(siteName(site.kind)) + "\".",
                  "Choose one of its own sites.");
}

/// @param length tokens of the run: an attention pattern has that many entries per head
std::shared_ptr<const HostTensor> zeros(const LanguageModel& model, const Site& site, int length)
{
    const int width = widthOf(model, site) * (site.kind == SiteKind::Pattern ? length : 1);
    return std::make_shared<const HostTensor>(HostTensor{{width}, std::vector<float>(std::size_t(width), 0.0F)});
}

PatchValue readValue(std::string_view text, std::string_view value, std::filesystem::path& file)
{
    if (value == "clean")
        return PatchValue::Clean;
    if (value == "corrupt")
        return PatchValue::Corrupt;
    if (value == "zero")
        return PatchValue::Zero;
    const bool add = value.starts_with('+');
    file = value.substr(add ? 1 : 0);
    if (file.extension() != ".npy")
        refuse(text, "\"" + std::string(value) + "\" is neither clean, corrupt, zero nor a .npy file");
    return add ? PatchValue::AddFile : PatchValue::SetFile;
}

/// Columns of the base run that are patched, and the columns of the run that is copied from.
struct Columns {
    std::vector<int> base;
    std::vector<int> source;
};

Columns columnsOf(const PatchSpec& spec, const FactTask& task)
{
    Columns columns;
    for (const int pos : spec.where.positions) {
        const std::optional<int> partner = task.pair.partner[std::size_t(pos)];
        const std::optional<int> base = baseColumn(task, pos);
        const std::optional<int> source = spec.value == PatchValue::Corrupt ? partner : std::optional(pos);
        if (base && source) {
            columns.base.push_back(*base);
            columns.source.push_back(*source);
        } else if (!spec.where.named) {
            throw Failure(ErrorCode::Usage,
                          "Position " + std::to_string(pos) + " (\"" + task.pair.clean.tokens[std::size_t(pos)].text +
                              "\") has no partner in the corrupted prompt.",
                          "Choose a position from the subject's last token on.");
        }
    }
    if (columns.base.empty())
        refuse(spec.text, "none of its positions has a partner in the corrupted prompt");
    return columns;
}

}  // namespace

PositionSpec parsePositions(std::string_view text, const FactPair& pair)
{
    PositionSpec spec;
    const TokenSpan subject = pair.cleanSubject;
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t comma = std::min(text.find(',', from), text.size());
        const std::string_view word = text.substr(from, comma - from);
        from = comma + 1;
        if ((word == "subject" || word == "subject_last") && subject.size() == 0)
            throw Failure(ErrorCode::SubjectNotInPrompt,
                          "The position \"" + std::string(word) + "\" needs a subject, and none is given.",
                          "Name the subject (--subject).");
        spec.named = spec.named || word == "subject" || word == "all";
        if (word == "subject")
            addSpan(spec.positions, subject.first, subject.end);
        else if (word == "subject_last")
            spec.positions.push_back(subject.end - 1);
        else if (word == "last")
            spec.positions.push_back(pair.clean.size() - 1);
        else if (word == "all")
            addSpan(spec.positions, 0, pair.clean.size());
        else
            addNumbers(spec.positions, word, pair.clean.size());
    }
    std::ranges::sort(spec.positions);
    const auto rest = std::ranges::unique(spec.positions);
    spec.positions.erase(rest.begin(), rest.end());
    return spec;
}

PatchSpec parsePatch(std::string_view text, int layers, const FactPair& pair)
{
    const std::size_t at = text.find('@');
    const std::size_t equals = at == std::string_view::npos ? at : text.find('=', at);
    if (at == std::string_view::npos)
        refuse(text, "there is no @ with positions");
    if (equals == std::string_view::npos)
        refuse(text, "there is no = with a value");
    PatchSpec spec;
    spec.text = text;
    spec.sites = parseSites(text.substr(0, at), layers);
    spec.where = parsePositions(text.substr(at + 1, equals - at - 1), pair);
    spec.value = readValue(text, text.substr(equals + 1), spec.file);
    if (spec.value == PatchValue::Corrupt && pair.corruption == Corruption::None)
        refuse(text, "there is no corrupted run: neither swap nor noise is given");
    return spec;
}

std::vector<Patch> makePatches(const PatchSpec& spec, const FactTask& task, const FactRuns& runs, int sample,
                               const LanguageModel& model)
{
    const Columns columns = columnsOf(spec, task);
    std::shared_ptr<const HostTensor> fromFile;
    if (!spec.file.empty())
        fromFile = std::make_shared<const HostTensor>(readNpy(spec.file));
    std::vector<Patch> patches;
    for (const Site& site : spec.sites) {
        widthOf(model, site);
        switch (spec.value) {
            case PatchValue::Clean:
                patches.push_back({site, columns.base, CopyFrom{runs.clean, columns.source}});
                break;
            case PatchValue::Corrupt:
                patches.push_back({site, columns.base, CopyFrom{runs.corrupt[std::size_t(sample)], columns.source}});
                break;
            case PatchValue::Zero:
                patches.push_back(
                    {site, columns.base, SetTo{zeros(model, site, task.lastOfBase() + task.scoredTokens())}});
                break;
            case PatchValue::SetFile:
                patches.push_back({site, columns.base, SetTo{fromFile}});
                break;
            case PatchValue::AddFile:
                patches.push_back({site, columns.base, AddTo{fromFile}});
                break;
        }
    }
    return patches;
}

ReadSpec parseRead(std::string_view text, int layers, const FactPair& pair)
{
    const std::size_t at = text.find('@');
    if (at == std::string_view::npos)
        throw Failure(ErrorCode::Usage, "The state \"" + std::string(text) + "\" has no @ with positions.",
                      "Write it like layers.7.h@last.");
    return {parseSites(text.substr(0, at), layers), parsePositions(text.substr(at + 1), pair)};
}

std::optional<int> baseColumn(const FactTask& task, int pos)
{
    return task.direction == Direction::Restore ? task.pair.partner[std::size_t(pos)] : std::optional(pos);
}

}  // namespace mnemo
