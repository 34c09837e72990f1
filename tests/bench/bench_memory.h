// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <c10/core/CachingDeviceAllocator.h>
#include <sys/resource.h>
#include <cstdint>

namespace mnemo::bench {

/// Most bytes since the program began: of tensors on a GPU, or of the process.
inline std::int64_t mostMemory(at::Device device)
{
    if (!device.is_cpu())
        return c10::getDeviceAllocator(device.type())->getDeviceStats(device.index()).allocated_bytes[0].peak;
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return std::int64_t(usage.ru_maxrss) * 1024;
}

}  // namespace mnemo::bench
