// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/key_list.h"

#include <QDialog>

class QTabWidget;

namespace mnemo {

class Glossary;
class ManualPage;
class SearchPage;

/// The help: the manual, what keys and mouse do, and what the words mean. Stays open beside the window.
class HelpWindow : public QDialog
{
    Q_OBJECT

public:
    /// @param glossary outlives it
    /// @param manual the folder of the manual
    HelpWindow(const Glossary& glossary, const QString& manual, QWidget* parent);

    void showManual();

    void showKeys(const std::vector<KeyGroup>& groups);
    void showGlossary(const QString& term = {});  ///< a key of the glossary, or the top

private:
    QString glossaryAsHtml(const QString& query) const;
    template <typename Page>
    void bring(Page* page);

    const Glossary& m_glossary;
    std::vector<KeyGroup> m_keys;
    QTabWidget* m_pages;
    SearchPage* m_keysPage;
    SearchPage* m_glossaryPage;
    ManualPage* m_manual;
};

}  // namespace mnemo
