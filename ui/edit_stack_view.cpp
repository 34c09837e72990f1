// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/edit_stack_view.h"

#include "ui/theme.h"
#include "ui/why_not.h"
#include "widgets/json_value.h"

#include <QAction>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace mnemo {
namespace {

constexpr int shownEdits = 4;
constexpr double mostAlpha = 10;

}  // namespace

EditStackView::EditStackView(EditStack& stack, QWidget* parent)
    : QWidget(parent),
      m_stack(stack),
      m_weights(new QLabel),
      m_list(new QListWidget),
      m_up(new QAction(tr("Move &up"), this)),
      m_down(new QAction(tr("Move &down"), this)),
      m_copy(new QAction(tr("Copy as co&mmand"), this)),
      m_alpha(new QDoubleSpinBox),
      m_again(new QPushButton(tr("Re&compute"))),
      m_remove(new QPushButton(tr("&Remove"))),
      m_save(new QPushButton(tr("Sa&ve delta…")))
{
    m_weights->setObjectName("stackWeights");
    m_weights->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_list->setObjectName("editList");
    m_list->setAccessibleName(tr("Edits"));
    m_list->setFixedHeight(m_list->fontMetrics().lineSpacing() * shownEdits + 16);
    m_list->setContextMenuPolicy(Qt::ActionsContextMenu);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    column->addWidget(m_weights);
    column->addWidget(m_list);
    column->addWidget(makeButtons());
    connect(&m_stack, &EditStack::changed, this, &EditStackView::refresh);
    connect(m_list, &QListWidget::currentRowChanged, this, [this] {
        showCurrent();
        Q_EMIT currentChanged();
    });
    connect(m_list, &QListWidget::itemChanged, this, [this](const QListWidgetItem* item) {
        m_stack.setOn(m_list->row(item), item->checkState() == Qt::Checked);
    });
    refresh();
}

QWidget* EditStackView::makeButtons()
{
    m_alpha->setObjectName("editAlpha");
    m_alpha->setAccessibleName(tr("Strength α"));
    m_alpha->setToolTip(tr("Strength α of the chosen edit: 0 is the base weight, bit by bit; 1 the edit as computed"));
    m_alpha->setPrefix(tr("α "));
    m_alpha->setRange(-mostAlpha, mostAlpha);
    m_alpha->setSingleStep(0.1);
    m_alpha->setKeyboardTracking(false);
    m_again->setObjectName("editAgain");
    m_again->setToolTip(tr("The edits that it was computed on have changed: search for it again"));
    m_remove->setObjectName("editRemove");
    m_save->setObjectName("editSave");
    m_save->setToolTip(tr("The chosen edit as a small file, with everything it was made of"));
    auto* load = new QPushButton(tr("&Load delta…"));
    load->setObjectName("editLoad");
    load->setToolTip(tr("An edit that was saved; it must have been made for this model"));
    auto* buttons = new QWidget;
    auto* lines = new QGridLayout(buttons);
    lines->setContentsMargins(0, 0, 0, 0);
    lines->setSpacing(4);
    lines->addWidget(m_alpha, 0, 0);
    lines->addWidget(m_again, 0, 1);
    lines->addWidget(m_remove, 0, 2);
    lines->addWidget(makeMoves(), 1, 0);
    lines->addWidget(m_save, 1, 1);
    lines->addWidget(load, 1, 2);
    connect(m_alpha, &QDoubleSpinBox::valueChanged, this, [this](double alpha) {
        if (current() >= 0)
            m_stack.setAlpha(current(), alpha);
    });
    m_copy->setObjectName("copyChosenEdit");
    m_list->addAction(m_copy);
    connect(m_copy, &QAction::triggered, this, [this] { Q_EMIT copyRequested(current()); });
    connect(m_again, &QPushButton::clicked, this, [this] { Q_EMIT recomputeRequested(current()); });
    connect(m_remove, &QPushButton::clicked, this, [this] { m_stack.remove(current()); });
    connect(m_save, &QPushButton::clicked, this, [this] { Q_EMIT saveRequested(current()); });
    connect(load, &QPushButton::clicked, this, &EditStackView::loadRequested);
    return buttons;
}

