// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/prompt_panel.h"

#include "widgets/token_chips.h"

#include <QCheckBox>
#include <QComboBox>
#include <QCompleter>
#include <QGridLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <algorithm>

namespace mnemo {
namespace {

constexpr double usualNoise = 3;  // σ multiple of the papers

/// Tokens of one prompt that are not the other's at the same place.
std::vector<int> differing(const std::vector<Token>& tokens, const std::vector<Token>& others)
{
    std::vector<int> positions;
    for (std::size_t i = 0; i < tokens.size(); ++i)
        if (i >= others.size() || tokens[i].id != others[i].id)
            positions.push_back(int(i));
    return tokens.size() == others.size() ? positions : std::vector<int>{};
}

}  // namespace

PromptPanel::PromptPanel(const Glossary& glossary, QWidget* parent)
    : QWidget(parent),
      m_prompt(field("promptEdit", tr("Prompt"), tr("A sentence that ends just before the answer"))),
      m_subject(field("subjectEdit", tr("Subject"), tr("What the sentence is about"))),
      m_swap(new QComboBox(this)),
      m_corruption(new QComboBox(this)),
      m_direction(new QComboBox(this)),
      m_target(field("targetEdit", tr("Answer to score"), tr("model's own"))),
      m_foil(field("foilEdit", tr("Competing answer (foil)"), tr("corrupted run's"))),
      m_align(new QCheckBox(tr("Align at the right"), this)),
      m_guess(new QPushButton(tr("&Guess"), this)),
      m_note(new QLabel(this)),
      m_error(new QLabel(this)),
      m_cleanChips(new TokenChips(this)),
      m_corruptChips(new TokenChips(this)),
      m_corruptLabel(new QLabel(tr("Corrupted"), this))
{
    setObjectName("promptPanel");
    m_swap->setObjectName("swapCombo");
    m_swap->setEditable(true);
    m_swap->setInsertPolicy(QComboBox::NoInsert);
    m_swap->setAccessibleName(tr("Swap: the other subject"));
    m_swap->lineEdit()->setPlaceholderText(tr("Other subject, as many tokens"));
    m_swap->setMinimumContentsLength(10);
    m_subject->setMinimumWidth(110);
    m_corruption->setObjectName("corruptionCombo");
    m_corruption->setAccessibleName(tr("How the subject is corrupted"));
    m_corruption->addItem(tr("swap with"));  // in the order of the enumeration
    m_corruption->addItem(tr("noise %1 σ").arg(usualNoise));
    m_corruption->addItem(tr("unedited"));
    m_direction->setObjectName("directionCombo");
    m_direction->setAccessibleName(tr("Which states are put where"));
    m_direction->addItem(tr("restore"), QStringLiteral("restore"));
    m_direction->addItem(tr("corrupt"), QStringLiteral("corrupt"));
    m_align->setObjectName("alignCheck");
    m_align->setVisible(false);
    m_guess->setObjectName("guessButton");
    m_guess->setToolTip(tr("Find the subject: a known name, or the capitalised words"));
    m_note->setObjectName("outOfDistribution");
    m_error->setObjectName("formError");
    m_error->setWordWrap(true);
    m_error->setVisible(false);
    m_cleanChips->setObjectName("cleanChips");
    m_cleanChips->setAccessibleName(tr("Tokens of the clean prompt"));
    m_cleanChips->setPlaceholder(tr("The tokens appear here once the model is loaded."));
    m_corruptChips->setObjectName("corruptChips");
    m_corruptChips->setAccessibleName(tr("Tokens of the corrupted prompt"));
    layOut();
    explain(glossary);

    connect(m_prompt, &QLineEdit::textEdited, this, &PromptPanel::onPromptEdited);
    connect(m_subject, &QLineEdit::textEdited, this, &PromptPanel::onSubjectEdited);
    connect(m_swap, &QComboBox::currentTextChanged, this, &PromptPanel::changed);
    connect(m_swap, &QComboBox::activated, this, &PromptPanel::swapChosen);
    connect(m_swap->lineEdit(), &QLineEdit::textEdited, this, &PromptPanel::swapChosen);
    connect(m_corruption, &QComboBox::currentIndexChanged, this, [this](int index) {
        m_swap->setEnabled(Corruption(index) == Corruption::Swap);
        changed();
    });
    connect(m_direction, &QComboBox::currentIndexChanged, this, &PromptPanel::changed);
    connect(m_align, &QCheckBox::toggled, this, &PromptPanel::changed);
    connect(m_target, &QLineEdit::textEdited, this, [this] {
        m_targetId = -1;
        changed();
    });
    connect(m_foil, &QLineEdit::textEdited, this, [this] {
        m_foilId = -1;
        changed();
    });
    connect(m_guess, &QPushButton::clicked, this, &PromptPanel::guess);
    for (QLineEdit* edit : {m_prompt, m_subject, m_swap->lineEdit(), m_target, m_foil}) {
        connect(edit, &QLineEdit::textEdited, this, &PromptPanel::typed);
        connect(edit, &QLineEdit::returnPressed, this, &PromptPanel::traceRequested);
        edit->installEventFilter(this);
    }
    m_swap->installEventFilter(this);  // it has the focus of its line
    connect(m_cleanChips, &TokenChips::tokenClicked, this, &PromptPanel::tokenClicked);
    connect(m_cleanChips, &TokenChips::spanSelected, this, &PromptPanel::markSubject);
}

bool PromptPanel::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->matches(QKeySequence::Undo) || key->matches(QKeySequence::Redo)) {
            event->ignore();
            return true;
        }
    }
    return QWidget::eventFilter(watched, event);
}

