// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/edits.h"

#include "core/data/error.h"
#include "core/experiments/editable.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace mnemo {
namespace {

/// A colon with a number behind it is a strength; any other belongs to the file's name.
GivenEdit readOne(const std::string& text)
{
    const std::size_t colon = text.rfind(':');
    if (colon != std::string::npos) {
        GivenEdit given;
        const char* end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, given.alpha);
        if (error == std::errc() && rest == end && std::isfinite(given.alpha)) {
            given.edit = readEdit(text.substr(0, colon));
            return given;
        }
    }
    return {readEdit(text)};
}

}  // namespace

std::vector<GivenEdit> EditFlags::read() const
{
    std::vector<GivenEdit> edits;
    for (const std::string& text : given) {
        GivenEdit one = readOne(text);
        if (std::ranges::any_of(edits, [&](const GivenEdit& other) { return other.edit.term == one.edit.term; }))
            throw Failure(ErrorCode::Usage, "The edit \"" + text + "\" is given twice.",
                          "Name it once; its strength stands behind a colon, as in FILE.safetensors:0.5.");
        edits.push_back(std::move(one));
    }
    return edits;
}

std::shared_ptr<EditFlags> addEditFlags(CLI::App& command)
{
    auto flags = std::make_shared<EditFlags>();
    command
        .add_option("--edit", flags->given,
                    "An edit that is on, as `mnemo rome -o` writes it, with its strength; may stand several times")
        ->type_name("DELTA[:ALPHA]")
        ->allow_extra_args(false);
    return flags;
}

Edits editsFor(const std::vector<GivenEdit>& given, const LoadedModel& model)
{
    Edits edits;
    for (const GivenEdit& one : given) {
        checkMadeFor(one.edit, model.describe());
        edits.push_back(editFor(one.edit.term, one.alpha, model));
    }
    return edits;
}

}  // namespace mnemo
