// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace_pair_view.h"

#include "widgets/trace_rows.h"

#include <QCheckBox>
#include <QGridLayout>
#include <QLabel>
#include <QScrollArea>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace mnemo {
namespace {

constexpr auto columns = TraceComparison::columns;
constexpr int narrowestMap = 180;  // pixels, without row labels: else the column that has them has no room for cells

/// In the place of a trace that is not there.
const Result& noTrace()
{
    static const Result none = [] {
        Result result;
        result.parameters = result.model = result.head = Json::object();
        return result;
    }();
    return none;
}

QLabel* wrapped(const QString& name)
{
    auto* label = new QLabel;
    label->setObjectName(name);
    label->setWordWrap(true);
    label->setTextFormat(Qt::RichText);
    return label;
}

}  // namespace

TracePairView::TracePairView(QWidget* parent)
    : QWidget(parent),
      m_headingLine(new QGridLayout),
      m_columns(new QGridLayout),
      m_probe(wrapped("pairProbe")),
      m_oneScale(new QCheckBox(tr("One sca&le"))),
      m_showDifference(new QCheckBox(tr("&Difference")))
{
    m_headings.fill(nullptr);
    for (QGridLayout* line : {m_headingLine, m_columns}) {
        line->setContentsMargins(0, 0, 0, 0);
        line->setHorizontalSpacing(10);
    }
    for (const Column column : columns)
        makeColumn(column);
    m_grids[TraceComparison::Difference]->setColourMap("rdbu");
    setHeading(TraceComparison::Difference, wrapped("differenceNote"));
    m_probe->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_probe->setAccessibleName(tr("Values of both traces"));
    m_oneScale->setObjectName("oneScale");
    m_oneScale->setToolTip(tr("The same colours for the same values in both; without, each has its own scale"));
    m_showDifference->setObjectName("showDifference");
    m_showDifference->setToolTip(tr("The first minus the second, where both have a value"));

    auto* maps = new QWidget;
    maps->setLayout(m_columns);
    auto* scroll = new QScrollArea;
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus);
    scroll->setWidget(maps);
    auto* below = new QHBoxLayout;
    below->addWidget(m_probe, 1);
    below->addWidget(m_oneScale);
    below->addWidget(m_showDifference);
    auto* box = new QVBoxLayout(this);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(4);
    box->addLayout(m_headingLine);
    box->addWidget(scroll, 1);
    box->addLayout(below);
    for (QCheckBox* button : {m_oneScale, m_showDifference}) {
        button->setChecked(true);
        connect(button, &QCheckBox::toggled, this, &TracePairView::refresh);
    }
    refresh();
}

void TracePairView::makeColumn(Column column)
{
    static constexpr std::array names{"mapsOfFirst", "mapsOfSecond", "mapsOfDifference"};
    auto* grid = m_grids[column] = new HeatmapGrid;
    grid->setObjectName(names[column]);
    grid->setColumns(1);
    m_waiting[column] = wrapped({});
    m_waiting[column]->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    m_waiting[column]->setMargin(24);
    m_pages[column] = new QStackedWidget;
    m_pages[column]->addWidget(grid);
    m_pages[column]->addWidget(m_waiting[column]);
    m_columns->addWidget(m_pages[column], 0, column);
    connect(grid, &HeatmapGrid::cellHovered, this,
            [this, column](const QString& site, Cell cell) { mark(column, site, cell); });
    connect(grid, &HeatmapGrid::currentCellChanged, this,
            [this, column](const QString& site, Cell cell) { setCurrentCell(column, site, cell); });
    connect(grid, &HeatmapGrid::cellClicked, this,
            [this, column](const QString& site, Cell cell) { Q_EMIT cellClicked(column, site, cell); });
    connect(grid, &HeatmapGrid::cellActivated, this,
            [this, column](const QString& site, Cell cell) { Q_EMIT cellActivated(column, site, cell); });
    connect(grid, &HeatmapGrid::cellsSelected, this,
            [this, column](const QString& site, CellRange cells) { Q_EMIT cellsSelected(column, site, cells); });
    connect(grid, &HeatmapGrid::tokenClicked, this, [this, column](int pos) { Q_EMIT tokenClicked(column, pos); });
}

void TracePairView::setHeading(Column column, QWidget* heading)
{
    delete m_headings[column];
    m_headings[column] = heading;
    m_headingLine->addWidget(heading, 0, column);
}

void TracePairView::setWaiting(Column column, const QString& text)
{
    m_waiting[column]->setText(text.toHtmlEscaped());
}

