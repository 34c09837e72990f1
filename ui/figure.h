// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/metric.h"
#include "core/data/result.h"

#include <QImage>
#include <QSizeF>
#include <QString>
#include <QStringList>
#include <functional>
#include <vector>

namespace mnemo {

class PagePainter;

/// What users and files may ask for.
inline constexpr double leastWidthMm = 40, mostWidthMm = 1000;
inline constexpr int leastDpi = 36, mostDpi = 1200;

/// How a page is to look. Widths of journals: 84 mm (one column), 174 mm (two).
struct FigureLook {
    double widthMm = 174;
    int dpi = 300;  ///< PNG only
    bool dark = false;
    QString title;    ///< empty: the figure's own
    QString caption;  ///< empty: the figure's own
};

/// What of a result is shown, and how.
struct FigureOptions : FigureLook {
    Metric metric = Metric::IndirectEffect;
    QStringList sites;           ///< empty: all that the result has
    QStringList parts;           ///< keys of chartsOf()'s pages; empty: all
    QString colourMap;           ///< empty: each site's hue
    ResultPtr beside = nullptr;  ///< of traces: another one in a second column, and the first minus it in a third
    bool oneScale = true;        ///< for both
};

/// A figure that is ready to be painted or written.
struct Drawing {
    QString title;
    QString caption;
    QString software;  ///< "Mnemoscope 0.1.0"
    Json provenance;
    FigureLook look;
    QSizeF size;  ///< pixels of 1/96 inch
    std::function<void(PagePainter&)> paint;
};

/// Figures are laid out in pixels of 1/96 inch, on every device.
inline constexpr double figureDpi = 96;

/// The prompt and the answer, or over how many facts what was done.
QString figureTitle(const Result& result);

/// What was done, on which model and facts, with which window (and its share of depth), and how much of it: in one
/// paragraph. With a trace beside it, of both, and how they were paired.
QString figureCaption(const Result& result, const FigureOptions& options);

/// The same without the program's name, which stands at the end.
QString figureSentences(const Result& result, const FigureOptions& options);

/// "Mnemoscope 0.1.0": the program and its version that made a result.
QString softwareName(const Result& result);

/// Model, prompt, parameters, metric, seed and version: embedded in every figure; enough to repeat it.
Json figureProvenance(const Result& result, const FigureOptions& options);

/// Title, plots and caption; the plots are those of the window.
/// @throws Failure Usage when there are no plots for the result, or it has none of the sites or parts
Drawing drawFigure(const Result& result, const FigureOptions& options);

/// The size of a PNG.
QSize pixelsOf(const Drawing& drawing);

/// @throws Failure Usage when that is too large, OutOfMemory
QImage imageOf(const Drawing& drawing);

/// The bytes of a file with the provenance inside: "png", "svg" or "pdf".
/// @throws Failure Usage for another format
QByteArray bytesOf(const Drawing& drawing, const QString& format);

/// Writes PNG, SVG or PDF, by the file's ending; atomically.
/// @throws Failure Usage for another ending, WriteFailed
void writeDrawing(const Drawing& drawing, const QString& path);

bool isFigureFile(const QString& path);  ///< by its ending

/// The provenance inside a figure that writeFigure() made, or null.
Json provenanceInFile(const QString& path);

/// What a figure, or a panel of it, shows.
struct FigureContent {
    Result experiment;  ///< kind, parameters, model and provenance; no numbers
    Metric metric = Metric::IndirectEffect;
};

/// Of each panel; nothing where the file has no provenance, or one that we cannot read.
std::vector<FigureContent> experimentsInFile(const QString& path);

}  // namespace mnemo
