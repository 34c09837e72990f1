// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/figure_dialog.h"

class QComboBox;
class QListWidget;

namespace mnemo {

/// How what is shown becomes a file: form, size, which maps or plots, colours, texts, beside a picture of it.
class ExportDialog : public FigureDialog
{
    Q_OBJECT

public:
    /// @param result what the figure is of
    /// @param shown how the window shows it
    ExportDialog(ResultPtr result, const FigureOptions& shown, QWidget* parent = nullptr);

    FigureOptions options() const;  ///< of a figure

private:
    Drawing drawing() const override;
    void addRows();
    void fillParts();
    QStringList tickedParts() const;

    ResultPtr m_result;
    FigureOptions m_shown;
    QListWidget* m_parts;
    QComboBox* m_colours;
};

}  // namespace mnemo
