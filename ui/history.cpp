// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/history.h"

#include <QElapsedTimer>
#include <QScopedValueRollback>
#include <utility>

namespace mnemo {
namespace {

constexpr qint64 soonMs = 2000;  // as long as one is still at the same thing
constexpr int mergeableId = 1;

}  // namespace

/// One entry of the list. It was done before it got there.
class Step : public QUndoCommand
{
public:
    Step(History& history, const QString& text, std::function<void()> undo, std::function<void()> redo, QString merge)
        : QUndoCommand(text),
          m_history(history),
          m_undo(std::move(undo)),
          m_redo(std::move(redo)),
          m_merge(std::move(merge))
    {
        m_age.start();
    }

    int id() const override { return m_merge.isEmpty() ? -1 : mergeableId; }
    void undo() override { m_history.quietly(m_undo); }

    void redo() override
    {
        if (std::exchange(m_fresh, false))
            return;
        m_history.quietly(m_redo);
    }

    bool mergeWith(const QUndoCommand* next) override
    {
        const auto* later = static_cast<const Step*>(next);
        if (later->m_merge != m_merge || m_age.elapsed() > soonMs)
            return false;
        m_redo = later->m_redo;
        setText(later->text());
        m_age.restart();
        return true;
    }

private:
    History& m_history;
    std::function<void()> m_undo;
    std::function<void()> m_redo;
    QString m_merge;
    QElapsedTimer m_age;
    bool m_fresh = true;
};

void History::add(const QString& text, std::function<void()> undo, std::function<void()> redo, const QString& merge)
{
    if (!m_quiet)
        m_stack.push(new Step(*this, text, std::move(undo), std::move(redo), merge));
}

void History::quietly(const std::function<void()>& changes)
{
    const QScopedValueRollback quiet(m_quiet, true);
    changes();
}

}  // namespace mnemo
