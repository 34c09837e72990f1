// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/error.h"
#include "tests/support/refusal.h"
#include "tests/widgets/sample_results.h"
#include "ui/figure.h"
#include "widgets/colour_map.h"

#include <QImageReader>
#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest>
#include <map>

using namespace mnemo;

namespace {

/// Rectangles of an SVG by their size to a tenth of a pixel, and how many bitmaps it has.
struct SvgContent {
    std::map<std::pair<long, long>, int> rectangles;
    int images = 0;
    QStringList texts;
    QString metadata;
    bool wellFormed = false;
};

SvgContent readSvg(const QByteArray& bytes)
{
    SvgContent content;
    QXmlStreamReader xml(bytes);
    while (!xml.atEnd()) {
        if (xml.readNext() != QXmlStreamReader::StartElement)
            continue;
        if (xml.name() == QLatin1String("rect"))
            ++content.rectangles[{std::lround(xml.attributes().value("width").toDouble() * 10),
                                  std::lround(xml.attributes().value("height").toDouble() * 10)}];
        if (xml.name() == QLatin1String("text"))
            content.texts << xml.readElementText();
        content.images += xml.name() == QLatin1String("image");
        if (xml.name() == QLatin1String("metadata"))
            content.metadata = xml.readElementText();
    }
    content.wellFormed = !xml.hasError();
    return content;
}

}  // namespace

class TestFigure : public QObject
{
    Q_OBJECT

    Result m_trace = test::sampleTrace();
    QTemporaryDir m_folder;

private Q_SLOTS:
    void svgHoldsOneRectanglePerCell()
    {
        FigureOptions options;
        options.sites = QStringList{QStringLiteral("h")};
        const SvgContent svg = readSvg(bytesOf(drawFigure(m_trace, options), QStringLiteral("svg")));
        QVERIFY(svg.wellFormed);
        QCOMPARE(svg.images, 0);
        const int cells = test::sampleLayers * int(test::cleanTokens.size());
        const auto same = std::count_if(svg.rectangles.begin(), svg.rectangles.end(),
                                        [&](const auto& entry) { return entry.second == cells; });
        QStringList found;
        for (const auto& [size, count] : svg.rectangles)
            found << QStringLiteral("%1x%2: %3").arg(size.first).arg(size.second).arg(count);
        QVERIFY2(same == 1, qPrintable(found.join(QStringLiteral("; "))));

        options.sites.clear();
        const SvgContent both = readSvg(bytesOf(drawFigure(m_trace, options), QStringLiteral("svg")));
        QCOMPARE(both.images, 0);
        int most = 0;
        for (const auto& [size, count] : both.rectangles)
            most = std::max(most, count);
        QVERIFY(most >= cells);
    }

    void svgHoldsTextAsText()
    {
        const QStringList texts = readSvg(bytesOf(drawFigure(m_trace, {}), QStringLiteral("svg"))).texts;
        const QString all = texts.join(QLatin1Char('\n'));
        for (const std::string& token : test::cleanTokens)
            QVERIFY2(all.contains(QString::fromStdString(token).trimmed()),
                     (token + " in " + all.toStdString()).c_str());
        QVERIFY2(all.contains("layer") && all.contains(figureTitle(m_trace)), qPrintable(all));
        QVERIFY2(all.contains("of the clean run") && all.contains("tiny"), qPrintable(all));  // the caption
    }

    void svgCarriesItsProvenance()
    {
        const QByteArray bytes = bytesOf(drawFigure(m_trace, {}), QStringLiteral("svg"));
        const Json json = Json::parse(readSvg(bytes).metadata.toStdString());
        QCOMPARE(json, figureProvenance(m_trace, {}));
        QVERIFY(bytes.contains("shape-rendering=\"crispEdges\""));
    }

    void pngCarriesItsProvenanceAndSize()
    {
        FigureOptions options;
        options.widthMm = 84;
        options.dpi = 150;
        const QString path = m_folder.filePath(QStringLiteral("f.png"));
        writeDrawing(drawFigure(m_trace, options), path);
        QImageReader reader(path);
        const Json json = Json::parse(reader.text(QStringLiteral("mnemo.provenance")).toStdString());
        QCOMPARE(json, figureProvenance(m_trace, options));
        QVERIFY(reader.text(QStringLiteral("Title")).contains(QStringLiteral("The Space Needle")));
        QVERIFY(reader.text(QStringLiteral("Description")).contains(QStringLiteral("tiny")));
        const QImage image = reader.read();
        QVERIFY(std::abs(image.width() - 84 / 25.4 * 150) <= 1);
        QVERIFY(std::abs(image.dotsPerMeterX() - 150 / 0.0254) <= 1);
        QCOMPARE(image.pixelColor(1, 1), QColor(Qt::white));
    }

