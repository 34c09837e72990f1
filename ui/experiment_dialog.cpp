// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/experiment_dialog.h"

#include "ui/schema_form.h"

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QRadioButton>
#include <QScrollArea>
#include <QTimer>
#include <QVBoxLayout>
#include <algorithm>

namespace mnemo {
namespace {

// What the prompt panel has fields for, what only noise needs, and what chooses facts.
const std::set<std::string> ofPrompt{"prompt",    "subject", "swap",    "align",     "noise",  "target",
                                     "target_id", "foil",    "foil_id", "direction", "prefix", "unedited"};
const std::set<std::string> ofNoise{"samples", "seed", "sigma", "noise_file", "fact_list"};
const std::set<std::string> ofFacts{"facts", "relations", "only",         "template", "limit",
                                    "seed",  "knows",     "least_effect", "records"};
const std::set<std::string> ofOffer{"facts", "relations", "only", "template",
                                    "limit"};  // facts that are chosen elsewhere

constexpr int usualWidth = 560, tallest = 640;

}  // namespace

ExperimentDialog::ExperimentDialog(const ExperimentSchema& schema, const FactForm& form, QWidget* parent)
    : QDialog(parent),
      m_schema(schema),
      m_form(form),
      m_one(new QRadioButton(tr("Over the fact in the &prompt"), this)),
      m_many(new QRadioButton(tr("Over a &set of facts"), this)),
      m_offered(new QRadioButton(this)),
      m_prompt(new QLabel(this)),
      m_note(new QLabel(this)),
      m_both(new QLabel(this)),
      m_fields(new SchemaForm(schema, this)),
      m_scroll(new QScrollArea(this))
{
    setObjectName("experimentDialog");
    setWindowTitle(QString::fromStdString(schema.title));
    for (const ParamSpec& spec : schema.params) {
        if (ofPrompt.contains(spec.key))
            m_promptKeys.insert(spec.key);
        if (ofFacts.contains(spec.key))
            m_factKeys.insert(spec.key);
    }
    if (!m_factKeys.contains("facts"))
        m_factKeys.clear();  // a seed alone is the noise's
    const bool can[] = {m_promptKeys.contains("prompt"), !m_factKeys.empty()};
    m_one->setObjectName("overPrompt");
    m_many->setObjectName("overFacts");
    m_offered->setObjectName("overOffered");
    m_offered->setVisible(false);
    m_one->setVisible(can[0] && can[1]);
    m_many->setVisible(can[0] && can[1]);
    m_one->setChecked(can[0]);
    m_many->setChecked(!can[0]);
    m_prompt->setWordWrap(true);
    m_prompt->setTextFormat(Qt::RichText);
    m_note->setText(
        tr("No others are used; where a swap is needed, it comes from all facts of the relation. Those that the "
           "model does not know are left out, unless Knows says anything."));
    m_note->setWordWrap(true);
    m_both->setObjectName("bothNote");
    m_both->setWordWrap(true);
    m_fields->offerFiles("facts");
    layOut(QString::fromStdString(schema.help));
    showFields();
    connect(m_fields, &SchemaForm::problemShown, this, &ExperimentDialog::reveal);
    for (const QRadioButton* choice : {m_one, m_many, m_offered})
        connect(choice, &QRadioButton::toggled, this, &ExperimentDialog::showFields);
}

void ExperimentDialog::layOut(const QString& help)
{
    auto* about = new QLabel(help, this);
    about->setWordWrap(true);
    auto* over = new QHBoxLayout;
    over->addWidget(m_one);
    over->addWidget(m_many);
    over->addWidget(m_offered);
    over->addStretch();
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setWidget(m_fields);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    QPushButton* run = buttons->addButton(tr("&Run"), QDialogButtonBox::AcceptRole);
    QPushButton* copy = buttons->addButton(tr("Copy as co&mmand"), QDialogButtonBox::ActionRole);
    run->setObjectName("runExperiment");
    run->setDefault(true);
    copy->setObjectName("copyExperiment");
    auto* column = new QVBoxLayout(this);
    column->addWidget(about);
    column->addLayout(over);
    column->addWidget(m_prompt);
    column->addWidget(m_note);
    column->addWidget(m_both);
    column->addWidget(m_scroll, 1);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &ExperimentDialog::run);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    connect(copy, &QPushButton::clicked, this, [this] { Q_EMIT copyRequested(parameters()); });
}

