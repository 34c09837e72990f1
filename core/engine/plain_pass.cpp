// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/plain_pass.h"

#include <ATen/ATen.h>

#include <numeric>

#include "core/engine/rows.h"
#include "core/engine/taps.h"

namespace mnemo {

at::Tensor plainLogits(const LanguageModel& model, const at::Tensor& ids_X, const std::vector<int>& lengths)
{
    std::vector<RunShape> shapes;
    for (const int length : lengths)
        shapes.push_back({.length = length});
    std::vector<int> all(shapes.size());
    std::iota(all.begin(), all.end(), 0);
    Rows rows(std::move(shapes), ids_X.device());
    rows.join(all, model.embed(ids_X));
    const Edits none;
    Taps tap(rows, none, [] {});
    for (int layer = 0; layer < model.info().layers; ++layer)
        model.block(layer, rows, tap);
    return model.unembed(rows.resid_XD(), [] {});
}

}  // namespace mnemo
