// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/details_dock.h"

#include "ui/typing_preview.h"
#include "widgets/bar_list.h"
#include "widgets/json_value.h"
#include "widgets/line_plot.h"
#include "widgets/token_chips.h"
#include "widgets/trace_rows.h"

#include <QLabel>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <cmath>
#include <limits>
#include <utility>

namespace mnemo {
namespace {

QString number(double value)
{
    if (std::isnan(value))
        return QObject::tr("undefined");
    return QString::number(value, 'g', 3);
}

double real(const Json& head, const char* run, const char* key)
{
    const Json part = head.value(run, Json::object());
    const auto it = part.is_object() ? part.find(key) : part.end();
    return part.is_object() && it != part.end() && it->is_number() ? it->get<double>()
                                                                   : std::numeric_limits<double>::quiet_NaN();
}

/// What the two runs are called: those of a trace of edits by their weights.
std::pair<QString, QString> runNames(const Result& result)
{
    return jsonFlag(result.parameters, "unedited") ? std::pair(DetailsDock::tr("edited"), DetailsDock::tr("unedited"))
                                                   : std::pair(DetailsDock::tr("clean"), DetailsDock::tr("corrupted"));
}

}  // namespace

DetailsDock::DetailsDock(QWidget* parent)
    : QDockWidget(tr("Details"), parent),
      m_pages(new QStackedWidget(this)),
      m_title(new QLabel),
      m_curves(new LinePlot),
      m_numbers(new QLabel),
      m_bars(new BarList),
      m_barsTitle(new QLabel(tr("Next token")))
{
    setObjectName("detailsDock");
    auto* empty = new QLabel(tr("Click a token to see its effect over the layers,\na cell to patch it."));
    empty->setAlignment(Qt::AlignCenter);
    empty->setWordWrap(true);
    m_title->setObjectName("detailsTitle");
    m_title->setWordWrap(true);
    m_curves->setObjectName("detailsCurves");
    m_curves->setAccessibleName(tr("Effect over layers"));
    m_curves->setMinimumHeight(180);
    m_numbers->setObjectName("detailsNumbers");
    m_barsTitle->setObjectName("detailsBarsTitle");
    m_numbers->setTextFormat(Qt::RichText);
    m_numbers->setWordWrap(true);
    m_numbers->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_bars->setObjectName("detailsBars");
    m_bars->setAccessibleName(tr("Next tokens of the clean, corrupted and patched run"));
    m_bars->setEmptyText(tr("Click a cell to see what patching it does."));

    auto* filled = new QWidget;
    auto* column = new QVBoxLayout(filled);
    column->setContentsMargins(6, 6, 6, 6);
    column->addWidget(m_title);
    column->addWidget(m_curves, 2);
    column->addWidget(m_numbers);
    column->addWidget(m_barsTitle);
    column->addWidget(m_bars, 3);
    auto* scrolled = new QScrollArea;  // a low window must not push the docks below over each other
    scrolled->setWidgetResizable(true);
    scrolled->setFrameShape(QFrame::NoFrame);
    scrolled->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scrolled->setWidget(filled);
    m_pages->addWidget(empty);
    m_pages->addWidget(scrolled);
    m_pages->setMinimumWidth(260);
    setWidget(m_pages);
    connect(m_curves, &LinePlot::layerClicked, this, &DetailsDock::layerClicked);
    connect(m_bars, &BarList::clicked, this, &DetailsDock::targetChosen);
    connect(m_bars, &BarList::altClicked, this, &DetailsDock::foilChosen);
}

void DetailsDock::setTrace(const Trace* trace, Metric metric)
{
    m_result = trace ? trace->result : nullptr;
    m_metric = metric;
    refresh();
}

void DetailsDock::setSelection(const QString& site, Cell cell)
{
    m_site = site;
    m_cell = cell;
    m_patchText.clear();
    m_bars->setSeries({});
    m_barsTitle->setText(tr("Next token"));
    refresh();
}

QString DetailsDock::tokenText(int pos) const
{
    const Json tokens = m_result->head.value("tokens", Json::array());
    return pos >= 0 && pos < int(tokens.size()) ? shownToken(tokens[std::size_t(pos)].value("text", "")) : QString();
}

void DetailsDock::refresh()
{
    const int tokens = m_result ? int(m_result->head.value("tokens", Json::array()).size()) : 0;
    if (m_cell.pos < 0 || m_cell.pos >= tokens) {
        m_columnMissing = false;
        m_pages->setCurrentIndex(0);
        return;
    }
    m_pages->setCurrentIndex(1);
    m_columnMissing = !columnComputed(*m_result, m_cell.pos);
    QString title = tr("<b>%1</b> token %2").arg(tokenText(m_cell.pos).toHtmlEscaped()).arg(m_cell.pos);
    if (m_cell.valid())
        title += tr(" · %1, layer %2").arg(siteTitle(m_site.toStdString()).toHtmlEscaped()).arg(m_cell.layer);
    m_title->setText(title);
    showCurves();
    if (m_patchText.isEmpty())
        showCellNumbers();
}

void DetailsDock::showCurves()
{
    std::vector<LineSeries> series;
    for (const Json& name : m_result->head.value("sites", Json::array())) {
        const std::string site = name.get<std::string>();
        if (!m_result->find(site + ".p"))
            continue;
        const Array map = traceMetric(*m_result, site, m_metric);
        LineSeries line{QString::fromStdString(site), site, {}, {}, {}, {}, false};
        for (int layer = 0; layer < map.axes[0].size(); ++layer)
            line.values.push_back(map.has(layer, m_cell.pos) ? map.at(layer, m_cell.pos)
                                                             : std::numeric_limits<double>::quiet_NaN());
        series.push_back(std::move(line));
    }
    m_curves->setValueLabel(metricLabel(m_metric, *m_result));
    m_curves->setLayerLabel(tr("layer"));
    m_curves->setSeries(std::move(series));
    m_curves->setCurrentLayer(m_cell.layer);
}

void DetailsDock::showCellNumbers()
{
    const double clean = real(m_result->head, "clean", "p");
    const double corrupt = real(m_result->head, "corrupt", "p");
    const auto [first, second] = runNames(*m_result);
    QString text =
        tr("Answer %1: p %2 %3, %4 %5.")
            .arg(shownToken(m_result->head.value("target", Json::object()).value("text", "")).toHtmlEscaped(),
                 number(clean), first, number(corrupt), second);
    const std::string site = m_site.toStdString();
    if (m_cell.valid() && m_result->find(site + ".p")) {
        const Array map = traceMetric(*m_result, site, m_metric);
        if (m_cell.layer < map.axes[0].size() && map.has(m_cell.layer, m_cell.pos))
            text +=
                tr("<br>This cell: %1 = %2.")
                    .arg(metricLabel(m_metric, *m_result).toHtmlEscaped(), number(map.at(m_cell.layer, m_cell.pos)));
    }
    if (m_columnMissing)
        text += tr("<br>Not all layers of this token are computed yet.");
    m_numbers->setText(text);
}

void DetailsDock::setPatchRunning(const QString& what)
{
    m_barsTitle->setText(tr("Patching %1 …").arg(what.toHtmlEscaped()));
    m_bars->setStale(true);
}

void DetailsDock::setPatch(const QString& what, const ResultPtr& patch)
{
    m_patchText = what;
    const Json& head = patch->head;
    m_barsTitle->setText(tr("Next token · %1").arg(what.toHtmlEscaped()));
    m_bars->setTarget(head.value("target", Json::object()).value("id", -1));
    m_bars->setFoil(head.value("foil", Json::object()).value("id", -1));
    const bool ofEdits = jsonFlag(patch->parameters, "unedited");
    m_bars->setSeries(
        {{ofEdits ? RunRole::Edited : RunRole::Clean, barsOf(head.value("top_clean", Json::array()))},
         {ofEdits ? RunRole::Clean : RunRole::Corrupted, barsOf(head.value("top_corrupt", Json::array()))},
         {RunRole::Patched, barsOf(head.value("top_patched", Json::array()))}});
    m_bars->setStale(false);
    const auto value = [&](const char* key) {
        return head.contains(key) && head.at(key).is_number() ? number(head.at(key).get<double>()) : tr("undefined");
    };
    QString rows;
    for (const auto& [key, name] :
         {std::pair{"p", tr("p")}, {"logp", tr("log p")}, {"rank", tr("rank")}, {"logit", tr("logit")}})
        rows += QStringLiteral(
                    "<tr><td>%1&nbsp;&nbsp;</td><td align=right>%2&nbsp;&nbsp;</td><td align=right>%3&nbsp;&nbsp;"
                    "</td><td align=right>%4</td></tr>")
                    .arg(name, number(real(head, "clean", key)), number(real(head, "corrupt", key)),
                         number(real(head, "patched", key)));
    const auto [first, second] = runNames(*patch);
    m_numbers->setText(tr("<b>IE %1</b> · KL from %2 %3 nats<table><tr><td></td><td>%2&nbsp;&nbsp;</td>"
                          "<td>%4&nbsp;&nbsp;</td><td>patched</td></tr>%5</table>")
                           .arg(value("ie"), first, value("kl"), second, rows));
}

void DetailsDock::setPatchStopped()
{
    m_bars->setStale(false);
    m_barsTitle->setText(tr("Next token · stopped; click the cell again to patch it"));
}

void DetailsDock::setProblem(const QString& text)
{
    m_bars->setStale(false);
    m_barsTitle->setText(tr("Next token"));
    m_numbers->setText(text.toHtmlEscaped());
}

QString DetailsDock::numbers() const
{
    return m_numbers->text();
}

}  // namespace mnemo
