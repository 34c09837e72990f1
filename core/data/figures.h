// SPDX-License-Identifier: GPL-3.0-or-later
// The figures of Sen Sharma, Atkinson, Bau 2024 that can be made again, and what is published of them.
#pragma once
#include "core/data/json.h"

#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

/// A published curve and the column of a result that shows the same.
struct PublishedMatch {
    std::string_view panel;  ///< names as the files of published numbers have them
    std::string_view curve;
    std::string_view array;   ///< of the result: "h.ie", [layer, column]
    std::string_view column;  ///< label of its second axis
};

/// One result of a figure.
struct FigureRun {
    std::string suffix;  ///< of its files' names
    std::string note;    ///< of its title; empty when nothing is to be said
    Json parameters;     ///< of the experiment, in which it differs from the defaults
};

struct PaperFigure {
    std::string name;          ///< "fig2b": what is typed, and the files' name
    std::string title;         ///< "Fig. 2b"
    std::string summary;       ///< what it shows, in a few words
    std::string architecture;  ///< the model type it is of; empty: any
    std::string otherwise;     ///< what to do with a model of another one, a hint
    std::string experiment;    ///< key
    std::vector<FigureRun> runs;
    int examples = 0;            ///< facts that are drawn one by one; 0: an average over many
    std::string publishedFile;   ///< in a folder of published numbers; empty: there are pictures only
    std::string publishedModel;  ///< the model the paper shows
    int publishedWidth = 0;      ///< d_model of it
    std::vector<PublishedMatch> curves;
};

/// In the paper's order. Prefix, averaging and window of each are those its published picture was made with, as far as
/// the authors' code tells (METHODS.md §2, §3, §6).
std::vector<PaperFigure> paperFigures();

/// @throws Failure Usage listing the figures there are
PaperFigure paperFigure(std::string_view name);

/// "fig2b, fig3, …"
std::string paperFigureNames();

}  // namespace mnemo
