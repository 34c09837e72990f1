// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/json.h"

#include <filesystem>
#include <functional>
#include <vector>

namespace mnemo {

/// What a long computation has found so far, one JSON object per line behind a first line that says what is computed.
/// Each record is on the disk before the next is begun, so that a computation killed at any moment goes on where it was
/// and loses at most the record that was being written. One process at a time.
class RecordLog
{
public:
    /// Reads the file, or makes it with this header. A last line without its end is cut off.
    /// @throws Failure Usage when the file was made with another header, naming the first key that differs; Damaged
    ///         naming the line; Unreadable, WriteFailed
    RecordLog(const std::filesystem::path& path, const Json& header);
    RecordLog(const RecordLog&) = delete;
    RecordLog& operator=(const RecordLog&) = delete;
    ~RecordLog();

    const std::vector<Json>& records() const { return m_records; }  ///< those that were there, then those appended

    /// Hands over every record. @throws Failure what `take` throws, with the file and the line before its message
    void forEach(const std::function<void(const Json&)>& take) const;

    void append(Json record);  ///< @throws Failure WriteFailed, with the file as it was before

private:
    void read(const Json& header);
    void writeLine(const Json& json);

    std::filesystem::path m_path;
    int m_file = -1;
    std::vector<Json> m_records;
};

struct MergedRecords {
    int records = 0;
    int repeated = 0;  ///< lines that another file had too: written once
};

/// The records of several runs of one computation, such as its shards, in one file. Their first lines must be the same;
/// a last line without its end is left out. The output appears whole or not at all and may be one of the files.
/// @throws Failure NotFound, Unreadable; Damaged naming the file and the line; Usage naming the first key that differs;
///         WriteFailed
MergedRecords mergeRecords(const std::vector<std::filesystem::path>& files, const std::filesystem::path& output);

}  // namespace mnemo
