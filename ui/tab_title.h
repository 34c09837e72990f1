// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/result_store.h"
#include "ui/trace_store.h"

class QFontMetrics;

namespace mnemo {

/// What a tab of the centre is called.
struct TabTitle {
    QString name;  ///< may be cut where there is no room
    QString mark;  ///< what tells it from others: models, edits, pinned
    QString tip;   ///< all of it, under the mouse
};

/// @param second the trace beside it; null: none
/// @param severalModels whether it is to be said of which it is
TabTitle tabTitle(const Trace& first, const Trace* second, bool severalModels);
TabTitle tabTitle(const ResultEntry& entry, bool severalModels);

/// The title as it stands on a tab.
QString tabText(const TabTitle& title, const QFontMetrics& font);

/// "mamba-130m" of "state-spaces/mamba-130m"
QString shortModelName(const QString& name);

}  // namespace mnemo
