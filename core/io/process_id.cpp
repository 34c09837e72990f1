// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/process_id.h"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <sstream>

namespace mnemo {
namespace {

std::string bootId()
{
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::string id;
    std::getline(file, id);
    return id;
}

/// The 22nd field of the process's status line; the second one, its name, may hold anything up to the last bracket.
std::uint64_t startOf(std::int64_t pid)
{
    constexpr int fieldsAfterName = 20;
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    std::getline(file, line);
    const std::size_t name = line.rfind(')');
    if (name == std::string::npos)
        return 0;
    std::istringstream fields(line.substr(name + 1));
    std::string field;
    for (int i = 0; i < fieldsAfterName; ++i)
        fields >> field;
    return std::strtoull(field.c_str(), nullptr, 10);
}

}  // namespace

Json ProcessId::toJson() const
{
    return {{"pid", pid}, {"started", started}, {"boot", boot}};
}

ProcessId thisProcess()
{
    const std::int64_t pid = getpid();
    return {pid, startOf(pid), bootId()};
}

std::optional<ProcessId> processFrom(const Json& json)
{
    if (!json.is_object() || !json.value("pid", Json()).is_number_integer() ||
        !json.value("started", Json()).is_number_unsigned() || !json.value("boot", Json()).is_string())
        return std::nullopt;
    return ProcessId{json["pid"].get<std::int64_t>(), json["started"].get<std::uint64_t>(),
                     json["boot"].get<std::string>()};
}

bool isRunning(const ProcessId& process)
{
    if (process.pid <= 0 || process.boot != bootId())
        return false;
    if (kill(pid_t(process.pid), 0) != 0 && errno != EPERM)
        return false;
    return process.started == 0 || startOf(process.pid) == process.started;
}

}  // namespace mnemo
