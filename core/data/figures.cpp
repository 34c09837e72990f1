// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/figures.h"

#include <algorithm>
#include <iterator>

#include "core/data/error.h"
#include "core/data/figures_ioi.h"
#include "core/data/roles.h"

namespace mnemo {
namespace {

using Matches = std::vector<PublishedMatch>;

/// Rows of the published heatmaps; the two upper ones are blank there.
Matches roleRows(std::string_view panel, std::string_view array)
{
    return {{panel, "subject_2nd_last", array, roleLabel(Role::SubjectNextToLast)},
            {panel, "subject_last", array, roleLabel(Role::SubjectLast)},
            {panel, "further_tokens", array, roleLabel(Role::Further)},
            {panel, "last_token", array, roleLabel(Role::PromptLast)}};
}

Matches joined(std::initializer_list<Matches> parts)
{
    Matches all;
    for (const Matches& part : parts)
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

/// The published pictures average as the authors' code does; the formula they print, Eq. 7, stands beside it.
std::vector<FigureRun> bothAverages(const Json& sites)
{
    return {{"", "averaged as published", {{"sites", sites}, {"averaging", "as-published"}}},
            {"-eq7", "averaged by Eq. 7", {{"sites", sites}, {"averaging", "eq7"}}}};
}

PaperFigure ofMamba(std::string name, std::string title, std::string summary, std::string otherwise)
{
    PaperFigure figure;
    figure.name = std::move(name);
    figure.title = std::move(title);
    figure.summary = std::move(summary);
    figure.architecture = "mamba";
    figure.otherwise = std::move(otherwise);
    figure.publishedModel = "mamba-2.8b";
    figure.publishedWidth = 2560;
    figure.publishedLayers = 64;
    return figure;
}

PaperFigure ofPythia(std::string name, std::string title, std::string summary, std::string otherwise)
{
    PaperFigure figure = ofMamba(std::move(name), std::move(title), std::move(summary), std::move(otherwise));
    figure.architecture = "gpt_neox";
    figure.publishedModel = "pythia-2.8b-deduped";
    figure.publishedLayers = 32;
    return figure;
}

PaperFigure average(PaperFigure figure, const Json& sites, Matches curves)
{
    figure.experiment = "average";
    figure.runs = bothAverages(sites);
    figure.publishedAs = PublishedAs::Curves;
    figure.publishedFile = "aie_heatmaps.json";
    figure.curves = std::move(curves);
    return figure;
}

PaperFigure paths(PaperFigure figure, Matches curves)
{
    figure.experiment = "paths";
    figure.runs = {{"", "", Json::object()}};
    figure.publishedAs = PublishedAs::Curves;
    figure.publishedFile = "path_blocking.json";
    figure.curves = std::move(curves);
    return figure;
}

Matches mambaPaths(std::string_view panel, std::string_view array)
{
    return {{panel, "h_restored", array, "none"},
            {panel, "s_blocked", array, "s"},
            {panel, "g_blocked", array, "g"},
            {panel, "o_blocked", array, "o"}};
}

Matches pythiaPaths(std::string_view panel, std::string_view array)
{
    return {{panel, "h_restored", array, "none"},
            {panel, "attn_blocked", array, "attn"},
            {panel, "mlp_blocked", array, "mlp"}};
}

/// The file is the repository's picture of four curves; the paper prints three of them in a close variant.
PaperFigure knockout(PaperFigure figure)
{
    figure.experiment = "knockout";
    figure.runs = {{"", "", {{"prefix", "eos-space"}, {"others", "clean"}}}};
    figure.publishedAs = PublishedAs::Curves;
    figure.publishedFile = "knockout_mamba-2.8b.json";
    figure.curves = {{"", "subject", "change", "subject"},
                     {"", "subj_last", "change", "subject, last"},
                     {"", "non_subject", "change", "not the subject"},
                     {"", "prompt_last", "change", "prompt, last"}};
    return figure;
}

Matches sweep(std::string_view panel, std::string_view matrix)
{
    return {{panel, "ES", "ES", matrix},
            {panel, "PS", "PS", matrix},
            {panel, "NS", "NS", matrix},
            {panel, "S", "S", matrix}};
}

/// All cases, known to the model or not; the search ends as the authors' does.
PaperFigure evaluate(PaperFigure figure, std::string file, Matches curves)
{
    figure.experiment = "evaluate";
    figure.runs = {{"", "", {{"stop_answer", 0.9}}}};
    figure.publishedAs = PublishedAs::Curves;
    figure.publishedFile = std::move(file);
    figure.curves = std::move(curves);
    return figure;
}

/// Facts stand behind examples; the published numbers are of relations (core/io/published_lre.h). The trial's test is
/// all facts, as theirs.
PaperFigure lre(PaperFigure figure, PublishedAs as, std::string file)
{
    figure.experiment = "lre";
    figure.runs = {{"", "", {{"limit", 0}}}};
    figure.publishedAs = as;
    figure.publishedFile = std::move(file);
    return figure;
}

/// As Fig. 12's bars were chosen (METHODS.md §5.5).
PaperFigure atBeta(PaperFigure figure, double beta)
{
    figure.beta = beta;
    return figure;
}

PaperFigure ofAny(PaperFigure figure)
{
    figure.architecture.clear();
    return figure;
}

PaperFigure examples(PaperFigure figure)
{
    figure.experiment = "trace";
    figure.runs = {{"", "", {{"prefix", "eos-space"}, {"sites", {"h", "o", "g", "s"}}}}};
    figure.examples = 4;
    return figure;
}

/// Of the first paper.
std::vector<PaperFigure> factFigures()
{
    const Matches s = roleRows("mamba-2.8b s (window 10)", "s.ie"), g = roleRows("mamba-2.8b g (window 10)", "g.ie"),
                  o = roleRows("mamba-2.8b o (window 10)", "o.ie");
    const std::string mambaOnly = "Choose a Mamba, such as mnemo-mamba",
                      neoxOnly = "Choose a GPT-NeoX, such as mnemo-pythia";
    return {
        average(
            ofMamba("fig2b", "Fig. 2b", "average effect of the residual stream h", mambaOnly + ", or reproduce fig9."),
            {"h"}, roleRows("mamba-2.8b h (single layer)", "h.ie")),
        average(ofMamba("fig3", "Fig. 3", "average effects of o, g and s in windows of layers",
                        mambaOnly + ", or reproduce fig9."),
                {"o", "g", "s"}, joined({o, g, s})),
        paths(ofMamba("fig5", "Fig. 5", "path-specific effects: h restored with s, g or o severed",
                      mambaOnly + ", or reproduce fig10."),
              joined({mambaPaths("mamba-2.8b subject_last", "subject_last.ie"),
                      mambaPaths("mamba-2.8b prompt_last", "prompt_last.ie")})),
        evaluate(ofMamba("fig6a", "Fig. 6a", "scores of edits of W_o, W_a and W_g by layer",
                         mambaOnly + ", or reproduce fig6b."),
                 "rome_sweep_mamba-2.8b.csv", joined({sweep("W_o", "W_o"), sweep("W_a", "W_a"), sweep("W_g", "W_g")})),
        evaluate(ofPythia("fig6b", "Fig. 6b", "scores of edits of the MLP's second matrix by layer",
                          neoxOnly + ", or reproduce fig6a."),
                 "rome_sweep_pythia-2.8b-deduped.json", sweep("", "W_down")),
        lre(ofMamba("fig7", "Fig. 7", "faithfulness of linear decoding, by relation",
                    mambaOnly + ", or reproduce fig12."),
            PublishedAs::Relations, "lre_faithfulness.json"),
        average(ofMamba("fig8", "Fig. 8", "what o does beyond s and g: IE(o) − (IE(s) + IE(g))",
                        mambaOnly + ", or reproduce fig9."),
                {"o", "s", "g"}, joined({roleRows("mamba-2.8b o-(s+g)", "difference.ie"), o, s, g})),
        average(ofPythia("fig9", "Fig. 9", "average effects of h, MLP and attention",
                         neoxOnly + ", or reproduce fig2b and fig3."),
                {"h", "mlp", "attn"},
                joined({roleRows("pythia-2.8b-deduped h (single layer)", "h.ie"),
                        roleRows("pythia-2.8b-deduped mlp (window 10)", "mlp.ie"),
                        roleRows("pythia-2.8b-deduped attn (window 10)", "attn.ie")})),
        paths(ofPythia("fig10", "Fig. 10", "path-specific effects: h restored with attention or MLP severed",
                       neoxOnly + ", or reproduce fig5."),
              joined({pythiaPaths("pythia-2.8b-deduped subject_last", "subject_last.ie"),
                      pythiaPaths("pythia-2.8b-deduped prompt_last", "prompt_last.ie")})),
        knockout(ofMamba("fig11", "Fig. 11", "knock-out: the tokens' a set to its mean",
                         mambaOnly + ", or cut attention with `mnemo knockout`.")),
        atBeta(lre(ofPythia("fig12", "Fig. 12", "faithfulness of linear decoding, by relation",
                            neoxOnly + ", or reproduce fig7."),
                   PublishedAs::Relations, "lre_faithfulness.json"),
               2.25),
        lre(ofAny(ofMamba("fig13", "Fig. 13", "faithfulness and causality of linear decoding, by layer", {})),
            PublishedAs::RelationCurves, "lre_layer_sweeps.json"),
        examples(ofMamba("appG", "App. G", "effects of h, o, g and s in single facts",
                         mambaOnly + ", or trace one fact with `mnemo trace`.")),
    };
}

}  // namespace

std::vector<PaperFigure> paperFigures()
{
    std::vector<PaperFigure> figures = factFigures();
    std::ranges::move(ioiFigures(), std::back_inserter(figures));
    return figures;
}

PaperFigure paperFigure(std::string_view name)
{
    const std::vector<PaperFigure> figures = paperFigures();
    const auto found = std::ranges::find(figures, name, &PaperFigure::name);
    if (found == figures.end())
        throw Failure(ErrorCode::Usage, "There is no figure \"" + std::string(name) + "\" to reproduce.",
                      "Choose from " + paperFigureNames() + ".");
    return *found;
}

std::string paperFigureNames()
{
    std::string names;
    for (const PaperFigure& figure : paperFigures())
        names += (names.empty() ? "" : ", ") + figure.name;
    return names;
}

}  // namespace mnemo
