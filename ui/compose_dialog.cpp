// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compose_dialog.h"

#include "ui/figure_parts.h"
#include "ui/figure_preview.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QTreeWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace mnemo {
namespace {

constexpr int offeredRole = Qt::UserRole;  // number of what an item is of
constexpr int keyRole = Qt::UserRole;      // key of a part
constexpr int mostColumns = 6;

void setTicked(QTreeWidgetItem& item, bool ticked)
{
    item.setCheckState(0, ticked ? Qt::Checked : Qt::Unchecked);
}

QStringList tickedParts(const QTreeWidgetItem& item)
{
    QStringList keys;
    for (int part = 0; part < item.childCount(); ++part)
        if (item.child(part)->checkState(0) == Qt::Checked)
            keys << item.child(part)->data(0, keyRole).toString();
    return keys;
}

void tickParts(const QTreeWidgetItem& item, const QStringList& keys)
{
    for (int part = 0; part < item.childCount(); ++part)
        setTicked(*item.child(part), keys.contains(item.child(part)->data(0, keyRole).toString()));
}

}  // namespace

ComposeDialog::ComposeDialog(std::vector<FigurePanel> offered, ResultPtr chosen, QWidget* parent)
    : FigureDialog({}, FigureForm::Files::Figures, parent),
      m_offered(std::move(offered)),
      m_panels(new QTreeWidget),
      m_up(new QPushButton(tr("&Up"))),
      m_down(new QPushButton(tr("Dow&n"))),
      m_columns(new QSpinBox),
      m_oneScale(new QCheckBox(tr("One &scale for the same measure"))),
      m_eachMap(new QCheckBox(tr("A &letter for each map")))
{
    setObjectName("composeDialog");
    setWindowTitle(tr("Compose a figure"));
    m_export->setObjectName("exportComposed");
    m_copy->setObjectName("copyComposed");
    m_copy->setToolTip(tr("Picture and vectors to the clipboard"));
    addRows();
    fill(chosen);
    arrange();
    resize(1040, 720);
    connect(m_panels, &QTreeWidget::itemChanged, this, &ComposeDialog::onChanged);
    connect(m_panels, &QTreeWidget::currentItemChanged, this, &ComposeDialog::onChanged);
    connect(m_columns, &QSpinBox::valueChanged, this, &ComposeDialog::onChanged);
    connect(m_oneScale, &QCheckBox::toggled, this, &ComposeDialog::onChanged);
    connect(m_eachMap, &QCheckBox::toggled, this, &ComposeDialog::onChanged);
    connect(m_up, &QPushButton::clicked, this, [this] { move(-1); });
    connect(m_down, &QPushButton::clicked, this, [this] { move(1); });
    m_panels->setFocus();
    onChanged();
}

QWidget* ComposeDialog::makePanels()
{
    m_panels->setObjectName("composePanels");
    m_panels->setAccessibleName(tr("Panels"));
    m_panels->setHeaderHidden(true);
    m_panels->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::SelectedClicked);
    m_panels->setToolTip(tr("What is ticked becomes a panel, in this order. F2 changes the words beside its letter."));
    m_panels->setTextElideMode(Qt::ElideMiddle);
    m_panels->setMinimumHeight(12 * (fontMetrics().height() + 4));
    m_up->setObjectName("composeUp");
    m_down->setObjectName("composeDown");
    for (QPushButton* button : {m_up, m_down})
        button->setAutoDefault(false);
    auto* order = new QHBoxLayout;
    order->addWidget(m_up);
    order->addWidget(m_down);
    order->addStretch();
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_panels);
    column->addLayout(order);
    return box;
}

void ComposeDialog::addRows()
{
    m_columns->setObjectName("composeColumns");
    m_columns->setRange(1, mostColumns);
    m_columns->setValue(2);
    m_oneScale->setObjectName("composeOneScale");
    m_oneScale->setChecked(true);
    m_oneScale->setToolTip(tr("Maps of the same measure have one colour scale; curves and bars, one axis."));
    m_eachMap->setObjectName("composeEachMap");
    m_form->addRow({}, makePanels());
    m_form->addRow(tr("C&olumns"), m_columns);
    m_form->addRow({}, m_oneScale);
    m_form->addRow({}, m_eachMap);
    m_form->setTexts(tr("none"), tr("What each panel shows, from its result"));
}

