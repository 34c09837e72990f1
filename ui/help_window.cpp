// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/help_window.h"

#include "ui/glossary.h"
#include "ui/manual_page.h"
#include "ui/search_page.h"

#include <QShortcut>
#include <QTabWidget>
#include <QVBoxLayout>
#include <algorithm>
#include <utility>

namespace mnemo {

HelpWindow::HelpWindow(const Glossary& glossary, const QString& manual, QWidget* parent)
    : QDialog(parent),
      m_glossary(glossary),
      m_pages(new QTabWidget),
      m_keysPage(
          new SearchPage(tr("Keys and mouse"), [this](const QString& query) { return keysAsHtml(m_keys, query); })),
      m_glossaryPage(new SearchPage(tr("Glossary"), [this](const QString& query) { return glossaryAsHtml(query); })),
      m_manual(new ManualPage(manual))
{
    setObjectName("helpWindow");
    setWindowTitle(tr("Help"));
    resize(760, 680);
    m_keysPage->setObjectName("keysPage");
    m_glossaryPage->setObjectName("glossaryPage");
    m_pages->setDocumentMode(true);
    m_pages->addTab(m_manual, tr("&Manual"));
    m_pages->addTab(m_glossaryPage, tr("&Glossary"));
    m_pages->addTab(m_keysPage, tr("&Keys and mouse"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_pages);
    connect(new QShortcut(QKeySequence::Find, this), &QShortcut::activated, this, [this] {
        if (auto* page = qobject_cast<SearchPage*>(m_pages->currentWidget()))
            page->focusSearch();
        else
            m_manual->focusSearch();
    });
}

template <typename Page>
void HelpWindow::bring(Page* page)
{
    m_pages->setCurrentWidget(page);
    show();
    raise();
    activateWindow();
    page->focusSearch();
}

void HelpWindow::showManual()
{
    bring(m_manual);
}

void HelpWindow::showKeys(const std::vector<KeyGroup>& groups)
{
    m_keys = groups;
    m_keysPage->refresh();
    bring(m_keysPage);
}

void HelpWindow::showGlossary(const QString& term)
{
    m_glossaryPage->setQuery({});
    bring(m_glossaryPage);
    if (!term.isEmpty())
        m_glossaryPage->scrollTo(term);
}

/// By group, as in the file; searched in term and definition.
QString HelpWindow::glossaryAsHtml(const QString& query) const
{
    const QStringList words = query.split(QLatin1Char(' '), Qt::SkipEmptyParts);
    QString html, group;
    for (const Glossary::Entry& entry : m_glossary.entries()) {
        const QString said = entry.term + QLatin1Char(' ') + entry.definition;
        if (!std::ranges::all_of(words, [&](const QString& word) { return said.contains(word, Qt::CaseInsensitive); }))
            continue;
        if (group != entry.group)
            html += QStringLiteral("<h3>%1</h3>").arg((group = entry.group).toHtmlEscaped());
        html += QStringLiteral("<p><a name=\"%1\"></a><b>%2.</b> %3</p>")
                    .arg(entry.key, entry.term.toHtmlEscaped(), entry.definition.toHtmlEscaped());
    }
    return html;
}

}  // namespace mnemo
