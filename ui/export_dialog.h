// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/figure.h"

#include <QDialog>
#include <QTimer>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QListWidget;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;

namespace mnemo {

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

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    QWidget* makeForm();
    QFormLayout* makeSize();
    void fillParts();
    void setWidth(double mm);
    void onFormat();
    void draw();

    ResultPtr m_result;
    FigureOptions m_shown;
    QComboBox* m_format;
    QWidget* m_looks;  ///< what data has not
    QComboBox* m_paper;
    QDoubleSpinBox* m_width;
    QSpinBox* m_dpi;
    QLabel* m_dpiLabel;
    QListWidget* m_parts;
    QComboBox* m_colours;
    QCheckBox* m_dark;
    QLineEdit* m_title;
    QPlainTextEdit* m_caption;
    QLabel* m_picture;
    QLabel* m_note;  ///< its size, or why there is none
    QPushButton* m_export;
    QPushButton* m_copy;
    QTimer m_draw;  ///< once for many changes
};

}  // namespace mnemo
