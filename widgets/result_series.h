// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/numbers.h"
#include "widgets/chart.h"

#include <QString>
#include <string>
#include <vector>

namespace mnemo {

/// An array of a result with so many axes; null where there is none that is whole.
ArrayPtr wholeArray(const Result& result, const std::string& name, std::size_t axes);

/// NaN for what is no number.
std::vector<double> numbersOf(const Json& list);

/// What is published of a column of that array; empty where nothing is. The head has it: "reference": {"title",
/// "curves": [{"array", "column", "values"}]}.
std::vector<double> publishedCurve(const Result& result, const std::string& array, const std::string& column);

/// A column of `values` with its standard errors as band, and what is published of the same name.
/// @param errors array of the same axes; none is no band
LayerSeries seriesOf(const Result& result, const std::string& values, const std::string& errors, int column);

/// Whose values the reference's are; empty where there is none.
QString referenceTitle(const Result& result);

/// Gives plots that are compared one scale.
void shareRange(std::vector<SeriesChart>& charts);

}  // namespace mnemo
