// SPDX-License-Identifier: GPL-3.0-or-later
// mnemo: the command line, and the engine behind the window (`mnemo serve --stdio`).
#include "app/mnemo/command_line.h"
#include "app/mnemo/console.h"
#include "app/mnemo/serve.h"
#include "app/mnemo/tensors.h"
#include "core/data/event.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <new>

namespace mnemo {
namespace {

/// Known before the line is parsed, because a line that cannot be parsed is an error too.
bool wantsJson(int argc, char** argv)
{
    for (int i = 1; i < argc; ++i)
        if (std::strcmp(argv[i], "--json") == 0)
            return true;
    return false;
}

void printError(const Error& error, bool json)
{
    if (json) {
        const std::string text = toJson(Event{Failed{error}}).dump(-1, ' ', false, Json::error_handler_t::replace);
        std::fprintf(stderr, "%s\n", text.c_str());
        return;
    }
    std::fprintf(stderr, "mnemo: %s\n", error.message.c_str());
    if (!error.hint.empty())
        std::fprintf(stderr, "  %s\n", error.hint.c_str());
}

void addServe(CLI::App& app, CommandLine& line)
{
    CLI::App* command = app.add_subcommand("serve", "The engine behind the window: JSON-RPC on stdin and stdout");
    command->add_flag("--stdio")->description("Talk over stdin and stdout (the only way there is)")->required();
    command->callback([&line] {
        line.chosen = [&line] {
            ServeOptions options;
            options.dtype = line.global.dtype;
            options.device = line.global.device;
            options.memoryBytes = line.global.memoryBytes();
            return serveStdio(options);
        };
    });
}

void addCommands(CLI::App& app, CommandLine& line)
{
    addGlobalOptions(app, line.global);
    addPredict(app, line);
    addGenerate(app, line);
    addTrace(app, line);
    addPatch(app, line);
    addStates(app, line);
    addAverage(app, line);
    addPaths(app, line);
    addKnockout(app, line);
    addAttention(app, line);
    addLens(app, line);
    addDla(app, line);
    addIoi(app, line);
    addIoiLayer(app, line);
    addIoiNames(app, line);
    addIoiBelieve(app, line);
    addIoiData(app, line);
    addCircuit(app, line);
    addCircuitInside(app, line);
    addLre(app, line);
    addLreFact(app, line);
    addRome(app, line);
    addStats(app, line);
    addPrompts(app, line);
    addEvaluate(app, line);
    addMerge(app, line);
    addReproduce(app, line);
    addModels(app, line);
    addSession(app, line);
    addServe(app, line);
    addSelftest(app, line);
}

/// @return the exit status, or -1 when there is a command to run
int parse(CLI::App& app, int argc, char** argv)
{
    try {
        app.parse(argc, argv);
        return -1;
    } catch (const CLI::Success& e) {  // -h, --version
        return app.exit(e);
    } catch (const CLI::ParseError& e) {
        throw Failure(ErrorCode::Usage,
                      std::string(e.what()) + (std::strchr(".?!", *(std::strchr(e.what(), 0) - 1)) ? "" : "."),
                      "Run `mnemo --help`, or `mnemo COMMAND --help`.");
    }
}

int run(int argc, char** argv)
{
    CLI::App app("Mnemoscope's command line: where a language model keeps a fact, and how to change it there.",
                 "mnemo");
    app.set_version_flag("--version", "mnemo " MNEMO_VERSION);
    app.require_subcommand(0, 1);  // not (1, 1): a misspelt command would then not be named
    app.fallthrough();             // the flags of every command may stand after its name
    CommandLine line;
    addCommands(app, line);
    if (const int status = parse(app, argc, argv); status >= 0)
        return status;
    if (!line.chosen)
        throw Failure(ErrorCode::Usage, "No command is given.",
                      "Name one, as in `mnemo trace`; `mnemo --help` lists them.");
    line.global.check();
    stopOnInterrupt();
    prepareTensors(line.global.threads, line.global.tf32);
    return line.chosen();
}

/// @return the exit status; errors have been printed
int runAndReport(int argc, char** argv)
{
    const bool json = wantsJson(argc, argv);
    try {
        return run(argc, argv);
    } catch (const Failure& failure) {
        printError(failure.error(), json);
        return exitCodeOf(failure.error().code);
    } catch (const Cancelled&) {
        std::fprintf(stderr, json ? "{\"event\":\"stopped\"}\n" : "mnemo: stopped; nothing was done yet\n");
        return CancelledRun;
    } catch (const std::bad_alloc&) {
        printError({ErrorCode::OutOfMemory, "There is not enough memory for this.",
                    "Use a smaller model or prompt, or lower --memory."},
                   json);
        return MemoryError;
    } catch (const std::exception& e) {
        const Error error = tensorError(e).value_or(
            Error{ErrorCode::Internal, e.what(), "Report it with the command line that led here."});
        printError(error, json);
        return exitCodeOf(error.code);
    }
}

}  // namespace
}  // namespace mnemo

int main(int argc, char** argv)
{
    const int status = mnemo::runAndReport(argc, argv);
    // All files are closed. What the libraries would take down now, beside threads of theirs that still wait, is the
    // system's to free.
    std::cout.flush();
    std::fflush(nullptr);
    std::_Exit(status);
}
