// SPDX-License-Identifier: GPL-3.0-or-later
// Sentences of indirect objects as a file of pairs, for the tokenizer of a model.
#include "app/mnemo/command_line.h"
#include "app/mnemo/output.h"
#include "core/experiments/ioi_text.h"
#include "core/experiments/pair_params.h"
#include "core/io/atomic_file.h"
#include "core/io/catalog.h"
#include "core/io/utf8.h"

#include <iostream>
#include <memory>

namespace mnemo {
namespace {

struct DataRequest {
    std::string model;
    std::filesystem::path material;
    std::filesystem::path output;  ///< empty: stdout
    int count = PairParams().count;
};

/// On stderr: how many pairs there are of what, and each word that is not used.
void tell(const IoiTexts& texts, bool json)
{
    const auto say = [json](const std::string& text) {
        if (json)
            std::cerr << Json{{"event", "note"}, {"text", text}}.dump(-1, ' ', false, Json::error_handler_t::replace)
                      << "\n";
        else
            std::cerr << "mnemo: " << text << "\n";
    };
    say(std::to_string(texts.pairs.size()) + " pairs of " + texts.source);
    for (const LeftOutWord& word : texts.leftOut)
        say("\"" + word.word + "\" is left out: " + word.why);
}

/// @throws Failure Usage, WriteFailed
void check(const DataRequest& request, std::int64_t seed)
{
    if (seed < 0)
        throw Failure(ErrorCode::Usage, "The seed " + std::to_string(seed) + " is negative.",
                      "Give a seed of 0 or more.");
    if (request.output.empty())
        return;
    if (request.output.extension() != ".jsonl")
        throw Failure(ErrorCode::Usage, "Pairs cannot be written as " + shown(request.output) + ".",
                      "Choose a name that ends in .jsonl.");
    checkFolder(request.output);
}

int writeIoiData(const GlobalOptions& global, const DataRequest& request)
{
    const std::int64_t seed = global.seed.value_or(PairParams().seed);
    check(request, seed);
    const std::filesystem::path folder = resolveModel(request.model);
    const IoiTexts texts =
        readIoiTexts(request.material, folder, *loadTokenizer(folder), request.count, std::uint64_t(seed));
    if (!global.quiet)
        tell(texts, global.json);
    const std::string lines = contrastLines(texts.pairs);
    if (!request.output.empty()) {
        writeFileAtomically(request.output, lines);
        return Ok;
    }
    std::cout << lines << std::flush;
    if (!std::cout)
        throw Failure(ErrorCode::WriteFailed, "The pairs cannot be written to standard output.",
                      "Write them to a file with -o FILE.jsonl.");
    return Ok;
}

}  // namespace

void addIoiData(CLI::App& app, CommandLine& line)
{
    CLI::App* command =
        app.add_subcommand("ioi-data", "Pairs of prompts of indirect objects for a model's tokenizer, a line each");
    const auto request = std::make_shared<DataRequest>();
    command
        ->add_option("-m,--model", request->model,
                     "Folder in Hugging Face format, or a name of `mnemo models list`; its weights are not read")
        ->type_name("MODEL")
        ->required();
    command
        ->add_option("--material", request->material, "Templates, names, places and objects (default: the program's)")
        ->type_name("FILE");
    command
        ->add_option("--count", request->count,
                     "Pairs of each corruption (default " + std::to_string(request->count) + ")")
        ->type_name("N")
        ->check(CLI::Range(1, 1'000'000));
    command->add_option("-o,--output", request->output, "Write the pairs here, *.jsonl")->type_name("FILE");
    command->callback(
        [&line, request] { line.chosen = [&line, request] { return writeIoiData(line.global, *request); }; });
}

}  // namespace mnemo
