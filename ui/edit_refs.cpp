// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/edit_refs.h"

#include "widgets/json_value.h"

#include <QObject>

namespace mnemo {
namespace {

constexpr int shownDigits = 8;  // of a hash

}  // namespace

EditRefs editsOf(const Result& result)
{
    return editsOf(result.provenance);
}

EditRefs editsOf(const Json& provenance)
{
    EditRefs refs;
    for (const Json& edit : jsonMember(provenance, "edits"))
        if (edit.is_object())
            refs.push_back(
                {jsonText(edit, "hash").toStdString(), edit.contains("alpha") ? jsonNumber(edit, "alpha") : 1});
    return refs;
}

QString shortHash(const QString& hash)
{
    return hash.section(QLatin1Char(':'), -1).left(shownDigits);
}

QString editsText(int edits)
{
    return edits == 0   ? QObject::tr("base weights")
           : edits == 1 ? QObject::tr("1 edit")
                        : QObject::tr("%1 edits").arg(edits);
}

}  // namespace mnemo
