// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/circuit_view.h"

#include "widgets/axis_slider.h"
#include "widgets/chart_panel.h"
#include "widgets/circuit_charts.h"
#include "widgets/circuit_text.h"
#include "widgets/graph_view.h"

#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QTabBar>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>

namespace mnemo {
namespace {

QToolButton* menuButton(const QString& text, const QString& name, QWidget* parent)
{
    auto* button = new QToolButton(parent);
    button->setText(text);
    button->setObjectName(name);
    button->setPopupMode(QToolButton::InstantPopup);
    button->setFocusPolicy(Qt::StrongFocus);
    button->setMenu(new QMenu(button));
    return button;
}

QHBoxLayout* lineOf(QWidget* owner, std::initializer_list<QWidget*> parts)
{
    auto* line = new QHBoxLayout(owner);
    line->setContentsMargins(0, 0, 0, 0);
    for (QWidget* part : parts)
        line->addWidget(part);
    line->addStretch(1);
    return line;
}

}  // namespace

CircuitView::CircuitView(QWidget* parent)
    : ResultView(parent),
      m_pages(new QTabBar(this)),
      m_edges(new AxisSlider(tr("Edges kept"), {}, this)),
      m_measures(new QLabel(this)),
      m_pointed(new QLabel(this)),
      m_onPaths(new QCheckBox(tr("Only edges on a path from embed to output"), this)),
      m_merged(new QCheckBox(tr("Merge positions"), this)),
      m_nodes(menuButton(tr("Nodes"), QStringLiteral("circuitNodes"), this)),
      m_nodesMenu(m_nodes->menu()),
      m_export(menuButton(tr("Export graph"), QStringLiteral("exportGraph"), this)),
      m_matrixControls(nullptr),
      m_values(new QComboBox(this)),
      m_clamp(new QComboBox(this)),
      m_stack(new QStackedWidget(this)),
      m_graph(new GraphView),
      m_panel(new ChartPanel),
      m_nothing(new QLabel(tr("Nothing to show yet."), this))
{
    m_pages->setDrawBase(false);
    m_pages->setExpanding(false);
    m_pages->setAccessibleName(tr("Pages"));
    m_edges->setObjectName("circuitEdges");
    m_measures->setObjectName("circuitMeasures");
    m_measures->setWordWrap(true);
    m_measures->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_pointed->setObjectName("circuitPointed");
    m_pointed->setTextFormat(Qt::PlainText);
    m_pointed->setMinimumWidth(1);
    m_pointed->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_onPaths->setObjectName("circuitOnPaths");
    m_onPaths->setToolTip(tr("Other edges change nothing: what they carry is not the prompt's, or is not heard"));
    m_merged->setObjectName("circuitMerged");
    m_merged->setToolTip(tr("One line for an edge at several positions, with their names"));
    m_nodes->setToolTip(tr("Which nodes are drawn"));
    m_export->setToolTip(tr("As DOT, GraphML or JSON"));
    m_nothing->setAlignment(Qt::AlignCenter);
    m_graph->setEmptyText(
        tr("No edge is left. — Keep more edges, show hidden nodes, or show those off the paths, too."));
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(m_panel);
    m_stack->addWidget(m_nothing);
    m_stack->addWidget(m_graph);
    m_stack->addWidget(scroll);

    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(makeControls());
    column->addWidget(m_measures);
    column->addWidget(m_stack, 1);
    column->addWidget(m_pointed);

    connect(m_pages, &QTabBar::currentChanged, this, &CircuitView::refresh);
    connect(m_edges, &AxisSlider::moved, this, [this] {
        const int step = m_edges->index().value_or(0);
        change([&](CircuitChoice& choice) { choice.edges = m_steps[std::size_t(step)]; });
    });
    connect(m_onPaths, &QCheckBox::toggled, this,
            [this](bool on) { change([on](CircuitChoice& choice) { choice.onPaths = on; }); });
    connect(m_merged, &QCheckBox::toggled, this,
            [this](bool on) { change([on](CircuitChoice& choice) { choice.merged = on; }); });
    connect(m_values, &QComboBox::currentIndexChanged, this,
            [this](int index) { change([index](CircuitChoice& choice) { choice.matrix = EdgeValues(index); }); });
    connect(m_clamp, &QComboBox::currentIndexChanged, this,
            [this] { change([this](CircuitChoice& choice) { choice.clamp = m_clamp->currentData().toDouble(); }); });
    connect(m_graph, &GraphView::pointed, m_pointed, &QLabel::setText);
    connect(m_graph, &GraphView::hideRequested, this, [this](const QString& node) {
        change([&node](CircuitChoice& choice) { choice.hidden.push_back(node.toStdString()); });
    });
    connect(m_graph, &GraphView::showHiddenRequested, this,
            [this] { change([](CircuitChoice& choice) { choice.hidden.clear(); }); });
    connect(m_nodesMenu, &QMenu::aboutToShow, this, &CircuitView::fillNodes);
    addExports();
    showChoice();
    refresh();
}

QWidget* CircuitView::makeControls()
{
    auto* controls = new QWidget(this);
    auto* first = new QWidget(controls);
    auto* line = lineOf(first, {m_pages});
    line->addWidget(m_edges, 4);
    line->addWidget(m_export);
    auto* second = new QWidget(controls);
    lineOf(second, {m_onPaths, m_merged, m_nodes, makeMatrixControls()});
    auto* column = new QVBoxLayout(controls);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    column->addWidget(first);
    column->addWidget(second);
    return controls;
}

QWidget* CircuitView::makeMatrixControls()
{
    m_values->setObjectName("circuitValues");
    m_values->setAccessibleName(tr("Coloured by"));
    for (const QString& text : {tr("Coloured by attribution"), tr("Coloured by exact effect"), tr("Coloured by kept")})
        m_values->addItem(text);
    m_clamp->setObjectName("circuitClamp");
    m_clamp->setAccessibleName(tr("Ends of the colours"));
    m_clamp->addItem(tr("All values"), 0.0);
    for (const double end : {0.001, 0.0005, 0.0001})
        m_clamp->addItem(tr("Within ±%1").arg(end), end);
    m_matrixControls = new QWidget(this);
    lineOf(m_matrixControls, {m_values, m_clamp});
    return m_matrixControls;
}

/// In the button's menu and in the graph's own.
void CircuitView::addExports()
{
    const auto add = [this](const QString& text, bool whole) {
        QAction* action =
            m_export->menu()->addAction(text, this, [this, whole] { Q_EMIT graphExportRequested(whole); });
        m_graph->addAction(action);
    };
    add(tr("Export graph as &drawn…"), false);
    add(tr("Export the &whole graph…"), true);
    for (QAction* action : m_graph->actions())
        action->setShortcutContext(Qt::WidgetShortcut);
}

void CircuitView::setResult(ResultPtr result)
{
    m_result = std::move(result);
    if (m_result && m_result->head.is_object() && m_result->head.contains("choice"))
        m_choice = circuitChoiceOf(*m_result);
    look();
}

Json CircuitView::choice() const
{
    return toJson(m_choice);
}

void CircuitView::setChoice(const CircuitChoice& choice)
{
    if (choice == m_choice)
        return;
    m_choice = choice;
    look();
    Q_EMIT choiceChanged();
}

void CircuitView::change(const std::function<void(CircuitChoice&)>& edit)
{
    CircuitChoice changed = m_choice;
    edit(changed);
    setChoice(changed);
}

void CircuitView::look()
{
    m_shown = m_result ? readCircuit(*m_result, m_choice) : std::nullopt;
    showChoice();
    refresh();
}

/// The controls as the choice has it, for the circuit that there is.
void CircuitView::showChoice()
{
    static const ShownCircuit nothing;
    const ShownCircuit& shown = m_shown ? *m_shown : nothing;
    const int kept = int(shown.kept.edges.size()), all = int(shown.whole.edges.size());
    const bool exact =
        std::ranges::any_of(shown.whole.edges, [](const CircuitEdge& edge) { return edge.exact.has_value(); });
    m_steps = m_result ? circuitSteps(*m_result, all) : std::vector<int>();
    if (m_choice.edges && std::ranges::find(m_steps, kept) == m_steps.end())
        m_steps.insert(std::ranges::upper_bound(m_steps, kept), kept);
    QStringList labels;
    for (const int step : m_steps)
        labels << QString::number(step);
    m_edges->setLabels(labels);
    m_edges->setIndex(int(std::ranges::lower_bound(m_steps, kept) - m_steps.begin()));
    m_edges->setEnabled(m_steps.size() > 1);
    const QSignalBlocker quiet[] = {QSignalBlocker(m_onPaths), QSignalBlocker(m_merged), QSignalBlocker(m_values),
                                    QSignalBlocker(m_clamp)};
    m_onPaths->setChecked(m_choice.onPaths);
    m_merged->setChecked(m_choice.merged);
    m_values->setCurrentIndex(int(m_choice.matrix));
    m_values->setItemData(int(EdgeValues::Exact), exact ? QVariant() : QVariant(0), Qt::UserRole - 1);
    m_clamp->setCurrentIndex(std::max(0, m_clamp->findData(m_choice.clamp)));
    m_clamp->setEnabled(m_choice.matrix != EdgeValues::Kept);
}

void CircuitView::refresh()
{
    const std::vector<CircuitPage> pages = m_shown ? circuitPages(*m_result) : std::vector<CircuitPage>();
    {
        const QSignalBlocker quiet(m_pages);
        while (m_pages->count() > int(pages.size()))
            m_pages->removeTab(m_pages->count() - 1);
        for (int index = m_pages->count(); index < int(pages.size()); ++index)
            m_pages->addTab(circuitPageTitle(pages[std::size_t(index)]));
    }
    const int index = m_pages->currentIndex();
    const bool any = index >= 0;
    const auto is = [&](CircuitPage page) { return any && pages[std::size_t(index)] == page; };
    const bool isGraph = is(CircuitPage::Graph);
    for (QWidget* control : std::initializer_list<QWidget*>{m_export, m_edges})
        control->setVisible(any);
    for (QWidget* control : std::initializer_list<QWidget*>{m_onPaths, m_nodes, m_pointed})
        control->setVisible(isGraph);
    m_merged->setVisible(isGraph && !m_shown->whole.positions.empty());
    m_matrixControls->setVisible(is(CircuitPage::Matrix));
    m_measures->setVisible(any);
    if (!any) {
        m_stack->setCurrentIndex(0);
        return;
    }
    m_measures->setText(circuitNote(*m_shown, m_choice));
    const ChartPage page = circuitPage(pages[std::size_t(index)], *m_result, *m_shown, m_choice);
    if (isGraph)
        showGraph(*m_graph, std::get<GraphChart>(page.charts.front()));
    else
        m_panel->setCharts(page.charts);
    m_stack->setCurrentIndex(isGraph ? 1 : 2);
}

/// A tick for every node that edges kept begin or end at.
void CircuitView::fillNodes()
{
    m_nodesMenu->clear();
    QAction* all = m_nodesMenu->addAction(tr("&Show all"), m_graph, &GraphView::showHiddenRequested);
    all->setEnabled(!m_choice.hidden.empty());
    m_nodesMenu->addSeparator();
    if (!m_result)
        return;
    CircuitChoice everything = m_choice;
    everything.hidden.clear();
    const Circuit circuit = shownCircuit(*m_result, everything).circuit;
    const std::vector<bool> used = usedNodes(circuit);
    for (std::size_t node = 0; node < used.size(); ++node) {
        if (!used[node])
            continue;
        const std::string name = circuit.nodes[node];
        QAction* tick = m_nodesMenu->addAction(QString::fromStdString(name));
        tick->setCheckable(true);
        tick->setChecked(std::ranges::find(m_choice.hidden, name) == m_choice.hidden.end());
        connect(tick, &QAction::triggered, this, [this, name](bool shown) {
            change([&](CircuitChoice& choice) {
                std::erase(choice.hidden, name);
                if (!shown)
                    choice.hidden.push_back(name);
            });
        });
    }
}

}  // namespace mnemo
