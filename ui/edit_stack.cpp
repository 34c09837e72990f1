// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/edit_stack.h"

#include "core/data/error.h"
#include "core/io/sha256.h"
#include "widgets/json_value.h"

#include <algorithm>
#include <utility>

namespace mnemo {

namespace {

std::vector<StackedEdit>::iterator sameEdit(std::vector<StackedEdit>& edits, const StackedEdit& edit)
{
    return std::ranges::find(edits, edit.edit->term.hash, [](const StackedEdit& one) { return one.edit->term.hash; });
}

}  // namespace

std::string weightsHash(const std::string& model, const EditRefs& active)
{
    Json refs = Json::array();
    for (const EditRef& ref : active)
        if (ref.alpha != 0)
            refs.push_back({ref.hash, ref.alpha});
    return refs.empty() ? model : "sha256:" + sha256(model + refs.dump());
}

std::string StackedEdit::model() const
{
    return edit->model.value("hash", "");
}

StackedEdit stackedEdit(const ResultPtr& rome)
{
    return {std::make_shared<const Edit>(editOf(*rome)), rome};
}

StackedEdit stackedEdit(const QString& deltaFile)
{
    return stackedEdit(std::make_shared<const Result>(readRome(deltaFile.toStdString())));
}

QString nameOf(const Edit& edit)
{
    return QStringLiteral("%1 → %2").arg(jsonText(edit.parameters, "subject"), jsonText(edit.parameters, "target"));
}

EditStack::EditStack(History& history, QObject* parent) : QObject(parent), m_history(history) {}

void EditStack::set(std::vector<StackedEdit> edits)
{
    m_edits = std::move(edits);
    Q_EMIT changed();
}

void EditStack::change(const QString& text, std::vector<StackedEdit> edits, const QString& merge)
{
    if (edits == m_edits)
        return;
    const auto step = [this](const std::vector<StackedEdit>& to) { return [this, to] { set(to); }; };
    m_history.add(text, step(m_edits), step(edits), merge);
    set(std::move(edits));
}

int EditStack::push(StackedEdit edit)
{
    m_showsBase = false;
    std::vector<StackedEdit> edits = m_edits;
    const auto there = sameEdit(edits, edit);
    const int index = int(there - edits.begin());
    const QString text = tr("edit “%1”").arg(nameOf(*edit.edit));
    if (there != edits.end())
        there->on = true;
    else
        edits.push_back(std::move(edit));
    change(text, std::move(edits));
    return index;
}

void EditStack::restore(const std::vector<StackedEdit>& edits)
{
    std::vector<StackedEdit> all = m_edits;
    for (const StackedEdit& edit : edits) {
        const auto there = sameEdit(all, edit);
        if (there == all.end()) {
            all.push_back(edit);
        } else {
            there->on = edit.on;
            there->alpha = edit.alpha;
        }
    }
    change(tr("edits of a session"), std::move(all));
}

void EditStack::replace(int index, StackedEdit edit)
{
    const QString text = tr("compute “%1” again").arg(nameAt(index));
    std::vector<StackedEdit> edits = m_edits;
    StackedEdit& old = edits.at(std::size_t(index));
    edit.on = old.on;
    edit.alpha = old.alpha;
    old = std::move(edit);
    change(text, std::move(edits));
}

void EditStack::remove(int index)
{
    const QString text = tr("remove “%1”").arg(nameAt(index));
    std::vector<StackedEdit> edits = m_edits;
    edits.erase(edits.begin() + index);
    change(text, std::move(edits));
}

void EditStack::move(int from, int to)
{
    const QString text = tr("move “%1”").arg(nameAt(from));
    std::vector<StackedEdit> edits = m_edits;
    const auto begin = edits.begin();
    if (from < to)
        std::rotate(begin + from, begin + from + 1, begin + to + 1);
    else
        std::rotate(begin + to, begin + from, begin + from + 1);
    change(text, std::move(edits));
}

void EditStack::setOn(int index, bool on)
{
    std::vector<StackedEdit> edits = m_edits;
    edits.at(std::size_t(index)).on = on;
    change((on ? tr("switch “%1” on") : tr("switch “%1” off")).arg(nameAt(index)), std::move(edits));
}

void EditStack::setAlpha(int index, double alpha)
{
    std::vector<StackedEdit> edits = m_edits;
    edits.at(std::size_t(index)).alpha = alpha;
    change(tr("strength of “%1”").arg(nameAt(index)), std::move(edits), QStringLiteral("strength %1").arg(index));
}

void EditStack::setShowsBase(bool base)
{
    if (std::exchange(m_showsBase, base) != base)
        Q_EMIT changed();
}

EditRefs EditStack::below(int index) const
{
    EditRefs refs;
    for (int i = 0; i < index; ++i)
        if (const StackedEdit& edit = at(i); edit.model() == at(index).model() && edit.on && edit.alpha != 0)
            refs.push_back({edit.edit->term.hash, edit.alpha});
    return refs;
}

bool EditStack::isStale(int index) const
{
    return editsOf(at(index).edit->provenance) != below(index);
}

void EditStack::noteFile(int index, const QString& delta)
{
    m_files[at(index).edit->term.hash] = delta;
}

QString EditStack::fileOf(const std::string& hash) const
{
    const auto file = m_files.find(hash);
    return file == m_files.end() ? QString() : file->second;
}

EditRefs EditStack::active(const std::string& model) const
{
    const std::map<std::string, EditRefs> all = active();
    const auto refs = all.find(model);
    return refs == all.end() ? EditRefs{} : refs->second;
}

std::map<std::string, EditRefs> EditStack::active() const
{
    std::map<std::string, EditRefs> refs;
    for (const StackedEdit& edit : m_edits)
        if (!m_showsBase && edit.on && edit.alpha != 0)
            refs[edit.model()].push_back({edit.edit->term.hash, edit.alpha});
    return refs;
}

}  // namespace mnemo
