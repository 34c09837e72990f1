// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>
#include <QTimer>
#include <QWidget>

class QLineEdit;
class QTextBrowser;

namespace mnemo {

/// The manual as it is in docs/manual.md, with its pictures, and a line to search it. Read when it is first shown.
class ManualPage : public QWidget
{
    Q_OBJECT

public:
    /// @param folder with manual.md and images/; where there is no manual, the page says where it was looked for
    explicit ManualPage(const QString& folder, QWidget* parent = nullptr);

    void focusSearch();
    void scrollTo(const QString& anchor);  ///< of a heading, as links name it: "trace-a-fact"

protected:
    void showEvent(QShowEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;

private:
    void fit();
    void read();
    void bringToTop(int position);
    void find();

    QString m_folder;
    QLineEdit* m_search;
    QTextBrowser* m_text;
    QTimer m_fit;         ///< once for many changes of the width
    int m_readWidth = 0;  ///< of the page when it was last read; 0: not yet
};

}  // namespace mnemo
