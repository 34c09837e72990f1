// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/axes.h"

namespace mnemo {

Axis layerAxis(int layers)
{
    return numberedAxis("layer", std::size_t(layers));
}

Axis tokenAxis(const Prompt& prompt)
{
    Axis axis{"token", {}};
    for (const Token& token : prompt.tokens)
        axis.labels.push_back(token.text);
    return axis;
}

}  // namespace mnemo
