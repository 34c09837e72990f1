// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/session.h"

#include "core/data/error.h"
#include "core/io/session_run.h"
#include "core/io/sha256.h"
#include "core/io/strict_json.h"
#include "core/io/time_stamp.h"
#include "core/io/utf8.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace mnemo {
namespace {

constexpr const char* formatName = "mnemo.session";

/// Over names, types, shapes and bytes. @param tensors sorted by name
std::string checksumOf(const std::vector<TensorView>& tensors)
{
    Sha256 hash;
    for (const TensorView& tensor : tensors) {
        hash.add(Json{tensor.name, dtypeName(tensor.dtype), tensor.shape}.dump() + "\n");
        hash.add(tensor.bytes);
    }
    return hash.hex();
}

class Reader
{
public:
    explicit Reader(const std::filesystem::path& path) : m_name(shown(path)), m_file(path, Session::headerLimit) {}

    Session read()
    {
        checkFormat();
        Session session;
        session.metadata = m_file.metadata();
        session.readOnly = minReader() > Session::formatVersion;
        try {
            readDocument(session);
            checkTensors();
        } catch (const Failure& failure) {
            if (!session.readOnly || failure.error().code != ErrorCode::Damaged)
                throw;
            throw Failure(ErrorCode::UnsupportedModel,
                          m_name + " was written by a newer version of this program (" + entry("app") +
                              ") and cannot be read by this one.",
                          "Update this program.");
        }
        for (const TensorView& tensor : m_file.tensors())
            if (!m_used.contains(tensor.name))
                session.otherTensors.push_back(
                    {tensor.name, tensor.dtype, tensor.shape, {tensor.bytes.begin(), tensor.bytes.end()}});
        return session;
    }

private:
    std::string entry(const char* key) const
    {
        const auto found = m_file.metadata().find(key);
        return found == m_file.metadata().end() ? "" : found->second;
    }

    [[noreturn]] void damaged(const std::string& why) const
    {
        throw Failure(ErrorCode::Damaged, m_name + " is damaged: " + why + ".", "Open the session's backup.");
    }

    void checkFormat() const
    {
        if (entry("format") != formatName)
            throw Failure(ErrorCode::Damaged, m_name + " is a safetensors file, but no session of this program.",
                          "Choose a *.mnemo file.");
    }

    int minReader() const
    {
        const std::string text = entry("min_reader");
        int version = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), version);
        if (error != std::errc() || end != text.data() + text.size() || version < 1)
            damaged("min_reader is \"" + text + "\"");
        return version;
    }

    void checkTensors() const
    {
        const std::string checksum = entry("sha256:tensors");
        if (!checksum.empty() && checksum != checksumOf(m_file.tensors()))
            damaged("its numbers do not have the checksum that was written with them");
    }

    void readDocument(Session& session)
    {
        const std::string text = entry("session");
        const std::string checksum = entry("sha256:session");
        if (!checksum.empty() && checksum != sha256(text))
            damaged("its text does not have the checksum that was written with it");
        Json document = parseStrictOrdered(text, "The text of " + m_name);
        if (!document.is_object() || !document.contains("runs") || !document["runs"].is_array())
            damaged("it has no list of runs");
        const auto tensorOf = [this](const std::string& name) {
            const TensorView* tensor = m_file.find(name);
            if (tensor && !m_used.insert(name).second)
                damaged("two arrays share the tensor " + name);
            return tensor;
        };
        int number = 0;
        for (const Json& run : document["runs"]) {
            Json extra;
            const std::string what = m_name + ", run " + std::to_string(number++) + ",";
            session.results.push_back(std::make_shared<const Result>(runFromJson(run, tensorOf, what, extra)));
            if (!extra.empty())
                session.extras[session.results.back()] = std::move(extra);
        }
        document.erase("runs");
        session.document = std::move(document);
    }

    std::string m_name;
    SafetensorsFile m_file;
    std::set<std::string> m_used;
};

}  // namespace

Session readSession(const std::filesystem::path& path)
{
    return Reader(path).read();
}

namespace {

/// "r0", "r1", …, leaving out those under which a tensor we do not know is stored.
std::vector<std::string> runIds(const Session& session)
{
    std::vector<std::string> ids;
    for (int number = 0; ids.size() < session.results.size(); ++number) {
        const std::string id = "r" + std::to_string(number);
        const bool taken = std::ranges::any_of(
            session.otherTensors, [&](const StoredTensor& other) { return other.name.starts_with(id + "/"); });
        if (!taken)
            ids.push_back(id);
    }
    return ids;
}

std::vector<TensorView> tensorsOf(const Session& session, const std::vector<std::string>& ids)
{
    std::vector<TensorView> tensors;
    for (std::size_t i = 0; i < ids.size(); ++i)
        for (const ArrayPtr& array : session.results[i]->arrays) {
            std::vector<std::int64_t> shape;
            for (const Axis& axis : array->axes)
                shape.push_back(axis.size());
            tensors.push_back(
                {valuesTensor(ids[i], *array), Dtype::F64, shape, std::as_bytes(std::span(array->values))});
            tensors.push_back(
                {statesTensor(ids[i], *array), Dtype::U8, shape, std::as_bytes(std::span(array->states))});
        }
    for (const StoredTensor& other : session.otherTensors)
        tensors.push_back({other.name, other.dtype, other.shape, other.bytes});
    std::ranges::sort(tensors, {}, &TensorView::name);
    return tensors;
}

Json documentOf(const Session& session, const std::vector<std::string>& ids)
{
    Json document = session.document;
    document["runs"] = Json::array();
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto extra = session.extras.find(session.results[i]);
        document["runs"].push_back(
            runToJson(*session.results[i], ids[i], extra == session.extras.end() ? Json() : extra->second));
    }
    return document;
}

}  // namespace

void writeSession(const Session& session, const std::filesystem::path& path)
{
    if (session.readOnly)
        throw Failure(ErrorCode::Usage,
                      "This session was written by a newer version and would lose what only that "
                      "one knows.",
                      "Update this program, or export the results.");
    const std::vector<std::string> ids = runIds(session);
    const std::string text = documentOf(session, ids).dump(-1, ' ', false, Json::error_handler_t::replace);
    TensorMetadata metadata = session.metadata;
    metadata["format"] = formatName;
    metadata["format_version"] = std::to_string(Session::formatVersion);
    metadata["min_reader"] = std::to_string(Session::minReader);
    metadata["app"] = MNEMO_VERSION;
    metadata["modified"] = timeStamp();
    metadata.try_emplace("created", metadata["modified"]);
    metadata["session"] = text;
    metadata["sha256:session"] = sha256(text);
    std::vector<TensorView> tensors = tensorsOf(session, ids);
    metadata["sha256:tensors"] = checksumOf(tensors);
    writeSafetensors(path, std::move(tensors), metadata);
}

void writeSession(const Result& result, const std::filesystem::path& path)
{
    Session session;
    session.results.push_back(std::make_shared<const Result>(result));
    writeSession(session, path);
}

}  // namespace mnemo
