// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/figure.h"

#include <QString>
#include <QStringList>
#include <vector>

namespace mnemo {

/// What a figure of a result may leave out: a trace's maps, the pages of others.
struct FigurePart {
    QString key;  ///< a site, or a key of chartsOf()'s pages
    QString title;
};

std::vector<FigurePart> partsOf(const Result& result, Metric metric);

/// Shows these parts alone. @param keys of partsOf(), not empty
void setParts(FigureOptions& options, const Result& result, const QStringList& keys);

/// The keys that setParts() set; empty: all.
QStringList chosenParts(const FigureOptions& options, const Result& result);

}  // namespace mnemo
