// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemoscope/render.h"

#include "app/mnemoscope/read_result.h"
#include "core/data/curves_beside.h"
#include "core/data/error.h"
#include "ui/figure.h"
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
    parser.addOption({QStringLiteral("own-scales"), QStringLiteral("With --pair: each model on its own scale.")});
    parser.addOption({QStringLiteral("dark"), QStringLiteral("On a dark page.")});
}

FigureOptions figureOptions(const QCommandLineParser& parser)
{
    FigureOptions options;
    options.widthMm = numberOption(parser, QStringLiteral("width"), 40, 1000);
    options.dpi = int(numberOption(parser, QStringLiteral("dpi"), 36, 1200));
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
        FigureOptions options = figureOptions(parser);
        const std::string path = parser.value(QStringLiteral("render")).toStdString();
        const Result result = parser.isSet(QStringLiteral("pair")) ? pairedResult(path, options) : readDrawable(path);
        writeFigure(result, options, parser.value(QStringLiteral("output")));
        return Done;
    } catch (const Failure& failure) {
        return complain(failure.error());
    } catch (const std::exception& problem) {
        return complain({ErrorCode::Internal, problem.what(), "Report it."});
    }
}

}  // namespace mnemo
