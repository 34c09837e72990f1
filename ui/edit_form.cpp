// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/edit_form.h"

#include "ui/schema_form.h"
#include "ui/theme.h"
#include "widgets/json_value.h"

#include <QComboBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QToolButton>

namespace mnemo {
namespace {

const std::set<std::string> ofRequest{"prompt", "subject", "target", "matrix", "layer", "prefix"};

}  // namespace

EditForm::EditForm(std::vector<Preset> presets, QWidget* parent)
    : QWidget(parent),
      m_presets(std::move(presets)),
      m_rows(new QFormLayout(this)),
      m_again(new QToolButton),
      m_note(new QLabel),
      m_matrix(new QComboBox),
      m_layer(new QSpinBox),
      m_suggest(new QPushButton(tr("S&uggest"))),
      m_preset(new QComboBox),
      m_more(new QToolButton)
{
    setObjectName("editForm");
    m_rows->setContentsMargins(0, 0, 0, 0);
    m_rows->setVerticalSpacing(4);
    m_rows->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    makeFields();
    addPlace();
    addSearch();
}

QLineEdit* EditForm::addLine(const char* name, const QString& label, const QString& help)
{
    auto* edit = new QLineEdit;
    edit->setObjectName(QLatin1String(name));
    edit->setToolTip(help);
    edit->setWhatsThis(help);
    edit->setAccessibleName(label);
    connect(edit, &QLineEdit::returnPressed, this, &EditForm::previewRequested);
    return edit;
}

void EditForm::makeFields()
{
    m_prompt = addLine("editPrompt", tr("Prompt"), tr("The sentence that is to end differently."));
    m_subject = addLine("editSubject", tr("Subject"), tr("The words the fact is about, as they stand in the prompt."));
    m_target = addLine("editTarget", tr("New object"), tr("What the model is to answer instead."));
    m_again->setObjectName("editFollow");
    m_again->setText(tr("↺"));
    m_again->setAccessibleName(tr("Take the fact of the prompt panel"));
    m_again->setToolTip(tr("Take prompt and subject of the prompt panel again"));
    m_again->hide();
    m_note->setObjectName("editTargetNote");
    m_note->setWordWrap(true);
    m_note->hide();
    auto* prompt = new QHBoxLayout;
    prompt->addWidget(m_prompt, 1);
    prompt->addWidget(m_again);
    auto* target = new QVBoxLayout;
    target->setSpacing(0);
    target->addWidget(m_target);
    target->addWidget(m_note);
    m_rows->addRow(tr("Prompt"), prompt);
    m_rows->addRow(tr("Subject"), m_subject);
    m_rows->addRow(tr("New object"), target);
    for (QLineEdit* edit : {m_prompt, m_subject}) {
        connect(edit, &QLineEdit::textEdited, this, [this] {
            m_follows = false;
            m_again->show();
        });
        connect(edit, &QLineEdit::textChanged, this, &EditForm::changed);
    }
    connect(m_target, &QLineEdit::textChanged, this, &EditForm::changed);
    connect(m_again, &QToolButton::clicked, this, &EditForm::followAgain);
}

void EditForm::addPlace()
{
    m_matrix->setObjectName("editMatrix");
    m_matrix->setAccessibleName(tr("Matrix"));
    m_matrix->setToolTip(
        tr("The matrix that is changed: W_o writes a Mamba block's output, W_a feeds its convolution, "
           "W_g its gate; W_down writes a transformer's MLP output."));
    m_layer->setObjectName("editLayer");
    m_layer->setAccessibleName(tr("Layer"));
    m_layer->setRange(-1, -1);
    m_layer->setSpecialValueText(tr("paper's"));
    m_layer->setToolTip(tr("The layer whose matrix is changed. “paper's”: at the depth of the paper's layer 15."));
    m_suggest->setObjectName("editSuggest");
    m_suggest->setToolTip(
        tr("The layer where the trace that is shown has the largest effect of the subject's last "
           "token, at the site that this matrix writes"));
    auto* place = new QHBoxLayout;
    place->setSpacing(6);
    place->addWidget(m_matrix);
    place->addWidget(new QLabel(tr("layer")));
    place->addWidget(m_layer, 1);
    place->addWidget(m_suggest);
    m_rows->addRow(tr("Matrix"), place);
    connect(m_suggest, &QPushButton::clicked, this, &EditForm::suggestRequested);
}

void EditForm::addSearch()
{
    m_preset->setObjectName("editPreset");
    m_preset->setAccessibleName(tr("Preset of the search"));
    m_preset->setPlaceholderText(tr("own values"));
    m_preset->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_more->setObjectName("editAdvanced");
    m_more->setText(tr("More"));
    m_more->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_more->setArrowType(Qt::RightArrow);
    m_more->setCheckable(true);
    m_more->setToolTip(tr("Every parameter of the search"));
    auto* search = new QHBoxLayout;
    search->addWidget(m_preset, 1);
    search->addWidget(m_more);
    m_rows->addRow(tr("Search"), search);
    connect(m_preset, &QComboBox::activated, this, &EditForm::choosePreset);
    offerPresets({});
    connect(m_more, &QToolButton::toggled, this, [this](bool more) {
        m_more->setArrowType(more ? Qt::DownArrow : Qt::RightArrow);
        if (m_search)
            m_search->setVisible(more);
    });
}

void EditForm::setSchema(const ExperimentSchema& schema)
{
    if (m_search)
        return;
    std::set<std::string> shown;
    for (const ParamSpec& spec : schema.params)
        if (!ofRequest.contains(spec.key))
            shown.insert(spec.key);
    m_search = new SchemaForm(schema);
    m_search->setShown(shown);
    m_search->setVisible(m_more->isChecked());
    m_rows->addRow(m_search);
    if (m_glossary)
        m_search->explain(*m_glossary);
    for (const ParamSpec& spec : schema.params)
        for (const Preset& preset : m_presets)
            if (shown.contains(spec.key) && preset.parameters.contains(spec.key))
                m_defaults[spec.key] = spec.defaultValue;
    connect(m_search, &SchemaForm::changed, this, &EditForm::showPreset);
    showPreset();
}

void EditForm::explain(const Glossary& glossary)
{
    m_glossary = &glossary;
    if (m_search)
        m_search->explain(glossary);
}

void EditForm::setModel(const Json& model)
{
    const QString before = m_matrix->currentText();
    m_matrix->clear();
    for (const Json& matrix : jsonMember(model, "matrices"))
        m_matrix->addItem(QString::fromStdString(matrix.get<std::string>()));
    m_matrix->setCurrentIndex(std::max(0, m_matrix->findText(before)));
    m_layer->setMaximum(model.is_object() ? model.value("layers", 0) - 1 : -1);
    offerPresets(jsonText(model, "name").toStdString());
}

void EditForm::follow(const FactForm& prompt)
{
    m_panel = prompt;
    if (!m_follows)
        return;
    m_prefix = prompt.prefix;
    m_prompt->setText(cleanText(prompt));
    m_prompt->setCursorPosition(0);
    m_subject->setText(prompt.subject);
}

void EditForm::followAgain()
{
    m_follows = true;
    m_again->hide();
    follow(m_panel);
}

void EditForm::setParameters(const Json& parameters)
{
    const FactForm form = formFromParameters(parameters);
    m_follows = false;
    m_again->show();
    m_prefix = form.prefix;
    m_prompt->setText(cleanText(form));
    m_subject->setText(form.subject);
    m_target->setText(form.target);
    setPlace(parameters);
}

void EditForm::setPlace(const Json& parameters)
{
    m_matrix->setCurrentText(jsonText(parameters, "matrix"));
    m_layer->setValue(parameters.value("layer", -1));
    if (m_search)
        m_search->setValues(parameters);
}

Json EditForm::parameters() const
{
    const FactForm form = fact();
    const QString sentence = promptTemplate(form);
    Json asked{{"prompt", (sentence.isEmpty() ? form.prompt : sentence).toStdString()},
               {"subject", form.subject.toStdString()},
               {"target", target().toStdString()},
               {"matrix", matrix()},
               {"layer", m_layer->value()},
               {"prefix", m_prefix.toStdString()}};
    if (m_search)
        asked.update(m_search->values());
    return asked;
}

FactForm EditForm::fact() const
{
    FactForm form;
    form.prompt = m_prompt->text();
    form.subject = m_subject->text();
    form.prefix = m_prefix;
    return form;
}

QString EditForm::target() const
{
    return m_target->text();
}

std::string EditForm::matrix() const
{
    return m_matrix->currentText().toStdString();
}

void EditForm::setLayer(int layer)
{
    m_layer->setValue(layer);
}

void EditForm::setTargetNote(const TargetNote& note)
{
    QPalette colours = m_target->palette();
    if (note.isProblem)
        colours.setColor(QPalette::WindowText, problemColour(colours));
    m_note->setPalette(colours);
    m_note->setText(note.isProblem ? tr("⚠ %1").arg(note.text) : note.text);
    m_note->setVisible(!note.text.isEmpty());
}

bool EditForm::check()
{
    for (QLineEdit* edit : {m_prompt, m_subject, m_target})
        if (edit->text().trimmed().isEmpty()) {
            edit->setFocus();
            setTargetNote({tr("%1: nothing is typed yet.").arg(edit->accessibleName()), true});
            return false;
        }
    const bool good = !m_search || m_search->check();
    if (!good)
        m_more->setChecked(true);
    return good;
}

void EditForm::showProblem(const Error& error)
{
    if (m_search)
        m_search->showProblem(error);
}

void EditForm::focusTarget()
{
    m_target->setFocus(Qt::ShortcutFocusReason);
    m_target->selectAll();
}

/// Those for any model, and those of this one.
void EditForm::offerPresets(const std::string& model)
{
    m_preset->clear();
    for (std::size_t i = 0; i < m_presets.size(); ++i)
        if (const Preset& preset = m_presets[i]; preset.model.empty() || preset.model == model) {
            m_preset->addItem(QString::fromStdString(preset.label), int(i));
            m_preset->setItemData(m_preset->count() - 1, QString::fromStdString(preset.help), Qt::ToolTipRole);
        }
    if (m_search)
        showPreset();
}

const Preset* EditForm::offered(int index) const
{
    const QVariant number = m_preset->itemData(index);
    return number.isValid() ? &m_presets[number.value<std::size_t>()] : nullptr;
}

/// What the fields of the search say with it.
Json EditForm::searched(const Preset& preset) const
{
    Json values = m_defaults;
    for (const auto& [key, value] : preset.parameters.items())
        if (m_defaults.contains(key))
            values[key] = value;
    return values;
}

void EditForm::choosePreset()
{
    const Preset* chosen = offered(m_preset->currentIndex());
    if (!chosen || !m_search)
        return;
    m_search->setValues(searched(*chosen));
    if (chosen->parameters.contains("layer"))
        setLayer(chosen->parameters["layer"].get<int>());
    showPreset();
}

/// The first preset that says what the fields say; none where they say something of their own.
void EditForm::showPreset()
{
    const Json now = m_search->values();
    const auto fits = [&](const Preset& preset) {
        const Json values = searched(preset);
        for (const auto& [key, value] : values.items())
            if (now.at(key) != value)
                return false;
        return true;
    };
    int index = 0;
    while (offered(index) && !fits(*offered(index)))
        ++index;
    m_preset->setCurrentIndex(offered(index) ? index : -1);
    m_preset->setToolTip(m_preset->currentData(Qt::ToolTipRole).toString());
}

}  // namespace mnemo
