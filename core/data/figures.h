// SPDX-License-Identifier: GPL-3.0-or-later
// The figures of the two papers that can be made again, and what is published of them.
#pragma once
#include "core/data/json.h"

#include <optional>
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

/// What a picture shows of a result.
struct FigureView {
    std::string suffix;             ///< of the picture's name
    std::string part;               ///< key of a page of charts; empty: all of them
    Json choice = Json();           ///< the head's "choice" (docs/json.md); null: none
    bool withoutStrongest = false;  ///< of a circuit: the layer with the largest attributions is hidden
};

/// Locating and Editing Factual Associations in Mamba (Sen Sharma, Atkinson, Bau 2024); Investigating the Indirect
/// Object Identification circuit in Mamba (Ensign, Garriga-Alonso 2024).
enum class Paper { FactualAssociations, IoiCircuit };

/// How numbers of a figure are published: per layer, per relation, per relation and layer, as tables of any axes.
enum class PublishedAs { Nothing, Curves, Relations, RelationCurves, Tables };

struct PaperFigure {
    Paper paper = Paper::FactualAssociations;
    std::string name;          ///< "fig2b", "i3": what is typed, and the files' name
    std::string title;         ///< "Fig. 2b", "IOI Fig. 3"
    std::string summary;       ///< what it shows, in a few words
    std::string architecture;  ///< the model type it is of; empty: any
    std::string otherwise;     ///< what to do with a model of another one, a hint
    std::string experiment;    ///< key
    std::vector<FigureRun> runs;
    std::vector<FigureView> views{{}};  ///< pictures of each run
    int examples = 0;                   ///< facts that are drawn one by one; 0: an average over many
    PublishedAs publishedAs = PublishedAs::Nothing;
    std::string publishedFile;   ///< in a folder of published numbers
    std::string publishedModel;  ///< the model the paper shows
    int publishedWidth = 0;      ///< d_model of it
    int publishedLayers = 0;
    std::vector<PublishedMatch> curves;
    std::vector<std::string> tables;  ///< names as in core/io/published_ioi.h
    /// Of linear decoding: the β it is chosen at, in the layer with the best causality; none: the best of each trial.
    std::optional<double> beta;
};

/// Paper by paper, in its order. Prefix, averaging and window of each are those its published picture was made with, as
/// far as the authors' code tells (METHODS.md §2, §3, §6, §7).
std::vector<PaperFigure> paperFigures();

/// @throws Failure Usage listing the figures there are
PaperFigure paperFigure(std::string_view name);

/// "fig2b, fig3, …"
std::string paperFigureNames();

}  // namespace mnemo