    void pngShowsTheCells()
    {
        // A cell's colour fills about a cell on the page, and a dark page is dark.
        const auto count = [this](const FigureOptions& options, QColor colour) {
            const QImage image = QImage::fromData(bytesOf(drawFigure(m_trace, options), QStringLiteral("png")));
            int pixels = 0;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x)
                    pixels += image.pixelColor(x, y) == colour;
            return pixels;
        };
        FigureOptions options;
        options.dpi = 96;
        options.sites = QStringList{QStringLiteral("h")};
        options.metric = Metric::Probability;  // the scale goes up to 0.5, the next round number
        const int cell = count(options, siteColourMap("h").colour(0.45, {0, 0.5}));  // layer 4, token 4 alone
        QVERIFY2(cell > 500 && cell < 3000, qPrintable(QString::number(cell)));
        const int light = count(options, QColor(0x18191c));
        options.dark = true;
        QVERIFY(count(options, QColor(0x18191c)) > light + 10000);
    }

    void pdfIsVectorWithMetadata()
    {
        const QString path = m_folder.filePath(QStringLiteral("f.pdf"));
        writeDrawing(drawFigure(m_trace, {}), path);
        QCOMPARE(provenanceInFile(path), figureProvenance(m_trace, {}));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray bytes = file.readAll();
        QVERIFY(bytes.startsWith("%PDF-"));
        QVERIFY(!bytes.contains("/Subtype /Image"));
        QVERIFY(bytes.contains("/FontFile"));  // embedded
    }

    void everyFormatGivesItsProvenanceBack()
    {
        for (const char* suffix : {"png", "svg", "pdf"}) {
            const QString path = m_folder.filePath(QStringLiteral("back.") + QLatin1String(suffix));
            writeDrawing(drawFigure(m_trace, {}), path);
            const Json json = provenanceInFile(path);
            QCOMPARE(json.value("schema", ""), std::string("mnemo.figure/1"));
            QCOMPARE(json["parameters"]["subject"].get<std::string>(), std::string("The Space Needle"));
        }
        QVERIFY(provenanceInFile(m_folder.filePath(QStringLiteral("absent.png"))).is_null());
    }

    void everyExperimentIsDrawn_data()
    {
        QTest::addColumn<QString>("kind");
        QTest::addColumn<QStringList>("captionHas");
        QTest::newRow("average") << "average"
                                 << QStringList{"Mean over 8 facts", "left out 3 that the model does not know",
                                                "s: 2 (40 % of depth)"};
        QTest::newRow("paths") << "paths" << QStringList{"restoring h", "layers above", "8 facts"};
        QTest::newRow("knockout") << "knockout"
                                  << QStringList{"mean over texts", "3 (60 % of depth)", "keep the clean"};
        QTest::newRow("lens") << "lens" << QStringList{"unembedding", "p(·Seattle)"};
        QTest::newRow("dla") << "dla" << QStringList{"logit ·Seattle − ·New", "Ticks: the corrupted run"};
        QTest::newRow("lre") << "lre" << QStringList{"affine map", "each trial's best", "2 trials", "random choice"};
        QTest::newRow("attention") << "attention" << QStringList{"tokens before it", "its own scale"};
    }

    void everyExperimentIsDrawn()
    {
        QFETCH(QString, kind);
        QFETCH(QStringList, captionHas);
        const std::vector<Result> all = test::sampleResults();
        const Result& result = *std::find_if(
            all.begin(), all.end(), [&](const Result& one) { return QString::fromStdString(one.kind) == kind; });
        const QString caption = figureCaption(result, {});
        for (const QString& part : captionHas + QStringList{"tiny", "0.1.0"})
            QVERIFY2(caption.contains(part), qPrintable(caption));
        QVERIFY(!caption.contains(QLatin1Char('\n')));

        const SvgContent svg = readSvg(bytesOf(drawFigure(result, {}), QStringLiteral("svg")));
        QVERIFY(svg.wellFormed);
        QCOMPARE(svg.images, 0);
        for (const char* suffix : {"png", "svg", "pdf"}) {
            const QString path = m_folder.filePath(kind + QLatin1Char('.') + QLatin1String(suffix));
            writeDrawing(drawFigure(result, {}), path);
            QCOMPARE(provenanceInFile(path).value("experiment", ""), kind.toStdString());
        }
        const QImage image(m_folder.filePath(kind + QStringLiteral(".png")));
        QSet<QRgb> colours;
        for (int y = 0; y < image.height(); y += 3)
            for (int x = 0; x < image.width(); x += 3)
                colours.insert(image.pixel(x, y));
        QVERIFY2(colours.size() > 15, qPrintable(QString::number(colours.size())));
    }

    void whatACutLeavesOpenIsSaid()
    {
        const auto caption = [](const Result& result) { return figureCaption(result, {}); };
        Result maps = test::sampleAttention(), cut = test::sampleKnockout();
        QVERIFY(!caption(maps).contains("convolution") && !caption(cut).contains("leaks"));
        maps.model["architecture"] = "mamba";
        cut.head["cut"] = "writes := 0";
        QVERIFY2(caption(maps).contains("the convolution has mixed"), qPrintable(caption(maps)));
        QVERIFY2(caption(cut).contains("This cut leaks"), qPrintable(caption(cut)));
    }

    void publishedNumbersAreDashedAndNamed()
    {
        Result result = test::sampleAverage();
        FigureOptions curves;
        curves.parts = QStringList{QStringLiteral("curves")};
        const auto has = [&](const char* text) {
            return bytesOf(drawFigure(result, curves), QStringLiteral("svg")).contains(text);
        };
        QVERIFY(!has("stroke-dasharray"));
        test::addReference(result, "h.ie", "subject, last", {0.1, 0.2, 0.3, 0.4, 0.5});
        QVERIFY(has("stroke-dasharray"));
        QVERIFY(has("published, mamba-2.8b"));
        QVERIFY(figureProvenance(result, curves)["result"].contains("reference"));
    }

    void partsAndSitesAreChosen()
    {
        const Result average = test::sampleAverage();
        const auto height = [&](QStringList parts, QStringList sites) {
            FigureOptions options;
            options.parts = std::move(parts);
            options.sites = std::move(sites);
            return drawFigure(average, options).size.height();
        };
        const double all = height({}, {});
        QVERIFY(height({"maps"}, {}) < all && height({"curves", "peaks"}, {}) < all);
        QVERIFY(height({}, {"h"}) < all);
        const auto refused = [&](const Result& result, QStringList parts, QStringList sites) {
            FigureOptions options;
            options.parts = std::move(parts);
            options.sites = std::move(sites);
            return [result, options] { drawFigure(result, options).size; };
        };
        VERIFY_REFUSED(refused(average, {"bars"}, {})(), ErrorCode::Usage, "bars");
        VERIFY_REFUSED(refused(average, {}, {"attn"})(), ErrorCode::Usage, "attn");
        VERIFY_REFUSED(refused(test::samplePaths(), {}, {"s"})(), ErrorCode::Usage, "site");
    }

    void narrowPagesPutPlotsBelowEachOther()
    {
        for (const Result& result : test::sampleResults()) {
            FigureOptions wide, narrow;
            for (FigureOptions* options : {&wide, &narrow})
                options->title = options->caption = QStringLiteral("x");  // one line at any width
            narrow.widthMm = 84;
            const double higher = drawFigure(result, narrow).size.height() - drawFigure(result, wide).size.height();
            QVERIFY2(higher >= 0, result.kind.c_str());
            if (result.kind == "average" || result.kind == "attention")
                QVERIFY2(higher > 100, result.kind.c_str());  // at least one more line of plots
        }
    }

    void whatIsTooLargeForAPngIsRefused()
    {
        FigureOptions options;
        options.dpi = 1'000'000;
        VERIFY_REFUSED(bytesOf(drawFigure(m_trace, options), QStringLiteral("png")), ErrorCode::Usage,
                       "pixels is too large");
        QVERIFY(!bytesOf(drawFigure(m_trace, options), QStringLiteral("svg")).isEmpty());
    }

    void captionSaysWhatWasDone()
    {
        const QString caption = figureCaption(m_trace, {});
        for (const char* part :
             {"Indirect effect", "The Statue of Liberty", "s: 3 (60 % of depth)", "tiny", "58 of 60"})
            QVERIFY2(caption.contains(QLatin1String(part)), qPrintable(caption));
    }

    void captionsOfOtherRunsSayWhichTheyAre()
    {
        Result edits = m_trace;
        edits.parameters["unedited"] = true;
        QVERIFY2(figureCaption(edits, {}).contains("state of the edited run is put into the unedited one"),
                 qPrintable(figureCaption(edits, {})));
        edits.parameters["direction"] = "corrupt";
        QVERIFY2(figureCaption(edits, {}).contains("state of the unedited run is put into the edited one"),
                 qPrintable(figureCaption(edits, {})));
        Result evaluation;
        evaluation.kind = "evaluate";
        evaluation.head = {{"counts", {{"used", 7}}}};
        QVERIFY2(figureCaption(evaluation, {}).contains("7 facts"), qPrintable(figureCaption(evaluation, {})));
    }

    void oddOrdersAreRefused()
    {
        const auto codeOf = [](auto&& act) {
            try {
                act();
            } catch (const Failure& failure) {
                return failure.error().code;
            }
            return ErrorCode::Internal;
        };
        FigureOptions unknownSite;
        unknownSite.sites = QStringList{QStringLiteral("attn")};
        Result predict;
        predict.kind = "predict";
        QCOMPARE(codeOf([&] { bytesOf(drawFigure(m_trace, {}), QStringLiteral("gif")); }), ErrorCode::Usage);
        QCOMPARE(codeOf([&] { bytesOf(drawFigure(m_trace, unknownSite), QStringLiteral("svg")); }), ErrorCode::Usage);
        QCOMPARE(codeOf([&] { bytesOf(drawFigure(predict, {}), QStringLiteral("svg")); }), ErrorCode::Usage);
        QCOMPARE(codeOf([&] { writeDrawing(drawFigure(m_trace, {}), QStringLiteral("/absent/f.svg")); }),
                 ErrorCode::WriteFailed);
    }
};

QTEST_MAIN(TestFigure)
#include "tst_figure.moc"
