// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/metric.h"
#include "core/data/result.h"

#include <QSizeF>
#include <QString>
#include <QStringList>
#include <optional>

namespace mnemo {

class PagePainter;

/// How a figure is to look. Widths of journals: 84 mm (one column), 174 mm (two).
struct FigureOptions {
    double widthMm = 174;
    int dpi = 300;  ///< PNG only
    Metric metric = Metric::IndirectEffect;
    QStringList sites;  ///< empty: all that the result has
    QStringList parts;  ///< keys of chartsOf()'s pages; empty: all
    QString colourMap;  ///< empty: each site's hue
    QString title;      ///< empty: figureTitle()
    QString caption;    ///< empty: figureCaption()
    bool dark = false;
    ResultPtr beside = nullptr;  ///< of traces: another one in a second column, and the first minus it in a third
    bool oneScale = true;        ///< for both
};

/// Figures are laid out in pixels of 1/96 inch, on every device.
inline constexpr double figureDpi = 96;

/// The prompt and the answer, or over how many facts what was done.
QString figureTitle(const Result& result);

/// What was done, on which model and facts, with which window (and its share of depth), and how much of it: in one
/// paragraph. With a trace beside it, of both, and how they were paired.
QString figureCaption(const Result& result, const FigureOptions& options);

/// Model, prompt, parameters, metric, seed and version: embedded in every figure; enough to repeat it.
Json figureProvenance(const Result& result, const FigureOptions& options);

/// Height for the width in `options`, pixels of 1/96 inch.
/// @throws Failure Usage when there are no plots for the result, or it has none of the sites or parts
QSizeF figureSize(const Result& result, const FigureOptions& options);

/// The same in pixels of a PNG.
QSize figurePixels(const QSizeF& size, int dpi);

/// Draws title, plots and caption; the plots are those of the window.
void paintFigure(PagePainter& page, const Result& result, const FigureOptions& options);

/// Writes PNG, SVG or PDF, by the file's ending; atomically; with provenance inside.
/// @throws Failure Usage for another ending, WriteFailed
void writeFigure(const Result& result, const FigureOptions& options, const QString& path);

/// The bytes of such a file: "png", "svg" or "pdf".
QByteArray figureBytes(const Result& result, const FigureOptions& options, const QString& format);

bool isFigureFile(const QString& path);  ///< by its ending

/// The provenance inside a figure that writeFigure() made, or null.
Json provenanceInFile(const QString& path);

/// What a figure shows.
struct FigureContent {
    Result experiment;  ///< kind, parameters, model and provenance; no numbers
    Metric metric = Metric::IndirectEffect;
};

/// Nothing where the file has no provenance, or one that we cannot read.
std::optional<FigureContent> experimentInFile(const QString& path);

}  // namespace mnemo
