// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/axes.h"

namespace mnemo {

Axis layerAxis(int layers)
{
    Axis axis{"layer", {}};
    for (int layer = 0; layer < layers; ++layer)
        axis.labels.push_back(std::to_string(layer));
    return axis;
}

Axis tokenAxis(const Prompt& prompt)
{
    Axis axis{"token", {}};
    for (const Token& token : prompt.tokens)
        axis.labels.push_back(token.text);
    return axis;
}

}  // namespace mnemo
