// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure_dialog.h"

#include "ui/figure_preview.h"

#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QPushButton>
#include <QVBoxLayout>

namespace mnemo {

FigureDialog::FigureDialog(const FigureLook& shown, FigureForm::Files files, QWidget* parent)
    : QDialog(parent),
      m_form(new FigureForm(shown, files)),
      m_preview(new FigurePreview([this] { return drawing(); })),
      m_export(new QPushButton(tr("&Export…"))),
      m_copy(new QPushButton(tr("Cop&y")))
{
    connect(m_form, &FigureForm::changed, this, &FigureDialog::onForm);
    connect(m_preview, &FigurePreview::drawn, this, [this](bool ok) {
        m_isDrawn = ok;
        enableButtons();
    });
    connect(m_export, &QPushButton::clicked, this, &FigureDialog::exportRequested);
    connect(m_copy, &QPushButton::clicked, this, &FigureDialog::copyRequested);
    onForm();
}

void FigureDialog::arrange()
{
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    buttons->addButton(m_copy, QDialogButtonBox::ActionRole);
    buttons->addButton(m_export, QDialogButtonBox::AcceptRole);
    auto* both = new QHBoxLayout;
    both->addWidget(m_form);
    both->addWidget(m_preview, 1);
    auto* column = new QVBoxLayout(this);
    column->addLayout(both, 1);
    column->addWidget(buttons);
    m_export->setDefault(true);  // only now: the dialog has to know it
    connect(buttons, &QDialogButtonBox::rejected, this, &FigureDialog::reject);
}

QString FigureDialog::format() const
{
    return m_form->format();
}

void FigureDialog::onForm()
{
    m_preview->setResolutionShown(format() == QLatin1String("png"));
    m_preview->setInstead(m_form->isPicture() ? QString()
                                              : tr("The numbers of what is shown, and how they were made."));
    enableButtons();
}

void FigureDialog::enableButtons()
{
    m_export->setEnabled(m_isDrawn);
    m_copy->setEnabled(m_isDrawn && m_form->isPicture());
}

}  // namespace mnemo
