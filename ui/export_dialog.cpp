// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/export_dialog.h"

#include "core/data/error.h"
#include "widgets/chart.h"
#include "widgets/json_value.h"
#include "widgets/trace_rows.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace mnemo {
namespace {

constexpr double mmPerInch = 25.4;
constexpr int captionLines = 4;
constexpr int drawAfterMs = 120;
constexpr std::pair<const char*, const char*> formats[] = {
    {"png", QT_TRANSLATE_NOOP("mnemo::ExportDialog", "PNG – picture")},
    {"svg", QT_TRANSLATE_NOOP("mnemo::ExportDialog", "SVG – vectors")},
    {"pdf", QT_TRANSLATE_NOOP("mnemo::ExportDialog", "PDF – vectors")},
    {"csv", QT_TRANSLATE_NOOP("mnemo::ExportDialog", "CSV – data, a row per cell")},
    {"json", QT_TRANSLATE_NOOP("mnemo::ExportDialog", "JSON – data, all of it")},
    {"npy", QT_TRANSLATE_NOOP("mnemo::ExportDialog", "NPY – data, arrays for Python")}};
constexpr int pictureFormats = 3;  // the first ones
constexpr std::pair<const char*, double> papers[] = {{QT_TRANSLATE_NOOP("mnemo::ExportDialog", "one column"), 84},
                                                     {QT_TRANSLATE_NOOP("mnemo::ExportDialog", "one and a half"), 129},
                                                     {QT_TRANSLATE_NOOP("mnemo::ExportDialog", "two columns"), 174},
                                                     {QT_TRANSLATE_NOOP("mnemo::ExportDialog", "slide"), 254}};

}  // namespace

