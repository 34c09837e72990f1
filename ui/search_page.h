// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QWidget>
#include <functional>

class QLineEdit;
class QPrinter;
class QTextBrowser;

namespace mnemo {

/// A text with a line to search it: only what fits is shown. Can be copied and printed as it is shown.
class SearchPage : public QWidget
{
    Q_OBJECT

public:
    /// @param html what fits a query as rich text; empty where nothing does
    SearchPage(const QString& title, std::function<QString(const QString& query)> html, QWidget* parent = nullptr);

    void setQuery(const QString& query);
    void scrollTo(const QString& anchor);
    void refresh();  ///< asks for the text again
    void focusSearch();
    QString text() const;                   ///< as it is read
    void printTo(QPrinter& printer) const;  ///< what is shown, below the title

private:
    void copy() const;
    void print();

    QString m_title;
    std::function<QString(const QString&)> m_html;
    QLineEdit* m_search;
    QTextBrowser* m_text;
};

}  // namespace mnemo
