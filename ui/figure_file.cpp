// SPDX-License-Identifier: GPL-3.0-or-later
// Figures as files, with their provenance inside.
#include "core/data/error.h"
#include "ui/figure.h"
#include "widgets/json_value.h"
#include "widgets/page_painter.h"

#include <QBuffer>
#include <QFileInfo>
#include <QImage>
#include <QImageReader>
#include <QPageSize>
#include <QPdfWriter>
#include <QRegularExpression>
#include <QSaveFile>
#include <QSvgGenerator>
#include <algorithm>
#include <cmath>

namespace mnemo {

namespace {

const QString provenanceKey = QStringLiteral("mnemo.provenance");

/// ASCII only: PNG text chunks and PDF strings then need no other encoding.
QByteArray compact(const Json& json)
{
    return QByteArray::fromStdString(json.dump(-1, ' ', true));
}

QString softwareName(const Result& result)
{
    return QStringLiteral("Mnemoscope ") +
           QString::fromStdString(result.provenance.is_object() ? result.provenance.value("version", std::string())
                                                                : std::string());
}

constexpr int longestSide = 32767;  // of what can be painted on, in pixels

/// @throws Failure Usage, OutOfMemory
QImage emptyImage(QSize size, const FigureOptions& options)
{
    const std::string pixels = std::to_string(size.width()) + " × " + std::to_string(size.height()) + " pixels";
    if (std::max(size.width(), size.height()) > longestSide)
        throw Failure(ErrorCode::Usage, "A figure of " + pixels + " is too large for a PNG.",
                      "Choose layers with --part, or lower --dpi.");
    QImage image(size, QImage::Format_RGB32);
    if (image.isNull())
        throw Failure(ErrorCode::OutOfMemory, "A figure of " + pixels + " does not fit in memory.",
                      "Choose layers with --part, or lower --dpi.");
    image.fill(options.dark ? 0xff18191c : 0xffffffff);
    return image;
}

QByteArray png(const Result& result, const FigureOptions& options)
{
    const QSizeF size = figureSize(result, options);
    const double scale = options.dpi / figureDpi;
    QImage image = emptyImage(figurePixels(size, options.dpi), options);
    {
        PagePainter page(&image);
        page.painter().scale(scale, scale);
        paintFigure(page, result, options);
    }
    const int dotsPerMetre = int(std::lround(options.dpi / 0.0254));
    image.setDotsPerMeterX(dotsPerMetre);
    image.setDotsPerMeterY(dotsPerMetre);
    image.setText(QStringLiteral("Title"), figureTitle(result));
    image.setText(QStringLiteral("Description"), figureCaption(result, options));
    image.setText(QStringLiteral("Software"), softwareName(result));
    image.setText(provenanceKey, QString::fromLatin1(compact(figureProvenance(result, options))));
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return bytes;
}

QByteArray svg(const Result& result, const FigureOptions& options)
{
    const QSizeF size = figureSize(result, options);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(int(figureDpi));
    generator.setSize(size.toSize());
    generator.setViewBox(QRectF({0, 0}, size));
    generator.setTitle(figureTitle(result).toHtmlEscaped());
    generator.setDescription(figureCaption(result, options).toHtmlEscaped());
    {
        PagePainter page(&generator);
        paintFigure(page, result, options);
    }
    // Rectangles without blurred edges: neighbouring cells would show a seam in most viewers.
    bytes.replace("<rect ", "<rect shape-rendering=\"crispEdges\" ");
    const QByteArray metadata =
        "<metadata id=\"" + provenanceKey.toLatin1() + "\">" +
        QString::fromLatin1(compact(figureProvenance(result, options))).toHtmlEscaped().toUtf8() + "</metadata>\n";
    const auto defs = bytes.indexOf("<defs>");
    return bytes.insert(defs < 0 ? bytes.lastIndexOf("</svg>") : defs, metadata);
}

QByteArray xmp(const Result& result, const FigureOptions& options)
{
    const auto escaped = [](const QString& text) { return text.toHtmlEscaped().toUtf8(); };
    return "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
           "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
           "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
           "xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:mnemo=\"urn:mnemoscope:figure:1\">"
           "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">" +
           escaped(figureTitle(result)) +
           "</rdf:li></rdf:Alt></dc:title>"
           "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">" +
           escaped(figureCaption(result, options)) + "</rdf:li></rdf:Alt></dc:description><xmp:CreatorTool>" +
           escaped(softwareName(result)) + "</xmp:CreatorTool><mnemo:provenance>" +
           escaped(QString::fromLatin1(compact(figureProvenance(result, options)))) +
           "</mnemo:provenance></rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"w\"?>\n";
}

QByteArray pdf(const Result& result, const FigureOptions& options)
{
    const QSizeF size = figureSize(result, options);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter writer(&buffer);
        writer.setTitle(figureTitle(result));
        writer.setCreator(softwareName(result));
        writer.setDocumentXmpMetadata(xmp(result, options));
        writer.setResolution(int(figureDpi));
        writer.setPageSize(QPageSize(size / figureDpi * 25.4, QPageSize::Millimeter, {}, QPageSize::ExactMatch));
        writer.setPageMargins({});
        PagePainter page(&writer);
        paintFigure(page, result, options);
    }
    return bytes;
}

/// The text between two marks, or nothing.
QByteArray betweenMarks(const QByteArray& bytes, const QByteArray& open, const QByteArray& close)
{
    const auto start = bytes.indexOf(open);
    const auto end = start < 0 ? -1 : bytes.indexOf(close, start);
    return end < 0 ? QByteArray() : bytes.mid(start + open.size(), end - start - open.size());
}

QByteArray unescaped(QByteArray text)
{
    return text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
}

}  // namespace

