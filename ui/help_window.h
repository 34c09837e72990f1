// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/key_list.h"

#include <QDialog>

class QTabWidget;

namespace mnemo {

class Glossary;
class SearchPage;

/// The help: what keys and mouse do, and what the words mean. Stays open beside the window.
class HelpWindow : public QDialog
{
    Q_OBJECT

public:
    /// @param glossary outlives it
    HelpWindow(const Glossary& glossary, QWidget* parent);

    void showKeys(const std::vector<KeyGroup>& groups);
    void showGlossary(const QString& term = {});  ///< a key of the glossary, or the top

private:
    QString glossaryAsHtml(const QString& query) const;
    void bring(SearchPage* page);

    const Glossary& m_glossary;
    std::vector<KeyGroup> m_keys;
    QTabWidget* m_pages;
    SearchPage* m_keysPage;
    SearchPage* m_glossaryPage;
};

}  // namespace mnemo
