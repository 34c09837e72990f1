// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/view_steps.h"

#include "ui/history.h"
#include "ui/palette_entries.h"

#include <QCheckBox>
#include <QComboBox>
#include <QEvent>
#include <QHeaderView>
#include <QPointer>
#include <QTableView>

namespace mnemo {
namespace {

constexpr const char* watched = "choicesAreSteps";

/// True the first time only.
bool claim(QWidget& widget)
{
    if (widget.property(watched).toBool())
        return false;
    widget.setProperty(watched, true);
    return true;
}

/// Several choices of one widget, soon one after the other, are one step.
QString mergeName(const QObject& widget)
{
    return QString::number(quintptr(&widget), 16);
}

/// What stands there when the user sets about changing it: the program may have put that in silently.
class Before : public QObject
{
public:
    Before(QWidget& on, QObject* parent, std::function<void()> keep) : QObject(parent), m_keep(std::move(keep))
    {
        on.installEventFilter(this);
    }

    bool eventFilter(QObject* /*on*/, QEvent* event) override
    {
        if (event->type() == QEvent::MouseButtonPress || event->type() == QEvent::KeyPress ||
            event->type() == QEvent::Wheel)
            m_keep();
        return false;
    }

private:
    std::function<void()> m_keep;
};

void rememberSwitch(History& history, QCheckBox& box)
{
    QObject::connect(&box, &QCheckBox::clicked, &box, [&history, at = QPointer(&box)](bool on) {
        const auto put = [at](bool to) {
            if (at)
                at->setChecked(to);
        };
        const QString text = plainText(at->text());
        history.add(
            on ? QObject::tr("%1 on").arg(text) : QObject::tr("%1 off").arg(text), [put, on] { put(!on); },
            [put, on] { put(on); });
    });
}

void rememberList(History& history, QComboBox& list)
{
    const auto before = std::make_shared<QString>(list.currentText());
    new Before(list, &list, [before, &list] { *before = list.currentText(); });
    QObject::connect(&list, &QComboBox::activated, &list, [&history, before, at = QPointer(&list)] {
        const QString now = at->currentText(), old = std::exchange(*before, now);
        if (now == old)
            return;
        const auto put = [at](const QString& text) {
            if (const int index = at ? at->findText(text) : -1; index >= 0)
                at->setCurrentIndex(index);
        };
        history.add(
            QObject::tr("show “%1”").arg(now), [put, old] { put(old); }, [put, now] { put(now); }, mergeName(*at));
    });
}

void rememberOrder(History& history, QTableView& table)
{
    using Order = std::pair<int, Qt::SortOrder>;
    QHeaderView* header = table.horizontalHeader();
    const auto orderOf = [](const QHeaderView& of) {
        return Order(of.sortIndicatorSection(), of.sortIndicatorOrder());
    };
    const auto before = std::make_shared<Order>(orderOf(*header));
    new Before(*header->viewport(), &table, [before, header, orderOf] { *before = orderOf(*header); });
    QObject::connect(header, &QHeaderView::sectionClicked, &table, [=, &history, at = QPointer(&table)](int section) {
        const Order now = orderOf(*header), old = std::exchange(*before, now);
        if (now == old || !at->isSortingEnabled())
            return;
        const auto put = [at](const Order& order) {
            if (at)
                at->sortByColumn(order.first, order.second);
        };
        const QString column = at->model()->headerData(section, Qt::Horizontal).toString();
        history.add(
            QObject::tr("sort by “%1”").arg(column), [put, old] { put(old); }, [put, now] { put(now); },
            mergeName(*at));
    });
}

}  // namespace

void rememberChoices(History& history, QWidget& page)
{
    for (QCheckBox* box : page.findChildren<QCheckBox*>())
        if (claim(*box))
            rememberSwitch(history, *box);
    for (QComboBox* list : page.findChildren<QComboBox*>())
        if (claim(*list))
            rememberList(history, *list);
    for (QTableView* table : page.findChildren<QTableView*>())
        if (claim(*table))
            rememberOrder(history, *table);
}

}  // namespace mnemo
