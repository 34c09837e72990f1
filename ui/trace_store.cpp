// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trace_store.h"

#include "widgets/json_value.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mnemo {
namespace {

constexpr std::size_t mostPast = 64;  // traces that can come back

Json part(const Result& result, const char* key)
{
    return result.head.is_object() ? result.head.value(key, Json()) : Json();
}

bool sameTrace(const Result& a, const Result& b)
{
    if (jsonText(a.model, "hash") != jsonText(b.model, "hash") || editsOf(a) != editsOf(b) ||
        jsonFlag(a.parameters, "unedited") != jsonFlag(b.parameters, "unedited"))
        return false;
    return std::ranges::all_of(std::array{"tokens", "corrupt_tokens", "target", "foil", "windows", "partner", "sigma"},
                               [&](const char* key) { return part(a, key) == part(b, key); }) &&
           std::ranges::all_of(
               std::array{"samples", "seed", "noise_file", "direction", "target_mode"},
               [&](const char* key) { return a.parameters.value(key, Json()) == b.parameters.value(key, Json()); });
}

/// False for a token that has no counterpart in the corrupted prompt: its cells are never computed.
bool hasPartner(const Result& trace, int pos)
{
    const Json partner = part(trace, "partner");
    return !partner.is_array() || pos >= int(partner.size()) || !partner[std::size_t(pos)].is_null();
}

double shareDone(const Result& trace)
{
    std::size_t there = 0, all = 0;
    for (const ArrayPtr& array : trace.arrays)
        for (std::size_t i = 0; i < array->size(); ++i) {
            if (array->axes.size() == 2 && !hasPartner(trace, int(i) % array->axes[1].size()))
                continue;
            ++all;
            there += array->states[i] != CellState::NotComputed ? 1 : 0;
        }
    return all ? double(there) / double(all) : trace.done;
}

ArrayPtr mergeArrays(const Array& older, const ArrayPtr& newer)
{
    if (older.axes != newer->axes)
        return newer;
    auto merged = std::make_shared<Array>(*newer);
    for (std::size_t i = 0; i < merged->size(); ++i)
        if (merged->states[i] == CellState::NotComputed) {
            merged->states[i] = older.states[i];
            merged->values[i] = older.values[i];
        }
    return merged;
}

}  // namespace

bool hasCells(const Trace& trace)
{
    return trace.result && trace.result->done > 0;
}

ResultPtr visibleResult(const Trace& trace)
{
    return hasCells(trace) || !trace.before ? trace.result : trace.before;
}

ResultPtr mergeSnapshots(const ResultPtr& older, const ResultPtr& newer)
{
    if (!older || !newer || !sameTrace(*older, *newer))
        return newer ? newer : older;
    auto merged = std::make_shared<Result>(*newer);
    for (ArrayPtr& array : merged->arrays)
        if (const ArrayPtr old = older->find(array->name))
            array = mergeArrays(*old, array);
    for (const ArrayPtr& array : older->arrays)  // a site that the newer job has not reached
        if (!merged->find(array->name))
            merged->arrays.push_back(array);
    merged->done = shareDone(*merged);
    return merged;
}

bool columnComputed(const Result& trace, int pos)
{
    if (!hasPartner(trace, pos))
        return true;
    for (const Json& site : part(trace, "sites")) {
        const ArrayPtr p = trace.find(site.get<std::string>() + ".p");
        if (!p || p->axes.size() != 2 || pos < 0 || pos >= p->axes[1].size())
            return false;
        for (int layer = 0; layer < p->axes[0].size(); ++layer)
            if (p->state(layer, pos) == CellState::NotComputed)
                return false;
    }
    return true;
}

Trace* TraceStore::get(int id)
{
    const auto it = std::ranges::find(m_traces, id, &Trace::id);
    return it == m_traces.end() ? nullptr : &*it;
}

const Trace* TraceStore::find(int id) const
{
    const auto it = std::ranges::find(m_traces, id, &Trace::id);
    return it == m_traces.end() ? nullptr : &*it;
}

const Trace* TraceStore::ofTicket(JobId ticket) const
{
    const auto it = std::ranges::find(m_traces, ticket, &Trace::ticket);
    return it == m_traces.end() || ticket == 0 ? nullptr : &*it;
}

