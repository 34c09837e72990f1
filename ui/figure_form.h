// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/figure.h"

#include <QWidget>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QSpinBox;

namespace mnemo {

/// What every figure asks for: form of the file, size, ground, texts.
class FigureForm : public QWidget
{
    Q_OBJECT

public:
    enum class Files { Figures, FiguresAndData };

    explicit FigureForm(const FigureLook& shown, Files files, QWidget* parent = nullptr);

    /// Rows of the caller's own stand between size and texts.
    void addRow(const QString& label, QWidget* field);
    void setTexts(const QString& title, const QString& caption);  ///< what stands there unless the user writes another

    QString format() const;  ///< ending: "png", "svg", "pdf", or of data "csv", "json", "npy"
    bool isPicture() const;
    FigureLook look() const;
    void setLook(const FigureLook& look);

Q_SIGNALS:
    void changed();

private:
    void makeFormats(Files files);
    void makeSize();
    void makeTexts();
    void setWidth(double mm);
    void onFormat();

    FigureLook m_shown;
    QComboBox* m_format;
    QWidget* m_looks;  ///< what data has not
    QFormLayout* m_rows;
    int m_ownRow = 0;  ///< where the next of the caller's rows goes
    QComboBox* m_paper;
    QDoubleSpinBox* m_width;
    QSpinBox* m_dpi;
    QLabel* m_dpiLabel;
    QCheckBox* m_dark;
    QLineEdit* m_title;
    QPlainTextEdit* m_caption;
};

}  // namespace mnemo
