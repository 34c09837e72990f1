// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/glossary.h"

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>

namespace mnemo {

Glossary Glossary::load(const QString& file)
{
    Glossary glossary;
    QFile in(file);
    if (!in.open(QIODevice::ReadOnly))
        return glossary;
    const QJsonObject entries = QJsonDocument::fromJson(in.readAll()).object().value("entries").toObject();
    for (auto it = entries.begin(); it != entries.end(); ++it) {
        const QJsonObject entry = it->toObject();
        glossary.m_entries.insert(it.key(), {entry.value("term").toString(), entry.value("definition").toString()});
    }
    return glossary;
}

QString Glossary::text(const QString& key) const
{
    const auto it = m_entries.find(key);
    return it == m_entries.end()
               ? QString()
               : QStringLiteral("<p><b>%1.</b> %2</p>").arg(it->term.toHtmlEscaped(), it->definition.toHtmlEscaped());
}

QString Glossary::shortText(const QString& key) const
{
    return m_entries.value(key).definition;
}

}  // namespace mnemo
