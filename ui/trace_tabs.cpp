// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace_tabs.h"

#include "core/data/curves_beside.h"
#include "ui/difference_page.h"
#include "ui/result_panel.h"
#include "ui/tab_title.h"
#include "ui/trace_pair_panel.h"
#include "ui/trace_panel.h"
#include "widgets/json_value.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QStackedWidget>
#include <QTabWidget>
#include <QVBoxLayout>

namespace mnemo {

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
    connect(&m_store, &TraceStore::added, this, &TraceTabs::showPage);
    connect(&m_store, &TraceStore::removed, this, &TraceTabs::onRemoved);
    connect(&m_store, &TraceStore::changed, this, &TraceTabs::refresh);
    connect(&m_results, &ResultStore::added, this, &TraceTabs::addResult);
    connect(&m_results, &ResultStore::removed, this, &TraceTabs::removeResult);
    connect(&m_results, &ResultStore::changed, this, &TraceTabs::refreshResult);
    connect(&m_store, &TraceStore::currentChanged, this, [this] {
        if (const Trace* now = m_store.current())
            m_tabs->setCurrentWidget(pageOf(now->id));
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

void TraceTabs::addMany(const std::function<void()>& add)
{
    m_held = true;
    m_tabs->tabBar()->hide();  // it would be laid out with every tab
    add();
    m_held = false;
    m_tabs->tabBar()->setVisible(m_tabs->count() > 1);
    showTitles();
    if (m_late.contains(m_tabs->currentWidget()))
        fill(traceOf(m_tabs->currentWidget()));
}

/// One more model or one less changes what the tabs of the others are called.
void TraceTabs::showTitles()
{
    if (m_held)
        return;
    ModelNames models;
    for (const Trace& trace : m_store.all())
        models.insert(modelOf(trace));
    for (const ResultEntry& entry : m_results.all())
        models.insert(entry.modelName);
    models.erase(QString());
    for (const Trace& trace : m_store.all())
        if (QWidget* page = trace.beside == 0 ? pageOf(trace.id) : nullptr)
            setTitle(page, tabTitle(trace, m_store.besideOf(trace.id), models));
    for (const ResultEntry& entry : m_results.all())
        if (QWidget* page = resultPanel(entry.id))
            setTitle(page, tabTitle(entry, models));
}

void TraceTabs::setTitle(QWidget* page, const TabTitle& title)
{
    const int index = m_tabs->indexOf(page);
    const QString text = tabText(title, fontMetrics());
    if (m_tabs->tabText(index) != text)  // else the bar is laid out with every snapshot
        m_tabs->setTabText(index, text);
    m_tabs->setTabToolTip(index, title.tip);
}

/// A tab of its own for a trace, or one that it shares with the trace beside it; in the place of the one it had.
void TraceTabs::showPage(int id)
{
    const Trace* trace = m_store.find(id);
    const Trace* first = trace ? m_store.firstOf(*trace) : nullptr;
    if (!first)
        return;
    const Trace* second = m_store.besideOf(first->id);
    QWidget* old = pageOf(first->id);
    const int place = old ? m_tabs->indexOf(old) : m_tabs->count();
    const bool inFront = old && m_tabs->currentWidget() == old;
    const QSignalBlocker quiet(m_tabs);
    removePage(first->id);
    QWidget* page = second ? static_cast<QWidget*>(makePair(first->id, second->id)) : makePanel(first->id);
    m_tabs->insertTab(place, page, QString());
    if (inFront || m_tabs->count() == 1)
        m_tabs->setCurrentWidget(page);
    m_pages->setCurrentIndex(1);
    refresh(first->id);
    Q_EMIT pageMade(page);
}

TracePanel* TraceTabs::makePanel(int id)
{
    auto* panel = new TracePanel;
    m_panels[id] = panel;
    panel->setColourMap(m_colourMap);
    connect(panel, &TracePanel::cellClicked, this, &TraceTabs::cellClicked);
    connect(panel, &TracePanel::cellsSelected, this, &TraceTabs::cellsSelected);
    connect(panel->maps(), &HeatmapGrid::cellActivated, this, &TraceTabs::cellActivated);
    connect(panel, &TracePanel::tokenClicked, this, &TraceTabs::tokenClicked);
    connect(panel, &TracePanel::resumeRequested, this, &TraceTabs::resumeRequested);
    connect(panel, &TracePanel::pinRequested, this, [this, id] { Q_EMIT pinRequested(id); });
    return panel;
}

/// Whichever of the two is clicked becomes the current one; a click in their difference means the first.
TracePairPanel* TraceTabs::makePair(int first, int second)
{
    auto* panel = new TracePairPanel;
    m_pairs[first] = panel;
    panel->setColourMap(m_colourMap);
    const auto turnTo = [this, first, second](TraceComparison::Column column) {
        m_store.setCurrent(column == TraceComparison::B ? second : first);
        return column == TraceComparison::B ? TraceComparison::B : TraceComparison::A;
    };
    const TracePairView* view = panel->view();
    connect(view, &TracePairView::cellClicked, this,
            [this, view, turnTo](TraceComparison::Column column, const QString& site, Cell cell) {
                const auto to = turnTo(column);
                Q_EMIT cellClicked(site, view->comparison().linkedCell(column, cell, to));
            });
    connect(view, &TracePairView::cellsSelected, this,
            [this, turnTo](TraceComparison::Column column, const QString& site, CellRange cells) {
                if (column == turnTo(column))
                    Q_EMIT cellsSelected(site, cells);
            });
    connect(view, &TracePairView::tokenClicked, this, [this, view, turnTo](TraceComparison::Column column, int pos) {
        const auto to = turnTo(column);
        Q_EMIT tokenClicked(view->comparison().linkedCell(column, {-1, pos}, to).pos);
    });
    connect(view, &TracePairView::cellActivated, this, &TraceTabs::cellActivated);
    connect(panel, &TracePairPanel::resumeRequested, this, [this, turnTo](TraceComparison::Column column) {
        turnTo(column);
        Q_EMIT resumeRequested();
    });
    connect(panel, &TracePairPanel::pinRequested, this, [this, first] { Q_EMIT pinRequested(first); });
    return panel;
}

QWidget* TraceTabs::pageOf(int id) const
{
    const Trace* trace = m_store.find(id);
    const int first = trace && trace->beside != 0 ? trace->beside : id;
    if (const auto pair = m_pairs.find(first); pair != m_pairs.end())
        return pair->second;
    const auto panel = m_panels.find(first);
    return panel == m_panels.end() ? nullptr : panel->second;
}

void TraceTabs::removePage(int first)
{
    QWidget* page = pageOf(first);
    m_panels.erase(first);
    m_pairs.erase(first);
    if (page)
        takeAway(page);
}

/// A trace of its own takes its tab with it; one that stood beside another leaves that one the tab.
void TraceTabs::onRemoved(int id)
{
    if (m_panels.contains(id) || m_pairs.contains(id))
        return removePage(id);
    for (const auto& [first, pair] : m_pairs)
        if (!m_store.besideOf(first))
            return showPage(first);
}

void TraceTabs::takeAway(QWidget* page)
{
    m_late.erase(page);
    m_tabs->removeTab(m_tabs->indexOf(page));
    page->deleteLater();
    m_pages->setCurrentIndex(m_tabs->count() > 0 ? 1 : 0);
    showTitles();
}

/// Pages behind others are filled when they come to the front.
void TraceTabs::refresh(int id)
{
    QWidget* page = pageOf(id);
    if (page && (m_held || m_tabs->currentWidget() != page))
        m_late.insert(page);
    else
        fill(id);
    showTitles();
}

void TraceTabs::fill(int id)
{
    const Trace* trace = m_store.find(id);
    const Trace* first = trace ? m_store.firstOf(*trace) : nullptr;
    if (!first)
        return;
    m_late.erase(pageOf(first->id));
    if (const auto pair = m_pairs.find(first->id); pair != m_pairs.end()) {
        if (const Trace* second = m_store.besideOf(first->id))
            pair->second->setTraces(*first, *second, m_metric);
    } else if (const auto panel = m_panels.find(first->id); panel != m_panels.end()) {
        panel->second->setTrace(*first, m_metric);
    }
}

void TraceTabs::setMetric(Metric metric)
{
    m_metric = metric;
    for (const Trace& trace : m_store.all())
        refresh(trace.id);
    for (const DifferencePage* page : m_tabs->findChildren<DifferencePage*>())
        page->view()->setMetric(metric);
}

void TraceTabs::setColourMap(const QString& name)
{
    m_colourMap = name;
    for (const auto& [id, shown] : m_panels)
        shown->setColourMap(name);
    for (const auto& [id, shown] : m_pairs)
        shown->setColourMap(name);
    for (const DifferencePage* page : m_tabs->findChildren<DifferencePage*>())
        page->view()->setColourMap(name);
}

void TraceTabs::focusMap(int n)
{
    const HeatmapGrid* maps = currentMaps();
    const std::vector<std::string> sites = maps ? maps->sites() : std::vector<std::string>{};
    if (n < int(sites.size()))
        focusSite(QString::fromStdString(sites[std::size_t(n)]));
}

/// Where there are many, it may have to be scrolled to.
void TraceTabs::focusSite(const QString& site)
{
    const HeatmapGrid* maps = currentMaps();
    Heatmap* map = maps ? maps->map(site.toStdString()) : nullptr;
    if (!map)
        return;
    map->setFocus(Qt::ShortcutFocusReason);
    for (QWidget* around = map->parentWidget(); around; around = around->parentWidget())
        if (auto* scroll = qobject_cast<QScrollArea*>(around))
            return scroll->ensureWidgetVisible(map);
}

void TraceTabs::showOther(QWidget* page)
{
    m_tabs->setCurrentWidget(page);
}

bool TraceTabs::has(const QWidget* page) const
{
    return m_tabs->indexOf(page) >= 0;
}

void TraceTabs::showTrace(int id)
{
    if (QWidget* page = pageOf(id))
        m_tabs->setCurrentWidget(page);
}

void TraceTabs::showResult(int id)
{
    if (ResultPanel* panel = resultPanel(id))
        m_tabs->setCurrentWidget(panel);
}

void TraceTabs::closeCurrent()
{
    if (m_tabs->currentIndex() >= 0)
        onTabCloseRequested(m_tabs->currentIndex());
}

void TraceTabs::setSelection(const QString& site, Cell cell)
{
    const Trace* now = m_store.current();
    if (!now)
        return;
    if (const auto pair = m_pairs.find(m_store.currentFirst()->id); pair != m_pairs.end())
        pair->second->view()->setCurrentCell(now->beside != 0 ? TraceComparison::B : TraceComparison::A, site, cell);
    else if (const auto panel = m_panels.find(now->id); panel != m_panels.end())
        panel->second->setSelection(cell);
}

HeatmapGrid* TraceTabs::currentMaps() const
{
    const Trace* now = m_store.current();
    if (!now)
        return nullptr;
    if (const auto pair = m_pairs.find(m_store.currentFirst()->id); pair != m_pairs.end())
        return pair->second->view()->grid(now->beside != 0 ? TraceComparison::B : TraceComparison::A);
    const auto panel = m_panels.find(now->id);
    return panel == m_panels.end() ? nullptr : panel->second->maps();
}

int TraceTabs::traceOf(const QWidget* page) const
{
    for (const auto& [id, shown] : m_panels)
        if (page == shown)
            return id;
    for (const auto& [id, shown] : m_pairs)
        if (page == shown)
            return id;
    return 0;
}

void TraceTabs::onTabChanged(int index)
{
    const int id = traceOf(m_tabs->widget(index));
    if (m_late.contains(m_tabs->widget(index)) && !m_held)
        fill(id);
    const Trace* now = m_store.currentFirst();
    if (id != 0 && !(now && now->id == id))
        m_store.setCurrent(id);
    Q_EMIT tabChanged();
}

void TraceTabs::onTabCloseRequested(int index)
{
    QWidget* closed = m_tabs->widget(index);
    const QString title = m_tabs->tabText(index);
    if (const int id = traceOf(closed); id != 0) {
        m_store.remove(id);
        return Q_EMIT traceClosed(id, title);
    }
    for (const auto& [id, shown] : m_resultPanels)
        if (closed == shown) {
            const int gone = id;  // the map's own one goes with it
            m_results.remove(gone);
            return Q_EMIT resultClosed(gone, title);
        }
    takeAway(closed);
}

ResultPanel* TraceTabs::resultPanel(int id) const
{
    const auto it = m_resultPanels.find(id);
    return it == m_resultPanels.end() ? nullptr : it->second;
}

int TraceTabs::traceInFront() const
{
    return traceOf(m_tabs->currentWidget());
}

QWidget* TraceTabs::otherInFront() const
{
    return traceInFront() == 0 && resultInFront() == 0 ? m_tabs->currentWidget() : nullptr;
}

int TraceTabs::resultInFront() const
{
    for (const auto& [id, shown] : m_resultPanels)
        if (m_tabs->currentWidget() == shown)
            return id;
    return 0;
}

std::optional<ShownPair> TraceTabs::shownPair() const
{
    if (const auto* page = qobject_cast<const DifferencePage*>(m_tabs->currentWidget()))
        return ShownPair{page->traces().first, page->traces().second, page->view()->oneScale()};
    const auto pair = m_pairs.find(traceOf(m_tabs->currentWidget()));
    const Trace* second = pair == m_pairs.end() ? nullptr : m_store.besideOf(pair->first);
    const Trace* first = second ? m_store.find(second->beside) : nullptr;
    if (!first || !first->result || !second->result)
        return std::nullopt;
    return ShownPair{first->result, second->result, pair->second->view()->oneScale()};
}

ResultPtr TraceTabs::shownResult() const
{
    if (const ResultPanel* other = resultPanel(resultInFront()))
        return other->result();
    return m_store.current() ? m_store.current()->result : nullptr;
}

ShownResults TraceTabs::shownResults() const
{
    if (const ResultPanel* other = resultPanel(resultInFront()))
        return {other->ownResult(), other->beside()};
    if (const auto pair = shownPair())
        return {pair->first, pair->second};
    return {shownResult(), nullptr};
}

void TraceTabs::addResult(int id)
{
    auto* panel = new ResultPanel(m_views);
    m_resultPanels[id] = panel;
    connect(panel, &ResultPanel::stopRequested, this, [this, id] { Q_EMIT stopResultRequested(id); });
    connect(panel, &ResultPanel::resumeRequested, this, [this, id] { Q_EMIT resumeResultRequested(id); });
    connect(panel, &ResultPanel::changeRequested, this, [this, id] { Q_EMIT changeResultRequested(id); });
    connect(panel, &ResultPanel::factChosen, this, &TraceTabs::factChosen);
    connect(panel, &ResultPanel::editChosen, this, [this, id](const Json& edit) { Q_EMIT editChosen(id, edit); });
    connect(panel, &ResultPanel::asked, this, &TraceTabs::asked);
    connect(panel, &ResultPanel::graphExportRequested, this,
            [this, panel](bool whole) { Q_EMIT graphExportRequested(panel->result(), whole); });
    connect(panel, &ResultPanel::besideChosen, this, [this, id](int other) { m_results.setBeside(id, other); });
    connect(panel, &ResultPanel::choiceTaken, this,
            [this, id](const Json& choice) { m_results.setChoice(id, choice); });
    connect(panel, &ResultPanel::viewMade, this, [this, panel] { Q_EMIT pageMade(panel); });
    const int index = m_tabs->addTab(panel, QString());
    const ResultEntry* entry = m_results.find(id);
    if (entry && entry->beside == 0)  // else what it stands beside was wanted first
        m_tabs->setCurrentIndex(index);
    m_pages->setCurrentIndex(1);
    refreshResult(id);
    Q_EMIT pageMade(panel);
}

void TraceTabs::removeResult(int id)
{
    if (ResultPanel* old = resultPanel(id)) {
        m_resultPanels.erase(id);
        takeAway(old);
        offerBesides();
    }
}

void TraceTabs::refreshResult(int id)
{
    const ResultEntry* entry = m_results.find(id);
    ResultPanel* shown = resultPanel(id);
    if (!entry || !shown)
        return;
    const bool newer = shown->ownResult() != entry->result;
    shown->setEntry(*entry);
    if (newer)
        offerBesides();
    showTitles();
}

/// What traces find in the model that an evaluation edits; null where nobody has looked, or at edited weights.
ResultPtr TraceTabs::profileFor(const Result& result) const
{
    const std::string model = jsonText(result.model, "hash").toStdString();
    const ResultPtr average = result.kind == "evaluate" ? m_results.newest("average", model) : nullptr;
    return average && editsOf(*average).empty() ? average : nullptr;
}

/// Every result may have the curves of the others of its kind beside its own.
void TraceTabs::offerBesides()
{
    for (const auto& [id, shown] : m_resultPanels) {
        std::vector<ResultEntry> others;
        const ResultPtr own = shown->ownResult();
        for (const ResultEntry& entry : m_results.all())
            if (entry.id != id && own && entry.result && haveCurvesBeside(*own, *entry.result))
                others.push_back(entry);
        shown->setOthers(others);
        shown->setProfile(own ? profileFor(*own) : nullptr);
    }
}

void TraceTabs::showDifference(int minuend, int subtrahend, const PairNames& names)
{
    const Trace* a = m_store.find(minuend);
    const Trace* b = m_store.find(subtrahend);
    if (!a || !b || !a->result || !b->result)
        return;
    auto* page = new DifferencePage(a->result, b->result, m_metric, names);
    page->view()->setColourMap(m_colourMap);
    m_tabs->setCurrentIndex(m_tabs->addTab(page, page->title()));
    Q_EMIT pageMade(page);
}

}  // namespace mnemo
