// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"

namespace mnemo {

/// "mnemo-pythia: Average over 40 facts"
std::string nameBeside(const Result& other);

/// The curves over layers of one result at the depths ℓ/L of another's, under nameBeside(): what that one's head has as
/// "reference" (docs/json.md), so that plots draw them beside its own. A curve of Mamba's s stands beside attention's,
/// o's beside what attention and MLP write together.
/// @return null where no curve of `other` has a counterpart
Json curvesBeside(const Result& result, const Result& other);

/// A copy whose head has the other's curves as its reference.
Result withCurvesBeside(const Result& result, const Result& other);

/// A curve over the layers of one result, and its counterpart of another at the same depths: one value per layer of the
/// first, NaN where there is none.
struct CurvePair {
    ArrayPtr array;  ///< of the first, [layer, column]
    int column = 0;
    std::vector<double> first;
    std::vector<double> second;

    const std::string& label() const { return array->axes[1].labels[std::size_t(column)]; }
};

/// The curves that have a counterpart, in the order of the first's arrays and their columns.
std::vector<CurvePair> pairCurves(const Result& result, const Result& other);

/// Both are of one kind of experiment, and there are curves to compare.
bool haveCurvesBeside(const Result& result, const Result& other);

}  // namespace mnemo