bool ExperimentDialog::overFacts() const
{
    return m_many->isChecked() || m_offered->isChecked();
}

/// Without, the experiment reads the prompt alone.
bool ExperimentDialog::corrupts() const
{
    return m_promptKeys.contains("swap");
}

void ExperimentDialog::showFields()
{
    std::set<std::string> shown;
    for (const ParamSpec& spec : m_schema.params) {
        const bool facts = m_factKeys.contains(spec.key);
        const bool noise = m_factKeys.empty() && m_promptKeys.contains("noise") && ofNoise.contains(spec.key);
        const bool offered = m_offered->isChecked() && ofOffer.contains(spec.key);
        const bool prompt = m_promptKeys.contains(spec.key) && (!overFacts() || spec.key != "prefix");
        if (!prompt && !offered && (!facts || overFacts()) && (!noise || m_form.noise > 0))
            shown.insert(spec.key);
    }
    m_fields->setShown(shown);
    m_prompt->setVisible(!overFacts());
    m_note->setVisible(m_offered->isChecked());
    m_both->setVisible(overFacts() && !m_both->text().isEmpty());
    const QString with = !corrupts()        ? QString()
                         : m_form.noise > 0 ? tr(", with noise on the subject")
                         : m_form.unedited  ? tr(", against the same without the edits")
                                            : tr(", with “%1” swapped in").arg(m_form.swap.toHtmlEscaped());
    m_prompt->setText(m_form.prompt.trimmed().isEmpty()
                          ? tr("The prompt is empty. Type one in the window, or choose one of the known facts.")
                          : tr("<b>%1</b>%2").arg(cleanText(m_form).toHtmlEscaped(), with));
    resize(usualWidth, wantedHeight());
}

int ExperimentDialog::wantedHeight() const
{
    const int around = layout()->totalHeightForWidth(usualWidth) - m_scroll->sizeHint().height();
    const int fields = std::max(m_fields->sizeHint().height(), m_fields->heightForWidth(m_scroll->viewport()->width()));
    return std::min(tallest, fields + around);
}

void ExperimentDialog::reveal(QWidget* field)
{
    QTimer::singleShot(0, this, [this, field] {  // when the words have their place
        resize(width(), std::max(height(), wantedHeight()));
        m_scroll->ensureWidgetVisible(field, 0, 0);
    });
}

void ExperimentDialog::suggest(const char* key, const QStringList& items)
{
    m_fields->suggest(key, items);
}

void ExperimentDialog::setValues(const Json& parameters)
{
    m_fields->setValues(parameters);
    if (!parameters.empty() && !m_factKeys.empty())
        setOverFacts(parameters.value("prompt", Json("")) == "");
}

void ExperimentDialog::setOverFacts(bool many)
{
    (many ? m_many : m_one)->setChecked(many || !m_promptKeys.empty());
    showFields();
}

void ExperimentDialog::offerFacts(const QString& name, const Json& parameters)
{
    if (m_factKeys.empty())
        return;
    m_offer = parameters;
    m_offered->setText(tr("Over %1").arg(name));
    m_offered->setVisible(true);
    m_many->setVisible(true);
    showFields();
}

void ExperimentDialog::setOverOffered()
{
    if (m_offer.empty())
        return;
    m_offered->setChecked(true);
}

void ExperimentDialog::setBoth(const QString& first, const QString& second)
{
    m_both->setText(tr("Runs on both models, %1 and then %2; the results stand beside each other.").arg(first, second));
    showFields();
}

void ExperimentDialog::showProblem(const Error& error)
{
    m_fields->showProblem(error);
}

Json ExperimentDialog::parameters() const
{
    Json asked = m_fields->values();
    if (m_offered->isChecked())
        asked.update(m_offer);
    if (overFacts())
        return asked;
    const Json prompt = factParameters(m_form);
    for (const auto& [key, value] : prompt.items())
        if (m_promptKeys.contains(key))
            asked[key] = value;
    if (!m_promptKeys.contains("subject"))
        asked["prompt"] = cleanText(m_form).toStdString();
    return asked;
}

void ExperimentDialog::run()
{
    if (!m_fields->check())
        return;
    if (!overFacts() && m_form.prompt.trimmed().isEmpty())
        return m_fields->showProblem(*checkForm(m_form));  // whether it needs subject and swap, the engine knows
    Q_EMIT runRequested(parameters());
}

}  // namespace mnemo
