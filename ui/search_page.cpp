// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/search_page.h"

#include <QApplication>
#include <QClipboard>
#include <QLineEdit>
#include <QPrintDialog>
#include <QPrinter>
#include <QPushButton>
#include <QTextBrowser>
#include <QTextDocument>
#include <QVBoxLayout>

namespace mnemo {

SearchPage::SearchPage(const QString& title, std::function<QString(const QString&)> html, QWidget* parent)
    : QWidget(parent), m_title(title), m_html(std::move(html)), m_search(new QLineEdit), m_text(new QTextBrowser)
{
    m_search->setObjectName("helpSearch");
    m_search->setAccessibleName(tr("Search: %1").arg(title));
    m_search->setPlaceholderText(tr("Search"));
    m_search->setClearButtonEnabled(true);
    m_text->setObjectName("helpText");
    m_text->setAccessibleName(title);
    m_text->setOpenLinks(false);
    auto* copyButton = new QPushButton(tr("&Copy"));
    auto* printButton = new QPushButton(tr("&Print…"));
    copyButton->setObjectName("helpCopy");
    for (QPushButton* button : {copyButton, printButton})
        button->setAutoDefault(false);  // Enter in the search is none of theirs
    auto* line = new QHBoxLayout;
    line->addWidget(m_search, 1);
    line->addWidget(copyButton);
    line->addWidget(printButton);
    auto* column = new QVBoxLayout(this);
    column->addLayout(line);
    column->addWidget(m_text, 1);
    connect(m_search, &QLineEdit::textChanged, this, &SearchPage::refresh);
    connect(copyButton, &QPushButton::clicked, this, &SearchPage::copy);
    connect(printButton, &QPushButton::clicked, this, &SearchPage::print);
    refresh();
}

void SearchPage::setQuery(const QString& query)
{
    m_search->setText(query);
}

void SearchPage::refresh()
{
    const QString query = m_search->text().simplified();
    const QString html = m_html(query);
    m_text->setHtml(
        html.isEmpty() ? tr("<p>Nothing says “%1”. — Search for fewer words.</p>").arg(query.toHtmlEscaped()) : html);
}

void SearchPage::scrollTo(const QString& anchor)
{
    m_text->scrollToAnchor(anchor);
}

void SearchPage::focusSearch()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

QString SearchPage::text() const
{
    return m_text->toPlainText();
}

void SearchPage::copy() const
{
    QApplication::clipboard()->setText(text());
}

void SearchPage::print()
{
    QPrinter printer(QPrinter::HighResolution);
    printer.setDocName(m_title);
    QPrintDialog dialog(&printer, this);
    dialog.setWindowTitle(tr("Print: %1").arg(m_title));
    if (dialog.exec() != QDialog::Accepted)
        return;
    printTo(printer);
}

void SearchPage::printTo(QPrinter& printer) const
{
    QTextDocument page;  // of its own: black on white whatever the theme
    page.setHtml(QStringLiteral("<h2>%1</h2>%2").arg(m_title.toHtmlEscaped(), m_html(m_search->text().simplified())));
    page.print(&printer);
}

}  // namespace mnemo
