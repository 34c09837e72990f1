// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/figure.h"

#include "app/mnemo/temporary_folder.h"
#include "core/data/error.h"
#include "core/io/atomic_file.h"
#include "core/io/paths.h"
#include "core/io/session.h"
#include "core/io/utf8.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace mnemo {
namespace {

namespace fs = std::filesystem;

bool isProgram(const fs::path& file)
{
    std::error_code ignored;
    return fs::is_regular_file(file, ignored) && access(file.c_str(), X_OK) == 0;
}

/// The environment without a display: a figure must not open a window.
std::vector<std::string> offscreenEnvironment()
{
    std::vector<std::string> variables{"QT_QPA_PLATFORM=offscreen"};
    for (char** variable = environ; *variable; ++variable)
        if (std::strncmp(*variable, "QT_QPA_PLATFORM=", 16) != 0)
            variables.emplace_back(*variable);
    return variables;
}

std::vector<char*> pointers(std::vector<std::string>& texts)
{
    std::vector<char*> list;
    for (std::string& text : texts)
        list.push_back(text.data());
    list.push_back(nullptr);
    return list;
}

/// Runs a program to its end; its stdout joins our stderr, which carries no results.
/// @return its exit status, −1 when it could not be started or was killed
int runProgram(std::vector<std::string> words)
{
    std::vector<std::string> environment = offscreenEnvironment();
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, STDERR_FILENO, STDOUT_FILENO);
    pid_t child = -1;
    const int error =
        posix_spawn(&child, words[0].c_str(), &files, nullptr, pointers(words).data(), pointers(environment).data());
    posix_spawn_file_actions_destroy(&files);
    if (error != 0)
        return -1;
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::string readAll(const fs::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

fs::path findWindowProgram()
{
    const fs::path beside = executableDir() / "mnemoscope";
    if (isProgram(beside))
        return beside;
    const char* path = std::getenv("PATH");
    std::istringstream folders(path ? path : "");
    for (std::string folder; std::getline(folders, folder, ':');)
        if (!folder.empty() && isProgram(fs::path(folder) / "mnemoscope"))
            return fs::path(folder) / "mnemoscope";
    throw Failure(ErrorCode::NotFound,
                  "Figures need the window program mnemoscope, which is neither beside mnemo nor in PATH.",
                  "Install it, or write .json, .csv, .npy or .mnemo, which need nothing else.");
}

void writeFigure(const Result& result, const fs::path& file, const std::string& part)
{
    const fs::path program = findWindowProgram();
    const TemporaryFolder folder("mnemo-figure");
    const fs::path session = folder.path() / "figure.mnemo";
    const fs::path drawn = folder.path() / ("figure" + file.extension().string());
    writeSession(result, session);
    std::vector<std::string> words{program.string(), "--render", session.string(), "-o", drawn.string()};
    if (!part.empty())
        words.insert(words.end(), {"--part", part});
    const int status = runProgram(std::move(words));
    const std::string picture = status == 0 ? readAll(drawn) : std::string();
    if (picture.empty())
        throw Failure(
            ErrorCode::WriteFailed,
            shown(program) + " did not draw " + shown(file) + " (exit status " + std::to_string(status) + ").",
            "Write a session with -o FILE.mnemo and open it in the window.");
    writeFileAtomically(file, picture);
}

}  // namespace mnemo
