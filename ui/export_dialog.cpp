// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export_dialog.h"

#include "core/data/error.h"
#include "ui/figure_form.h"
#include "ui/figure_parts.h"
#include "ui/figure_preview.h"
#include "widgets/colour_map.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QHBoxLayout>
#include <QListWidget>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <utility>

namespace mnemo {

ExportDialog::ExportDialog(ResultPtr result, const FigureOptions& shown, QWidget* parent)
    : QDialog(parent),
      m_result(std::move(result)),
      m_shown(shown),
      m_parts(new QListWidget),
      m_colours(new QComboBox),
      m_form(new FigureForm(shown, FigureForm::Files::FiguresAndData)),
      m_preview(new FigurePreview([this] { return drawing(); }))
{
    setObjectName("exportDialog");
    setWindowTitle(tr("Export"));
    arrange();
    fillParts();
    resize(940, 620);
    connect(m_form, &FigureForm::changed, this, &ExportDialog::onForm);
    connect(m_parts, &QListWidget::itemChanged, m_preview, &FigurePreview::refresh);
    connect(m_colours, &QComboBox::currentIndexChanged, m_preview, &FigurePreview::refresh);
    connect(m_preview, &FigurePreview::drawn, m_export, &QWidget::setEnabled);
    m_form->setFocus();
    onForm();
}

void ExportDialog::arrange()
{
    m_parts->setObjectName("figureParts");
    m_parts->setAccessibleName(tr("Shown"));
    m_parts->setMaximumHeight(7 * (fontMetrics().height() + 6));
    m_colours->setObjectName("figureColours");
    m_colours->addItem(tr("as in the window"), m_shown.colourMap);
    if (m_result->kind == "trace")
        for (const QString& name : ColourMap::names())
            m_colours->addItem(name, name);
    m_colours->setEnabled(m_colours->count() > 1);
    m_form->addRow(tr("&Shown"), m_parts);
    m_form->addRow(tr("C&olours"), m_colours);
    m_form->setTexts(figureTitle(*m_result), figureCaption(*m_result, m_shown));

    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    m_copy = buttons->addButton(tr("&Copy"), QDialogButtonBox::ActionRole);
    m_export = buttons->addButton(tr("&Export…"), QDialogButtonBox::AcceptRole);
    m_copy->setObjectName("copyFigure");
    m_copy->setToolTip(tr("Picture, vectors and table to the clipboard"));
    m_export->setObjectName("exportFigure");
    auto* both = new QHBoxLayout;
    both->addWidget(m_form);
    both->addWidget(m_preview, 1);
    auto* column = new QVBoxLayout(this);
    column->addLayout(both, 1);
    column->addWidget(buttons);
    m_export->setDefault(true);  // only now: the dialog has to know it
    connect(m_export, &QPushButton::clicked, this, &ExportDialog::exportRequested);
    connect(m_copy, &QPushButton::clicked, this, &ExportDialog::copyRequested);
    connect(buttons, &QDialogButtonBox::rejected, this, &ExportDialog::reject);
}

void ExportDialog::fillParts()
{
    const QSignalBlocker quiet(m_parts);
    for (const FigurePart& part : partsOf(*m_result, m_shown.metric)) {
        auto* item = new QListWidgetItem(part.title, m_parts);
        item->setData(Qt::UserRole, part.key);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
        item->setCheckState(Qt::Checked);
    }
    m_parts->setEnabled(m_parts->count() > 1);
}

QString ExportDialog::format() const
{
    return m_form->format();
}

FigureOptions ExportDialog::options() const
{
    FigureOptions options = m_shown;
    static_cast<FigureLook&>(options) = m_form->look();
    options.colourMap = m_colours->currentData().toString();
    QStringList chosen;
    for (int row = 0; row < m_parts->count(); ++row)
        if (m_parts->item(row)->checkState() == Qt::Checked)
            chosen << m_parts->item(row)->data(Qt::UserRole).toString();
    if (chosen.size() < m_parts->count())
        setParts(options, *m_result, chosen);
    return options;
}

/// @throws Failure Usage
Drawing ExportDialog::drawing() const
{
    const FigureOptions wanted = options();
    if (m_parts->count() > 1 && wanted.sites.isEmpty() && wanted.parts.isEmpty() &&
        m_parts->item(0)->checkState() != Qt::Checked)
        throw Failure(ErrorCode::Usage, "Nothing is shown.", "Tick at least one.");
    return drawFigure(*m_result, wanted);
}

void ExportDialog::onForm()
{
    m_copy->setEnabled(m_form->isPicture());
    m_preview->setResolutionShown(m_form->format() == QLatin1String("png"));
    m_preview->setInstead(m_form->isPicture() ? QString()
                                              : tr("The numbers of what is shown, and how they were made."));
}

}  // namespace mnemo
