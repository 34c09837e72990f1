// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/figure.h"

#include <QDialog>

class QComboBox;
class QListWidget;
class QPushButton;

namespace mnemo {

class FigureForm;
class FigurePreview;

/// How what is shown becomes a file: form, size, which maps or plots, colours, texts, beside a picture of it.
class ExportDialog : public QDialog
{
    Q_OBJECT

public:
    /// @param result what the figure is of
    /// @param shown how the window shows it
    ExportDialog(ResultPtr result, const FigureOptions& shown, QWidget* parent = nullptr);

    QString format() const;         ///< ending: "png", "svg", "pdf", or of data "csv", "json", "npy"
    FigureOptions options() const;  ///< of a figure

Q_SIGNALS:
    void exportRequested();
    void copyRequested();

private:
    void arrange();
    void fillParts();
    Drawing drawing() const;
    void onForm();

    ResultPtr m_result;
    FigureOptions m_shown;
    QListWidget* m_parts;
    QComboBox* m_colours;
    FigureForm* m_form;
    FigurePreview* m_preview;
    QPushButton* m_export;
    QPushButton* m_copy;
};

}  // namespace mnemo
