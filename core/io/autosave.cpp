// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/autosave.h"

#include "core/data/error.h"
#include "core/io/atomic_file.h"
#include "core/io/process_id.h"
#include "core/io/utf8.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <optional>
#include <random>
#include <string>
#include <system_error>
#include <utility>

namespace mnemo {
namespace {

std::string newName()
{
    static constexpr char digits[] = "0123456789abcdef";
    constexpr int length = 16;
    std::random_device random;
    std::string name;
    for (int i = 0; i < length; ++i)
        name += digits[random() % (sizeof digits - 1)];
    return name;
}

std::filesystem::path ownerOf(std::filesystem::path session)
{
    return session.replace_extension(".json");
}

struct Owner {
    ProcessId process;
    std::filesystem::path original;
};

/// Nothing where the file is not there, or is none of ours.
std::optional<Owner> readOwner(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    const Json json = Json::parse(file, nullptr, false);
    const auto process = json.is_object() ? processFrom(json.value("process", Json())) : std::nullopt;
    const Json original = json.is_object() ? json.value("original", Json()) : Json();
    if (!process || !original.is_string())
        return std::nullopt;
    return Owner{*process, original.get<std::string>()};
}

}  // namespace

Autosave::Autosave(std::filesystem::path folder)
    : m_folder(std::move(folder)), m_file(m_folder / (newName() + ".mnemo")), m_owner(ownerOf(m_file))
{
}

/// Before the session: what has no owner is nobody's to offer.
void Autosave::writeOwner(const std::filesystem::path& original) const
{
    std::error_code failed;
    std::filesystem::create_directories(m_folder, failed);  // if not, writing says why
    writeFileAtomically(m_owner, Json{{"process", thisProcess().toJson()}, {"original", original.string()}}.dump(
                                     1, ' ', true, Json::error_handler_t::replace));
}

void Autosave::save(const Session& session, const std::filesystem::path& original)
{
    writeOwner(original);
    writeSession(session, m_file);
}

std::filesystem::path Autosave::adopt(const LeftBehind& left)
{
    writeOwner(left.original);
    if (std::rename(left.session.c_str(), m_file.c_str()) != 0) {
        const int error = errno;
        remove();
        if (error == ENOENT)
            throw Failure(ErrorCode::NotFound, "What was not saved has been recovered or discarded by another window.",
                          "Look for it there.");
        throw Failure(ErrorCode::WriteFailed,
                      "What was not saved cannot be taken over in the folder " + shown(m_folder) + ": " +
                          std::strerror(error) + ".",
                      "Check the folder's permissions, and start again.");
    }
    std::error_code none;
    std::filesystem::remove(ownerOf(left.session), none);
    return m_file;
}

void Autosave::remove()
{
    std::error_code none;
    std::filesystem::remove(m_file, none);  // first: a session without an owner is left alone
    std::filesystem::remove(m_owner, none);
}

std::vector<LeftBehind> leftBehind(const std::filesystem::path& folder)
{
    std::vector<LeftBehind> found;
    std::error_code failed;
    for (const auto& entry : std::filesystem::directory_iterator(folder, failed)) {
        if (entry.path().extension() != ".json")
            continue;
        const auto owner = readOwner(entry.path());
        if (!owner || isRunning(owner->process))
            continue;
        std::filesystem::path session = entry.path();
        session.replace_extension(".mnemo");
        std::error_code absent;
        const auto saved = std::filesystem::last_write_time(session, absent);
        if (absent)
            std::filesystem::remove(entry.path(), absent);  // it had nothing to save
        else
            found.push_back({session, owner->original, saved});
    }
    std::ranges::sort(found, std::greater(), &LeftBehind::saved);
    return found;
}

void discard(const LeftBehind& left)
{
    std::error_code none;
    std::filesystem::remove(left.session, none);
    std::filesystem::remove(ownerOf(left.session), none);
}

}  // namespace mnemo
