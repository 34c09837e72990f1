// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QHash>
#include <QString>

namespace mnemo {

/// Short definitions of the field's words, from resources/glossary.json: tooltips, What's this and the manual share it.
class Glossary
{
public:
    static Glossary load(const QString& file);  ///< empty when the file cannot be read; tooltips are then left out

    QString text(const QString& key) const;       ///< "Indirect effect (IE): …" as rich text, or empty
    QString shortText(const QString& key) const;  ///< the definition alone
    bool isEmpty() const { return m_entries.isEmpty(); }

private:
    struct Entry {
        QString term;
        QString definition;
    };
    QHash<QString, Entry> m_entries;
};

}  // namespace mnemo
