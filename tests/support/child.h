// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QObject>
#include <QString>

namespace mnemo::test {

/// What a window or a dialog has under a name; the test ends where it has none.
template <class T>
T* child(const QObject& parent, const char* name)
{
    T* found = parent.findChild<T*>(QLatin1String(name));
    if (!found)
        qFatal("%s has no %s", parent.metaObject()->className(), name);
    return found;
}

}  // namespace mnemo::test
