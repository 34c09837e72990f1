// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/tab_title.h"

#include "ui/trace_heading.h"

#include <QObject>

namespace mnemo {
namespace {

constexpr int widestName = 200;  // pixels
const QString separator = QStringLiteral(" · ");

/// Empty where there is nothing to tell apart.
QString modelMark(const QString& model, const ModelNames& shown)
{
    return model.isEmpty() || shown.size() < 2 ? QString() : separator + nameAmong(model, shown);
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

QString modelOf(const Trace& trace)
{
    const ResultPtr shown = visibleResult(trace);
    return shown ? modelName(*shown) : QString();
}

QString nameAmong(const QString& model, const ModelNames& all)
{
    QString start = model;
    for (const QString& other : all)
        while (!other.startsWith(start))
            start.chop(1);
    const auto isBetweenWords = [](QChar letter) { return QStringLiteral("-_/. ").contains(letter); };
    while (!start.isEmpty() && !isBetweenWords(start.back()))
        start.chop(1);
    return model.mid(start.size());
}

QString shortModelName(const QString& name)
{
    return name.section(QLatin1Char('/'), -1);
}

TabTitle tabTitle(const Trace& first, const Trace* second, const ModelNames& shown)
{
    TabTitle title{first.form.subject.isEmpty() ? QObject::tr("Trace") : first.form.subject, {}, tipOf(first, second)};
    title.mark = modelMark(modelOf(first), shown);
    if (second && modelOf(*second) != modelOf(first))
        title.mark += modelMark(modelOf(*second), shown).replace(separator, QStringLiteral(" | "));
    if (!first.edits.empty())
        title.mark += separator + editsText(int(first.edits.size()));
    if (first.pinned)
        title.mark += separator + QObject::tr("pinned");
    return title;
}

TabTitle tabTitle(const ResultEntry& entry, const ModelNames& shown)
{
    TabTitle title{titleOf(entry), modelMark(entry.modelName, shown), titleOf(entry)};
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
