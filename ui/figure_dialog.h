// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/figure_form.h"

#include <QDialog>

class QPushButton;

namespace mnemo {

class FigurePreview;

/// How a figure becomes a file or goes to the clipboard: a form, a picture of it beside the form, and buttons. Which
/// figure, and what else the form asks for, derived ones say; their constructors end in arrange().
class FigureDialog : public QDialog
{
    Q_OBJECT

public:
    QString format() const;  ///< ending: "png", "svg", "pdf", or of data "csv", "json", "npy"

Q_SIGNALS:
    void exportRequested();
    void copyRequested();

protected:
    FigureDialog(const FigureLook& shown, FigureForm::Files files, QWidget* parent);

    /// @throws Failure which is shown instead of a picture
    virtual Drawing drawing() const = 0;

    /// Places everything. The form has all its rows: Tab goes through them before it comes to the buttons.
    void arrange();

    // Owned by Qt's parent, which they have from arrange() on.
    FigureForm* const m_form;
    FigurePreview* const m_preview;
    QPushButton* const m_export;
    QPushButton* const m_copy;

private:
    void onForm();
    void enableButtons();

    bool m_isDrawn = true;  ///< what is wanted now can be drawn, or is data
};

}  // namespace mnemo
