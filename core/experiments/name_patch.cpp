// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/name_patch.h"

namespace mnemo {
namespace {

std::shared_ptr<const HostTensor> hostTensor(std::vector<float> values)
{
    return std::make_shared<const HostTensor>(HostTensor{{std::int64_t(values.size())}, std::move(values)});
}

}  // namespace

Patch replaceName(int layer, int after, const std::vector<double>& written)
{
    return {{SiteKind::C, layer, {}}, {after}, SetTo{hostTensor({written.begin(), written.end()})}};
}

Patch exchangeName(int layer, int after, const std::vector<double>& written, const std::vector<double>& erased,
                   double alpha)
{
    std::vector<float> change(written.size());
    for (std::size_t i = 0; i < written.size(); ++i)
        change[i] = float(alpha * (written[i] - erased[i]));
    return {{SiteKind::C, layer, {}}, {after}, AddTo{hostTensor(std::move(change))}};
}

}  // namespace mnemo
