// SPDX-License-Identifier: GPL-3.0-or-later
// What the dialog shows is what is written.
#include "ui/export_dialog.h"

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

template <class T>
T* part(const ExportDialog& dialog, const char* name)
{
    T* found = dialog.findChild<T*>(QLatin1String(name));
    if (!found)
        qFatal("the dialog has no %s", name);
    return found;
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
        QTRY_VERIFY(!part<QLabel>(dialog, "figurePreview")->pixmap().isNull());
        FigureOptions options = dialog.options();
        QCOMPARE(options.widthMm, 174.0);
        QVERIFY(options.sites.isEmpty() && options.parts.isEmpty() && !options.dark);
        QCOMPARE(options.colourMap, QStringLiteral("viridis"));

        auto* paper = part<QComboBox>(dialog, "figurePaper");
        paper->setCurrentIndex(0);
        QCOMPARE(part<QDoubleSpinBox>(dialog, "figureWidth")->value(), 84.0);
        part<QDoubleSpinBox>(dialog, "figureWidth")->setValue(100);
        QCOMPARE(paper->currentIndex(), paper->count() - 1);  // none of the papers
        part<QSpinBox>(dialog, "figureDpi")->setValue(254);
        auto* sites = part<QListWidget>(dialog, "figureParts");
        QCOMPARE(sites->count(), 2);
        sites->item(0)->setCheckState(Qt::Unchecked);
        part<QCheckBox>(dialog, "figureDark")->setChecked(true);
        part<QLineEdit>(dialog, "figureTitle")->setText("Mine");
        part<QPlainTextEdit>(dialog, "figureCaption")->setPlainText("As I say.");
        auto* colours = part<QComboBox>(dialog, "figureColours");
        colours->setCurrentIndex(colours->findText("cividis"));
        options = dialog.options();
        QCOMPARE(options.sites, QStringList("s"));
        QVERIFY(options.dark && options.title == "Mine" && options.caption == "As I say.");
        QCOMPARE(options.colourMap, QStringLiteral("cividis"));
        QTRY_VERIFY2(part<QLabel>(dialog, "figureNote")->text().contains("1000 × "),
                     qPrintable(part<QLabel>(dialog, "figureNote")->text()));
        const QImage written = QImage::fromData(bytesOf(drawFigure(*trace(), options), "png"));
        QCOMPARE(written.width(), 1000);
        QVERIFY(part<QLabel>(dialog, "figureNote")->text().contains(QString::number(written.height())));
        const QImage seen = part<QLabel>(dialog, "figurePreview")->pixmap().toImage();
        QVERIFY(std::abs(double(seen.width()) / seen.height() - double(written.width()) / written.height()) < 0.02);
        QVERIFY(seen.pixelColor(1, 1).lightness() < 60);
    }

    void nothingCannotBeExported()
    {
        ExportDialog dialog(trace(), {});
        dialog.show();
        auto* sites = part<QListWidget>(dialog, "figureParts");
        for (int row = 0; row < sites->count(); ++row)
            sites->item(row)->setCheckState(Qt::Unchecked);
        QTRY_VERIFY(!part<QPushButton>(dialog, "exportFigure")->isEnabled());
        QVERIFY(part<QLabel>(dialog, "figureNote")->text().contains("Tick"));
        sites->item(1)->setCheckState(Qt::Checked);
        QTRY_VERIFY(part<QPushButton>(dialog, "exportFigure")->isEnabled());
    }

    void dataHasNoLooks()
    {
        ExportDialog dialog(trace(), {});
        dialog.show();
        auto* format = part<QComboBox>(dialog, "exportFormat");
        QSignalSpy wanted(&dialog, &ExportDialog::exportRequested);
        format->setCurrentIndex(format->findData("csv"));
        QVERIFY(!part<QLineEdit>(dialog, "figureTitle")->isEnabled());
        QVERIFY(!part<QPushButton>(dialog, "copyFigure")->isEnabled());
        QCOMPARE(dialog.format(), QStringLiteral("csv"));
        part<QPushButton>(dialog, "exportFigure")->click();
        QCOMPARE(wanted.size(), 1);
        format->setCurrentIndex(format->findData("svg"));
        QVERIFY(part<QLineEdit>(dialog, "figureTitle")->isEnabled());
        QVERIFY(!part<QSpinBox>(dialog, "figureDpi")->isEnabled());
    }
};

QTEST_MAIN(TestExportDialog)
#include "tst_export_dialog.moc"
