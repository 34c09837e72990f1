// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemoscope/render.h"

#include "app/mnemoscope/read_result.h"
#include "core/data/curves_beside.h"
#include "core/data/error.h"
#include "core/io/session_choices.h"
#include "ui/figure_in_session.h"
#include "ui/figure_parts.h"
#include "widgets/colour_map.h"

#include <QCommandLineParser>
#include <QFileInfo>
#include <algorithm>
#include <cstdio>
#include <string_view>

namespace mnemo {

namespace {

enum ExitCode { Done = 0, Broken = 1, WrongUse = 2, NoFile = 3 };

int exitCode(ErrorCode code)
{
    switch (code) {
        case ErrorCode::Usage:
            return WrongUse;
        case ErrorCode::NotFound:
        case ErrorCode::Unreadable:
        case ErrorCode::Damaged:
            return NoFile;
        case ErrorCode::OutOfMemory:
            return 6;
        default:
            return Broken;
    }
}

int complain(const Error& error)
{
    std::fprintf(stderr, "mnemoscope: %s %s\n", error.message.c_str(), error.hint.c_str());
    return exitCode(error.code);
}

double numberOption(const QCommandLineParser& parser, const QString& name, double low, double high)
{
    bool ok = false;
    const double value = parser.value(name).toDouble(&ok);
    if (!ok || value < low || value > high)
        throw Failure(ErrorCode::Usage,
                      "--" + name.toStdString() + " " + parser.value(name).toStdString() + " is not between " +
                          std::to_string(int(low)) + " and " + std::to_string(int(high)) + ".",
                      "Give a number in that range.");
    return value;
}

void addOptions(QCommandLineParser& parser)
{
    parser.addOption(
        {QStringLiteral("render"), QStringLiteral("Session or result to draw."), QStringLiteral("SESSION")});
    parser.addOption({{QStringLiteral("o"), QStringLiteral("output")},
                      QStringLiteral("Figure to write: .png, .svg or .pdf."),
                      QStringLiteral("FILE")});
    parser.addOption(
        {QStringLiteral("width"), QStringLiteral("Width in mm."), QStringLiteral("MM"), QStringLiteral("174")});
    parser.addOption(
        {QStringLiteral("dpi"), QStringLiteral("Resolution of a PNG."), QStringLiteral("N"), QStringLiteral("300")});
    parser.addOption({QStringLiteral("metric"), QStringLiteral("ie, p, logit_diff, logp, rank or kl."),
                      QStringLiteral("NAME"), QStringLiteral("ie")});
    parser.addOption({QStringLiteral("site"), QStringLiteral("Sites to draw, separated by commas; all without it."),
                      QStringLiteral("LIST")});
    parser.addOption(
        {QStringLiteral("part"),
         QStringLiteral("Parts to draw, such as maps, curves or peaks, separated by commas; all without it."),
         QStringLiteral("LIST")});
    parser.addOption(
        {QStringLiteral("colours"), QStringLiteral("Colour map; each site's hue without it."), QStringLiteral("NAME")});
    parser.addOption({QStringLiteral("caption"), QStringLiteral("Caption instead of the one made from the result."),
                      QStringLiteral("TEXT")});
    parser.addOption({QStringLiteral("pair"), QStringLiteral("What stands beside each other in the session, and the "
                                                             "difference, as the window shows it.")});
    parser.addOption({QStringLiteral("panels"),
                      QStringLiteral("Runs of the session as panels (a), (b), (c), each with its parts behind a colon: "
                                     "0:h,2:h+s."),
                      QStringLiteral("LIST")});
    parser.addOption({QStringLiteral("composed"), QStringLiteral("The figure that was composed in the session.")});
    parser.addOption(
        {QStringLiteral("columns"), QStringLiteral("Panels side by side; 2 without it."), QStringLiteral("N")});
    parser.addOption({QStringLiteral("own-scales"),
                      QStringLiteral("With --pair, --panels or --composed: each model or panel on its own scale.")});
    parser.addOption({QStringLiteral("dark"), QStringLiteral("On a dark page.")});
}

FigureOptions figureOptions(const QCommandLineParser& parser)
{
    FigureOptions options;
    options.widthMm = numberOption(parser, QStringLiteral("width"), leastWidthMm, mostWidthMm);
    options.dpi = int(numberOption(parser, QStringLiteral("dpi"), leastDpi, mostDpi));
    options.metric = metricFromName(parser.value(QStringLiteral("metric")).toStdString());
    if (parser.isSet(QStringLiteral("site")))
        options.sites = parser.value(QStringLiteral("site")).split(QLatin1Char(','), Qt::SkipEmptyParts);
    options.parts = parser.value(QStringLiteral("part")).split(QLatin1Char(','), Qt::SkipEmptyParts);
    options.colourMap = parser.value(QStringLiteral("colours"));
    if (!options.colourMap.isEmpty() && !ColourMap::names().contains(options.colourMap))
        throw Failure(ErrorCode::Usage, "There is no colour map \"" + options.colourMap.toStdString() + "\".",
                      "Choose one of: " + ColourMap::names().join(QStringLiteral(", ")).toStdString() + ".");
    options.caption = parser.value(QStringLiteral("caption"));
    options.dark = parser.isSet(QStringLiteral("dark"));
    options.oneScale = !parser.isSet(QStringLiteral("own-scales"));
    return options;
}

/// The newest pair: of traces the second is an option of the figure, of others it is dashed in the first one's plots.
Result pairedResult(const std::string& path, FigureOptions& options)
{
    auto [result, beside] = readPair(path);
    if (result.kind == "trace")
        options.beside = beside;
    else
        result = withCurvesBeside(result, *beside);
    return result;
}

/// A run of a session and, behind a colon, which parts of it: "2", "0:h+s".
FigurePanel panelOf(const QString& text, const Session& session, const FigureOptions& options)
{
    bool ok = false;
    const QString number = text.section(QLatin1Char(':'), 0, 0);
    const int run = number.toInt(&ok);
    if (!ok || run < 0 || std::size_t(run) >= session.results.size())
        throw Failure(ErrorCode::Usage,
                      "--panels " + text.toStdString() + ": the session has no run \"" + number.toStdString() + "\".",
                      "Give numbers from 0 to " + std::to_string(std::ssize(session.results) - 1) +
                          "; `mnemo session info` lists the runs.");
    FigurePanel panel{std::make_shared<const Result>(shownRun(session, std::size_t(run))), options};
    if (const QString parts = text.section(QLatin1Char(':'), 1); !parts.isEmpty())
        setParts(panel.options, *panel.result, parts.split(QLatin1Char('+'), Qt::SkipEmptyParts));
    return panel;
}

/// The panels that are named, or those that the window composed.
ComposedFigure wantedFigure(const QCommandLineParser& parser, const FigureOptions& options)
{
    const std::string path = parser.value(QStringLiteral("render")).toStdString();
    const Session session = readSession(path);
    ComposedFigure figure;
    if (parser.isSet(QStringLiteral("panels"))) {
        for (const QString& text : parser.value(QStringLiteral("panels")).split(QLatin1Char(',')))
            figure.panels.push_back(panelOf(text, session, options));
        figure.look = options;
        figure.look.title.clear();
    } else if (const auto composed = composedFigure(session)) {
        figure = *composed;
    } else {
        throw Failure(ErrorCode::NotFound, "No figure was composed in \"" + path + "\".",
                      "Name its panels with --panels, as in --panels 0:h,1:h.");
    }
    if (parser.isSet(QStringLiteral("columns")))
        figure.columns = int(numberOption(parser, QStringLiteral("columns"), 1, mostPanels));
    if (parser.isSet(QStringLiteral("own-scales")))
        figure.oneScale = false;
    return figure;
}

Drawing wantedDrawing(const QCommandLineParser& parser)
{
    FigureOptions options = figureOptions(parser);
    if (parser.isSet(QStringLiteral("panels")) || parser.isSet(QStringLiteral("composed")))
        return drawComposed(wantedFigure(parser, options));
    const std::string path = parser.value(QStringLiteral("render")).toStdString();
    const Result result = parser.isSet(QStringLiteral("pair")) ? pairedResult(path, options) : readDrawable(path);
    return drawFigure(result, options);
}

}  // namespace

bool wantsRender(int argc, const char* const* argv)
{
    return std::any_of(argv + std::min(argc, 1), argv + argc, [](std::string_view argument) {
        return argument == "--render" || argument.substr(0, 9) == "--render=";
    });
}

int render(const QStringList& arguments)
{
    QCommandLineParser parser;
    addOptions(parser);
    if (!parser.parse(arguments) || !parser.positionalArguments().isEmpty() ||
        !parser.isSet(QStringLiteral("output"))) {
        const QString problem = parser.errorText().isEmpty()
                                    ? QStringLiteral("--render needs -o FILE and nothing else.")
                                    : parser.errorText();
        std::fprintf(stderr, "mnemoscope: %s\n", qUtf8Printable(problem));
        return WrongUse;
    }
    try {
        writeDrawing(wantedDrawing(parser), parser.value(QStringLiteral("output")));
        return Done;
    } catch (const Failure& failure) {
        return complain(failure.error());
    } catch (const std::exception& problem) {
        return complain({ErrorCode::Internal, problem.what(), "Report it."});
    }
}

}  // namespace mnemo
