// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/record_log.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <set>

#include "core/data/error.h"
#include "core/io/atomic_file.h"
#include "core/io/utf8.h"

namespace mnemo {
namespace {

[[noreturn]] void failToWrite(const std::filesystem::path& path)
{
    throw Failure(ErrorCode::WriteFailed, "The records " + shown(path) + " cannot be written: " + std::strerror(errno),
                  "Choose another folder, or make room.");
}

/// The first key in which two headers differ.
std::string differentKey(const Json& a, const Json& b)
{
    for (const auto& [key, value] : b.items())
        if (!a.contains(key) || a[key] != value)
            return key;
    return "an unknown key";
}

/// What a file of records holds, up to the last whole line.
struct Parsed {
    Json header;  ///< null when there is none
    std::vector<Json> records;
    std::size_t end = 0;  ///< bytes; behind them a line was being written when the program was killed
};

Parsed parse(const std::filesystem::path& path)
{
    std::ifstream in(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    if (in.bad())
        throw Failure(ErrorCode::Unreadable, "The records " + shown(path) + " cannot be read.",
                      "Check the file and its disk.");
    Parsed parsed;
    for (std::size_t line = 1; parsed.end < text.size(); ++line) {
        const std::size_t end = text.find('\n', parsed.end);
        if (end == std::string::npos)
            break;
        Json record = Json::parse(text.begin() + std::ptrdiff_t(parsed.end), text.begin() + std::ptrdiff_t(end),
                                  nullptr, /*allow_exceptions=*/false);
        if (!record.is_object())
            throw Failure(ErrorCode::Damaged,
                          "Line " + std::to_string(line) + " of the records " + shown(path) + " is no JSON object.",
                          "Remove the line, or choose another file.");
        if (line > 1)
            parsed.records.push_back(std::move(record));
        else
            parsed.header = std::move(record);
        parsed.end = end + 1;
    }
    return parsed;
}

std::string lineOf(const Json& json)
{
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

RecordLog::RecordLog(const std::filesystem::path& path, const Json& header) : m_path(path)
{
    m_file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (m_file < 0)
        failToWrite(path);
    if (!std::filesystem::is_regular_file(path)) {
        ::close(m_file);
        throw Failure(ErrorCode::WriteFailed, "The records " + shown(path) + " are no file.", "Choose another name.");
    }
    if (::flock(m_file, LOCK_EX | LOCK_NB) != 0) {
        ::close(m_file);
        throw Failure(ErrorCode::WriteFailed, "Another program is writing the records " + shown(path) + ".",
                      "Wait until it is done, or choose another file.");
    }
    try {
        read(header);
    } catch (...) {
        ::close(m_file);
        throw;
    }
}

RecordLog::~RecordLog()
{
    ::close(m_file);
}

void RecordLog::read(const Json& header)
{
    Parsed parsed = parse(m_path);
    if (!parsed.header.is_null() && parsed.header != header)
        throw Failure(ErrorCode::Usage,
                      "The records " + shown(m_path) + " are of another computation: \"" +
                          differentKey(parsed.header, header) + "\" differs.",
                      "Choose another file, or remove this one.");
    m_records = std::move(parsed.records);
    if (::ftruncate(m_file, off_t(parsed.end)) != 0 || ::lseek(m_file, 0, SEEK_END) < 0)
        failToWrite(m_path);
    if (parsed.header.is_null())
        writeLine(header);
}

void RecordLog::forEach(const std::function<void(const Json&)>& take) const
{
    for (std::size_t i = 0; i < m_records.size(); ++i)
        try {
            take(m_records[i]);
        } catch (const Failure& failure) {
            const Error& error = failure.error();
            const std::string line = std::to_string(i + 2);  // the header is the first
            throw Failure(error.code, "Line " + line + " of the records " + shown(m_path) + ": " + error.message,
                          error.hint);
        }
}

void RecordLog::append(Json record)
{
    writeLine(record);
    m_records.push_back(std::move(record));
}

/// The whole line or nothing of it.
void RecordLog::writeLine(const Json& json)
{
    const std::string line = lineOf(json);
    const off_t begin = ::lseek(m_file, 0, SEEK_CUR);
    std::size_t written = 0;
    while (written < line.size()) {
        const ssize_t count = ::write(m_file, line.data() + written, line.size() - written);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0) {
            const int error = errno;
            if (::ftruncate(m_file, begin) == 0)
                ::lseek(m_file, begin, SEEK_SET);
            errno = error;
            failToWrite(m_path);
        }
        written += std::size_t(count);
    }
    if (::fdatasync(m_file) != 0)
        failToWrite(m_path);
}

MergedRecords mergeRecords(const std::vector<std::filesystem::path>& files, const std::filesystem::path& output)
{
    Json header;
    MergedRecords merged;
    std::string text;
    std::set<std::string> lines;
    for (const std::filesystem::path& file : files) {
        if (!std::filesystem::is_regular_file(file))
            throw Failure(ErrorCode::NotFound, "There is no file of records " + shown(file) + ".", "Check the path.");
        const Parsed parsed = parse(file);
        if (parsed.header.is_null() || !parsed.header.contains("schema"))
            throw Failure(ErrorCode::Damaged, "The file " + shown(file) + " holds no records.",
                          "Name files that --records has made.");
        if (header.is_null()) {
            header = parsed.header;
            text = lineOf(header);
        } else if (parsed.header != header) {
            throw Failure(ErrorCode::Usage,
                          "The records " + shown(file) + " are of another computation than " + shown(files.front()) +
                              ": \"" + differentKey(parsed.header, header) + "\" differs.",
                          "Merge records of one model and the same parameters.");
        }
        for (const Json& record : parsed.records) {
            const std::string line = lineOf(record);
            if (!lines.insert(line).second) {
                ++merged.repeated;
                continue;
            }
            text += line;
            ++merged.records;
        }
    }
    writeFileAtomically(output, text);
    return merged;
}

}  // namespace mnemo
