// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/computed_array.h"

namespace io_test {

inline mnemo::ArrayPtr vectorArray(const std::string& name, const std::vector<double>& values)
{
    return std::make_shared<const mnemo::Array>(
        mnemo::computedArray(name, {mnemo::numberedAxis("entry", values.size())}, "state", values));
}

/// What the experiment "rome" gives, of a matrix of 2 outputs and 3 inputs.
/// @param first entry of u
inline mnemo::Result romeResult(double first = 1.5)
{
    mnemo::Result result;
    result.kind = "rome";
    result.model = {{"name", "tiny"}, {"hash", "sha256:0123456789abcdef"}};
    result.parameters = {{"prompt", "{} is in"}, {"subject", "Łódź"}, {"target", "Rome"}};
    result.head = {{"matrix", "W_o"}, {"layer", 4}, {"module", "backbone.layers.4.mixer.out_proj"}};
    result.provenance = {{"mnemo", "0"}};
    result.arrays = {vectorArray("u", {first, -2}),   vectorArray("v", {0.25, 0, 1}), vectorArray("key", {1, 2, 3}),
                     vectorArray("input", {3, 2, 1}), vectorArray("v0", {0, 1}),      vectorArray("value", {1, 1})};
    return result;
}

}  // namespace io_test