int TraceStore::begin(FactForm form, const QString& window, const QString& model, JobId ticket, EditRefs edits)
{
    m_replaced.clear();
    std::ranges::copy_if(m_traces, std::back_inserter(m_replaced), [](const Trace& old) { return !old.pinned; });
    Trace trace;
    trace.form = std::move(form);
    trace.window = window;
    trace.model = model;
    trace.edits = std::move(edits);
    trace.ticket = ticket;
    if (const Trace* now = currentFirst(); now && !now->pinned && ticket != 0)
        trace.before = visibleResult(*now);
    m_current = m_nextId;
    const int id = insert(std::move(trace));
    for (const Trace& old : std::vector<Trace>(m_replaced))
        remove(old.id);
    Q_EMIT currentChanged();
    return id;
}

int TraceStore::beginBeside(int first, const QString& model, JobId ticket, EditRefs edits)
{
    const Trace* left = find(first);
    if (!left)
        return 0;
    Trace trace;
    trace.beside = first;
    trace.form = left->form;
    trace.window = left->window;
    trace.pinned = left->pinned;
    trace.model = model;
    trace.edits = std::move(edits);
    trace.ticket = ticket;
    for (const Trace& old : m_replaced)
        if (old.beside != 0 && old.model == model && old.edits == trace.edits && ticket != 0)
            trace.before = visibleResult(old);
    if (const Trace* old = besideOf(first))
        remove(old->id);
    return insert(std::move(trace));
}

int TraceStore::insert(Trace trace)
{
    const int id = m_nextId++;
    return insert(std::move(trace), id);
}

int TraceStore::insert(Trace trace, int id)
{
    trace.id = id;
    m_traces.push_back(std::move(trace));
    Q_EMIT added(id);
    return id;
}

const Trace* TraceStore::besideOf(int first) const
{
    const auto it = std::ranges::find(m_traces, first, &Trace::beside);
    return it == m_traces.end() || first == 0 ? nullptr : &*it;
}

const Trace* TraceStore::firstOf(const Trace& trace) const
{
    return trace.beside == 0 ? find(trace.id) : find(trace.beside);
}

const Trace* TraceStore::currentFirst() const
{
    return current() ? firstOf(*current()) : nullptr;
}

/// Neither it nor the one beside it, or beside which it stands, has a cell or may still have one.
bool TraceStore::endedInVain(const Trace& trace) const
{
    const auto inVain = [](const Trace* one) {
        return !one || (one->state != JobState::Running && one->state != JobState::Finished && !hasCells(*one));
    };
    return inVain(&trace) && inVain(trace.beside == 0 ? besideOf(trace.id) : find(trace.beside));
}

void TraceStore::restoreReplaced(int failed)
{
    std::vector<Trace> old = std::exchange(m_replaced, {});
    std::erase_if(old, [old](const Trace& trace) {  // but one beside which there are cells
        return !hasCells(trace) && std::ranges::none_of(old, [&](const Trace& other) {
            return other.beside == trace.id && hasCells(other);
        });
    });
    if (old.empty())
        return;
    if (const Trace* trace = find(failed))
        failed = firstOf(*trace)->id;
    for (Trace& trace : old) {
        trace.ticket = 0;  // its job ended when it was replaced
        if (trace.state == JobState::Running)
            trace.state = JobState::Stopped;
        const int id = trace.id;
        m_current = trace.beside == 0 ? id : trace.beside;
        m_traces.push_back(std::move(trace));
        Q_EMIT added(id);
    }
    remove(failed);
    Q_EMIT currentChanged();
}

QString windowText(const Json& parameters)
{
    const Json window = parameters.is_object() ? parameters.value("window", Json("auto")) : Json("auto");
    return window.is_string() ? QString::fromStdString(window.get<std::string>())
                              : QString::number(window.is_number() ? window.get<int>() : 1);
}

int TraceStore::add(const ResultPtr& result)
{
    const int id = begin(formFromParameters(result->parameters), windowText(result->parameters),
                         jsonText(result->model, "hash"), 0, editsOf(*result));
    m_replaced.clear();
    fill(id, result);
    return id;
}

int TraceStore::addBeside(int first, const ResultPtr& result)
{
    const int id = beginBeside(first, jsonText(result->model, "hash"), 0, editsOf(*result));
    fill(id, result);
    return id;
}

/// With what was computed before.
void TraceStore::fill(int id, const ResultPtr& result)
{
    if (Trace* trace = get(id)) {
        trace->result = result;
        trace->state = result->done < 1 ? JobState::Stopped : JobState::Finished;
        Q_EMIT changed(id);
    }
}

void TraceStore::setResult(int id, const ResultPtr& result)
{
    if (Trace* trace = get(id)) {
        trace->result = mergeSnapshots(trace->result, result);
        if (hasCells(*trace)) {
            m_replaced.clear();
            trace->before = nullptr;
        }
        Q_EMIT changed(id);
    }
}