QSize figurePixels(const QSizeF& size, int dpi)
{
    constexpr double rounding = 1e-6;  // 100 mm at 254 dpi are 1000 pixels
    const double scale = dpi / figureDpi;
    return {int(std::ceil(size.width() * scale - rounding)), int(std::ceil(size.height() * scale - rounding))};
}

QByteArray figureBytes(const Result& result, const FigureOptions& options, const QString& format)
{
    if (format == QLatin1String("png"))
        return png(result, options);
    if (format == QLatin1String("svg"))
        return svg(result, options);
    if (format == QLatin1String("pdf"))
        return pdf(result, options);
    throw Failure(ErrorCode::Usage, "Figures cannot be written as \"" + format.toStdString() + "\".",
                  "End the file's name in .png, .svg or .pdf.");
}

void writeFigure(const Result& result, const FigureOptions& options, const QString& path)
{
    const QByteArray bytes = figureBytes(result, options, QFileInfo(path).suffix().toLower());
    QSaveFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        throw Failure(ErrorCode::WriteFailed,
                      "Cannot write \"" + path.toStdString() + "\": " + file.errorString().toStdString() + ".",
                      "Choose another folder.");
}

bool isFigureFile(const QString& path)
{
    return QStringList{"png", "svg", "pdf"}.contains(QFileInfo(path).suffix().toLower());
}

Json provenanceInFile(const QString& path)
{
    QByteArray text;
    const QString suffix = QFileInfo(path).suffix().toLower();
    QFile file(path);
    if (suffix == QLatin1String("png")) {
        text = QImageReader(path, "png").text(provenanceKey).toLatin1();
    } else if (file.open(QIODevice::ReadOnly)) {
        const QByteArray bytes = file.readAll();
        text = unescaped(suffix == QLatin1String("svg")
                             ? betweenMarks(bytes, "<metadata id=\"" + provenanceKey.toLatin1() + "\">", "</metadata>")
                             : betweenMarks(bytes, "<mnemo:provenance>", "</mnemo:provenance>"));
    }
    return text.isEmpty() ? Json() : Json::parse(text.toStdString(), nullptr, false);
}

std::optional<FigureContent> experimentInFile(const QString& path)
{
    const Json said = provenanceInFile(path);
    FigureContent content;
    content.experiment.kind = jsonText(said, "experiment").toStdString();
    content.experiment.parameters = jsonMember(said, "parameters");
    content.experiment.model = jsonMember(said, "model");
    content.experiment.provenance = jsonMember(said, "provenance");
    if (content.experiment.kind.empty() || !content.experiment.parameters.is_object())
        return std::nullopt;
    try {
        content.metric = metricFromName(jsonText(said, "metric").toStdString());
    } catch (const Failure&) {  // of a newer version: the usual one
    }
    return content;
}

}  // namespace mnemo
