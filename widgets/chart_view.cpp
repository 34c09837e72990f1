// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/chart_view.h"

#include "widgets/chart_panel.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QTabBar>
#include <QVBoxLayout>
#include <algorithm>

namespace mnemo {

namespace {

QScrollArea* scrolling(QWidget* content)
{
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(content);
    return scroll;
}

}  // namespace

ChartView::ChartView(const ChartKind& kind, QWidget* parent)
    : ResultView(parent),
      m_kind(kind),
      m_pages(new QTabBar(this)),
      m_metrics(new QComboBox(this)),
      m_offer(new QPushButton(this)),
      m_nothing(new QLabel(tr("Nothing to show yet."), this)),
      m_panel(new ChartPanel),
      m_scroll(scrolling(m_panel)),
      m_note(new QLabel(this))
{
    m_pages->setDrawBase(false);
    m_pages->setExpanding(false);
    m_pages->setAccessibleName(tr("Pages"));
    m_metrics->setAccessibleName(tr("Coloured by"));
    for (const Metric metric : m_kind.metrics)
        m_metrics->addItem(tr("Coloured by %1").arg(QString::fromUtf8(metricName(metric).data())), int(metric));
    m_metrics->setVisible(!m_kind.metrics.empty());
    m_nothing->setAlignment(Qt::AlignCenter);
    m_note->setObjectName("chartNote");
    m_note->setWordWrap(true);
    auto* line = new QHBoxLayout;
    line->addWidget(m_pages);
    line->addStretch(1);
    line->addWidget(m_offer);
    line->addWidget(m_metrics);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addLayout(line);
    column->addWidget(m_nothing, 1);
    column->addWidget(m_scroll, 1);
    column->addWidget(m_note);
    connect(m_pages, &QTabBar::currentChanged, this, &ChartView::refresh);
    connect(m_metrics, &QComboBox::currentIndexChanged, this,
            [this](int index) { setMetric(Metric(m_metrics->itemData(index).toInt())); });
    m_offer->setObjectName("layerOffer");
    connect(m_panel, &ChartPanel::columnClicked, this, &ChartView::offer);
    connect(m_offer, &QPushButton::clicked, this,
            [this] { Q_EMIT asked(QString::fromLatin1(m_kind.offer->experiment), offered(m_offeredLayer)); });
    connect(m_panel, &ChartPanel::tokenClicked, this, &ResultView::tokenClicked);
    connect(m_panel, &ChartPanel::pointClicked, this, &ResultView::pointClicked);
    refresh();
}

void ChartView::setResult(ResultPtr result)
{
    m_result = std::move(result);
    refresh();
}

void ChartView::setMetric(Metric metric)
{
    const auto& known = m_kind.metrics;
    if (metric == m_metric || std::find(known.begin(), known.end(), metric) == known.end())
        return;
    m_metric = metric;
    const QSignalBlocker quiet(m_metrics);
    m_metrics->setCurrentIndex(m_metrics->findData(int(metric)));
    refresh();
}

void ChartView::setCurrentCell(Cell cell)
{
    m_panel->setCurrentLayer(cell.layer);
}

void ChartView::setStale(bool stale)
{
    m_panel->setStale(stale);
}

void ChartView::refresh()
{
    const std::vector<ChartPage> pages = m_result ? m_kind.make(*m_result, m_metric) : std::vector<ChartPage>();
    showPages(pages);
    const auto shown = std::size_t(std::max(0, m_pages->currentIndex()));
    m_panel->setCharts(shown < pages.size() ? pages[shown].charts : std::vector<Chart>());
    m_note->setText(shown < pages.size() ? pages[shown].note : QString());
    m_note->setVisible(!m_note->text().isEmpty());
    m_nothing->setVisible(pages.empty());
    m_scroll->setVisible(!pages.empty());
    offer(m_offeredLayer);
}

Json ChartView::offered(int layer) const
{
    const QString page = m_pages->currentIndex() < 0 ? QString() : m_pages->tabData(m_pages->currentIndex()).toString();
    if (layer < 0 || !m_result || !m_kind.offer || page != QLatin1String(m_kind.offer->page))
        return {};
    return m_kind.offer->parameters(*m_result, layer);
}

void ChartView::offer(int layer)
{
    m_offeredLayer = layer;
    const bool possible = !offered(layer).is_null();
    m_offer->setVisible(possible);
    if (possible)
        m_offer->setText(m_kind.offer->text.arg(layer));
}

/// Tabs for the pages; the one that was chosen stays chosen.
void ChartView::showPages(const std::vector<ChartPage>& pages)
{
    const QSignalBlocker quiet(m_pages);
    const QString chosen = m_pages->currentIndex() >= 0 ? m_pages->tabData(m_pages->currentIndex()).toString() : "";
    while (m_pages->count() > int(pages.size()))
        m_pages->removeTab(m_pages->count() - 1);
    for (int index = 0; index < int(pages.size()); ++index) {
        const ChartPage& page = pages[std::size_t(index)];
        if (index == m_pages->count())
            m_pages->addTab(page.title);
        m_pages->setTabText(index, page.title);
        m_pages->setTabData(index, page.key);
        if (page.key == chosen)
            m_pages->setCurrentIndex(index);
    }
    m_pages->setVisible(pages.size() > 1);
}

}  // namespace mnemo