ExportDialog::ExportDialog(ResultPtr result, const FigureOptions& shown, QWidget* parent)
    : QDialog(parent),
      m_result(std::move(result)),
      m_shown(shown),
      m_format(new QComboBox),
      m_looks(new QWidget),
      m_paper(new QComboBox),
      m_width(new QDoubleSpinBox),
      m_dpi(new QSpinBox),
      m_dpiLabel(new QLabel(tr("&Resolution"))),
      m_parts(new QListWidget),
      m_colours(new QComboBox),
      m_dark(new QCheckBox(tr("&Dark background"))),
      m_title(new QLineEdit),
      m_caption(new QPlainTextEdit),
      m_picture(new QLabel),
      m_note(new QLabel)
{
    setObjectName("exportDialog");
    setWindowTitle(tr("Export"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    m_copy = buttons->addButton(tr("&Copy"), QDialogButtonBox::ActionRole);
    m_export = buttons->addButton(tr("&Export…"), QDialogButtonBox::AcceptRole);
    m_copy->setObjectName("copyFigure");
    m_copy->setToolTip(tr("Picture, vectors and table to the clipboard"));
    m_export->setObjectName("exportFigure");
    m_export->setDefault(true);
    m_picture->setObjectName("figurePreview");
    m_picture->setAccessibleName(tr("Preview"));
    m_picture->setAlignment(Qt::AlignCenter);
    m_picture->setMinimumSize(420, 320);
    m_picture->setFrameShape(QFrame::StyledPanel);
    m_note->setObjectName("figureNote");
    m_note->setWordWrap(true);
    auto* right = new QVBoxLayout;
    right->addWidget(m_picture, 1);
    right->addWidget(m_note);
    auto* both = new QHBoxLayout;
    both->addWidget(makeForm());
    both->addLayout(right, 1);
    auto* column = new QVBoxLayout(this);
    column->addLayout(both, 1);
    column->addWidget(buttons);
    fillParts();
    resize(940, 620);

    m_draw.setSingleShot(true);
    m_draw.setInterval(drawAfterMs);
    connect(&m_draw, &QTimer::timeout, this, &ExportDialog::draw);
    const auto redraw = [this] { m_draw.start(); };
    connect(m_format, &QComboBox::currentIndexChanged, this, &ExportDialog::onFormat);
    connect(m_paper, &QComboBox::currentIndexChanged, this, [this](int index) {
        if (m_paper->itemData(index).isValid())
            m_width->setValue(m_paper->itemData(index).toDouble());
    });
    connect(m_width, &QDoubleSpinBox::valueChanged, this, &ExportDialog::setWidth);
    connect(m_dpi, &QSpinBox::valueChanged, this, redraw);
    connect(m_parts, &QListWidget::itemChanged, this, redraw);
    connect(m_colours, &QComboBox::currentIndexChanged, this, redraw);
    connect(m_dark, &QCheckBox::toggled, this, redraw);
    connect(m_title, &QLineEdit::textChanged, this, redraw);
    connect(m_caption, &QPlainTextEdit::textChanged, this, redraw);
    connect(m_export, &QPushButton::clicked, this, &ExportDialog::exportRequested);
    connect(m_copy, &QPushButton::clicked, this, &ExportDialog::copyRequested);
    connect(buttons, &QDialogButtonBox::rejected, this, &ExportDialog::reject);
    m_format->setFocus();
    onFormat();
}

QFormLayout* ExportDialog::makeSize()
{
    m_paper->setObjectName("figurePaper");
    for (const auto& [name, mm] : papers)
        m_paper->addItem(tr("%1 (%2 mm)").arg(tr(name)).arg(mm), mm);
    m_paper->addItem(tr("another width"));
    m_width->setObjectName("figureWidth");
    m_width->setRange(40, 600);
    m_width->setDecimals(0);
    m_width->setSuffix(tr(" mm"));
    m_width->setValue(m_shown.widthMm);
    setWidth(m_shown.widthMm);
    m_dpi->setObjectName("figureDpi");
    m_dpi->setRange(72, 1200);
    m_dpi->setSingleStep(50);
    m_dpi->setSuffix(tr(" dpi"));
    m_dpi->setValue(m_shown.dpi);
    m_dpiLabel->setBuddy(m_dpi);
    auto* form = new QFormLayout;
    form->addRow(tr("&Paper"), m_paper);
    form->addRow(tr("&Width"), m_width);
    form->addRow(m_dpiLabel, m_dpi);
    return form;
}

QWidget* ExportDialog::makeForm()
{
    m_format->setObjectName("exportFormat");
    for (const auto& [ending, name] : formats)
        m_format->addItem(tr(name), QString(ending));
    m_parts->setObjectName("figureParts");
    m_parts->setAccessibleName(tr("Shown"));
    m_parts->setMaximumHeight(7 * (fontMetrics().height() + 6));
    m_colours->setObjectName("figureColours");
    m_colours->addItem(tr("as in the window"), m_shown.colourMap);
    if (m_result->kind == "trace")
        for (const QString& name : ColourMap::names())
            m_colours->addItem(name, name);
    m_colours->setEnabled(m_colours->count() > 1);
    m_dark->setObjectName("figureDark");
    m_dark->setChecked(m_shown.dark);
    m_title->setObjectName("figureTitle");
    m_title->setPlaceholderText(figureTitle(*m_result));
    m_caption->setObjectName("figureCaption");
    m_caption->setPlaceholderText(figureCaption(*m_result, m_shown));
    m_caption->setTabChangesFocus(true);
    m_caption->setFixedHeight(captionLines * fontMetrics().lineSpacing() + 12);
    QFormLayout* form = makeSize();
    form->addRow(tr("&Shown"), m_parts);
    form->addRow(tr("C&olours"), m_colours);
    form->addRow(QString(), m_dark);
    form->addRow(tr("&Title"), m_title);
    form->addRow(tr("C&aption"), m_caption);
    m_looks->setLayout(form);
    form->setContentsMargins(0, 0, 0, 0);
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    auto* first = new QFormLayout;
    first->addRow(tr("&File"), m_format);
    column->addLayout(first);
    column->addWidget(m_looks);
    column->addStretch();
    page->setFixedWidth(350);
    return page;
}

/// A trace's maps, or the pages of another result.
void ExportDialog::fillParts()
{
    const QSignalBlocker quiet(m_parts);
    const auto add = [this](const QString& key, const QString& title) {
        auto* item = new QListWidgetItem(title, m_parts);
        item->setData(Qt::UserRole, key);
        item->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
        item->setCheckState(Qt::Checked);
    };
    if (m_result->kind == "trace")
        for (const Json& site : jsonMember(m_result->head, "sites"))
            if (site.is_string())
                add(QString::fromStdString(site.get<std::string>()), siteTitle(site.get<std::string>()));
    if (m_result->kind != "trace")
        for (const ChartPage& page : chartsOf(*m_result, m_shown.metric))
            add(page.key, page.title);
    m_parts->setEnabled(m_parts->count() > 1);
}

QString ExportDialog::format() const
{
    return m_format->currentData().toString();
}

FigureOptions ExportDialog::options() const
{
    FigureOptions options = m_shown;
    options.widthMm = m_width->value();
    options.dpi = m_dpi->value();
    options.colourMap = m_colours->currentData().toString();
    options.dark = m_dark->isChecked();
    options.title = m_title->text();
    options.caption = m_caption->toPlainText();
    QStringList chosen;
    for (int row = 0; row < m_parts->count(); ++row)
        if (m_parts->item(row)->checkState() == Qt::Checked)
            chosen << m_parts->item(row)->data(Qt::UserRole).toString();
    if (chosen.size() < m_parts->count())
        (m_result->kind == "trace" ? options.sites : options.parts) = chosen;
    return options;
}

void ExportDialog::setWidth(double mm)
{
    const QSignalBlocker quiet(m_paper);
    const int paper = m_paper->findData(mm);
    m_paper->setCurrentIndex(paper < 0 ? m_paper->count() - 1 : paper);
    m_draw.start();
}

void ExportDialog::onFormat()
{
    const bool isPicture = m_format->currentIndex() < pictureFormats;
    m_looks->setEnabled(isPicture);
    m_copy->setEnabled(isPicture);
    m_dpi->setEnabled(format() == QLatin1String("png"));
    m_dpiLabel->setEnabled(m_dpi->isEnabled());
    m_draw.start();
}

void ExportDialog::draw()
{
    const FigureOptions wanted = options();
    const bool nothing = m_parts->count() > 0 && (wanted.sites.isEmpty() && wanted.parts.isEmpty()) &&
                         m_parts->item(0)->checkState() != Qt::Checked;
    m_picture->clear();
    m_export->setEnabled(!nothing);
    if (nothing)
        return m_note->setText(tr("Nothing is shown. — Tick at least one."));
    if (m_format->currentIndex() >= pictureFormats) {
        m_picture->setText(tr("The numbers of what is shown, and how they were made."));
        return m_note->clear();
    }
    try {
        const QSizeF size = figureSize(*m_result, wanted);
        FigureOptions small = wanted;
        const double ratio = devicePixelRatioF();
        const QSizeF fits = size.scaled(QSizeF(m_picture->contentsRect().size()) * ratio, Qt::KeepAspectRatio);
        small.dpi = std::max(1, int(figureDpi * fits.width() / size.width()));
        QImage image = QImage::fromData(figureBytes(*m_result, small, QStringLiteral("png")));
        image.setDevicePixelRatio(ratio);
        m_picture->setPixmap(QPixmap::fromImage(image));
        const double heightMm = size.height() / figureDpi * mmPerInch;
        const QSize pixels = figurePixels(size, wanted.dpi);
        m_note->setText(format() == QLatin1String("png")
                            ? tr("%1 × %2 mm, %3 × %4 pixels")
                                  .arg(wanted.widthMm, 0, 'f', 0)
                                  .arg(heightMm, 0, 'f', 0)
                                  .arg(pixels.width())
                                  .arg(pixels.height())
                            : tr("%1 × %2 mm").arg(wanted.widthMm, 0, 'f', 0).arg(heightMm, 0, 'f', 0));
    } catch (const Failure& failure) {
        m_export->setEnabled(false);
        m_note->setText(QString::fromStdString(failure.error().message + " — " + failure.error().hint));
    }
}

void ExportDialog::resizeEvent(QResizeEvent* event)
{
    QDialog::resizeEvent(event);
    m_draw.start();
}

}  // namespace mnemo
