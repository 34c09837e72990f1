// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/schema_form.h"

#include "ui/glossary.h"
#include "ui/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>
#include <algorithm>
#include <limits>

namespace mnemo {
namespace {

constexpr double mostReal = 1e9;
constexpr int decimals = 4;
constexpr int listLines = 2;

QString fromJson(const Json& value)
{
    return value.is_string() ? QString::fromStdString(value.get<std::string>()) : QString();
}

void addLine(QPlainTextEdit* list, const QString& line)
{
    QStringList lines = list->toPlainText().split(QLatin1Char('\n'), Qt::SkipEmptyParts);
    if (!lines.contains(line))
        list->setPlainText((lines << line).join(QLatin1Char('\n')));
}

}  // namespace

SchemaForm::SchemaForm(const ExperimentSchema& schema, QWidget* parent)
    : QWidget(parent), m_rows(new QFormLayout), m_problem(makeProblem())
{
    setObjectName("schemaForm");
    m_rows->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    m_rows->setVerticalSpacing(4);
    auto* box = new QVBoxLayout(this);
    box->addWidget(m_problem);
    box->addLayout(m_rows);
    box->addStretch();
    for (const ParamSpec& spec : schema.params)
        add(spec);
}

QLabel* SchemaForm::makeProblem()
{
    auto* label = new QLabel(this);
    label->setWordWrap(true);
    QPalette warning = label->palette();
    warning.setColor(QPalette::WindowText, problemColour(warning));
    label->setPalette(warning);
    label->hide();
    return label;
}

void SchemaForm::add(const ParamSpec& spec)
{
    Field field;
    field.spec = spec;
    switch (spec.type) {
        case ParamType::Int:
        case ParamType::Real:
            addNumber(field);
            break;
        case ParamType::Bool:
        case ParamType::Choice:
            addChoice(field);
            break;
        case ParamType::TextList:
            addList(field);
            break;
        default:
            addText(field);
    }
    const QString name = QString::fromStdString(spec.key), help = QString::fromStdString(spec.help);
    field.editor->setObjectName("field_" + name);
    field.editor->setToolTip(help);
    field.editor->setWhatsThis(help);
    field.editor->setAccessibleName(QString::fromStdString(spec.label));
    field.editor->setAccessibleDescription(help);
    field.problem = makeProblem();
    auto* both = new QWidget(this);
    auto* box = new QVBoxLayout(both);
    box->setContentsMargins(0, 0, 0, 0);
    box->setSpacing(0);
    box->addWidget(field.row ? field.row : field.editor);
    box->addWidget(field.problem);
    field.row = both;
    auto* label = new QLabel(QString::fromStdString(spec.label), this);
    label->setBuddy(field.editor);
    label->setToolTip(help);
    m_rows->addRow(label, both);
    if (!spec.defaultValue.is_null())
        field.set(spec.defaultValue);
    m_shown.insert(spec.key);
    m_fields[spec.key] = std::move(field);
}

void SchemaForm::explain(const Glossary& glossary)
{
    for (const auto& [key, field] : m_fields) {
        const QString term = glossary.ofField(QString::fromStdString(key));
        if (term.isEmpty())
            continue;
        const QString help = QString::fromStdString(field.spec.help);
        const QString text = QStringLiteral("<p>%1</p>").arg(help.toHtmlEscaped()) + glossary.text(term);
        for (QWidget* widget : {field.editor, m_rows->labelForField(field.row)})
            if (widget)
                widget->setToolTip(text);
        field.editor->setWhatsThis(text);
        field.editor->setAccessibleDescription(help + QLatin1Char(' ') + glossary.shortText(term));
    }
}

void SchemaForm::addText(Field& field)
{
    auto* edit = new QLineEdit(this);
    edit->setPlaceholderText(QString::fromStdString(field.spec.ifUnset));
    field.editor = edit;
    field.get = [edit] { return edit->text().trimmed().toStdString(); };
    field.set = [edit](const Json& value) { edit->setText(fromJson(value)); };
    connect(edit, &QLineEdit::textChanged, this, &SchemaForm::changed);
    if (field.spec.type == ParamType::File)
        field.row = beside(edit, tr("Choose…"), [this, edit](QWidget*) {
            const QString file = QFileDialog::getOpenFileName(this, tr("Choose a file"), edit->text());
            if (!file.isEmpty())
                edit->setText(file);
        });
}

void SchemaForm::addNumber(Field& field)
{
    if (field.spec.type == ParamType::Int) {
        auto* spin = new QSpinBox(this);
        using Limits = std::numeric_limits<int>;
        spin->setRange(int(std::max(field.spec.minimum, double(Limits::min()))),
                       int(std::min(field.spec.maximum, double(Limits::max()))));
        spin->setSpecialValueText(QString::fromStdString(field.spec.ifUnset));
        field.editor = spin;
        field.get = [spin] { return spin->value(); };
        field.set = [spin](const Json& value) { spin->setValue(value.is_number() ? value.get<int>() : 0); };
        connect(spin, &QSpinBox::valueChanged, this, &SchemaForm::changed);
    } else {
        auto* spin = new QDoubleSpinBox(this);
        spin->setDecimals(decimals);
        spin->setRange(std::max(field.spec.minimum, -mostReal), std::min(field.spec.maximum, mostReal));
        spin->setStepType(QAbstractSpinBox::AdaptiveDecimalStepType);
        spin->setSpecialValueText(QString::fromStdString(field.spec.ifUnset));
        field.editor = spin;
        field.get = [spin] { return spin->value(); };
        field.set = [spin](const Json& value) { spin->setValue(value.is_number() ? value.get<double>() : 0); };
        connect(spin, &QDoubleSpinBox::valueChanged, this, &SchemaForm::changed);
    }
}

void SchemaForm::addChoice(Field& field)
{
    if (field.spec.type == ParamType::Bool) {
        auto* box = new QCheckBox(this);
        field.editor = box;
        field.get = [box] { return box->isChecked(); };
        field.set = [box](const Json& value) { box->setChecked(value == true); };
        connect(box, &QCheckBox::toggled, this, &SchemaForm::changed);
    } else {
        auto* combo = new QComboBox(this);
        for (const std::string& choice : field.spec.choices)
            combo->addItem(QString::fromStdString(choice));
        field.editor = combo;
        field.get = [combo] { return combo->currentText().toStdString(); };
        field.set = [combo](const Json& value) { combo->setCurrentText(fromJson(value)); };
        connect(combo, &QComboBox::currentTextChanged, this, &SchemaForm::changed);
    }
}

void SchemaForm::addList(Field& field)
{
    auto* list = new QPlainTextEdit(this);
    const QString unset = QString::fromStdString(field.spec.ifUnset);
    list->setPlaceholderText(unset.isEmpty() ? tr("one per line") : tr("%1; else one per line").arg(unset));
    list->setTabChangesFocus(true);
    list->setLineWrapMode(QPlainTextEdit::NoWrap);
    list->setFixedHeight(fontMetrics().lineSpacing() * listLines + 12);
    field.editor = list;
    field.get = [list] {
        Json items = Json::array();
        for (const QString& line : list->toPlainText().split(QLatin1Char('\n'), Qt::SkipEmptyParts))
            if (!line.trimmed().isEmpty())
                items.push_back(line.trimmed().toStdString());
        return items;
    };
    field.set = [list](const Json& value) {
        QStringList lines;
        for (const Json& item : value)
            lines << fromJson(item);
        list->setPlainText(lines.join(QLatin1Char('\n')));
    };
    connect(list, &QPlainTextEdit::textChanged, this, &SchemaForm::changed);
    field.row = beside(list, tr("Add…"), [this, list, key = field.spec.key](QWidget* button) {
        const auto suggestions = m_suggestions.find(key);
        if (suggestions == m_suggestions.end()) {
            for (const QString& file : QFileDialog::getOpenFileNames(this, tr("Add files")))
                addLine(list, file);
            return;
        }
        QMenu menu;
        for (const QString& item : suggestions->second)
            menu.addAction(item, list, [list, item] { addLine(list, item); });
        menu.exec(button->mapToGlobal(QPoint(0, button->height())));
    });
    QStringList choices;
    for (const std::string& choice : field.spec.choices)
        choices << QString::fromStdString(choice);
    field.row->findChild<QPushButton*>()->setVisible(!choices.isEmpty());  // until there is something to offer
    if (!choices.isEmpty())
        m_suggestions[field.spec.key] = choices;
}

/// The editor and a button at its right.
QWidget* SchemaForm::beside(QWidget* editor, const QString& button, const std::function<void(QWidget*)>& pressed)
{
    auto* both = new QWidget(this);
    auto* push = new QPushButton(button, both);
    auto* line = new QHBoxLayout(both);
    line->setContentsMargins(0, 0, 0, 0);
    line->addWidget(editor, 1);
    line->addWidget(push, 0, Qt::AlignTop);
    connect(push, &QPushButton::clicked, this, [push, pressed] { pressed(push); });
    return both;
}

void SchemaForm::offerFiles(const std::string& key)
{
    if (const auto it = m_fields.find(key); it != m_fields.end())
        it->second.row->findChild<QPushButton*>()->show();
}

void SchemaForm::suggest(const std::string& key, const QStringList& items)
{
    m_suggestions[key] = items;
    if (const auto it = m_fields.find(key); it != m_fields.end())
        it->second.row->findChild<QPushButton*>()->setVisible(!items.isEmpty());
}

void SchemaForm::setShown(const std::set<std::string>& keys)
{
    m_shown.clear();
    for (const auto& [key, field] : m_fields) {
        const bool shown = keys.contains(key);
        if (shown)
            m_shown.insert(key);
        m_rows->setRowVisible(field.row, shown);
    }
}

void SchemaForm::setValues(const Json& values)
{
    for (const auto& [key, value] : values.items())
        if (const auto it = m_fields.find(key); it != m_fields.end())
            it->second.set(value);
}

Json SchemaForm::values() const
{
    Json values = Json::object();
    for (const std::string& key : m_shown)
        values[key] = m_fields.at(key).get();
    return values;
}

QWidget* SchemaForm::field(const std::string& key) const
{
    const auto it = m_fields.find(key);
    return it == m_fields.end() ? nullptr : it->second.editor;
}

/// One parameter alone, as the engine would check it; and files that are to be read must be there.
QString SchemaForm::problemOf(const Field& field) const
{
    const Json value = field.get();
    if (field.spec.required && (value.empty() || value == ""))
        return tr("It is empty. %1").arg(QString::fromStdString(field.spec.help));
    try {
        ExperimentSchema{{}, {}, {}, {field.spec}}.complete({{field.spec.key, value}});
    } catch (const Failure& failure) {
        return QString::fromStdString(failure.error().message);
    }
    const QPushButton* button = field.row->findChild<QPushButton*>();
    const bool files = field.spec.type == ParamType::TextList && button && !button->isHidden() &&
                       !m_suggestions.contains(field.spec.key);
    if (files)
        for (const Json& item : value)
            if (!QFileInfo::exists(fromJson(item)))
                return tr("There is no file or folder %1.").arg(fromJson(item));
    return {};
}

bool SchemaForm::check()
{
    bool good = true;
    say(m_problem, {});
    for (const std::string& key : m_shown) {
        const Field& field = m_fields.at(key);
        const QString text = problemOf(field);
        say(field.problem, text);
        if (!text.isEmpty() && good) {
            field.editor->setFocus();
            Q_EMIT problemShown(field.row);
        }
        good = good && text.isEmpty();
    }
    return good;
}

void SchemaForm::showProblem(const Error& error)
{
    const QString text = QString::fromStdString(error.message + " " + error.hint);
    const auto quoted = std::ranges::find_if(m_shown, [&](const std::string& key) {
        const Json value = m_fields.at(key).get();
        return value.is_string() && value != "" && m_fields.at(key).spec.type != ParamType::Choice &&
               error.message.find('"' + value.get<std::string>() + '"') != std::string::npos;
    });
    const auto named = std::ranges::find_if(m_shown, [&](const std::string& key) {
        const std::string& label = m_fields.at(key).spec.label;
        const std::string lower = QString::fromStdString(label).toLower().toStdString();
        return error.message.find('"' + key + '"') != std::string::npos ||
               error.message.starts_with("The " + lower + " ") ||
               error.message.find(" " + lower + " \"") != std::string::npos;
    });
    const auto place = quoted != m_shown.end() ? quoted : named;
    say(place == m_shown.end() ? m_problem : m_fields.at(*place).problem, text);
    if (place != m_shown.end())
        m_fields.at(*place).editor->setFocus();
    Q_EMIT problemShown(place == m_shown.end() ? static_cast<QWidget*>(m_problem) : m_fields.at(*place).row);
}

QString SchemaForm::problem(const std::string& key) const
{
    const auto it = m_fields.find(key);
    return it == m_fields.end() ? m_problem->text() : it->second.problem->text();
}

void SchemaForm::say(QLabel* place, const QString& text)
{
    place->setText(text);
    place->setVisible(!text.isEmpty());
}

}  // namespace mnemo
