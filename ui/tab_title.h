// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/result_store.h"
#include "ui/trace_store.h"

#include <QFontMetrics>
#include <set>

namespace mnemo {

/// What a tab of the centre is called.
struct TabTitle {
    QString name;  ///< may be cut where there is no room
    QString mark;  ///< what tells it from others: models, edits, pinned
    QString tip;   ///< all of it, under the mouse
};

/// Names of models, to tell them apart in a few letters.
using ModelNames = std::set<QString>;

/// @param second the trace beside it; null: none
/// @param shown models of which something is shown; where they are several, it is said of which this is
TabTitle tabTitle(const Trace& first, const Trace* second, const ModelNames& shown);
TabTitle tabTitle(const ResultEntry& entry, const ModelNames& shown);

QString modelOf(const Trace& trace);  ///< empty until there is something to see of it

/// The title as it stands on a tab.
QString tabText(const TabTitle& title, const QFontMetrics& font);

/// Without the words that they all begin with: "mamba" of "mnemo-mamba" and "mnemo-pythia".
QString nameAmong(const QString& model, const ModelNames& all);

/// "mamba-130m" of "state-spaces/mamba-130m"
QString shortModelName(const QString& name);

}  // namespace mnemo
