// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figure_form.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>
#include <utility>

namespace mnemo {
namespace {

constexpr int captionLines = 4;
constexpr int formWidth = 350;  // pixels
constexpr std::pair<const char*, const char*> formats[] = {
    {"png", QT_TRANSLATE_NOOP("mnemo::FigureForm", "PNG – picture")},
    {"svg", QT_TRANSLATE_NOOP("mnemo::FigureForm", "SVG – vectors")},
    {"pdf", QT_TRANSLATE_NOOP("mnemo::FigureForm", "PDF – vectors")},
    {"csv", QT_TRANSLATE_NOOP("mnemo::FigureForm", "CSV – data, a row per cell")},
    {"json", QT_TRANSLATE_NOOP("mnemo::FigureForm", "JSON – data, all of it")},
    {"npy", QT_TRANSLATE_NOOP("mnemo::FigureForm", "NPY – data, arrays for Python")}};
constexpr int pictureFormats = 3;  // the first ones
constexpr std::pair<const char*, double> papers[] = {{QT_TRANSLATE_NOOP("mnemo::FigureForm", "one column"), 84},
                                                     {QT_TRANSLATE_NOOP("mnemo::FigureForm", "one and a half"), 129},
                                                     {QT_TRANSLATE_NOOP("mnemo::FigureForm", "two columns"), 174},
                                                     {QT_TRANSLATE_NOOP("mnemo::FigureForm", "slide"), 254}};

}  // namespace

FigureForm::FigureForm(const FigureLook& shown, Files files, QWidget* parent)
    : QWidget(parent),
      m_shown(shown),
      m_format(new QComboBox),
      m_looks(new QWidget),
      m_rows(new QFormLayout(m_looks)),
      m_paper(new QComboBox),
      m_width(new QDoubleSpinBox),
      m_dpi(new QSpinBox),
      m_dpiLabel(new QLabel(tr("&Resolution"))),
      m_dark(new QCheckBox(tr("&Dark background"))),
      m_title(new QLineEdit),
      m_caption(new QPlainTextEdit)
{
    makeFormats(files);
    makeSize();
    makeTexts();
    m_rows->setContentsMargins(0, 0, 0, 0);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    auto* first = new QFormLayout;
    first->addRow(tr("&File"), m_format);
    column->addLayout(first);
    column->addWidget(m_looks);
    column->addStretch();
    setFixedWidth(formWidth);
    setFocusProxy(m_format);
    setLook(shown);

    connect(m_format, &QComboBox::currentIndexChanged, this, &FigureForm::onFormat);
    connect(m_paper, &QComboBox::currentIndexChanged, this, [this](int index) {
        if (m_paper->itemData(index).isValid())
            m_width->setValue(m_paper->itemData(index).toDouble());
    });
    connect(m_width, &QDoubleSpinBox::valueChanged, this, &FigureForm::setWidth);
    connect(m_dpi, &QSpinBox::valueChanged, this, &FigureForm::changed);
    connect(m_dark, &QCheckBox::toggled, this, &FigureForm::changed);
    connect(m_title, &QLineEdit::textChanged, this, &FigureForm::changed);
    connect(m_caption, &QPlainTextEdit::textChanged, this, &FigureForm::changed);
    onFormat();
}

void FigureForm::makeFormats(Files files)
{
    m_format->setObjectName("exportFormat");
    for (const auto& [ending, name] : formats)
        if (files == Files::FiguresAndData || m_format->count() < pictureFormats)
            m_format->addItem(tr(name), QString(ending));
}

void FigureForm::makeSize()
{
    m_paper->setObjectName("figurePaper");
    for (const auto& [name, mm] : papers)
        m_paper->addItem(tr("%1 (%2 mm)").arg(tr(name)).arg(mm), mm);
    m_paper->addItem(tr("another width"));
    m_width->setObjectName("figureWidth");
    m_width->setRange(leastWidthMm, mostWidthMm);
    m_width->setDecimals(0);
    m_width->setSuffix(tr(" mm"));
    m_dpi->setObjectName("figureDpi");
    m_dpi->setRange(leastDpi, mostDpi);
    m_dpi->setSingleStep(50);
    m_dpi->setSuffix(tr(" dpi"));
    m_dpiLabel->setBuddy(m_dpi);
    m_rows->addRow(tr("&Paper"), m_paper);
    m_rows->addRow(tr("&Width"), m_width);
    m_rows->addRow(m_dpiLabel, m_dpi);
    m_ownRow = m_rows->rowCount();
}

void FigureForm::makeTexts()
{
    m_dark->setObjectName("figureDark");
    m_title->setObjectName("figureTitle");
    m_caption->setObjectName("figureCaption");
    m_caption->setTabChangesFocus(true);
    m_caption->setFixedHeight(captionLines * fontMetrics().lineSpacing() + 12);
    m_rows->addRow(QString(), m_dark);
    m_rows->addRow(tr("&Title"), m_title);
    m_rows->addRow(tr("C&aption"), m_caption);
}

void FigureForm::addRow(const QString& label, QWidget* field)
{
    m_rows->insertRow(m_ownRow++, label, field);
}

void FigureForm::setTexts(const QString& title, const QString& caption)
{
    m_title->setPlaceholderText(title);
    m_caption->setPlaceholderText(caption);
}

QString FigureForm::format() const
{
    return m_format->currentData().toString();
}

bool FigureForm::isPicture() const
{
    return m_format->currentIndex() < pictureFormats;
}

FigureLook FigureForm::look() const
{
    FigureLook look = m_shown;
    look.widthMm = m_width->value();
    look.dpi = m_dpi->value();
    look.dark = m_dark->isChecked();
    look.title = m_title->text();
    look.caption = m_caption->toPlainText();
    return look;
}

void FigureForm::setLook(const FigureLook& look)
{
    {
        const QSignalBlocker quiet(this);
        m_width->setValue(look.widthMm);
        setWidth(look.widthMm);
        m_dpi->setValue(look.dpi);
        m_dark->setChecked(look.dark);
        m_title->setText(look.title);
        m_caption->setPlainText(look.caption);
    }
    Q_EMIT changed();
}

void FigureForm::setWidth(double mm)
{
    const QSignalBlocker quiet(m_paper);
    const int paper = m_paper->findData(mm);
    m_paper->setCurrentIndex(paper < 0 ? m_paper->count() - 1 : paper);
    Q_EMIT changed();
}

void FigureForm::onFormat()
{
    m_looks->setEnabled(isPicture());
    m_dpi->setEnabled(format() == QLatin1String("png"));
    m_dpiLabel->setEnabled(m_dpi->isEnabled());
    Q_EMIT changed();
}

}  // namespace mnemo
