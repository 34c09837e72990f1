// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/edit_preview.h"

#include "ui/edit_refs.h"
#include "ui/typing_preview.h"
#include "widgets/bar_list.h"
#include "widgets/json_value.h"
#include "widgets/line_plot.h"
#include "widgets/number_text.h"

#include <QLabel>
#include <QProgressBar>
#include <QVBoxLayout>

namespace mnemo {
namespace {

constexpr int lossHeight = 140, probabilityHeight = 110;
constexpr int shownTokens = 5;

LineSeries curve(const Result& search, const char* array, const QString& name, const char* hue, bool dashed)
{
    const ArrayPtr values = search.find(array);
    LineSeries line;
    line.name = name;
    line.site = hue;
    line.dashed = dashed;
    if (values)
        line.values = values->values;
    return line;
}

}  // namespace

EditPreview::EditPreview(QWidget* parent)
    : QWidget(parent),
      m_progress(new QProgressBar),
      m_losses(new LinePlot),
      m_probability(new LinePlot),
      m_text(new QLabel),
      m_bars(new BarList)
{
    m_progress->setObjectName("editProgress");
    m_progress->setAccessibleName(tr("Steps of the search"));
    m_progress->setFormat(tr("step %v of %m"));
    m_losses->setObjectName("editLosses");
    m_losses->setAccessibleName(tr("Loss by step"));
    m_losses->setFixedHeight(lossHeight);
    m_losses->setValueLabel(tr("loss"));
    m_losses->setToolTip(
        tr("NLL: of the new object, mean over the openings. KL: how much “SUBJECT is a” changed. "
           "Decay: of the value's distance from the old one."));
    m_probability->setObjectName("editProbability");
    m_probability->setAccessibleName(tr("Probability of the new object by step"));
    m_probability->setFixedHeight(probabilityHeight);
    m_probability->setRange(0, 1);
    m_probability->setLayerLabel(tr("step"));
    m_probability->setValueLabel(tr("p(new)"));
    m_text->setObjectName("editText");
    m_text->setTextFormat(Qt::RichText);
    m_text->setWordWrap(true);
    m_bars->setObjectName("editBars");
    m_bars->setAccessibleName(tr("Next token before and after the edit"));
    m_bars->setMaxRows(shownTokens);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_progress);
    column->addWidget(m_text);
    column->addWidget(m_bars);  // what it comes to, above how it came about
    column->addWidget(m_losses);
    column->addWidget(m_probability);
    hide();  // until there is a search
}

void EditPreview::begin()
{
    show();
    m_progress->setRange(0, 0);
    m_progress->show();
    m_text->setText(tr("Looking for the key …"));
    for (LinePlot* plot : {m_losses, m_probability}) {
        plot->setSeries({});
        plot->hide();  // until there is a step
    }
    m_bars->setSeries({});
    m_bars->hide();
}

void EditPreview::setProgress(const Progress& progress)
{
    m_progress->setRange(0, int(progress.total));
    m_progress->setValue(int(progress.done));
}

void EditPreview::setSearch(const Result& search)
{
    setSteps(search);
    if (search.head.contains("after"))
        setEnds(search);
}

void EditPreview::setSteps(const Result& search)
{
    m_losses->setSeries({curve(search, "search.nll", tr("NLL"), "h", false),
                         curve(search, "search.kl", tr("KL"), "s", true),
                         curve(search, "search.decay", tr("decay"), "g", false)});
    m_probability->setSeries({curve(search, "search.p", tr("p(new)"), "o", false)});
    m_losses->show();
    m_probability->show();
    const ArrayPtr p = search.find("search.p");
    if (p && !p->values.empty())
        m_text->setText(tr("Step %1: p of the new object %2, mean over the openings.")
                            .arg(p->values.size() - 1)
                            .arg(probabilityText(p->values.back()).toHtmlEscaped()));
}

void EditPreview::setEnds(const Result& search)
{
    const Json before = jsonMember(search.head, "before"), after = jsonMember(search.head, "after");
    const QString target = jsonText(jsonMember(search.head, "target"), "text");
    m_progress->hide();
    m_bars->setSeries(
        {{RunRole::Clean, barsOf(jsonMember(before, "top"))}, {RunRole::Edited, barsOf(jsonMember(after, "top"))}});
    m_bars->show();
    QString text = tr("p(%1): %2 before, <b>%3</b> after · %4 %5")
                       .arg(target.toHtmlEscaped(), probabilityText(jsonNumber(before, "p")).toHtmlEscaped(),
                            probabilityText(jsonNumber(after, "p")).toHtmlEscaped(), jsonText(search.head, "matrix"))
                       .arg(tr("layer %1").arg(jsonNumber(search.head, "layer")));
    const Json statistics = jsonMember(search.head, "statistics");
    text += statistics.is_null() ? tr("<br>Covariance: identity (approximate).")
                                 : tr("<br>Covariance of %1 tokens (%2…).")
                                       .arg(jsonNumber(statistics, "tokens"))
                                       .arg(shortHash(jsonText(statistics, "hash")));
    if (search.head.value("clamped", false))
        text += tr("<br>The value reached the clamp: a larger factor may help.");
    m_text->setText(text);
}

void EditPreview::end(const QString& why)
{
    m_progress->hide();
    m_text->setText(why.toHtmlEscaped());
}

QString EditPreview::text() const
{
    return m_text->text();
}

}  // namespace mnemo
