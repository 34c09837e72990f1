// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/lre_fact_view.h"

#include "widgets/axis_slider.h"
#include "widgets/bar_list.h"
#include "widgets/json_value.h"
#include "widgets/titled_box.h"

#include <QComboBox>
#include <QGridLayout>
#include <QGroupBox>
#include <QLabel>
#include <QPushButton>
#include <cmath>

namespace mnemo {
namespace {

constexpr int shownTokens = 5;

QStringList labelsOf(const Json& numbers)
{
    QStringList labels;
    for (const Json& number : numbers)
        labels << QString::number(number.is_number() ? number.get<double>() : std::nan(""));
    return labels;
}

/// Where a column of the array is largest; none without a value.
std::optional<int> largestIn(const Result& result, const char* name, int column, int columns)
{
    const ArrayPtr array = result.find(name);
    std::optional<int> best;
    for (int i = 0; array && (i + 1) * columns <= int(array->size()); ++i) {
        const auto at = std::size_t(i * columns + column);
        if (hasValue(array->states[at]) &&
            (!best || array->values[at] > array->values[std::size_t(*best * columns + column)]))
            best = i;
    }
    return best;
}

Json listAt(const Json& lists, std::optional<int> index)
{
    return lists.is_array() && index && *index < int(lists.size()) ? lists[std::size_t(*index)] : Json::array();
}

}  // namespace

LreFactView::LreFactView(QWidget* parent)
    : ResultView(parent),
      m_heading(new QLabel(this)),
      m_model(new BarList(this)),
      m_map(new BarList(this)),
      m_moved(new BarList(this)),
      m_beta(new AxisSlider(tr("β"), {}, this)),
      m_rank(new AxisSlider(tr("ρ"), {}, this)),
      m_objects(new QComboBox(this)),
      m_say(new QPushButton(tr("Make it &say this"), this)),
      m_movedNote(new QLabel(this))
{
    m_heading->setWordWrap(true);
    m_movedNote->setWordWrap(true);
    m_beta->setObjectName("lreBeta");
    m_rank->setObjectName("lreRank");
    m_objects->setObjectName("lreObject");
    m_objects->setAccessibleName(tr("Object that it is to say"));
    m_objects->setToolTip(tr("Another object of the relation"));
    m_say->setObjectName("lreSay");
    m_say->setToolTip(tr("Moves the subject's state by the inverse of the map, so that the end says this object"));
    m_model->setObjectName("lreModel");
    m_map->setObjectName("lreMap");
    m_moved->setObjectName("lreMoved");
    for (BarList* bars : {m_model, m_map, m_moved})
        bars->setMaxRows(shownTokens);
    m_moved->setEmptyText(tr("Choose an object that the model is to say."));
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->addWidget(m_heading, 0, 0, 1, 3);
    grid->addWidget(titledBox(tr("The model says"), {m_model}, this), 1, 0);
    grid->addWidget(titledBox(tr("The map says"), {m_map, m_beta}, this), 1, 1);
    grid->addWidget(titledBox(tr("The model says, moved"), {m_moved, m_rank, m_movedNote, m_objects, m_say}, this), 1,
                    2);
    grid->setRowStretch(2, 1);
    for (int column = 0; column < 3; ++column)
        grid->setColumnStretch(column, 1);
    connect(m_beta, &AxisSlider::moved, this, &LreFactView::showMap);
    connect(m_rank, &AxisSlider::moved, this, &LreFactView::showMoved);
    connect(m_say, &QPushButton::clicked, this, &LreFactView::ask);
}

void LreFactView::setResult(ResultPtr result)
{
    m_result = std::move(result);
    if (!m_result)
        return;
    const Json& head = m_result->head;
    const QString object = jsonText(head, "object"), said = jsonText(jsonMember(head, "say"), "object");
    m_heading->setText(tr("<b>%1 → %2</b>, relation %3. The map takes the state behind layer %4 at the subject's last "
                          "token to the end of the network: z ≈ β W h + b.")
                           .arg(jsonText(head, "subject").toHtmlEscaped(), object.toHtmlEscaped(),
                                jsonText(head, "relation").toHtmlEscaped(), jsonText(head, "layer")));
    m_model->setSeries({{RunRole::Clean, barsOf(jsonMember(head, "model"))}});
    m_beta->setLabels(labelsOf(jsonMember(head, "betas")));
    m_rank->setLabels(labelsOf(jsonMember(head, "ranks")));
    if (const auto best = largestIn(*m_result, "lre.p", 0, 1))
        m_beta->setIndex(best);
    if (const auto best = largestIn(*m_result, "edited.p", 1, 2))
        m_rank->setIndex(best);
    m_objects->clear();
    for (const Json& one : jsonMember(head, "objects"))
        if (one.is_string() && QString::fromStdString(one.get<std::string>()) != object)
            m_objects->addItem(QString::fromStdString(one.get<std::string>()));
    if (const int index = m_objects->findText(said); index >= 0)
        m_objects->setCurrentIndex(index);
    m_say->setEnabled(m_objects->count() > 0);
    m_rank->setVisible(!said.isEmpty());
    showMap();
    showMoved();
}

void LreFactView::showMap()
{
    m_map->setSeries({{RunRole::Mapped, barsOf(listAt(jsonMember(m_result->head, "lre"), m_beta->index()))}});
}

void LreFactView::showMoved()
{
    const Json say = jsonMember(m_result->head, "say");
    m_movedNote->setVisible(say.is_object());
    if (!say.is_object())
        return m_moved->setSeries({});
    const Json top = listAt(jsonMember(m_result->head, "edited"), m_rank->index());
    m_moved->setSeries({{RunRole::Patched, barsOf(top)}});
    m_movedNote->setText(
        top.empty()
            ? tr("This rank is above that of the map.")
            : tr("Moved to say %1, as the end of %2 says it.").arg(jsonText(say, "object"), jsonText(say, "subject")));
}

/// The same question with the chosen object.
void LreFactView::ask()
{
    Json parameters = m_result->parameters;
    parameters["say"] = m_objects->currentText().toStdString();
    Q_EMIT asked(QStringLiteral("lre-fact"), parameters);
}

}  // namespace mnemo