FactForm PromptPanel::form() const
{
    FactForm form;
    form.prompt = m_prompt->text();
    form.subject = m_subject->text();
    form.swap = m_swap->currentText();
    form.target = m_target->text();
    form.foil = m_foil->text();
    form.targetId = m_targetId;
    form.foilId = m_foilId;
    form.noise = corruption() == Corruption::Noise ? usualNoise : 0;
    form.unedited = corruption() == Corruption::Unedited;
    form.direction = m_direction->currentData().toString();
    form.alignRight = m_align->isChecked();
    form.prefix = m_prefix;
    return form;
}

PromptPanel::Corruption PromptPanel::corruption() const
{
    return Corruption(m_corruption->currentIndex());
}

void PromptPanel::setForm(const FactForm& form)
{
    m_setting = true;
    m_prompt->setText(form.prompt);
    m_subject->setText(form.subject);
    m_subjectTyped = !form.subject.isEmpty() && !m_known.contains(form.subject);
    m_swap->setCurrentText(form.swap);
    m_corruption->setCurrentIndex(int(form.noise > 0  ? Corruption::Noise
                                      : form.unedited ? Corruption::Unedited
                                                      : Corruption::Swap));
    m_direction->setCurrentIndex(std::max(0, m_direction->findData(form.direction)));
    m_align->setChecked(form.alignRight);
    m_align->setVisible(form.alignRight);
    setTarget(form.targetId, form.target);
    setFoil(form.foilId, form.foil);
    m_prefix = form.prefix;
    m_setting = false;
    Q_EMIT formChanged();
}

void PromptPanel::setSwap(const QString& swap)
{
    m_swap->setCurrentText(swap);
}

void PromptPanel::setPrefix(const QString& prefix)
{
    m_prefix = prefix;
    changed();
}

void PromptPanel::setKnownSubjects(const QStringList& subjects)
{
    m_known = subjects;
    auto* completer = new QCompleter(subjects, m_subject);
    completer->setCaseSensitivity(Qt::CaseInsensitive);
    m_subject->setCompleter(completer);
    connect(completer, qOverload<const QString&>(&QCompleter::activated), this, [this] { onSubjectEdited(); });
}

void PromptPanel::setTarget(int id, const QString& text)
{
    m_targetId = id;
    m_target->setText(text);
    changed();
}

void PromptPanel::setFoil(int id, const QString& text)
{
    m_foilId = id;
    m_foil->setText(text);
    changed();
}

void PromptPanel::setContextLength(int tokens)
{
    m_contextLength = tokens;
}

