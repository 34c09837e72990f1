// SPDX-License-Identifier: GPL-3.0-or-later
// mnemo_gates: what a trained checkpoint must show before it ships, number by number.
#include "core/data/error.h"
#include "core/engine/device.h"
#include "models/table.h"
#include "models/training/gates/release_gates.h"
#include "models/training/text/fact_table.h"
#include "models/training/text/ioi_text.h"

#include <ATen/Parallel.h>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <fstream>

namespace mnemo {
namespace {

constexpr int failed = 1, usage = 2, notFound = 3, checkFailed = 5;  // exit statuses, as mnemo's (DESIGN.md §4)

struct Arguments {
    std::string checkpoint;
    std::string facts;
    std::string ioi;
    std::string json;
    std::string markdown;
    int threads = 1;  ///< two on cores that others use as well wait for each other most of the time
    GateOptions gates;
};

void describe(CLI::App& app, Arguments& arguments)
{
    app.add_option("checkpoint", arguments.checkpoint, "A folder in Hugging Face format")->required();
    app.add_option("--facts", arguments.facts, "Folder of the relations it was trained on")->required();
    app.add_option("--ioi", arguments.ioi, "The file indirect-object sentences are made from")->required();
    app.add_option("--seed", arguments.gates.seed, "Seed of all draws")->capture_default_str();
    app.add_option("--count", arguments.gates.count, "Facts traced and sentences read")
        ->check(CLI::Range(1, 100000))
        ->capture_default_str();
    app.add_option("--threads", arguments.threads, "Threads; 0 for as many as there are cores")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    app.add_option("--json", arguments.json, "File for all numbers");
    app.add_option("--markdown", arguments.markdown, "File for the tables of a model card");
}

std::vector<IoiPrompt> unseenPairs(const IoiText& text, const GateOptions& options)
{
    Random random(options.seed);
    std::vector<IoiPrompt> prompts;
    for (int i = 0; i < options.count; ++i) {
        const IoiSentence sentence = text.sentence(random, IoiText::Pairs::HeldOut);
        prompts.push_back({sentence.prompt, sentence.io, sentence.s});
    }
    return prompts;
}

void writeText(const std::string& file, const std::string& text)
{
    if (file.empty())
        return;
    std::ofstream out(file, std::ios::binary);
    if (!(out << text << std::flush))
        throw Failure(ErrorCode::WriteFailed, "The file " + file + " cannot be written.", "Check folder and rights.");
}

int checkCheckpoint(const Arguments& arguments)
{
    keepFreedMemory();
    if (arguments.threads > 0)
        at::set_num_threads(arguments.threads);
    SilentReporter silent;
    const FactTable facts = readFactTable(arguments.facts);
    const IoiText text{std::filesystem::path(arguments.ioi)};
    const LoadedModel model = loadCheckpoint(arguments.checkpoint, {"cpu", "f32"}, builtInArchitectures(), silent);
    const GateReport report =
        measureGates(model, facts.relations, unseenPairs(text, arguments.gates), text.names(), arguments.gates, silent);
    std::fputs(plainText(report).c_str(), stdout);
    writeText(arguments.json, toJson(report).dump(2) + "\n");
    writeText(arguments.markdown, markdown(report));
    return report.passed() ? 0 : checkFailed;
}

int statusOf(const Error& error)
{
    switch (error.code) {
        case ErrorCode::NotFound:
        case ErrorCode::Unreadable:
        case ErrorCode::Damaged:
        case ErrorCode::UnsupportedModel:
            return notFound;
        case ErrorCode::Usage:
            return usage;
        default:
            return failed;
    }
}

int run(int argc, char** argv)
{
    CLI::App app("The release gates of a checkpoint: exit 0 when all hold, 5 when one does not.", "mnemo_gates");
    Arguments arguments;
    describe(app, arguments);
    try {
        app.parse(argc, argv);
        return checkCheckpoint(arguments);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : usage;
    } catch (const Failure& failure) {
        std::fprintf(stderr, "mnemo_gates: %s\n  %s\n", failure.error().message.c_str(), failure.error().hint.c_str());
        return statusOf(failure.error());
    } catch (const std::exception& error) {
        std::fprintf(stderr, "mnemo_gates: %s\n", error.what());
        return failed;
    }
}

}  // namespace
}  // namespace mnemo

int main(int argc, char** argv)
{
    return mnemo::run(argc, argv);
}
