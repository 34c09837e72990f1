// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/glossary.h"

#include "widgets/json_value.h"

#include <QFile>
#include <QWidget>
#include <algorithm>

namespace mnemo {

Glossary Glossary::load(const QString& file)
{
    Glossary glossary;
    QFile in(file);
    if (!in.open(QIODevice::ReadOnly))
        return glossary;
    const Json document = Json::parse(in.readAll().toStdString(), nullptr, false);
    const Json entries = jsonMember(document, "entries");
    for (const auto& [key, entry] : entries.items())
        if (entry.is_object())
            glossary.m_entries.push_back({QString::fromStdString(key), jsonText(entry, "term"),
                                          jsonText(entry, "group"), jsonText(entry, "definition")});
    return glossary;
}

const Glossary::Entry* Glossary::find(const QString& key) const
{
    const auto it = std::ranges::find(m_entries, key, &Entry::key);
    return it == m_entries.end() ? nullptr : &*it;
}

QString Glossary::text(const QString& key) const
{
    const Entry* entry = find(key);
    return entry ? QStringLiteral("<p><b>%1.</b> %2</p>")
                       .arg(entry->term.toHtmlEscaped(), entry->definition.toHtmlEscaped())
                 : QString();
}

QString Glossary::shortText(const QString& key) const
{
    const Entry* entry = find(key);
    return entry ? entry->definition : QString();
}

void Glossary::explain(QWidget* widget, const QString& key) const
{
    widget->setToolTip(text(key));
    widget->setWhatsThis(text(key));
    widget->setAccessibleDescription(shortText(key));
}

}  // namespace mnemo
