// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/manual_page.h"

#include <QDesktopServices>
#include <QFile>
#include <QImage>
#include <QLineEdit>
#include <QScrollBar>
#include <QTextBlock>
#include <QTextBrowser>
#include <QTextDocument>
#include <QVBoxLayout>
#include <algorithm>

namespace mnemo {
namespace {

constexpr int fitAfterMs = 150;
constexpr int margin = 24;  // pixels, of the text and the scroll bar

/// Pictures are as wide as the page, at most.
class Browser : public QTextBrowser
{
public:
    QVariant loadResource(int type, const QUrl& name) override
    {
        if (type != QTextDocument::ImageResource)
            return QTextBrowser::loadResource(type, name);
        QImage image(searchPaths().value(0) + QLatin1Char('/') + name.path());
        const int width = int(std::max(1, viewport()->width() - margin) * devicePixelRatioF());
        if (image.width() > width)
            image = image.scaledToWidth(width, Qt::SmoothTransformation);
        image.setDevicePixelRatio(devicePixelRatioF());
        return image;
    }
};

/// "Trace a fact" → "trace-a-fact", as sites that show Markdown name their headings.
QString anchorOf(const QString& heading)
{
    QString anchor;
    for (const QChar letter : heading.toLower())
        if (letter.isLetterOrNumber() || letter == QLatin1Char('-'))
            anchor += letter;
        else if (letter.isSpace())
            anchor += QLatin1Char('-');
    return anchor;
}

}  // namespace

ManualPage::ManualPage(const QString& folder, QWidget* parent)
    : QWidget(parent), m_folder(folder), m_search(new QLineEdit), m_text(new Browser)
{
    setObjectName("manualPage");
    m_search->setObjectName("manualSearch");
    m_search->setPlaceholderText(tr("Search; Enter goes on"));
    m_search->setAccessibleName(tr("Search the manual"));
    m_search->setClearButtonEnabled(true);
    m_text->setObjectName("manualText");
    m_text->setAccessibleName(tr("Manual"));
    m_text->setOpenLinks(false);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_search);
    column->addWidget(m_text, 1);
    connect(m_search, &QLineEdit::returnPressed, this, &ManualPage::find);
    connect(m_text, &QTextBrowser::anchorClicked, this, [this](const QUrl& link) {
        if (link.scheme().isEmpty() && link.hasFragment())
            scrollTo(link.fragment());
        else if (link.scheme().startsWith(QLatin1String("http")))
            QDesktopServices::openUrl(link);
    });
    m_fit.setSingleShot(true);
    m_fit.setInterval(fitAfterMs);
    connect(&m_fit, &QTimer::timeout, this, &ManualPage::fit);
}

/// Nothing is read, and no picture scaled, for a page that is not looked at.
void ManualPage::fit()
{
    if (isVisible() && m_readWidth != width())
        read();
}

/// Once more at another width, as the pictures have it; what is looked at stays.
void ManualPage::read()
{
    m_readWidth = width();
    QFile file(m_folder + "/manual.md");
    if (!file.open(QIODevice::ReadOnly))
        return m_text->setPlainText(
            tr("The manual is not at %1. — It is in the folder docs of the program's source.").arg(file.fileName()));
    const int at = m_text->cursorForPosition({0, 0}).position();
    m_text->setSearchPaths({m_folder});
    m_text->document()->setMarkdown(QString::fromUtf8(file.readAll()), QTextDocument::MarkdownDialectGitHub);
    bringToTop(at);
}

void ManualPage::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    fit();
}

void ManualPage::resizeEvent(QResizeEvent* event)
{
    QWidget::resizeEvent(event);
    m_fit.start();
}

void ManualPage::bringToTop(int position)
{
    QTextCursor cursor(m_text->document());
    cursor.setPosition(std::min(position, m_text->document()->characterCount() - 1));
    m_text->moveCursor(QTextCursor::End);
    m_text->setTextCursor(cursor);
    QScrollBar* scroll = m_text->verticalScrollBar();
    scroll->setValue(position == 0 ? 0 : scroll->value() + m_text->cursorRect().top());  // 0: with the page's margin
    m_text->horizontalScrollBar()->setValue(0);
}

void ManualPage::focusSearch()
{
    m_search->setFocus();
    m_search->selectAll();
}

void ManualPage::scrollTo(const QString& anchor)
{
    for (QTextBlock block = m_text->document()->begin(); block.isValid(); block = block.next())
        if (block.blockFormat().headingLevel() > 0 && anchorOf(block.text()) == anchor) {
            return bringToTop(block.position());
        }
}

/// The next place, and after the last one the first.
void ManualPage::find()
{
    if (m_text->find(m_search->text()))
        return;
    m_text->moveCursor(QTextCursor::Start);
    m_text->find(m_search->text());
}

}  // namespace mnemo