QWidget* EditStackView::makeMoves()
{
    auto* moves = new QWidget;
    auto* line = new QHBoxLayout(moves);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(4);
    struct Move {
        QAction* action;
        const char* name;
        Qt::ArrowType arrow;
        QKeySequence keys;
        int by;
    };
    for (const Move& move : {Move{m_up, "editUp", Qt::UpArrow, QKeySequence("Alt+Up"), -1},
                             Move{m_down, "editDown", Qt::DownArrow, QKeySequence("Alt+Down"), 1}}) {
        move.action->setShortcut(move.keys);
        move.action->setShortcutContext(Qt::WidgetShortcut);
        move.action->setToolTip(
            tr("An edit is computed on those above it, and outdated when these are not what they were (%1)")
                .arg(move.keys.toString(QKeySequence::NativeText)));
        m_list->addAction(move.action);
        auto* button = new QToolButton;
        button->setDefaultAction(move.action);
        button->setObjectName(QLatin1String(move.name));
        button->setArrowType(move.arrow);
        line->addWidget(button);
        connect(move.action, &QAction::triggered, this,
                [this, by = move.by] { m_stack.move(current(), current() + by); });
    }
    line->addStretch();
    return moves;
}

void EditStackView::setModel(const std::string& hash)
{
    if (std::exchange(m_model, hash) != hash)
        refresh();
}

int EditStackView::current() const
{
    return m_list->currentRow();
}

QString EditStackView::textOf(int index) const
{
    const StackedEdit& edit = m_stack.at(index);
    QString text = tr("%1 · %2 layer %3")
                       .arg(nameOf(*edit.edit), QString::fromStdString(edit.edit->term.matrix))
                       .arg(edit.edit->term.layer);
    if (edit.alpha != 1)
        text += tr(" · α %1").arg(edit.alpha);
    if (edit.model() != m_model)
        text += tr(" · of %1").arg(jsonText(edit.edit->model, "name"));
    else if (m_stack.isStale(index))
        text += tr(" · outdated");
    return text;
}

void EditStackView::refresh()
{
    const QSignalBlocker quiet(m_list);
    const int edits = int(m_stack.edits().size()), before = m_list->count(), chosen = rowAfter(before);
    while (m_list->count() > edits)
        delete m_list->takeItem(m_list->count() - 1);
    while (m_list->count() < edits)
        m_list->addItem(QString());
    for (int i = 0; i < edits; ++i)
        showItem(i);
    m_list->setCurrentRow(chosen);
    const EditRefs active = m_stack.active(m_model);
    const QString hash = QString::fromStdString(weightsHash(m_model, active));
    m_weights->setText(tr("Weights now: %1, %2").arg(editsText(int(active.size())), shortHash(hash)));
    m_weights->setToolTip(hash);
    showCurrent();
}

/// Where the choice goes when the stack has changed: to a new edit, else along with the one that is chosen.
int EditStackView::rowAfter(int before) const
{
    const int edits = int(m_stack.edits().size());
    if (edits > before)
        return edits - 1;
    for (int i = 0; i < edits && current() >= 0; ++i)
        if (QString::fromStdString(m_stack.at(i).edit->term.hash) == m_list->currentItem()->toolTip())
            return i;
    return std::min(current(), edits - 1);
}

void EditStackView::showItem(int index)
{
    const StackedEdit& edit = m_stack.at(index);
    QListWidgetItem* item = m_list->item(index);
    item->setText(textOf(index));
    item->setToolTip(QString::fromStdString(edit.edit->term.hash));
    item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
    item->setCheckState(edit.on ? Qt::Checked : Qt::Unchecked);
    item->setForeground(m_stack.isStale(index) ? problemColour(palette()) : palette().color(QPalette::Text));
}

void EditStackView::showCurrent()
{
    const int index = current();
    const bool any = m_stack.has(index);
    const QString none = any ? QString() : tr("No edit is chosen in the list.");
    for (QWidget* widget : std::initializer_list<QWidget*>{m_alpha, m_remove, m_save})
        setWhyNot(widget, none);
    setWhyNot(m_copy, none);
    setWhyNot(m_up, any && index == 0 ? tr("It is the first one.") : none);
    setWhyNot(m_down, any && !m_stack.has(index + 1) ? tr("It is the last one.") : none);
    setWhyNot(m_again, !any                      ? none
                       : !m_stack.isStale(index) ? tr("The edits that it was computed on are as they were.")
                       : m_stack.at(index).model() != m_model ? tr("It was made for another model than is loaded.")
                                                              : QString());
    const QSignalBlocker quiet(m_alpha);
    m_alpha->setValue(any ? m_stack.at(index).alpha : 1);
}

}  // namespace mnemo
