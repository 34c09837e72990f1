// SPDX-License-Identifier: GPL-3.0-or-later
// What the dialog shows is what is written.
#include "ui/export_dialog.h"

#include "tests/support/child.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTest>

using namespace mnemo;
using test::child;

namespace {

ResultPtr trace()
{
    auto made = std::make_shared<Result>();
    made->kind = "trace";
    made->title = "Trace";
    made->model = {{"name", "toy"}, {"hash", "sha256:0"}};
    made->parameters = {{"prompt", "{} is in"}, {"subject", "Big Ben"}, {"swap", "The Louvre"}};
    made->head = {{"sites", {"h", "s"}},
                  {"p_clean", 0.9},
                  {"p_corrupt", 0.1},
                  {"subject", {0, 1}},
                  {"target", {{"id", 1}, {"text", " London"}}}};
    made->provenance = {{"mnemo", "1"}};
    for (const char* name : {"h.p", "s.p"}) {
        Array p = Array::make(name, {{"layer", {"0", "1"}}, {"token", {"Big", "Ben"}}}, "probability");
        p.values = {0.2, 0.4, 0.6, 0.8};
        p.states.assign(4, CellState::Computed);
        made->arrays.push_back(std::make_shared<const Array>(std::move(p)));
    }
    made->done = 1;
    return made;
}

}  // namespace

class TestExportDialog : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void whatIsChosenIsWhatIsDrawn()
    {
        FigureOptions shown;
        shown.colourMap = "viridis";
        ExportDialog dialog(trace(), shown);
        dialog.show();
        QCOMPARE(dialog.format(), QStringLiteral("png"));
        QTRY_VERIFY(!child<QLabel>(dialog, "figurePreview")->pixmap().isNull());
        FigureOptions options = dialog.options();
        QCOMPARE(options.widthMm, 174.0);
        QVERIFY(options.sites.isEmpty() && options.parts.isEmpty() && !options.dark);
        QCOMPARE(options.colourMap, QStringLiteral("viridis"));

        auto* paper = child<QComboBox>(dialog, "figurePaper");
        paper->setCurrentIndex(0);
        QCOMPARE(child<QDoubleSpinBox>(dialog, "figureWidth")->value(), 84.0);
        child<QDoubleSpinBox>(dialog, "figureWidth")->setValue(100);
        QCOMPARE(paper->currentIndex(), paper->count() - 1);  // none of the papers
        child<QSpinBox>(dialog, "figureDpi")->setValue(254);
        auto* sites = child<QListWidget>(dialog, "figureParts");
        QCOMPARE(sites->count(), 2);
        sites->item(0)->setCheckState(Qt::Unchecked);
        child<QCheckBox>(dialog, "figureDark")->setChecked(true);
        child<QLineEdit>(dialog, "figureTitle")->setText("Mine");
        child<QPlainTextEdit>(dialog, "figureCaption")->setPlainText("As I say.");
        auto* colours = child<QComboBox>(dialog, "figureColours");
        colours->setCurrentIndex(colours->findText("cividis"));
        options = dialog.options();
        QCOMPARE(options.sites, QStringList("s"));
        QVERIFY(options.dark && options.title == "Mine" && options.caption == "As I say.");
        QCOMPARE(options.colourMap, QStringLiteral("cividis"));
        QTRY_VERIFY2(child<QLabel>(dialog, "figureNote")->text().contains("1000 × "),
                     qPrintable(child<QLabel>(dialog, "figureNote")->text()));
        const QImage written = QImage::fromData(bytesOf(drawFigure(*trace(), options), "png"));
        QCOMPARE(written.width(), 1000);
        QVERIFY(child<QLabel>(dialog, "figureNote")->text().contains(QString::number(written.height())));
        const QImage seen = child<QLabel>(dialog, "figurePreview")->pixmap().toImage();
        QVERIFY(std::abs(double(seen.width()) / seen.height() - double(written.width()) / written.height()) < 0.02);
        QVERIFY(seen.pixelColor(1, 1).lightness() < 60);
    }

    void nothingCannotBeExported()
    {
        ExportDialog dialog(trace(), {});
        dialog.show();
        auto* sites = child<QListWidget>(dialog, "figureParts");
        for (int row = 0; row < sites->count(); ++row)
            sites->item(row)->setCheckState(Qt::Unchecked);
        QTRY_VERIFY(!child<QPushButton>(dialog, "exportFigure")->isEnabled());
        QVERIFY(child<QLabel>(dialog, "figureNote")->text().contains("Tick"));
        QVERIFY(!child<QPushButton>(dialog, "copyFigure")->isEnabled());  // else all would be copied
        sites->item(1)->setCheckState(Qt::Checked);
        QTRY_VERIFY(child<QPushButton>(dialog, "exportFigure")->isEnabled());
    }

    void dataHasNoLooks()
    {
        ExportDialog dialog(trace(), {});
        dialog.show();
        auto* format = child<QComboBox>(dialog, "exportFormat");
        QSignalSpy wanted(&dialog, &ExportDialog::exportRequested);
        format->setCurrentIndex(format->findData("csv"));
        QVERIFY(!child<QLineEdit>(dialog, "figureTitle")->isEnabled());
        QVERIFY(!child<QPushButton>(dialog, "copyFigure")->isEnabled());
        QCOMPARE(dialog.format(), QStringLiteral("csv"));
        child<QPushButton>(dialog, "exportFigure")->click();
        QCOMPARE(wanted.size(), 1);
        format->setCurrentIndex(format->findData("svg"));
        QVERIFY(child<QLineEdit>(dialog, "figureTitle")->isEnabled());
        QVERIFY(!child<QSpinBox>(dialog, "figureDpi")->isEnabled());
    }
};

QTEST_MAIN(TestExportDialog)
#include "tst_export_dialog.moc"