void PromptPanel::forgetIds()
{
    m_targetId = m_foilId = -1;
}

void PromptPanel::setClean(const Prompt& prompt, TokenSpan subject)
{
    m_clean = prompt;
    m_cleanChips->setPrompt(prompt, subject);
    QStringList warnings = spaceWarnings(QString::fromStdString(prompt.text));
    if (m_contextLength > 0 && prompt.size() > m_contextLength)
        warnings
            << tr("The prompt has %1 tokens, the model takes %2. Shorten it.").arg(prompt.size()).arg(m_contextLength);
    m_cleanChips->setWarnings(warnings);
}

void PromptPanel::setCorrupt(const Prompt& prompt, TokenSpan subject)
{
    m_corruptChips->setPrompt(prompt, subject);
    m_corruptChips->setHighlight(differing(prompt.tokens, m_clean.tokens));
    m_corruptChips->setVisible(prompt.size() > 0);
    m_corruptLabel->setVisible(prompt.size() > 0);
}

void PromptPanel::setSwaps(const QStringList& sameLength)
{
    const QString text = m_swap->currentText();
    const QSignalBlocker quiet(m_swap);
    m_swap->clear();
    m_swap->addItems(sameLength);
    m_swap->setCurrentText(text);
}

void PromptPanel::setNote(const QString& text)
{
    m_note->setText(text);
    m_note->setVisible(!text.isEmpty());
}

void PromptPanel::setFormError(const QString& text)
{
    QPalette colours = palette();
    const bool dark = colours.color(QPalette::Window).lightness() < 128;
    colours.setColor(QPalette::WindowText, dark ? QColor(255, 138, 128) : QColor(170, 20, 20));
    m_error->setPalette(colours);
    m_error->setText(text.isEmpty() ? QString() : QStringLiteral("⚠ ") + text);
    m_error->setVisible(!text.isEmpty());
}

QString PromptPanel::formError() const
{
    return m_error->text();
}

void PromptPanel::setLengthsDiffer(const QString& message)
{
    m_corruptChips->setError(message);
}

void PromptPanel::setAlignOffered(bool offered)
{
    m_align->setVisible(offered || m_align->isChecked());
}

void PromptPanel::setCurrentToken(int pos)
{
    m_cleanChips->setCurrent(pos);
}

void PromptPanel::focusPrompt()
{
    m_prompt->setFocus(Qt::ShortcutFocusReason);
    m_prompt->selectAll();
}

void PromptPanel::guess()
{
    m_subjectTyped = false;
    const QString found = guessSubject(m_prompt->text(), m_known);
    if (!found.isEmpty())
        m_subject->setText(found);
    changed();
}

void PromptPanel::onPromptEdited()
{
    if (m_targetId >= 0 || m_foilId >= 0) {  // answers picked from the bars of another prompt
        m_target->clear();
        m_foil->clear();
        m_targetId = m_foilId = -1;
    }
    if (!m_subjectTyped && !m_prompt->text().contains("{}"))
        m_subject->setText(guessSubject(m_prompt->text(), m_known));
    changed();
}

void PromptPanel::onSubjectEdited()
{
    m_subjectTyped = !m_subject->text().isEmpty();
    changed();
}

/// Dragged over chips: the characters those tokens stand for become the subject.
void PromptPanel::markSubject(int first, int end)
{
    if (first < m_clean.prefixTokens || end > m_clean.size() || first >= end)
        return;
    const std::u32string points = QString::fromStdString(m_clean.text).toStdU32String();
    const int begin = m_clean.tokens[std::size_t(first)].begin;
    const int stop = m_clean.tokens[std::size_t(end - 1)].end;
    if (begin < 0 || stop > int(points.size()) || begin >= stop)
        return;
    m_prompt->setText(QString::fromStdString(m_clean.text));
    m_subject->setText(
        QString::fromStdU32String(points.substr(std::size_t(begin), std::size_t(stop - begin))).trimmed());
    m_subjectTyped = true;
    changed();
}

void PromptPanel::changed()
{
    if (!m_setting)
        Q_EMIT formChanged();
}

}  // namespace mnemo
