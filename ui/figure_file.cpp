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
#include <optional>

namespace mnemo {

namespace {

const QString provenanceKey = QStringLiteral("mnemo.provenance");

/// ASCII only: PNG text chunks and PDF strings then need no other encoding.
QByteArray compact(const Json& json)
{
    return QByteArray::fromStdString(json.dump(-1, ' ', true));
}

constexpr int longestSide = 32767;  // of what can be painted on, in pixels

/// @throws Failure Usage, OutOfMemory
QImage emptyImage(QSize size, bool dark)
{
    const std::string pixels = std::to_string(size.width()) + " × " + std::to_string(size.height()) + " pixels";
    if (std::max(size.width(), size.height()) > longestSide)
        throw Failure(ErrorCode::Usage, "A figure of " + pixels + " is too large for a PNG.",
                      "Choose layers with --part, or lower --dpi.");
    QImage image(size, QImage::Format_RGB32);
    if (image.isNull())
        throw Failure(ErrorCode::OutOfMemory, "A figure of " + pixels + " does not fit in memory.",
                      "Choose layers with --part, or lower --dpi.");
    image.fill(dark ? 0xff18191c : 0xffffffff);
    return image;
}

QByteArray png(const Drawing& drawing)
{
    QImage image = imageOf(drawing);
    image.setText(QStringLiteral("Title"), drawing.title);
    image.setText(QStringLiteral("Description"), drawing.caption);
    image.setText(QStringLiteral("Software"), drawing.software);
    image.setText(provenanceKey, QString::fromLatin1(compact(drawing.provenance)));
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    image.save(&buffer, "PNG");
    return bytes;
}

QByteArray svg(const Drawing& drawing)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setResolution(int(figureDpi));
    generator.setSize(drawing.size.toSize());
    generator.setViewBox(QRectF({0, 0}, drawing.size));
    generator.setTitle(drawing.title.toHtmlEscaped());
    generator.setDescription(drawing.caption.toHtmlEscaped());
    {
        PagePainter page(&generator);
        drawing.paint(page);
    }
    // Rectangles without blurred edges: neighbouring cells would show a seam in most viewers.
    bytes.replace("<rect ", "<rect shape-rendering=\"crispEdges\" ");
    const QByteArray metadata = "<metadata id=\"" + provenanceKey.toLatin1() + "\">" +
                                QString::fromLatin1(compact(drawing.provenance)).toHtmlEscaped().toUtf8() +
                                "</metadata>\n";
    const auto defs = bytes.indexOf("<defs>");
    return bytes.insert(defs < 0 ? bytes.lastIndexOf("</svg>") : defs, metadata);
}

QByteArray xmp(const Drawing& drawing)
{
    const auto escaped = [](const QString& text) { return text.toHtmlEscaped().toUtf8(); };
    return "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
           "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
           "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" "
           "xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:mnemo=\"urn:mnemoscope:figure:1\">"
           "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">" +
           escaped(drawing.title) +
           "</rdf:li></rdf:Alt></dc:title>"
           "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">" +
           escaped(drawing.caption) + "</rdf:li></rdf:Alt></dc:description><xmp:CreatorTool>" +
           escaped(drawing.software) + "</xmp:CreatorTool><mnemo:provenance>" +
           escaped(QString::fromLatin1(compact(drawing.provenance))) +
           "</mnemo:provenance></rdf:Description></rdf:RDF></x:xmpmeta>\n<?xpacket end=\"w\"?>\n";
}

QByteArray pdf(const Drawing& drawing)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    {
        QPdfWriter writer(&buffer);
        writer.setTitle(drawing.title);
        writer.setCreator(drawing.software);
        writer.setDocumentXmpMetadata(xmp(drawing));
        writer.setResolution(int(figureDpi));
        writer.setPageSize(
            QPageSize(drawing.size / figureDpi * 25.4, QPageSize::Millimeter, {}, QPageSize::ExactMatch));
        writer.setPageMargins({});
        PagePainter page(&writer);
        drawing.paint(page);
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

std::optional<FigureContent> contentOf(const Json& said)
{
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

QByteArray unescaped(QByteArray text)
{
    return text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
}

}  // namespace

QSize pixelsOf(const Drawing& drawing)
{
    constexpr double rounding = 1e-6;  // 100 mm at 254 dpi are 1000 pixels
    const double scale = drawing.look.dpi / figureDpi;
    return {int(std::ceil(drawing.size.width() * scale - rounding)),
            int(std::ceil(drawing.size.height() * scale - rounding))};
}

QImage imageOf(const Drawing& drawing)
{
    const double scale = drawing.look.dpi / figureDpi;
    QImage image = emptyImage(pixelsOf(drawing), drawing.look.dark);
    {
        PagePainter page(&image);
        page.painter().scale(scale, scale);
        drawing.paint(page);
    }
    const int dotsPerMetre = int(std::lround(drawing.look.dpi / 0.0254));
    image.setDotsPerMeterX(dotsPerMetre);
    image.setDotsPerMeterY(dotsPerMetre);
    return image;
}

QByteArray bytesOf(const Drawing& drawing, const QString& format)
{
    if (format == QLatin1String("png"))
        return png(drawing);
    if (format == QLatin1String("svg"))
        return svg(drawing);
    if (format == QLatin1String("pdf"))
        return pdf(drawing);
    throw Failure(ErrorCode::Usage, "Figures cannot be written as \"" + format.toStdString() + "\".",
                  "End the file's name in .png, .svg or .pdf.");
}

void writeDrawing(const Drawing& drawing, const QString& path)
{
    const QByteArray bytes = bytesOf(drawing, QFileInfo(path).suffix().toLower());
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

std::vector<FigureContent> experimentsInFile(const QString& path)
{
    const Json said = provenanceInFile(path);
    std::vector<FigureContent> contents;
    if (const Json panels = jsonMember(said, "panels"); panels.is_array()) {
        for (const Json& panel : panels)
            if (const auto content = contentOf(panel))
                contents.push_back(*content);
    } else if (const auto content = contentOf(said))
        contents.push_back(*content);
    return contents;
}

}  // namespace mnemo
