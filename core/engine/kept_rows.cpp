// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/kept_rows.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/data/error.h"

namespace mnemo {

std::int64_t KeptLayout::within(int distance) const
{
    const auto most = std::min<std::int64_t>(distance, std::int64_t(atMost.size()));
    return most > 0 ? atMost[std::size_t(most - 1)] : 0;
}

KeptRows::KeptRows(KeptLayout layout, int layers, std::int64_t bytes)
    : m_layout(std::move(layout)), m_layers(std::size_t(layers)), m_left(bytes), m_bytes(bytes)
{
}

at::Tensor KeptRows::joining_JD(RunId run) const
{
    const auto found = m_joining.find(run);
    return found == m_joining.end() ? at::Tensor() : found->second;
}

void KeptRows::put(at::Tensor& place, const at::Tensor& value)
{
    m_left -= value.numel() * value.element_size();
    if (m_left < 0)
        throw Failure(ErrorCode::OutOfMemory,
                      "What " + std::to_string(m_layout.joins.size()) +
                          " runs read of the others at every step takes more than the " +
                          std::to_string(m_bytes / 1'000'000) + " MB that there are for it.",
                      "Allow more with --memory, or use fewer or shorter prompts or a later layer.");
    place = value.contiguous();
}

}  // namespace mnemo
