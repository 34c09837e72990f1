// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/command_line.h"

#include <charconv>
#include <cmath>

namespace mnemo {

int exitCodeOf(ErrorCode code)
{
    switch (code) {
        case ErrorCode::Usage:
        case ErrorCode::EmptyPrompt:
        case ErrorCode::PromptTooLong:
        case ErrorCode::SubjectNotInPrompt:
        case ErrorCode::LengthMismatch:
        case ErrorCode::TargetNotInVocabulary:
        case ErrorCode::EffectUndefined:
        case ErrorCode::UnknownSite:
        case ErrorCode::SiteNotReached:
            return UsageError;
        case ErrorCode::NotFound:
        case ErrorCode::Unreadable:
        case ErrorCode::Damaged:
        case ErrorCode::UnsupportedModel:
        case ErrorCode::UnknownModel:
            return ModelError;
        case ErrorCode::CheckFailed:
            return CheckError;
        case ErrorCode::OutOfMemory:
            return MemoryError;
        case ErrorCode::BadMessage:
        case ErrorCode::WriteFailed:
        case ErrorCode::EngineLost:
        case ErrorCode::Internal:
            break;
    }
    return FailedRun;
}

std::int64_t parseSize(std::string_view text)
{
    double number = 0;
    const char* end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    const std::string unit(rest, end);
    const std::size_t power = unit.empty() ? 0 : std::string_view("KMGT").find(unit.front()) + 1;
    const bool known =
        unit.empty() || (power > 0 && (unit.size() == 1 || unit.substr(1) == "B" || unit.substr(1) == "iB"));
    const double bytes = number * std::pow(1024.0, double(power));
    if (error != std::errc() || !known || !(bytes >= 1 && bytes < 9e18))
        throw Failure(ErrorCode::Usage, "The memory size \"" + std::string(text) + "\" is not a size.",
                      "Write a number with K, M, G or T, such as --memory 2G.");
    return std::int64_t(bytes);
}

void GlobalOptions::check() const
{
    memoryBytes();
    if (tf32 && (device == "cpu" || dtype != "f32"))
        throw Failure(
            ErrorCode::Usage,
            "--tf32 changes nothing for --device " + device + " --dtype " + dtype + ": it is for f32 on CUDA.",
            "Leave --tf32 out.");
}

std::int64_t GlobalOptions::memoryBytes() const
{
    return memory.empty() ? 0 : parseSize(memory);
}

const Experiment& CommandLine::experiment(std::string_view key) const
{
    for (const Experiment& candidate : experiments)
        if (candidate.schema.key == key)
            return candidate;
    throw Failure(ErrorCode::Internal, "This program has no experiment \"" + std::string(key) + "\".", "Report it.");
}

void addGlobalOptions(CLI::App& app, GlobalOptions& options)
{
    const std::string group = "Every command";
    app.add_flag("--json", options.json, "Results, progress and errors as JSON")->group(group);
    app.add_flag("-q,--quiet", options.quiet, "No progress")->group(group);
    app.add_flag("-v,--verbose", options.verbose, "Say more on stderr")->group(group);
    app.add_option("--device", options.device, "auto, cpu, cuda or cuda:N (default auto)")
        ->type_name("NAME")
        ->group(group);
    app.add_option("--dtype", options.dtype, "Precision of the weights: f32 or bf16 (default f32)")
        ->type_name("NAME")
        ->check(CLI::IsMember({"f32", "bf16"}))
        ->group(group);
    app.add_flag("--tf32", options.tf32,
                 "CUDA with f32: factors of products rounded to 11 bits. Faster and less exact; results say so")
        ->group(group);
    app.add_option("--threads", options.threads, "CPU threads (default: all cores)")
        ->type_name("N")
        ->check(CLI::Range(1, 4096))
        ->group(group);
    app.add_option("--memory", options.memory,
                   "Memory for activations, such as 512M or 2G (default: 80 % of what is free)")
        ->type_name("SIZE")
        ->group(group);
    app.add_option("--seed", options.seed, "Seed of every random draw")->type_name("N")->group(group);
    app.add_flag("--offline", options.offline, "Never use the network")->group(group);
}

}  // namespace mnemo