void TraceStore::setProgress(int id, const Progress& progress)
{
    if (Trace* trace = get(id)) {
        trace->progress = progress;
        Q_EMIT changed(id);
    }
}

void TraceStore::setState(int id, JobState state, const Error& error)
{
    if (Trace* trace = get(id)) {
        trace->state = state;
        trace->error = error;
        if (state != JobState::Running)
            trace->ticket = 0;
        const bool inVain = endedInVain(*trace);
        if (state != JobState::Running && !hasCells(*trace))
            trace->before = nullptr;
        Q_EMIT changed(id);
        if (inVain)
            restoreReplaced(id);
    }
}

void TraceStore::setTicket(int id, JobId ticket)
{
    if (Trace* trace = get(id)) {
        trace->ticket = ticket;
        trace->state = JobState::Running;
        trace->progress = {};
        Q_EMIT changed(id);
    }
}

void TraceStore::setStale(int id, bool stale)
{
    if (Trace* trace = get(id); trace && trace->stale != stale) {
        trace->stale = stale;
        Q_EMIT changed(id);
    }
}

void TraceStore::setPinned(int id, bool pinned)
{
    const Trace* trace = find(id);
    const int first = trace ? firstOf(*trace)->id : 0;
    for (Trace& one : m_traces)
        if ((one.id == first || one.beside == first) && first != 0 && one.pinned != pinned) {
            one.pinned = pinned;
            Q_EMIT changed(one.id);
        }
    for (Trace& gone : m_past)
        if (gone.id == id || gone.beside == id)
            gone.pinned = pinned;
}

void TraceStore::setCurrent(int id)
{
    if (id == m_current || !find(id))
        return;
    m_current = id;
    Q_EMIT currentChanged();
}

void TraceStore::remove(int id)
{
    const Trace* trace = find(id);
    if (!trace)
        return;
    const int first = trace->beside;
    std::vector<int> gone{id};
    if (const Trace* second = besideOf(id))
        gone.push_back(second->id);
    const auto goes = [&](int one) { return std::ranges::find(gone, one) != gone.end(); };
    for (const int one : gone)
        keep(*find(one));
    std::erase_if(m_traces, [&](const Trace& one) { return goes(one.id); });
    for (const int one : gone)
        Q_EMIT removed(one);
    if (goes(m_current)) {
        m_current = first != 0 ? first : m_traces.empty() ? 0 : firstOf(m_traces.back())->id;
        Q_EMIT currentChanged();
    }
}

void TraceStore::keep(const Trace& gone)
{
    std::erase_if(m_past, [&](const Trace& one) { return one.id == gone.id; });
    if (!hasCells(gone))
        return;
    m_past.push_back(gone);
    Trace& kept = m_past.back();
    kept.before = nullptr;
    kept.ticket = 0;  // its job ends with it
    if (kept.state == JobState::Running)
        kept.state = JobState::Stopped;
    if (m_past.size() > mostPast)
        m_past.erase(m_past.begin());
}

bool TraceStore::restore(int id)
{
    std::vector<Trace> back;
    for (const Trace& one : m_past)
        if (one.id == id || one.beside == id)
            back.push_back(one);
    const auto first = std::ranges::find(back, id, &Trace::id);
    if (first == back.end() || find(id) || (first->beside != 0 && !find(first->beside)))
        return false;
    std::swap(*first, back.front());
    std::vector<int> replaced;
    if (!back.front().pinned && back.front().beside == 0)
        for (const Trace& one : m_traces)
            if (!one.pinned && one.beside == 0)
                replaced.push_back(one.id);
    if (const Trace* second = besideOf(back.front().beside))
        replaced.push_back(second->id);
    m_current = id;
    m_replaced.clear();
    for (const Trace& one : back)
        insert(one, one.id);
    for (const int one : replaced)
        remove(one);
    std::erase_if(m_past, [id](const Trace& one) { return one.id == id || one.beside == id; });
    Q_EMIT currentChanged();
    return true;
}

bool TraceStore::recall(const FactForm& form, const QString& window, const QString& model, const EditRefs& edits)
{
    const auto answers = [&](const Trace& one) {
        return one.beside == 0 && one.state == JobState::Finished && one.form == form && one.window == window &&
               one.model == model && one.edits == edits;
    };
    if (const auto here = std::ranges::find_if(m_traces, answers); here != m_traces.end()) {
        setCurrent(here->id);
        return true;
    }
    const auto gone = std::find_if(m_past.rbegin(), m_past.rend(), answers);
    return gone != m_past.rend() && restore(gone->id);
}

}  // namespace mnemo
