// SPDX-License-Identifier: GPL-3.0-or-later
// session info, validate, diff, export: session files without a window. (session run: session_recipe.cpp)
#include "app/mnemo/command_line.h"
#include "app/mnemo/session_text.h"
#include "core/io/atomic_file.h"
#include "core/io/session_check.h"
#include "core/io/session_diff.h"
#include "core/io/session_info.h"
#include "core/io/session_recipe.h"
#include "core/io/utf8.h"

#include <iostream>
#include <memory>

namespace mnemo {
namespace {

namespace fs = std::filesystem;

void print(const std::string& text)
{
    std::cout << text;
    std::cout.flush();
    if (!std::cout)
        throw Failure(ErrorCode::WriteFailed, "The answer cannot be written to standard output.",
                      "Check what the output goes to; a recipe may be written with -o FILE.json.");
}

void print(const CommandLine& line, const Json& json, std::string (*text)(const Json&))
{
    print(line.global.json ? json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n" : text(json));
}

int info(const CommandLine& line, const fs::path& file)
{
    print(line, describeSession(readSession(file), file), infoText);
    return Ok;
}

/// What is wrong with one file; a file that cannot be read at all is no session either.
Json validateOne(const fs::path& file, int& status)
{
    SessionCheck check;
    try {
        check = checkSession(file);
        if (!check.problems.empty() && status == Ok)
            status = CheckError;
    } catch (const Failure& failure) {
        check.problems.push_back(failure.error().message);
        status = exitCodeOf(failure.error().code);
    }
    return {{"file", shown(file)},
            {"valid", check.problems.empty()},
            {"problems", check.problems},
            {"remarks", check.remarks}};
}

int validate(const CommandLine& line, const std::vector<fs::path>& files)
{
    int status = Ok;
    Json report{{"schema", "mnemo.session.validate/1"}, {"files", Json::array()}};
    for (const fs::path& file : files)
        report["files"].push_back(validateOne(file, status));
    report["valid"] = status == Ok;
    print(line, report, validationText);
    return status;
}

struct DiffRequest {
    fs::path first;
    fs::path second;
    double tolerance = 0;
};

int diff(const CommandLine& line, const DiffRequest& request)
{
    const Json difference = diffSessions(readSession(request.first), readSession(request.second), request.tolerance);
    print(line, difference, diffText);
    return difference["equal"] == Json(true) ? Ok : CheckError;
}

struct ExportRequest {
    fs::path file;
    fs::path output;
};

int exportRecipe(const ExportRequest& request)
{
    const std::string text = recipeText(recipeOf(readSession(request.file)));
    if (request.output.empty())
        print(text);
    else
        writeFileAtomically(request.output, text);
    return Ok;
}

void addInfo(CLI::App& session, CommandLine& line)
{
    CLI::App* command = session.add_subcommand("info", "What a session holds");
    const auto file = std::make_shared<fs::path>();
    command->add_option("FILE", *file, "A *.mnemo file")->type_name("")->required();
    command->callback([&line, file] { line.chosen = [&line, file] { return info(line, *file); }; });
}

void addValidate(CLI::App& session, CommandLine& line)
{
    CLI::App* command =
        session.add_subcommand("validate", "Whether sessions keep the rules of the format; exit status 5 if not");
    const auto files = std::make_shared<std::vector<fs::path>>();
    command->add_option("FILES", *files, "*.mnemo files")->type_name("")->required();
    command->callback([&line, files] { line.chosen = [&line, files] { return validate(line, *files); }; });
}

void addDiff(CLI::App& session, CommandLine& line)
{
    CLI::App* command =
        session.add_subcommand("diff", "What two sessions do not have in common; exit status 5 if anything");
    const auto request = std::make_shared<DiffRequest>();
    command->add_option("FIRST", request->first, "A *.mnemo file")->type_name("")->required();
    command->add_option("SECOND", request->second, "Another one")->type_name("")->required();
    command->add_option("--tolerance", request->tolerance, "Numbers that differ by no more than this are equal")
        ->type_name("X")
        ->check(CLI::NonNegativeNumber);
    command->callback([&line, request] { line.chosen = [&line, request] { return diff(line, *request); }; });
}

void addExport(CLI::App& session, CommandLine& line)
{
    CLI::App* command = session.add_subcommand(
        "export", "The inputs of a session as a text that diffs well; `mnemo session run` makes it again");
    const auto request = std::make_shared<ExportRequest>();
    command->add_option("FILE", request->file, "A *.mnemo file")->type_name("")->required();
    command->add_option("-o,--output", request->output, "The recipe, *.json (else it is printed)")->type_name("FILE");
    command->callback([&line, request] { line.chosen = [request] { return exportRecipe(*request); }; });
}

}  // namespace

void addSession(CLI::App& app, CommandLine& line)
{
    CLI::App* session = app.add_subcommand("session", "Session files: look into, check, compare, make again");
    session->require_subcommand(1);
    addInfo(*session, line);
    addValidate(*session, line);
    addDiff(*session, line);
    addExport(*session, line);
    addRunRecipe(*session, app, line);
}

}  // namespace mnemo
