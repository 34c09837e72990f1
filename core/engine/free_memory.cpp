// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/free_memory.h"

#include <c10/core/CachingDeviceAllocator.h>

#include <algorithm>
#include <exception>
#include <fstream>
#include <optional>
#include <string>

namespace mnemo {
namespace {

std::optional<std::int64_t> readNumber(const std::string& file)
{
    std::ifstream stream(file);
    std::int64_t number = 0;
    if (stream >> number)
        return number;
    return std::nullopt;  // absent, or "max"
}

/// MemAvailable: what the kernel could hand out, caches it would give up included.
std::int64_t availableOnMachine()
{
    std::ifstream stream("/proc/meminfo");
    std::string name, unit;
    std::int64_t kibibytes = 0;
    while (stream >> name >> kibibytes && std::getline(stream, unit))
        if (name == "MemAvailable:")
            return kibibytes * 1024;
    return 0;
}

/// What a limit of this process leaves; both generations of control groups.
std::optional<std::int64_t> leftInGroup()
{
    for (const auto& [limit, usage] :
         {std::pair{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"},
          std::pair{"/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"}}) {
        const std::optional<std::int64_t> most = readNumber(limit), used = readNumber(usage);
        if (most && used)
            return std::max<std::int64_t>(0, *most - *used);
    }
    return std::nullopt;
}

std::int64_t freeOnGpu(at::Device device)
{
    try {
        return std::int64_t(c10::getDeviceAllocator(device.type())->getMemoryInfo(device.index()).first);
    } catch (const std::exception&) {
        return 0;
    }
}

}  // namespace

std::int64_t freeMemory(at::Device device)
{
    if (!device.is_cpu())
        return freeOnGpu(device);
    const std::int64_t machine = availableOnMachine();
    const std::optional<std::int64_t> group = leftInGroup();
    return group ? std::min(machine, *group) : machine;
}

std::int64_t memoryBudget(std::int64_t asked, at::Device device)
{
    if (asked > 0)
        return asked;
    const std::int64_t free = freeMemory(device);
    return free > 0 ? free / 10 * 8 : std::int64_t(1) << 30;
}

}  // namespace mnemo