void TracePairView::setTraces(ResultPtr a, ResultPtr b)
{
    if (a == m_a && b == m_b)
        return;
    m_a = std::move(a);
    m_b = std::move(b);
    refresh();
}

void TracePairView::setMetric(Metric metric)
{
    if (metric == m_metric)
        return;
    m_metric = metric;
    refresh();
}

void TracePairView::setNames(const PairNames& names)
{
    if (std::exchange(m_names, names) != names)
        refresh();
}

void TracePairView::setColourMap(const QString& name)
{
    if (name == m_colourMap)
        return;
    m_colourMap = name;
    refresh();
}

bool TracePairView::oneScale() const
{
    return m_oneScale->isChecked();
}

void TracePairView::refresh()
{
    m_comparison = compareTraces(m_a ? *m_a : noTrace(), m_b ? *m_b : noTrace(), m_metric, oneScale(), m_names);
    const bool both = m_a && m_b;
    m_pages[TraceComparison::A]->setCurrentIndex(m_a ? 0 : 1);
    m_pages[TraceComparison::B]->setCurrentIndex(m_b ? 0 : 1);
    m_pages[TraceComparison::Difference]->setVisible(both && m_showDifference->isChecked());
    m_headings[TraceComparison::Difference]->setVisible(both && m_showDifference->isChecked());
    for (const Column column : columns)
        showColumn(column);
    if (auto* note = qobject_cast<QLabel*>(m_headings[TraceComparison::Difference]))
        note->setText(tr("<b>%1</b> · %2")
                          .arg(m_comparison.names[TraceComparison::Difference].toHtmlEscaped(),
                               m_comparison.note.toHtmlEscaped()));
    setCurrentCell(m_column, QString(m_site), m_cell);
    alignColumns();
}

void TracePairView::showColumn(Column column)
{
    std::vector<HeatmapGrid::Panel> panels;
    for (const TraceComparison::Line& line : m_comparison.lines) {
        panels.push_back(line[column].value_or(HeatmapGrid::Panel()));
        if (!line[column])
            panels.back().site = "free " + std::to_string(panels.size());
    }
    HeatmapGrid* grid = m_grids[column];
    const ValueRange range = m_comparison.ranges[column];
    grid->setEmptyText(column == TraceComparison::Difference ? tr("no counterparts: shown alone") : QString());
    grid->setRows(m_comparison.rows[column]);
    grid->setRowLabelsVisible(column == TraceComparison::A || !m_comparison.sameRows);
    if (column != TraceComparison::Difference)
        grid->setColourMap(traceColourMap(m_metric, m_colourMap));
    grid->setRange(range.low, range.high);
    grid->setPanels(panels);
    if (const ResultPtr& trace = column == TraceComparison::A ? m_a : m_b;
        trace && column != TraceComparison::Difference)
        grid->setWindows(traceWindows(*trace));
}

void TracePairView::setCurrentCell(Column column, const QString& site, Cell cell)
{
    m_column = column;
    m_site = site;
    m_cell = cell;
    for (const Column other : columns)
        m_grids[other]->setCurrentCell(m_comparison.linkedCell(column, cell, other));
    say(column, site, cell);
}

/// Where the mouse is, in the maps beside it; when it leaves, the chosen cell is spoken of again.
void TracePairView::mark(Column column, const QString& site, Cell cell)
{
    for (const Column other : columns)
        if (other != column)
            m_grids[other]->setMarkedCell(
                QString::fromStdString(m_comparison.linkedSite(column, site.toStdString(), other)),
                m_comparison.linkedCell(column, cell, other));
    if (cell.valid())
        say(column, site, cell);
    else
        say(m_column, m_site, m_cell);
}

void TracePairView::say(Column column, const QString& site, Cell cell)
{
    m_probe->setText(m_comparison.cellText(column, site.toStdString(), cell).toHtmlEscaped());
}

void TracePairView::alignColumns()
{
    int shown = 0, labels = 0;
    for (const Column column : columns)
        if (!m_pages[column]->isHidden()) {
            ++shown;
            labels += m_grids[column]->rowLabelsWidth();
        }
    const int cells = (width() - labels - m_columns->horizontalSpacing() * (shown - 1)) / std::max(1, shown);
    for (const Column column : columns) {
        const int own = m_grids[column]->rowLabelsWidth();
        m_pages[column]->setMinimumWidth(narrowestMap + own);
        for (QGridLayout* line : {m_headingLine, m_columns})
            line->setColumnStretch(column, m_pages[column]->isHidden() ? 0 : std::max(1, cells) + own);
    }
}

void TracePairView::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    alignColumns();
}

}  // namespace mnemo
