// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "widgets/cell.h"

#include <QPointer>
#include <QString>
#include <QWidget>
#include <functional>
#include <optional>
#include <vector>

namespace mnemo {

/// Something that was looked at: a tab, and the cell or token that was chosen in it.
struct Visit {
    int trace = 0;            ///< id; 0: none
    int result = 0;           ///< id; 0: none
    QPointer<QWidget> other;  ///< a tab that is neither
    QString site;             ///< of the cell; empty: a whole token
    Cell cell;                ///< pos −1: nothing was chosen

    bool operator==(const Visit&) const = default;
    bool isOnSameTab(const Visit& visit) const;
};

/// What was looked at, back and forward as in a browser. No history of changes: nothing is taken back. What is not
/// there any more is passed over.
class Visits
{
public:
    using IsThere = std::function<bool(const Visit&)>;

    explicit Visits(IsThere isThere) : m_isThere(std::move(isThere)) {}

    /// What is looked at now; what lay forward is forgotten. The same place is no other visit, a tab without a chosen
    /// cell becomes the one with it, and of a walk over neighbouring cells, one soon after the other, only the end
    /// counts.
    /// @param now milliseconds since some start, ≥ 0
    void add(const Visit& visit, qint64 now);

    /// The current one was chosen by the program: the next one on the same tab takes its place.
    void setPassing() { m_passing = true; }

    bool canGo(int by) const { return next(by) >= 0; }  ///< by −1: back, 1: forward
    std::optional<Visit> go(int by);                    ///< where to; empty at the end

private:
    int next(int by) const;
    bool replacesCurrent(const Visit& visit, qint64 now) const;

    IsThere m_isThere;
    std::vector<Visit> m_visits;
    int m_current = -1;
    qint64 m_changed = 0;  ///< when the current one was added
    bool m_passing = false;
};

}  // namespace mnemo
