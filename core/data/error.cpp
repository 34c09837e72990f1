// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/error.h"

#include <array>

namespace mnemo {
namespace {

struct Row {
    ErrorCode code;
    std::string_view name;
};

constexpr std::array rows{
    Row{ErrorCode::Usage, "usage"},
    Row{ErrorCode::NotFound, "not-found"},
    Row{ErrorCode::Unreadable, "unreadable"},
    Row{ErrorCode::Damaged, "damaged"},
    Row{ErrorCode::UnsupportedModel, "unsupported-model"},
    Row{ErrorCode::EmptyPrompt, "empty-prompt"},
    Row{ErrorCode::PromptTooLong, "prompt-too-long"},
    Row{ErrorCode::SubjectNotInPrompt, "subject-not-in-prompt"},
    Row{ErrorCode::LengthMismatch, "length-mismatch"},
    Row{ErrorCode::TargetNotInVocabulary, "target-not-in-vocabulary"},
    Row{ErrorCode::EffectUndefined, "effect-undefined"},
    Row{ErrorCode::UnknownSite, "unknown-site"},
    Row{ErrorCode::SiteNotReached, "site-not-reached"},
    Row{ErrorCode::BadMessage, "bad-message"},
    Row{ErrorCode::UnknownModel, "unknown-model"},
    Row{ErrorCode::OutOfMemory, "out-of-memory"},
    Row{ErrorCode::WriteFailed, "write-failed"},
    Row{ErrorCode::EngineLost, "engine-lost"},
    Row{ErrorCode::CheckFailed, "check-failed"},
    Row{ErrorCode::Internal, "internal"},
};
static_assert(rows.size() == std::size_t(ErrorCode::Internal) + 1);

}  // namespace

std::string_view codeName(ErrorCode code)
{
    return rows[std::size_t(code)].name;
}

std::optional<ErrorCode> codeFromName(std::string_view name)
{
    for (const Row& row : rows)
        if (row.name == name)
            return row.code;
    return std::nullopt;
}

}  // namespace mnemo
