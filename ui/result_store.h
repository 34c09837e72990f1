// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/edit_refs.h"
#include "ui/job_desk.h"

#include <optional>
#include <vector>

namespace mnemo {

/// A result of the window that is no trace, or one that is on its way: what was asked, the newest snapshot, and how it
/// ended.
struct ResultEntry {
    int id = 0;
    std::string experiment;
    QString title;      ///< until the first snapshot brings its own
    Json parameters;    ///< complete
    std::string model;  ///< hash
    QString modelName;  ///< "mnemo-mamba"
    EditRefs edits;     ///< that are on in it
    int beside = 0;     ///< the entry whose curves are shown beside its own; 0: none
    Json choice;        ///< what of it is shown: the head's "choice" (docs/json.md); null: the usual
    ResultPtr result;
    JobState state = JobState::Running;
    JobId ticket = 0;
    Progress progress;
    Error error;

    bool whole() const { return result && result->done >= 1; }
};

/// What stands on the entry's tab.
QString titleOf(const ResultEntry& entry);

/// Facts that are done and wanted, as the progress or the newest snapshot says; nothing for what is no list of facts.
std::optional<std::pair<int, int>> factsDone(const ResultEntry& entry);

/// The results of the window that are no traces, in the order in which they were begun.
class ResultStore : public QObject, public JobSink
{
    Q_OBJECT

public:
    using QObject::QObject;

    int begin(ResultEntry entry);      ///< running; the id is given here
    int add(const ResultPtr& result);  ///< a finished one, e.g. of a session
    const ResultEntry* find(int id) const;
    const ResultEntry* partner(int id) const;  ///< the other of two that stand beside each other; null: none
    ResultPtr newest(const std::string& kind, const std::string& model) const;  ///< of this hash; null: none
    const std::vector<ResultEntry>& all() const { return m_entries; }

    /// A snapshot with less in it than the one that is there does not replace it: a resumed job begins anew.
    void setResult(int id, const ResultPtr& result) override;
    void setProgress(int id, const Progress& progress) override;
    void setState(int id, JobState state, const Error& error = {}) override;
    void setTicket(int id, JobId ticket);  ///< goes on with another job
    void setBeside(int id, int other);     ///< 0: none
    void setChoice(int id, const Json& choice);
    void remove(int id);   ///< it stands beside nothing any more
    bool restore(int id);  ///< one that was removed; false when that had no numbers, or was long ago

Q_SIGNALS:
    void added(int id);
    void changed(int id);
    void removed(int id);

private:
    ResultEntry* get(int id);

    std::vector<ResultEntry> m_entries;
    std::vector<ResultEntry> m_past;  ///< that were removed with numbers in them, the newest last
    int m_nextId = 1;
};

}  // namespace mnemo
