// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/go_to_dialog.h"

#include "core/data/error.h"
#include "ui/theme.h"

#include <QCompleter>
#include <QDialogButtonBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStringListModel>
#include <QVBoxLayout>

namespace mnemo {
namespace {

constexpr int lineLetters = 48;  // the help below it then takes two lines

}  // namespace

GoToDialog::GoToDialog(AddressBook book, CellAddress now, QWidget* parent)
    : QDialog(parent),
      m_book(std::move(book)),
      m_now(std::move(now)),
      m_line(new QLineEdit),
      m_help(new QLabel(m_book.words())),
      m_offered(new QStringListModel(this))
{
    setObjectName("goToDialog");
    setWindowTitle(tr("Go to layer or token"));
    m_line->setObjectName("goToLine");
    m_line->setAccessibleName(tr("Layer, token and site"));
    m_line->setPlaceholderText(tr("12 5, L12, T5, 12 \"Tower\", s 12 5"));
    m_line->setMinimumWidth(lineLetters * fontMetrics().averageCharWidth());
    m_line->setAccessibleDescription(m_book.words());
    m_help->setObjectName("goToHelp");
    m_help->setWordWrap(true);
    m_help->setTextFormat(Qt::PlainText);
    auto* completer = new QCompleter(m_offered, this);
    completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    m_line->setCompleter(completer);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel);
    buttons->button(QDialogButtonBox::Ok)->setText(tr("&Go"));
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_line);
    column->addWidget(m_help);
    column->addWidget(buttons);
    connect(m_line, &QLineEdit::textEdited, this, &GoToDialog::offer);
    connect(buttons, &QDialogButtonBox::accepted, this, &GoToDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &GoToDialog::reject);
}

/// Also takes back what was said of an earlier text.
void GoToDialog::offer(const QString& typed)
{
    m_offered->setStringList(addressCompletions(typed, m_book));
    m_help->setPalette({});
    m_help->setText(m_book.words());
}

void GoToDialog::accept()
{
    try {
        const CellAddress address = readAddress(m_line->text(), m_book, m_now);
        QDialog::accept();
        Q_EMIT chosen(address);
    } catch (const Failure& failure) {
        QPalette colours = palette();
        colours.setColor(QPalette::WindowText, problemColour(palette()));
        m_help->setPalette(colours);
        m_help->setText(QString::fromStdString(failure.error().message + " — " + failure.error().hint));
        m_line->setAccessibleDescription(m_help->text());
        m_line->selectAll();
    }
}

}  // namespace mnemo
