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
    for (const auto& [key, entry] : entries.items()) {
        if (!entry.is_object())
            continue;
        Entry read{QString::fromStdString(key),
                   jsonText(entry, "term"),
                   jsonText(entry, "group"),
                   jsonText(entry, "definition"),
                   {}};
        const Json fields = jsonMember(entry, "fields");
        for (const Json& field : fields)
            if (field.is_string())
                read.fields << QString::fromStdString(field.get<std::string>());
        glossary.m_entries.push_back(std::move(read));
    }
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

QString Glossary::ofField(const QString& parameter) const
{
    if (find(parameter))
        return parameter;
    const auto it =
        std::ranges::find_if(m_entries, [&](const Entry& entry) { return entry.fields.contains(parameter); });
    return it == m_entries.end() ? QString() : it->key;
}

void Glossary::explain(QWidget* widget, const QString& key) const
{
    widget->setToolTip(text(key));
    widget->setWhatsThis(text(key));
    widget->setAccessibleDescription(shortText(key));
}

}  // namespace mnemo
