// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tab_title.h"

#include "ui/trace_heading.h"

#include <QFontMetrics>
#include <QObject>

namespace mnemo {
namespace {

constexpr int widestName = 240;  // pixels
const QString separator = QStringLiteral(" · ");

/// Empty until there is a result.
QString modelOf(const Trace& trace)
{
    const ResultPtr shown = visibleResult(trace);
    return shown ? modelName(*shown) : QString();
}

/// The model, or both where they are two.
QString modelsOf(const Trace& first, const Trace* second)
{
    const QString mine = shortModelName(modelOf(first)), other = second ? shortModelName(modelOf(*second)) : QString();
    return other.isEmpty() || other == mine ? mine : QStringLiteral("%1 | %2").arg(mine, other);
}

QString tipOf(const Trace& first, const Trace* second)
{
    QStringList lines{cleanText(first.form)};
    for (const Trace* trace : {&first, second})
        if (trace && !modelOf(*trace).isEmpty())
            lines << QObject::tr("%1, %2").arg(modelOf(*trace), editsText(int(trace->edits.size())));
    return lines.join(QLatin1Char('\n'));
}

}  // namespace

QString shortModelName(const QString& name)
{
    return name.section(QLatin1Char('/'), -1);
}

TabTitle tabTitle(const Trace& first, const Trace* second, bool severalModels)
{
    TabTitle title{first.form.subject.isEmpty() ? QObject::tr("Trace") : first.form.subject, {}, tipOf(first, second)};
    if (const QString models = modelsOf(first, second); severalModels && !models.isEmpty())
        title.mark += separator + models;
    if (!first.edits.empty())
        title.mark += separator + editsText(int(first.edits.size()));
    if (first.pinned)
        title.mark += separator + QObject::tr("pinned");
    return title;
}

TabTitle tabTitle(const ResultEntry& entry, bool severalModels)
{
    TabTitle title{titleOf(entry), {}, titleOf(entry)};
    if (severalModels && !entry.modelName.isEmpty())
        title.mark = separator + shortModelName(entry.modelName);
    if (!entry.modelName.isEmpty())
        title.tip += QObject::tr("\n%1, %2").arg(entry.modelName, editsText(int(entry.edits.size())));
    return title;
}

QString tabText(const TabTitle& title, const QFontMetrics& font)
{
    const QString text = font.elidedText(title.name, Qt::ElideRight, widestName) + title.mark;
    return QString(text).replace('&', "&&");
}

}  // namespace mnemo
