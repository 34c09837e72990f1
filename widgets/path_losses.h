// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"

#include <limits>
#include <map>
#include <string>

namespace mnemo {

/// Indirect effects of a restored h at one token, with and without the paths of that token that are severed; NaN where
/// there are none.
struct SeveredEffect {
    double whole = std::numeric_limits<double>::quiet_NaN();
    double severed = std::numeric_limits<double>::quiet_NaN();

    double lost() const { return whole - severed; }
};

struct PathLoss {
    SeveredEffect subjectLast;
    SeveredEffect promptLast;
};

/// What is lost by what is severed ("s", "attn + mlp"; METHODS.md §3), h being restored behind `layer`. Nothing where
/// the result is not of paths, or not so deep.
std::map<std::string, PathLoss> pathLosses(const Result& paths, int layer);

}  // namespace mnemo
