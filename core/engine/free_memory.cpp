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

/// What a control group counts as used and gives back by itself: pages of files that were read or written.
std::int64_t cachedInGroup(const std::string& file, const std::string& prefix)
{
    std::ifstream stream(file);
    std::string name;
    std::int64_t bytes = 0, cached = 0;
    while (stream >> name >> bytes)
        if (name == prefix + "inactive_file" || name == prefix + "active_file")
            cached += bytes;
    return cached;
}

/// What a limit of this process leaves; both generations of control groups.
std::optional<std::int64_t> leftInGroup()
{
    struct Group {
        const char *limit, *usage, *statistics, *prefix;
    };
    for (const Group& group :
         {Group{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current", "/sys/fs/cgroup/memory.stat", ""},
          Group{"/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes",
                "/sys/fs/cgroup/memory/memory.stat", "total_"}}) {
        const std::optional<std::int64_t> most = readNumber(group.limit), used = readNumber(group.usage);
        if (most && used)
            return std::clamp<std::int64_t>(*most - *used + cachedInGroup(group.statistics, group.prefix), 0, *most);
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
