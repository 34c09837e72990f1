// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QString>
#include <QStringList>
#include <vector>

class QWidget;

namespace mnemo {

/// Short definitions of the field's words, from resources/glossary.json: tooltips, What's this, screen readers and the
/// help window share it.
class Glossary
{
public:
    struct Entry {
        QString key;         ///< "ie"
        QString term;        ///< "Indirect effect (IE)"
        QString group;       ///< "Effects and metrics"
        QString definition;  ///< plain text, a few sentences
        QStringList fields;  ///< parameters of experiments that it explains, beside the one of its own name
    };

    static Glossary load(const QString& file);  ///< empty when the file cannot be read; tooltips are then left out

    QString text(const QString& key) const;           ///< "Indirect effect (IE): …" as rich text, or empty
    QString shortText(const QString& key) const;      ///< the definition alone
    QString ofField(const QString& parameter) const;  ///< the key of what explains it, or empty
    const std::vector<Entry>& entries() const { return m_entries; }  ///< as in the file: by group
    bool isEmpty() const { return m_entries.empty(); }

    /// Tooltip, What's this and the description for screen readers.
    void explain(QWidget* widget, const QString& key) const;

private:
    const Entry* find(const QString& key) const;

    std::vector<Entry> m_entries;
};

}  // namespace mnemo
