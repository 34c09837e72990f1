// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export_dialog.h"

#include "core/data/error.h"
#include "ui/figure_parts.h"
#include "ui/figure_preview.h"
#include "widgets/colour_map.h"

#include <QComboBox>
#include <QListWidget>
#include <QPushButton>
#include <QSignalBlocker>
#include <utility>

namespace mnemo {

ExportDialog::ExportDialog(ResultPtr result, const FigureOptions& shown, QWidget* parent)
    : FigureDialog(shown, FigureForm::Files::FiguresAndData, parent),
      m_result(std::move(result)),
      m_shown(shown),
      m_parts(new QListWidget),
      m_colours(new QComboBox)
{
    setObjectName("exportDialog");
    setWindowTitle(tr("Export"));
    m_export->setObjectName("exportFigure");
    m_copy->setObjectName("copyFigure");
    m_copy->setToolTip(tr("Picture, vectors and table to the clipboard"));
    addRows();
    fillParts();
    arrange();
    resize(940, 620);
    connect(m_parts, &QListWidget::itemChanged, m_preview, &FigurePreview::refresh);
    connect(m_colours, &QComboBox::currentIndexChanged, m_preview, &FigurePreview::refresh);
    m_form->setFocus();
}

void ExportDialog::addRows()
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

QStringList ExportDialog::tickedParts() const
{
    QStringList ticked;
    for (int row = 0; row < m_parts->count(); ++row)
        if (m_parts->item(row)->checkState() == Qt::Checked)
            ticked << m_parts->item(row)->data(Qt::UserRole).toString();
    return ticked;
}

FigureOptions ExportDialog::options() const
{
    FigureOptions options = m_shown;
    static_cast<FigureLook&>(options) = m_form->look();
    options.colourMap = m_colours->currentData().toString();
    if (const QStringList ticked = tickedParts(); ticked.size() < m_parts->count())
        setParts(options, *m_result, ticked);
    return options;
}

/// @throws Failure Usage
Drawing ExportDialog::drawing() const
{
    if (m_parts->count() > 0 && tickedParts().isEmpty())
        throw Failure(ErrorCode::Usage, "Nothing is shown.", "Tick at least one.");
    return drawFigure(*m_result, options());
}

}  // namespace mnemo
