// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/about_dialog.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QIcon>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace mnemo {
namespace {

constexpr int iconSize = 64;

QLabel* textLabel(const QString& text)
{
    auto* label = new QLabel(text);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    return label;
}

QHBoxLayout* heading()
{
    auto* icon = new QLabel;
    icon->setPixmap(QApplication::windowIcon().pixmap(iconSize));
    auto* line = new QHBoxLayout;
    line->addWidget(icon, 0, Qt::AlignTop);
    line->addWidget(textLabel(AboutDialog::tr("<h2>Mnemoscope</h2><p>Shows where a language model keeps a fact, and "
                                              "changes it there.</p>"
                                              "<p>Free software under the GNU General Public License, version 3 or "
                                              "later, with permission to link NVIDIA's CUDA libraries. It comes "
                                              "without any warranty.</p>"
                                              "<p>It sends nothing over the network.</p>")),
                    1);
    return line;
}

}  // namespace

AboutDialog::AboutDialog(const std::vector<ProgramFact>& facts, QWidget* parent) : QDialog(parent)
{
    setObjectName("aboutDialog");
    setWindowTitle(tr("About Mnemoscope"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto* rows = new QFormLayout;
    rows->setVerticalSpacing(3);
    rows->setRowWrapPolicy(QFormLayout::DontWrapRows);
    for (const ProgramFact& fact : facts) {
        QLabel* value = textLabel(fact.value);
        value->setTextFormat(Qt::PlainText);
        value->setAccessibleName(fact.what + QStringLiteral(": ") + fact.value);
        value->setFocusPolicy(Qt::NoFocus);  // Tab goes to the buttons
        rows->addRow(fact.what + QLatin1Char(':'), value);
    }
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    QPushButton* copy = buttons->addButton(tr("&Copy"), QDialogButtonBox::ActionRole);
    copy->setObjectName("aboutCopy");
    copy->setToolTip(tr("Copy versions and folders, for a report"));
    auto* column = new QVBoxLayout(this);
    column->addLayout(heading());
    column->addLayout(rows);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::close);
    connect(copy, &QPushButton::clicked, this, [facts] { QApplication::clipboard()->setText(asText(facts)); });
    resize(560, sizeHint().height());
}

}  // namespace mnemo
