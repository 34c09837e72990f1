// SPDX-License-Identifier: GPL-3.0-or-later
// What evaluations of edits have found, edit by edit, in a file that a later run goes on from.
#pragma once
#include "core/experiments/edit_scores.h"
#include "core/experiments/evaluation.h"
#include "core/io/record_log.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <tuple>

namespace mnemo {

/// One edit, with what the model says before and after; without answers when it cannot be made.
struct EditRecord {
    std::string caseHash;
    std::string id;
    EditPlace place;
    std::string problem;  ///< why there is no edit; else empty
    CaseAnswers before;
    CaseAnswers after;
    int steps = 0;  ///< of the search
    double p = 0;   ///< of the new object in its last step

    Json toJson() const;
    static EditRecord fromJson(const Json& json);  ///< @throws Failure Damaged
};

/// By case and place. Whatever else is in a run, an edit's numbers are its own.
class EditRecords
{
public:
    /// Takes those of the file, which is made where it is missing. @param file empty: nothing is kept
    /// @throws Failure as RecordLog; Damaged naming the line
    EditRecords(const std::filesystem::path& file, const Json& header);

    const EditRecord* find(const std::string& caseHash, const EditPlace& place) const;  ///< null when it is not known

    /// On the disk when it returns. @return where it is kept as long as this object @throws Failure WriteFailed
    const EditRecord& add(EditRecord record);

private:
    using Key = std::tuple<std::string, std::string, int>;

    const EditRecord& remember(EditRecord record);

    std::unique_ptr<RecordLog> m_log;
    std::map<Key, EditRecord> m_known;
};

}  // namespace mnemo
