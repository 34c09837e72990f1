// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/ioi_believe_view.h"

#include "widgets/axis_slider.h"
#include "widgets/bar_list.h"
#include "widgets/json_value.h"
#include "widgets/titled_box.h"
#include "widgets/token_chips.h"

#include <QComboBox>
#include <QGridLayout>
#include <QGroupBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <algorithm>

namespace mnemo {
namespace {

constexpr int shownTokens = 8;

/// The names and what an array's row says of them; none where it has no such row.
std::vector<TokenBar> nameBars(const Result& result, std::optional<int> strength)
{
    const Json candidates = jsonMember(result.head, "candidates");
    const ArrayPtr p = result.find("p");
    std::vector<TokenBar> bars;
    for (const Json& one : candidates) {
        TokenBar bar{int(jsonNumber(one, "id")), shownToken(' ' + jsonText(one, "name").toStdString()),
                     jsonNumber(one, "before")};
        if (strength) {
            const int column = int(bars.size());
            if (!p || p->axes.size() != 2 || *strength >= p->axes[0].size() || column >= p->axes[1].size())
                return {};
            bar.p = p->at(*strength, column);
        }
        bars.push_back(std::move(bar));
    }
    return bars;
}

}  // namespace

IoiBelieveView::IoiBelieveView(QWidget* parent)
    : ResultView(parent),
      m_heading(new QLabel(this)),
      m_names(new BarList(this)),
      m_tokens(new BarList(this)),
      m_strength(new AxisSlider(tr("Strength"), {}, this)),
      m_slot(new QComboBox(this)),
      m_believe(new QComboBox(this)),
      m_ask(new QPushButton(tr("Make it &believe this"), this))
{
    m_heading->setObjectName("believeHeading");
    m_heading->setWordWrap(true);
    m_names->setObjectName("believeNames");
    m_tokens->setObjectName("believeTokens");
    m_strength->setObjectName("believeStrength");
    m_strength->setToolTip(tr("0: nothing is changed; 1: the change that was measured"));
    m_slot->setObjectName("believeSlot");
    m_slot->setAccessibleName(tr("Name of the prompt that is overwritten"));
    m_slot->setToolTip(tr("Which name of the prompt is overwritten"));
    m_believe->setObjectName("believeName");
    m_believe->setAccessibleName(tr("Name to believe in"));
    m_believe->setToolTip(tr("The name that the model is to believe stood there: one of the material's"));
    m_ask->setObjectName("believeAsk");
    m_ask->setToolTip(tr("Adds the difference of two averages where the layer reads what comes after the name"));
    for (BarList* bars : {m_names, m_tokens})
        bars->setMaxRows(shownTokens);
    auto* form = new QHBoxLayout;
    for (QWidget* part : std::initializer_list<QWidget*>{m_slot, m_believe, m_ask})
        form->addWidget(part);
    form->addStretch(1);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(0, 0, 0, 0);
    grid->addWidget(m_heading, 0, 0, 1, 2);
    grid->addLayout(form, 1, 0, 1, 2);
    grid->addWidget(m_strength, 2, 0, 1, 2);
    grid->addWidget(titledBox(tr("The names"), {m_names}, this), 3, 0);
    grid->addWidget(titledBox(tr("Next tokens"), {m_tokens}, this), 3, 1);
    grid->setRowStretch(4, 1);
    for (int column = 0; column < 2; ++column)
        grid->setColumnStretch(column, 1);
    connect(m_strength, &AxisSlider::moved, this, &IoiBelieveView::showStrength);
    connect(m_ask, &QPushButton::clicked, this, &IoiBelieveView::ask);
}

void IoiBelieveView::setResult(ResultPtr result)
{
    m_result = std::move(result);
    if (!m_result)
        return;
    const Json& head = m_result->head;
    m_heading->setText(
        tr("<b>%1 stood in slot %2, not %3</b>: what layer %4 reads at the token after the name is moved "
           "by averages over %5 sentences.")
            .arg(jsonText(head, "believe").toHtmlEscaped(), jsonText(head, "slot"),
                 jsonText(head, "name").toHtmlEscaped(), jsonText(head, "layer"), jsonText(head, "sentences")));
    QStringList strengths;
    std::optional<int> chosen;
    const Json alphas = jsonMember(head, "alphas");
    for (const Json& alpha : alphas) {
        if (alpha.is_number() && alpha.get<double>() == jsonNumber(head, "alpha"))
            chosen = int(strengths.size());
        strengths << QString::number(alpha.is_number() ? alpha.get<double>() : 0.0);
    }
    m_strength->setLabels(strengths);
    m_strength->setIndex(chosen);
    m_strength->setVisible(!strengths.isEmpty());
    fillForm();
    showStrength();
}

void IoiBelieveView::fillForm()
{
    const Json& head = m_result->head;
    const double slotCount = jsonNumber(head, "slots");
    m_slot->clear();
    for (const Json& one : jsonMember(head, "names"))
        if (const int slot = m_slot->count() + 1; slot <= slotCount)
            m_slot->addItem(tr("slot %1: %2").arg(slot).arg(jsonText(one, "name")), slot);
    m_slot->setCurrentIndex(m_slot->findData(int(jsonNumber(head, "slot"))));
    m_believe->clear();
    for (const Json& name : jsonMember(head, "material_names"))
        if (name.is_string())
            m_believe->addItem(QString::fromStdString(name.get<std::string>()));
    m_believe->setCurrentIndex(m_believe->findText(jsonText(head, "believe")));
    m_ask->setEnabled(m_slot->count() > 0 && m_believe->count() > 0);
}

void IoiBelieveView::showStrength()
{
    const Json& head = m_result->head;
    const std::optional<int> strength = m_strength->index();
    const Json tops = jsonMember(head, "tops");
    const Json after =
        tops.is_array() && strength && *strength < int(tops.size()) ? tops[std::size_t(*strength)] : Json::array();
    m_names->setSeries({{RunRole::Clean, nameBars(*m_result, std::nullopt)},
                        {RunRole::Patched, strength ? nameBars(*m_result, strength) : std::vector<TokenBar>()}});
    m_tokens->setSeries({{RunRole::Clean, barsOf(jsonMember(head, "top"))}, {RunRole::Patched, barsOf(after)}});
}

/// The same question about the chosen name and slot, with the strength that is looked at.
void IoiBelieveView::ask()
{
    Json parameters = m_result->parameters;
    parameters["believe"] = m_believe->currentText().toStdString();
    parameters["slot"] = m_slot->currentData().toInt();
    parameters["name"] = "";
    parameters["nth"] = 0;
    const Json alphas = jsonMember(m_result->head, "alphas");
    if (const auto strength = m_strength->index(); strength && alphas.is_array() && *strength < int(alphas.size()))
        parameters["alpha"] = alphas[std::size_t(*strength)];
    Q_EMIT asked(QStringLiteral("ioi-believe"), parameters);
}

}  // namespace mnemo
