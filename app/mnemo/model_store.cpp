// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/model_store.h"

#include "core/experiments/editable.h"
#include "core/io/catalog.h"

#include <algorithm>
#include <string_view>

namespace mnemo {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t mostEdits = 1024;  ///< some 30 kB each; the window uploads again what was dropped

/// Every file's name, size and time. @throws Failure NotFound, Unreadable
std::string stampOf(const fs::path& folder)
{
    try {
        std::vector<std::string> lines;
        for (const fs::directory_entry& file : fs::directory_iterator(folder))
            if (file.is_regular_file())
                lines.push_back(file.path().filename().string() + " " + std::to_string(file.file_size()) + " " +
                                std::to_string(file.last_write_time().time_since_epoch().count()) + "\n");
        std::sort(lines.begin(), lines.end());
        std::string stamp;
        for (const std::string& line : lines)
            stamp += line;
        return stamp;
    } catch (const fs::filesystem_error& e) {
        throw Failure(fs::exists(folder) ? ErrorCode::Unreadable : ErrorCode::NotFound,
                      "The folder " + folder.string() + " cannot be read: " + e.code().message() + ".",
                      "Choose a folder in Hugging Face format.");
    }
}

Failure unknown(const std::string& what, const std::string& hash)
{
    return {ErrorCode::UnknownModel, "The engine does not hold the " + what + " \"" + hash + "\".",
            what == "model" ? "Load the model." : "Upload the edit."};
}

}  // namespace

LoadedModelPtr ModelStore::load(const LoadRequest& request, Reporter& reporter)
{
    const fs::path folder = fs::weakly_canonical(resolveModel(request.model));
    const std::string place = folder.string() + "\n" + request.device + "\n" + request.dtype;
    const std::string stamp = stampOf(folder);
    if (LoadedModelPtr held = findPlace(place, stamp))
        return held;
    {
        // Before reading, so that at most `keep` models are in memory at once.
        const std::lock_guard lock(m_mutex);
        while (m_held.size() >= m_keep)
            m_held.pop_back();
    }
    const auto model = std::make_shared<const LoadedModel>(
        loadCheckpoint(folder, {request.device, request.dtype}, m_architectures, reporter));
    const std::lock_guard lock(m_mutex);
    m_reads += 1;
    m_held.remove_if([&](const Held& held) { return held.model->hash == model->hash || held.place == place; });
    m_held.push_front({place, stamp, model});
    return model;
}

/// Moves what it finds to the front.
LoadedModelPtr ModelStore::findPlace(const std::string& place, const std::string& stamp)
{
    const std::lock_guard lock(m_mutex);
    const auto it = std::find_if(m_held.begin(), m_held.end(),
                                 [&](const Held& held) { return held.place == place && held.stamp == stamp; });
    if (it == m_held.end())
        return nullptr;
    m_held.splice(m_held.begin(), m_held, it);
    return it->model;
}

LoadedModelPtr ModelStore::find(const std::string& hash)
{
    const std::lock_guard lock(m_mutex);
    const auto it =
        std::find_if(m_held.begin(), m_held.end(), [&](const Held& held) { return held.model->hash == hash; });
    if (it == m_held.end())
        throw unknown("model", hash);
    m_held.splice(m_held.begin(), m_held, it);
    return it->model;
}

void ModelStore::putEdit(EditTerm edit)
{
    const std::lock_guard lock(m_mutex);
    m_edits.remove_if([&](const EditTerm& older) { return older.hash == edit.hash; });
    m_edits.push_front(std::move(edit));
    if (m_edits.size() > mostEdits)
        m_edits.pop_back();
}

void ModelStore::checkEdits(const std::vector<EditRef>& edits) const
{
    const std::lock_guard lock(m_mutex);
    for (const EditRef& edit : edits)
        findEditLocked(edit.hash);
}

const EditTerm& ModelStore::findEditLocked(const std::string& hash) const
{
    const auto it =
        std::find_if(m_edits.begin(), m_edits.end(), [&](const EditTerm& edit) { return edit.hash == hash; });
    if (it == m_edits.end())
        throw unknown("edit", hash);
    return *it;
}

Edits ModelStore::edits(const std::vector<EditRef>& refs, const LoadedModel& model) const
{
    Edits edits;
    const std::lock_guard lock(m_mutex);
    for (const EditRef& ref : refs)
        edits.push_back(editFor(findEditLocked(ref.hash), ref.alpha, model));
    return edits;
}

std::size_t ModelStore::reads() const
{
    const std::lock_guard lock(m_mutex);
    return m_reads;
}

}  // namespace mnemo