/// Of each the first part is ticked: all maps of a few traces would fill pages.
void ComposeDialog::fill(const ResultPtr& chosen)
{
    const QSignalBlocker quiet(m_panels);
    for (std::size_t number = 0; number < m_offered.size(); ++number) {
        const FigurePanel& panel = m_offered[number];
        auto* item = new QTreeWidgetItem(m_panels, {panel.options.title});
        item->setData(0, offeredRole, int(number));
        item->setToolTip(0, panel.options.title);
        item->setFlags(item->flags() | Qt::ItemIsUserCheckable | Qt::ItemIsEditable);
        setTicked(*item, panel.result == chosen);
        for (const FigurePart& part : partsOf(*panel.result, panel.options.metric)) {
            auto* child = new QTreeWidgetItem(item, {part.title});
            child->setData(0, keyRole, part.key);
            child->setFlags(child->flags() | Qt::ItemIsUserCheckable);
            setTicked(*child, item->childCount() == 1);
        }
        item->setExpanded(panel.result == chosen);
        if (panel.result == chosen)
            m_panels->setCurrentItem(item);
    }
}

Drawing ComposeDialog::drawing() const
{
    return drawComposed(figure());
}

const FigurePanel& ComposeDialog::offeredBy(const QTreeWidgetItem& item) const
{
    return m_offered.at(std::size_t(item.data(0, offeredRole).toInt()));
}

ComposedFigure ComposeDialog::figure() const
{
    ComposedFigure figure;
    figure.look = m_form->look();
    figure.columns = m_columns->value();
    figure.oneScale = m_oneScale->isChecked();
    for (int row = 0; row < m_panels->topLevelItemCount(); ++row) {
        const QTreeWidgetItem& item = *m_panels->topLevelItem(row);
        const QStringList parts = tickedParts(item);
        if (item.checkState(0) != Qt::Checked || parts.isEmpty())
            continue;
        FigurePanel panel = offeredBy(item);
        panel.options.title = item.text(0);
        if (!m_eachMap->isChecked()) {
            setParts(panel.options, *panel.result, parts);
            figure.panels.push_back(panel);
        } else
            for (const QString& part : parts) {
                setParts(panel.options, *panel.result, {part});
                figure.panels.push_back(panel);
            }
    }
    return figure;
}

QTreeWidgetItem* ComposeDialog::itemOf(const FigurePanel& panel) const
{
    for (int row = 0; row < m_panels->topLevelItemCount(); ++row)
        if (offeredBy(*m_panels->topLevelItem(row)).result == panel.result)
            return m_panels->topLevelItem(row);
    return nullptr;
}

void ComposeDialog::setFigure(const ComposedFigure& figure)
{
    {
        const QSignalBlocker quietPanels(m_panels), quietColumns(m_columns), quietScale(m_oneScale),
            quietMaps(m_eachMap), quietForm(m_form);
        for (int row = 0; row < m_panels->topLevelItemCount(); ++row)
            setTicked(*m_panels->topLevelItem(row), false);
        std::vector<QTreeWidgetItem*> placed;
        bool apart = false;  // a result with several letters
        for (const FigurePanel& panel : figure.panels) {
            QTreeWidgetItem* item = itemOf(panel);
            if (!item)
                continue;
            if (std::ranges::find(placed, item) != placed.end()) {
                apart = true;
                tickParts(*item, tickedParts(*item) + chosenParts(panel.options, *panel.result));
                continue;
            }
            m_panels->takeTopLevelItem(m_panels->indexOfTopLevelItem(item));
            m_panels->insertTopLevelItem(int(placed.size()), item);
            placed.push_back(item);
            setTicked(*item, true);
            item->setText(0, panel.options.title);
            tickParts(*item, chosenParts(panel.options, *panel.result));
        }
        m_eachMap->setChecked(apart);
        m_columns->setValue(figure.columns);
        m_oneScale->setChecked(figure.oneScale);
        m_form->setLook(figure.look);
    }
    onChanged();
}

void ComposeDialog::move(int by)
{
    QTreeWidgetItem* item = m_panels->currentItem();
    if (item && item->parent())
        item = item->parent();
    const int row = m_panels->indexOfTopLevelItem(item);
    const int to = row + by;
    if (!item || to < 0 || to >= m_panels->topLevelItemCount())
        return;
    const bool expanded = item->isExpanded();
    m_panels->takeTopLevelItem(row);
    m_panels->insertTopLevelItem(to, item);
    item->setExpanded(expanded);
    m_panels->setCurrentItem(item);
    onChanged();
}

void ComposeDialog::onChanged()
{
    QTreeWidgetItem* item = m_panels->currentItem();
    const int row = item ? m_panels->indexOfTopLevelItem(item->parent() ? item->parent() : item) : -1;
    m_up->setEnabled(row > 0);
    m_down->setEnabled(row >= 0 && row + 1 < m_panels->topLevelItemCount());
    m_preview->refresh();
}

}  // namespace mnemo
