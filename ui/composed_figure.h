// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/figure.h"

#include <QString>
#include <vector>

namespace mnemo {

/// One of the panels (a), (b), (c) of a figure.
struct FigurePanel {
    ResultPtr result;
    FigureOptions options;  ///< what of it is shown; of the look, only the title counts: it stands beside the letter,
                            ///< else panelHeading()
    Json choice = {};       ///< what its view shows of it, as the head's "choice"; null: what the result itself says

    /// The result with the choice in its head.
    ResultPtr shown() const;
};

/// Several results on one page.
struct ComposedFigure {
    std::vector<FigurePanel> panels;
    int columns = 2;
    bool oneScale = true;  ///< maps of the same measure have one colour scale, curves and bars one axis
    FigureLook look;       ///< without a title of its own there is none
};

inline constexpr std::size_t mostPanels = 26;

/// "(a)", "(b)", …
QString panelLetter(std::size_t index);

/// The result's title and its model: what stands beside the letter of a panel without a title of its own.
QString panelHeading(const Result& result);

/// @throws Failure Usage without panels or with too many, and as drawFigure()
Drawing drawComposed(const ComposedFigure& figure);

}  // namespace mnemo
