// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace_tabs.h"

#include "ui/difference_page.h"
#include "ui/result_panel.h"
#include "ui/trace_panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QStackedWidget>
#include <QTabWidget>
#include <QVBoxLayout>

namespace mnemo {
namespace {

constexpr int widestTab = 260;  // of a result's title, pixels

}  // namespace

TraceTabs::TraceTabs(TraceStore& store, ResultStore& results, ViewTable views, QWidget* parent)
    : QWidget(parent),
      m_store(store),
      m_results(results),
      m_views(std::move(views)),
      m_pages(new QStackedWidget(this)),
      m_tabs(new QTabWidget)
{
    setObjectName("traceTabs");
    m_tabs->setDocumentMode(true);
    m_tabs->setTabsClosable(true);
    m_tabs->setTabBarAutoHide(true);
    m_tabs->setAccessibleName(tr("Traces"));
    m_pages->addWidget(makeEmptyPage());
    m_pages->addWidget(m_tabs);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->addWidget(m_pages);
    connect(&m_store, &TraceStore::added, this, &TraceTabs::addPanel);
    connect(&m_store, &TraceStore::removed, this, &TraceTabs::removePanel);
    connect(&m_store, &TraceStore::changed, this, &TraceTabs::refresh);
    connect(&m_results, &ResultStore::added, this, &TraceTabs::addResult);
    connect(&m_results, &ResultStore::removed, this, &TraceTabs::removeResult);
    connect(&m_results, &ResultStore::changed, this, &TraceTabs::refreshResult);
    connect(&m_store, &TraceStore::currentChanged, this, [this] {
        if (TracePanel* now = currentPanel())
            m_tabs->setCurrentWidget(now);
    });
    connect(m_tabs, &QTabWidget::currentChanged, this, &TraceTabs::onTabChanged);
    connect(m_tabs, &QTabWidget::tabCloseRequested, this, &TraceTabs::onTabCloseRequested);
}

QWidget* TraceTabs::makeEmptyPage()
{
    auto* page = new QWidget;
    auto* text = new QLabel(tr("No trace yet. Press F5 or click a word."));
    text->setAlignment(Qt::AlignCenter);
    auto* trace = new QPushButton(tr("Trace (F5)"));
    auto* known = new QPushButton(tr("Trace a known fact"));
    trace->setObjectName("emptyTrace");
    known->setObjectName("emptyKnownFact");
    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(trace);
    buttons->addWidget(known);
    buttons->addStretch();
    auto* box = new QVBoxLayout(page);
    box->addStretch();
    box->addWidget(text);
    box->addLayout(buttons);
    box->addStretch();
    connect(trace, &QPushButton::clicked, this, &TraceTabs::traceRequested);
    connect(known, &QPushButton::clicked, this, &TraceTabs::knownFactRequested);
    return page;
}

QString TraceTabs::title(const Trace& trace) const
{
    QString text = trace.form.subject.isEmpty() ? tr("Trace") : trace.form.subject;
    if (trace.pinned)
        text = tr("%1 · pinned").arg(text);
    return text;
}

void TraceTabs::addPanel(int id)
{
    auto* panel = new TracePanel;
    m_panels[id] = panel;
    panel->setColourMap(m_colourMap);
    connect(panel, &TracePanel::cellClicked, this, &TraceTabs::cellClicked);
    connect(panel, &TracePanel::cellsSelected, this, &TraceTabs::cellsSelected);
    connect(panel->maps(), &HeatmapGrid::cellActivated, this, &TraceTabs::cellActivated);
    connect(panel, &TracePanel::tokenClicked, this, &TraceTabs::tokenClicked);
    connect(panel, &TracePanel::resumeRequested, this, &TraceTabs::resumeRequested);
    connect(panel, &TracePanel::pinRequested, this, [this, id] {
        if (const Trace* trace = m_store.find(id))
            m_store.setPinned(id, !trace->pinned);
    });
    m_tabs->addTab(panel, title(*m_store.find(id)));
    m_pages->setCurrentIndex(1);
    refresh(id);
}

void TraceTabs::removePanel(int id)
{
    if (TracePanel* old = panel(id)) {
        m_panels.erase(id);
        takeAway(old);
    }
}

void TraceTabs::takeAway(QWidget* page)
{
    m_tabs->removeTab(m_tabs->indexOf(page));
    page->deleteLater();
    m_pages->setCurrentIndex(m_tabs->count() > 0 ? 1 : 0);
}

void TraceTabs::refresh(int id)
{
    const Trace* trace = m_store.find(id);
    TracePanel* shown = panel(id);
    if (!trace || !shown)
        return;
    shown->setTrace(*trace, m_metric);
    m_tabs->setTabText(m_tabs->indexOf(shown), title(*trace));
}

void TraceTabs::setMetric(Metric metric)
{
    m_metric = metric;
    for (const auto& [id, shown] : m_panels)
        refresh(id);
    for (DifferencePage* page : m_tabs->findChildren<DifferencePage*>())
        page->setMetric(metric);
}

void TraceTabs::setColourMap(const QString& name)
{
    m_colourMap = name;
    for (const auto& [id, shown] : m_panels)
        shown->setColourMap(name);
}

void TraceTabs::focusMap(int n)
{
    const TracePanel* now = currentPanel();
    const std::vector<std::string> sites = now ? now->maps()->sites() : std::vector<std::string>{};
    if (n < int(sites.size()))
        now->maps()->map(sites[std::size_t(n)])->setFocus(Qt::ShortcutFocusReason);
}

void TraceTabs::closeCurrent()
{
    if (m_tabs->currentIndex() >= 0)
        onTabCloseRequested(m_tabs->currentIndex());
}

void TraceTabs::setSelection(Cell cell)
{
    if (TracePanel* now = currentPanel())
        now->setSelection(cell);
}

TracePanel* TraceTabs::panel(int id) const
{
    const auto it = m_panels.find(id);
    return it == m_panels.end() ? nullptr : it->second;
}

TracePanel* TraceTabs::currentPanel() const
{
    return m_store.current() ? panel(m_store.current()->id) : nullptr;
}

void TraceTabs::onTabChanged(int index)
{
    for (const auto& [id, shown] : m_panels)
        if (m_tabs->widget(index) == shown)
            m_store.setCurrent(id);
}

void TraceTabs::onTabCloseRequested(int index)
{
    QWidget* closed = m_tabs->widget(index);
    for (const auto& [id, shown] : m_panels)
        if (closed == shown) {
            m_store.remove(id);
            return;
        }
    for (const auto& [id, shown] : m_resultPanels)
        if (closed == shown) {
            m_results.remove(id);
            return;
        }
    takeAway(closed);
}

ResultPanel* TraceTabs::resultPanel(int id) const
{
    const auto it = m_resultPanels.find(id);
    return it == m_resultPanels.end() ? nullptr : it->second;
}

int TraceTabs::resultInFront() const
{
    for (const auto& [id, shown] : m_resultPanels)
        if (m_tabs->currentWidget() == shown)
            return id;
    return 0;
}

ResultPtr TraceTabs::shownResult() const
{
    if (const ResultPanel* other = resultPanel(resultInFront()))
        return other->result();
    return m_store.current() ? m_store.current()->result : nullptr;
}

void TraceTabs::addResult(int id)
{
    auto* panel = new ResultPanel(m_views);
    m_resultPanels[id] = panel;
    connect(panel, &ResultPanel::stopRequested, this, [this, id] { Q_EMIT stopResultRequested(id); });
    connect(panel, &ResultPanel::resumeRequested, this, [this, id] { Q_EMIT resumeResultRequested(id); });
    connect(panel, &ResultPanel::changeRequested, this, [this, id] { Q_EMIT changeResultRequested(id); });
    connect(panel, &ResultPanel::factChosen, this, &TraceTabs::factChosen);
    m_tabs->setCurrentIndex(m_tabs->addTab(panel, QString()));
    m_pages->setCurrentIndex(1);
    refreshResult(id);
}

void TraceTabs::removeResult(int id)
{
    if (ResultPanel* old = resultPanel(id)) {
        m_resultPanels.erase(id);
        takeAway(old);
    }
}

void TraceTabs::refreshResult(int id)
{
    const ResultEntry* entry = m_results.find(id);
    ResultPanel* shown = resultPanel(id);
    if (!entry || !shown)
        return;
    shown->setEntry(*entry);
    const int index = m_tabs->indexOf(shown);
    const QString title = titleOf(*entry);
    m_tabs->setTabText(index, fontMetrics().elidedText(title, Qt::ElideRight, widestTab).replace('&', "&&"));
    m_tabs->setTabToolTip(index, title);
}

void TraceTabs::showDifference(int minuend, int subtrahend)
{
    const Trace* a = m_store.find(minuend);
    const Trace* b = m_store.find(subtrahend);
    if (!a || !b || !a->result || !b->result)
        return;
    auto* page = new DifferencePage(*a, *b, m_metric);
    m_tabs->setCurrentIndex(m_tabs->addTab(page, page->title()));
}

}  // namespace mnemo
