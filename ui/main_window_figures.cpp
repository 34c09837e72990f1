// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: figures and data of what is shown, and the way back from a figure.
#include "core/io/export.h"
#include "core/io/export_pair.h"
#include "ui/experiment_command.h"
#include "ui/export_dialog.h"
#include "ui/figure.h"
#include "ui/main_window.h"
#include "ui/message_bar.h"
#include "ui/prompt_panel.h"
#include "ui/result_panel.h"
#include "ui/save_dialog.h"
#include "ui/tool_bar.h"
#include "ui/trace_heading.h"
#include "ui/trace_tabs.h"
#include "widgets/json_value.h"
#include "widgets/trace_rows.h"

#include <QApplication>
#include <QClipboard>
#include <QFileInfo>
#include <QMimeData>

namespace mnemo {

/// The metric and the colours of what the tab in front shows.
FigureOptions MainWindow::shownFigure() const
{
    FigureOptions options;
    if (const ResultPanel* other = m_tabs->resultPanel(m_tabs->resultInFront())) {
        options.metric = other->metric();  // in the colours of its kind, as in the window
        return options;
    }
    options.metric = m_toolBar->metric();
    options.colourMap = traceColourMap(options.metric, m_colourMap);
    if (const auto pair = m_tabs->shownPair()) {
        options.beside = pair->second;
        options.oneScale = pair->oneScale;
    }
    return options;
}

/// What figures are made of: of two traces beside each other the first one, else what is shown.
ResultPtr MainWindow::figureResult() const
{
    const auto pair = m_tabs->shownPair();
    return pair ? pair->first : m_tabs->shownResult();
}

bool MainWindow::exportTo(const QString& file)
{
    return exportTo(file, shownFigure());
}

/// @param options of a figure; the form is by the file's ending
bool MainWindow::exportTo(const QString& file, const FigureOptions& options)
{
    const ShownResults shown = m_tabs->shownResults();
    if (!shown.first) {
        sayNothingIsShown();
        return false;
    }
    try {
        if (isFigureFile(file))
            writeFigure(*figureResult(), options, file);
        else if (shown.second)
            exportPair(*shown.first, *shown.second, file.toStdString());
        else
            exportFile(*shown.first, file.toStdString());
    } catch (const Failure& failure) {
        m_message->show("export", failure.error());
        return false;
    }
    log(tr("Exported %1.").arg(file));
    m_message->show(MessageBar::Kind::Information, "export", tr("Saved as %1.").arg(file));
    return true;
}

void MainWindow::sayNothingIsShown()
{
    m_message->show(MessageBar::Kind::Information, "export", tr("There is nothing to export yet. — Press F5."));
}

/// Of what the tab in front shows now. It stays open: one figure is often wanted in several forms.
void MainWindow::exportDialog()
{
    const ResultPtr result = figureResult();
    if (!result)
        return sayNothingIsShown();
    delete findChild<ExportDialog*>();  // one at a time
    auto* dialog = new ExportDialog(result, shownFigure(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ExportDialog::exportRequested, this, [this, dialog, result] {
        const QString ending = dialog->format();
        const QString file = askSaveFile(dialog, tr("Export figure or data"),
                                         QStringLiteral("%1.%2").arg(QString::fromStdString(result->kind), ending),
                                         tr("%1 (*.%2);;All files (*)").arg(ending.toUpper(), ending));
        if (!file.isEmpty() && exportTo(file, dialog->options()))
            dialog->close();
    });
    connect(dialog, &ExportDialog::copyRequested, this, [this, dialog] { copyFigure(dialog->options()); });
    // It is of this tab: with another one in front it would write something else.
    connect(m_tabs, &TraceTabs::tabChanged, dialog, &QDialog::close);
    dialog->show();
}

/// A picture for texts, vectors for drawing programs, and a table for spreadsheets: each takes what it can.
void MainWindow::copyFigure(const FigureOptions& options)
{
    const ShownResults shown = m_tabs->shownResults();
    if (!shown.first)
        return sayNothingIsShown();
    try {
        auto* data = new QMimeData;  // the clipboard takes it
        data->setImageData(QImage::fromData(figureBytes(*figureResult(), options, "png")));
        data->setData("image/svg+xml", figureBytes(*figureResult(), options, "svg"));
        data->setText(QString::fromStdString(shown.second ? exportPairCsv(*shown.first, *shown.second)
                                                          : exportCsv(*shown.first)));
        QApplication::clipboard()->setMimeData(data);
        m_message->show(MessageBar::Kind::Information, "copy", tr("Picture, vectors and data are on the clipboard."));
    } catch (const Failure& failure) {
        m_message->show("copy", failure.error());
    }
}

/// Asks once more what a figure of ours shows: at once with the model that it was made with, else when that is there.
bool MainWindow::openFigureFile(const QString& file)
{
    m_message->clear("figure");
    const auto shown = experimentInFile(file);
    if (!shown) {
        m_message->show("figure",
                        {ErrorCode::Damaged, QFileInfo(file).fileName().toStdString() + " does not say what it shows.",
                         "Figures that this program exported as PNG, SVG or PDF do, unless another program "
                         "has saved them since."});
        return false;
    }
    const Result& asked = shown->experiment;
    const bool isTrace = asked.kind == "trace";
    if (const FactForm form = formFromParameters(asked.parameters); !form.prompt.isEmpty())
        showForm(form);
    if (isTrace) {
        m_toolBar->setMetric(shown->metric);
        m_toolBar->setWindow(windowText(asked.parameters));
    }
    log(tr("%1 shows an experiment of kind %2.").arg(file, QString::fromStdString(asked.kind)));
    const QString hash = jsonText(asked.model, "hash"), name = modelName(asked);
    if (hash.toStdString() != m_engine.modelHash()) {
        if (!isTrace)
            openExperiment(QString::fromStdString(asked.kind), asked.parameters);
        m_message->show(
            MessageBar::Kind::Information, "figure",
            tr("This figure was made with %1, which is not loaded. — Load it, or ask the model that is.").arg(name));
        m_message->addButton(tr("Load %1").arg(name),
                             (isTrace ? "chooseModel:" : "loadModel:") + m_modelSources.value(hash, name));
        return true;
    }
    if (editsOf(asked) != m_engine.activeEdits(m_engine.modelHash()))
        m_message->show(MessageBar::Kind::Warning, "figure",
                        tr("This figure was made with other weights (%1) than are in use now (%2). — Switch its edits "
                           "on, or load their files, to see the same numbers.")
                            .arg(editsText(int(editsOf(asked).size())),
                                 editsText(int(m_engine.activeEdits(m_engine.modelHash()).size()))));
    if (isTrace)
        trace();
    else if (const auto schema = schemaOf(m_engine.info(), asked.kind))
        runExperiment(*schema, asked.parameters);
    return true;
}

}  // namespace mnemo
