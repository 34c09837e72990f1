// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/figures_ioi.h"

namespace mnemo {
namespace {

constexpr int everyEdge = 1'000'000;  // more than any model has

PaperFigure ofIoi(std::string name, std::string title, std::string summary, std::string experiment, Json parameters,
                  std::string part)
{
    PaperFigure figure;
    figure.paper = Paper::IoiCircuit;
    figure.name = std::move(name);
    figure.title = "IOI " + std::move(title);
    figure.summary = std::move(summary);
    figure.experiment = std::move(experiment);
    figure.runs = {{"", "", std::move(parameters)}};
    figure.views = {{"", std::move(part)}};
    figure.publishedModel = "mamba-370m";
    figure.publishedWidth = 1024;
    figure.publishedLayers = 48;
    return figure;
}

/// What looks into a layer needs one with a convolution and states.
PaperFigure mambaOnly(PaperFigure figure)
{
    figure.architecture = "mamba";
    figure.otherwise = "Choose a Mamba, such as mnemo-mamba, or reproduce i3, i4, i5, i11 or i17.";
    return figure;
}

PaperFigure withTables(PaperFigure figure, std::vector<std::string> tables)
{
    figure.publishedAs = PublishedAs::Tables;
    figure.publishedFile = "results.json";
    figure.tables = std::move(tables);
    return figure;
}

/// One number per layer.
PaperFigure withCurve(PaperFigure figure, std::string_view array)
{
    figure.publishedAs = PublishedAs::Curves;
    figure.publishedFile = "results.json";
    figure.curves = {{"", array, array, ""}};
    return figure;
}

PaperFigure shownAs(PaperFigure figure, std::vector<FigureView> views)
{
    figure.views = std::move(views);
    return figure;
}

/// As the authors ran attribution: 200 pairs and the same swapped, points alike, the fewest edges above 85 %.
Json attribution(const Json& more)
{
    Json parameters{{"count", 40}, {"symmetric", true}, {"wanted", 0.85}, {"weights", "mean"}};
    parameters.update(more);
    return parameters;
}

PaperFigure adjacency(std::string name, std::string title, std::string summary, int exact, const Json& choice)
{
    return shownAs(withTables(ofIoi(std::move(name), std::move(title), std::move(summary), "circuit",
                                    attribution({{"exact", exact}}), "matrix"),
                              {"metric", "circuit"}),
                   {{"", "matrix", choice}});
}

PaperFigure inside(std::string name, std::string title, std::string summary, const Json& choice)
{
    return mambaOnly(shownAs(withTables(ofIoi(std::move(name), std::move(title), std::move(summary), "circuit-inside",
                                              attribution(Json::object()), "parts"),
                                        {"inside"}),
                             {{"", "parts", choice}}));
}

/// Tokens make edges of their own; positions are merged into labels.
PaperFigure graph(std::string name, std::string title, std::string summary, const Json& hidden, bool withoutStrongest)
{
    return shownAs(ofIoi(std::move(name), std::move(title), std::move(summary), "circuit",
                         attribution({{"positional", true}, {"exact", 0}}), "graph"),
                   {{"", "graph", {{"hidden", hidden}}, withoutStrongest}});
}

FigureView clamped(const char* suffix, double clamp)
{
    return {suffix, "matrix", {{"matrix", "attribution"}, {"clamp", clamp}}};
}

}  // namespace

std::vector<PaperFigure> ioiFigures()
{
    const auto parts = [&](const char* part, Json more) {
        more.update({{"parts", {part}}, {"symmetric", true}});
        return more;
    };
    return {
        shownAs(ofIoi("i2", "Fig. 2", "every edge between layers", "circuit",
                      {{"count", 2}, {"points", 1}, {"sizes", 2}, {"exact", 0}}, "graph"),
                {{"", "graph", {{"edges", everyEdge}}}}),
        ofIoi("i3", "Fig. 3", "where the corrupted run's input of a layer costs the answer", "ioi",
              parts("resample", {{"count", 10}, {"divisor", "signed"}}), "resample"),
        withCurve(
            ofIoi("i4", "Fig. 4", "answers with one layer removed", "ioi", parts("removal", {{"count", 2}}), "layers"),
            "removal.probability"),
        withCurve(ofIoi("i5", "Fig. 5", "layers that must mix tokens", "ioi",
                        parts("crosstalk", {{"count", 800}, {"greedy_pairs", 400}, {"enough", 0.9}}), "crosstalk"),
                  "crosstalk.share"),
        withTables(mambaOnly(ofIoi("i6", "Fig. 6", "cosines of writes and states in one prompt", "ioi-layer",
                                   {{"count", 10}, {"cosine_pairs", 1}}, "cosines")),
                   {"cosine.write_state", "cosine.propagated_state", "cosine.write_write", "cosine.state_state"}),
        mambaOnly(ofIoi("i7", "Fig. 7", "taps of the convolution", "ioi-layer",
                        {{"count", 10}, {"symmetric", true}, {"cosine_pairs", 0}}, "taps")),
        withTables(mambaOnly(ofIoi("i8", "Fig. 8", "names overwritten by averages", "ioi-names",
                                   {{"samples", 10000}, {"tests", 101}}, "names")),
                   {"add", "replace"}),
        adjacency("i10", "Fig. 10", "edges that the search keeps", 0, {{"matrix", "kept"}}),
        shownAs(adjacency("i11", "Fig. 11", "attributions of edges", 0, {}),
                {{"", "matrix", {{"matrix", "attribution"}}},
                 clamped("-0.001", 0.001),
                 clamped("-0.0005", 0.0005),
                 clamped("-0.0001", 0.0001)}),
        adjacency("i12", "Fig. 12", "effects of single edges, patched exactly", everyEdge, {{"matrix", "exact"}}),
        inside("i13", "Fig. 13", "parts of layers that a circuit needs", {{"of", "present"}}),
        inside("i14", "Fig. 14", "what is lost without them", {{"of", "loss"}}),
        inside("i15", "Fig. 15", "what is lost without them, cut at 0.1", {{"of", "loss"}, {"clamp", 0.1}}),
        inside("i16", "Fig. 16", "what is lost without them, cut at 0.05", {{"of", "loss"}, {"clamp", 0.05}}),
        graph("i17", "Fig. 17", "the circuit by tokens", Json::array(), false),
        graph("i18", "Fig. 18", "the same without embedding and first layer", {"embed", "0", "attn 0", "mlp 0"}, false),
        graph("i19", "Fig. 19", "the same without the layer that carries most", Json::array(), true),
    };
}

}  // namespace mnemo
