// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: figures and data of what is shown, and the way back from a figure.
#include "core/io/circuit_file.h"
#include "core/io/export.h"
#include "core/io/export_pair.h"
#include "ui/compose_dialog.h"
#include "ui/experiment_command.h"
#include "ui/export_dialog.h"
#include "ui/figure.h"
#include "ui/figure_parts.h"
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
#include <algorithm>
#include <memory>

namespace mnemo {
namespace {

/// In the window's colours.
FigureOptions ofTrace(Metric metric, const QString& colourMap)
{
    FigureOptions options;
    options.metric = metric;
    options.colourMap = traceColourMap(metric, colourMap);
    return options;
}

/// In the colours of its kind, as in the window. @param panel that shows it, or null
FigureOptions ofOther(const ResultPanel* panel)
{
    FigureOptions options;
    if (panel)
        options.metric = panel->metric();
    return options;
}

/// In the form that is chosen. @param name proposed, without an ending. @return empty when nothing was chosen
QString askFigureFile(FigureDialog& dialog, const QString& title, const QString& name)
{
    const QString ending = dialog.format();
    return askSaveFile(&dialog, title, name + QLatin1Char('.') + ending,
                       MainWindow::tr("%1 (*.%2);;All files (*)").arg(ending.toUpper(), ending));
}

}  // namespace

/// The metric and the colours of what the tab in front shows.
FigureOptions MainWindow::shownFigure() const
{
    if (const ResultPanel* other = m_tabs->resultPanel(m_tabs->resultInFront()))
        return ofOther(other);
    FigureOptions options = ofTrace(m_toolBar->metric(), m_colourMap);
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
    return exported(file, [&] {
        if (isFigureFile(file))
            writeDrawing(drawFigure(*figureResult(), options), file);
        else if (shown.second)
            exportPair(*shown.first, *shown.second, file.toStdString());
        else
            exportFile(*shown.first, file.toStdString());
    });
}

/// Says how it went. @param write may throw Failures
bool MainWindow::exported(const QString& file, const std::function<void()>& write)
{
    try {
        write();
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
        const QString file = askFigureFile(*dialog, tr("Export figure or data"), QString::fromStdString(result->kind));
        if (!file.isEmpty() && exportTo(file, dialog->options()))
            dialog->close();
    });
    connect(dialog, &ExportDialog::copyRequested, this, [this, dialog] { copyFigure(dialog->options()); });
    // It is of this tab: with another one in front it would write something else.
    connect(m_tabs, &TraceTabs::tabChanged, dialog, &QDialog::close);
    dialog->show();
}

/// A circuit for programs that draw or analyse graphs; the form is by the file's ending.
void MainWindow::exportGraph(const ResultPtr& result, bool whole)
{
    const QString file =
        askSaveFile(this, whole ? tr("Export the whole graph") : tr("Export the graph as drawn"),
                    QStringLiteral("circuit.dot"), tr("Graphviz (*.dot);;GraphML (*.graphml);;JSON (*.json)"));
    if (!file.isEmpty())
        exported(file, [&] { writeCircuit(*result, whole ? GraphPart::Whole : GraphPart::Drawn, file.toStdString()); });
}

/// Everything that has plots, with the measure that it is shown with.
std::vector<FigurePanel> MainWindow::composable() const
{
    std::vector<FigurePanel> panels;
    const auto offer = [&panels](const ResultPtr& result, FigureOptions options, const Json& choice) {
        if (!result || partsOf(*result, options.metric).empty())
            return;
        options.title = panelHeading(*result);
        panels.push_back({result, options, choice});
    };
    for (const Trace& trace : m_traces.all())
        offer(trace.result, ofTrace(m_toolBar->metric(), m_colourMap), {});
    for (const ResultEntry& entry : m_results.all())
        offer(entry.result, ofOther(m_tabs->resultPanel(entry.id)), entry.choice);
    return panels;
}

