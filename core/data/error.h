// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mnemo {

/// What went wrong, as a word that programs can compare. Each has a help paragraph in resources/errors.json.
enum class ErrorCode {
    Usage,             ///< a parameter is missing, unknown or out of range
    NotFound,          ///< a file, model, site or fact that was named does not exist
    Unreadable,        ///< it exists and cannot be opened
    Damaged,           ///< a file breaks its own format
    UnsupportedModel,  ///< an architecture, dtype or option this program does not implement
    EmptyPrompt,
    PromptTooLong,
    SubjectNotInPrompt,
    LengthMismatch,  ///< subject and swap have different numbers of tokens
    TargetNotInVocabulary,
    EffectUndefined,  ///< clean and corrupted runs agree: Eq. 7 divides by zero
    UnknownSite,      ///< this architecture has no such site
    SiteNotReached,   ///< the site exists but the run never computes it
    BadMessage,       ///< a malformed, oversized or unknown message on the pipe
    UnknownModel,     ///< the engine does not hold the model or edit a job names (sent again by the window)
    OutOfMemory,
    WriteFailed,
    EngineLost,  ///< the engine process ended
    CheckFailed,
    Internal,  ///< a bug
};

/// "subject-not-in-prompt": the spelling used in JSON, logs and help.
std::string_view codeName(ErrorCode code);
std::optional<ErrorCode> codeFromName(std::string_view name);

/// Something a user can cause or fix. `message` names the offending value; `hint` starts with a verb.
struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string message;
    std::string hint;

    bool operator==(const Error&) const = default;
};

/// The one exception of the project for what a user can cause or fix; caught in JobQueue::work and in main.
class Failure : public std::exception
{
public:
    explicit Failure(Error error) : m_error(std::move(error)) {}
    Failure(ErrorCode code, std::string message, std::string hint = {})
        : m_error{code, std::move(message), std::move(hint)}
    {
    }

    const Error& error() const { return m_error; }
    const char* what() const noexcept override { return m_error.message.c_str(); }

private:
    Error m_error;
};

/// Thrown by Reporter::checkStop. Stopping is not an error, so this is no std::exception.
struct Cancelled {
};

}  // namespace mnemo
