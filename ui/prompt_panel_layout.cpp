// SPDX-License-Identifier: GPL-3.0-or-later
// PromptPanel: where its parts stand and what they say of themselves.
#include "ui/prompt_panel.h"

#include "widgets/token_chips.h"

#include <QCheckBox>
#include <QComboBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

namespace mnemo {

QLineEdit* PromptPanel::field(const QString& name, const QString& label, const QString& help)
{
    auto* edit = new QLineEdit(this);
    edit->setObjectName(name);
    edit->setAccessibleName(label);
    edit->setPlaceholderText(help);
    return edit;
}

void PromptPanel::layOut()
{
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(8, 6, 8, 4);
    grid->setVerticalSpacing(4);
    const auto label = [this](const QString& text, QWidget* buddy) {
        auto* made = new QLabel(text, this);
        made->setBuddy(buddy);
        return made;
    };
    grid->addWidget(label(tr("&Prompt"), m_prompt), 0, 0);
    grid->addWidget(m_prompt, 0, 1, 1, 4);
    grid->addWidget(m_note, 0, 5);
    grid->addWidget(label(tr("&Subject"), m_subject), 1, 0);
    grid->addWidget(m_subject, 1, 1);
    grid->addWidget(m_guess, 1, 2);
    grid->addWidget(m_corruption, 1, 3);
    grid->addWidget(m_swap, 1, 4);
    grid->addWidget(label(tr("&Answer"), m_target), 2, 0);
    grid->addWidget(m_target, 2, 1);
    grid->addWidget(label(tr("n&ot"), m_foil), 2, 3, Qt::AlignRight);
    grid->addWidget(m_foil, 2, 4);
    grid->addWidget(m_direction, 2, 2);
    grid->addWidget(m_error, 3, 1, 1, 4);
    grid->addWidget(m_align, 3, 5);
    grid->addWidget(label(tr("Clean"), m_cleanChips), 4, 0);
    grid->addWidget(m_cleanChips, 4, 1, 1, 5);
    grid->addWidget(m_corruptLabel, 5, 0);
    grid->addWidget(m_corruptChips, 5, 1, 1, 5);
    grid->setColumnMinimumWidth(0, m_corruptLabel->sizeHint().width());  // it comes and goes
    grid->setRowStretch(6, 1);
    grid->setColumnStretch(1, 1);
    grid->setColumnStretch(4, 1);
    QWidget* order[] = {m_prompt, m_subject,   m_guess, m_corruption, m_swap,
                        m_target, m_direction, m_foil,  m_align,      m_cleanChips};
    for (std::size_t i = 1; i < std::size(order); ++i)
        setTabOrder(order[i - 1], order[i]);
}

void PromptPanel::explain(const Glossary& glossary)
{
    glossary.explain(m_subject, "subject");
    glossary.explain(m_swap, "swap");
    glossary.explain(m_target, "target");
    glossary.explain(m_foil, "foil");
    glossary.explain(m_corruption, "corrupted_run");
    glossary.explain(m_direction, "direction");
    glossary.explain(m_align, "align");
    glossary.explain(m_note, "not_trained");
    m_prompt->setToolTip(tr("Write the whole sentence, or {} in the place of the subject."));
}

}  // namespace mnemo