/// Stays open, as the export dialog does; what is chosen in it is kept with the session.
void MainWindow::composeDialog()
{
    std::vector<FigurePanel> panels = composable();
    if (panels.empty())
        return sayNothingIsShown();
    delete findChild<ComposeDialog*>();
    auto* dialog = new ComposeDialog(std::move(panels), m_tabs->shownResults().first, this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    if (m_figure)
        dialog->setFigure(*m_figure);
    connect(dialog, &ComposeDialog::exportRequested, this, [this, dialog] {
        const QString file = askFigureFile(*dialog, tr("Export the figure"), QStringLiteral("figure"));
        if (!file.isEmpty() && exportComposed(dialog->figure(), file))
            dialog->close();
    });
    connect(dialog, &ComposeDialog::copyRequested, this, [this, dialog] { copyComposed(dialog->figure()); });
    connect(dialog, &QDialog::finished, this, [this, dialog] { m_figure = dialog->figure(); });
    dialog->show();
}

bool MainWindow::exportComposed(const ComposedFigure& figure, const QString& file)
{
    m_figure = figure;
    return exported(file, [&] { writeDrawing(drawComposed(figure), file); });
}

void MainWindow::copyComposed(const ComposedFigure& figure)
{
    m_figure = figure;
    copyDrawing([&figure] { return drawComposed(figure); }, {});
}

/// A picture for texts, vectors for drawing programs, and a table for spreadsheets: each takes what it can.
void MainWindow::copyFigure(const FigureOptions& options)
{
    const ShownResults shown = m_tabs->shownResults();
    if (!shown.first)
        return sayNothingIsShown();
    copyDrawing(
        [&] { return drawFigure(*figureResult(), options); },
        [&shown] { return shown.second ? exportPairCsv(*shown.first, *shown.second) : exportCsv(*shown.first); });
}

/// @param table of the numbers; null: there is none
void MainWindow::copyDrawing(const std::function<Drawing()>& make, const std::function<std::string()>& table)
{
    try {
        const Drawing drawing = make();
        auto data = std::make_unique<QMimeData>();
        data->setImageData(imageOf(drawing));
        data->setData("image/svg+xml", bytesOf(drawing, "svg"));
        if (table)
            data->setText(QString::fromStdString(table()));
        QApplication::clipboard()->setMimeData(data.release());
        m_message->show(MessageBar::Kind::Information, "copy",
                        table ? tr("Picture, vectors and data are on the clipboard.")
                              : tr("Picture and vectors are on the clipboard."));
    } catch (const Failure& failure) {
        m_message->show("copy", failure.error());
    }
}

/// Asks once more what a figure of ours shows.
bool MainWindow::openFigureFile(const QString& file)
{
    m_message->clear("figure");
    const std::vector<FigureContent> shown = experimentsInFile(file);
    if (shown.empty()) {
        m_message->show("figure",
                        {ErrorCode::Damaged, QFileInfo(file).fileName().toStdString() + " does not say what it shows.",
                         "Figures that this program exported as PNG, SVG or PDF do, unless another program "
                         "has saved them since."});
        return false;
    }
    askAgain(shown.front());
    log(tr("%1 shows an experiment of kind %2.").arg(file, QString::fromStdString(shown.front().experiment.kind)));
    m_figurePanels = shown;
    offerPanels(0);
    return true;
}

/// The others than the one that was just asked. @param asked number of a panel
void MainWindow::offerPanels(std::size_t asked)
{
    if (m_figurePanels.size() < 2)
        return;
    if (m_message->topic() != "figure")
        m_message->show(MessageBar::Kind::Information, "figure",
                        tr("The figure has %1 panels; this is %2. — Ask for another one:")
                            .arg(m_figurePanels.size())
                            .arg(panelLetter(asked)));
    constexpr std::size_t most = 8;  // buttons that fit
    for (std::size_t index = 0; index < std::min(most, m_figurePanels.size()); ++index)
        if (index != asked)
            m_message->addButton(panelLetter(index), QStringLiteral("figurePanel:%1").arg(index));
}

void MainWindow::askPanel(std::size_t index)
{
    if (index >= m_figurePanels.size())
        return;
    askAgain(m_figurePanels[index]);
    offerPanels(index);
}

/// At once with the model that it was made with, else when that is there.
void MainWindow::askAgain(const FigureContent& shown)
{
    const Result& asked = shown.experiment;
    const bool isTrace = asked.kind == "trace";
    if (const FactForm form = formFromParameters(asked.parameters); !form.prompt.isEmpty())
        showForm(form);
    if (isTrace) {
        m_toolBar->setMetric(shown.metric);
        m_toolBar->setWindow(windowText(asked.parameters));
    }
    const QString hash = jsonText(asked.model, "hash"), name = modelName(asked);
    if (hash.toStdString() != m_engine.modelHash()) {
        if (!isTrace)
            openExperiment(QString::fromStdString(asked.kind), asked.parameters);
        m_message->show(
            MessageBar::Kind::Information, "figure",
            tr("This figure was made with %1, which is not loaded. — Load it, or ask the model that is.").arg(name));
        m_message->addButton(tr("Load %1").arg(name),
                             (isTrace ? "chooseModel:" : "loadModel:") + m_modelSources.value(hash, name));
        return;
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
}

}  // namespace mnemo
