// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/edit_refs.h"
#include "ui/fact_form.h"
#include "ui/job_desk.h"

#include <QObject>
#include <vector>

namespace mnemo {

/// One trace of the window: what was asked, the newest result, and how it ended.
struct Trace {
    int id = 0;
    FactForm form;
    QString window;  ///< "auto" or a number
    QString model;   ///< hash
    EditRefs edits;  ///< that are on in it
    int beside = 0;  ///< the trace beside which another model's is shown: this one; 0: it has a tab of its own
    ResultPtr result;
    ResultPtr before;  ///< of the trace that it replaces: shown dimmed until the first cells are there
    JobState state = JobState::Running;
    JobId ticket = 0;
    Progress progress;
    Error error;
    bool stale = false;  ///< the prompt panel says something else by now
    bool pinned = false;
};

/// Cells of `older` fill those that `newer` has not computed. Both must be snapshots of the same trace; where tokens,
/// layers, sites, windows or target differ, `newer` is returned as it is.
ResultPtr mergeSnapshots(const ResultPtr& older, const ResultPtr& newer);

/// True when every site's column of this token is computed.
bool columnComputed(const Result& trace, int pos);

/// False until the first snapshot with a computed cell.
bool hasCells(const Trace& trace);

/// The window that a trace was asked with: "auto" or a number.
QString windowText(const Json& parameters);

/// What is to be seen of a trace: its own result, or before the first cells the one it replaces.
ResultPtr visibleResult(const Trace& trace);

/// The traces of the window: one current, any number pinned. A trace may have another one beside it, of another model:
/// the two are pinned together, and the second goes when the first does.
class TraceStore : public QObject, public JobSink
{
    Q_OBJECT

public:
    using QObject::QObject;

    /// Begins a trace; it replaces those that are not pinned. They come back should it end before its first cell, and
    /// the one beside it, if there is one, before its own.
    int begin(FactForm form, const QString& window, const QString& model, JobId ticket, EditRefs edits = {});

    /// Begins a trace of another model, or of its own with other edits, with the form and window of the one it is to
    /// stand beside; it replaces only what stood there.
    int beginBeside(int first, const QString& model, JobId ticket, EditRefs edits = {});
    int add(const ResultPtr& result);                   ///< a finished one, e.g. of a session; becomes current
    int addBeside(int first, const ResultPtr& result);  ///< the same beside another
    const Trace* besideOf(int first) const;             ///< null when nothing stands beside it
    const Trace* firstOf(const Trace& trace) const;     ///< itself, or the one it stands beside
    const Trace* current() const { return find(m_current); }
    const Trace* currentFirst() const;  ///< firstOf() the current one
    const Trace* find(int id) const;
    const Trace* ofTicket(JobId ticket) const;
    const std::vector<Trace>& all() const { return m_traces; }

    void setResult(int id, const ResultPtr& result) override;  ///< merged with what is there
    void setProgress(int id, const Progress& progress) override;
    void setState(int id, JobState state, const Error& error = {}) override;
    void setTicket(int id, JobId ticket);  ///< goes on with another job
    void setStale(int id, bool stale);
    void setPinned(int id, bool pinned);  ///< also one that may come back
    void setCurrent(int id);
    void remove(int id);

    /// One that was removed or replaced comes back as it was, with what stood beside it, and becomes current. False
    /// when it had no cells, or was too long ago.
    bool restore(int id);

    /// The newest finished trace of exactly this question, here or gone, becomes current. False when there is none.
    bool recall(const FactForm& form, const QString& window, const QString& model, const EditRefs& edits);

Q_SIGNALS:
    void added(int id);
    void changed(int id);  ///< result, progress, state or marks
    void removed(int id);
    void currentChanged();

private:
    Trace* get(int id);

    int insert(Trace trace);
    int insert(Trace trace, int id);
    void fill(int id, const ResultPtr& result);
    void keep(const Trace& gone);
    bool endedInVain(const Trace& trace) const;
    void restoreReplaced(int failed);

    std::vector<Trace> m_traces;
    std::vector<Trace> m_past;      ///< that were removed with cells in them, the newest last
    std::vector<Trace> m_replaced;  ///< by the trace begun last, until that has a result
    int m_current = 0;
    int m_nextId = 1;
};

}  // namespace mnemo
