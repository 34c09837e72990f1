// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QObject>
#include <QUndoStack>
#include <functional>

namespace mnemo {

/// What the user did in the window and can take back, in one list for all of its parts.
class History : public QObject
{
    Q_OBJECT

public:
    explicit History(QObject* parent = nullptr) : QObject(parent) {}

    /// Remembers what has just been done. Nothing while a step is taken back or done again: what follows from that is
    /// part of it.
    /// @param merge steps of the same, not empty, name, one soon after the other, are taken back in one go
    void add(const QString& text, std::function<void()> undo, std::function<void()> redo, const QString& merge = {});

    /// What is done here is no step.
    void quietly(const std::function<void()>& changes);

    QUndoStack& stack() { return m_stack; }
    const QUndoStack& stack() const { return m_stack; }

private:
    QUndoStack m_stack;
    bool m_quiet = false;
};

}  // namespace mnemo
