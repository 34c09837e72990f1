// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/rows.h"

#include <ATen/ATen.h>
#include <ATen/core/grad_mode.h>

#include <algorithm>
#include <cassert>
#include <numeric>

namespace mnemo {
namespace {

std::int64_t keyOf(int run, int token)
{
    return std::int64_t(run) << 32 | token;
}

}  // namespace

at::Tensor indexTensor(const std::vector<std::int64_t>& indices, at::Device device)
{
    if (!device.is_cuda())
        return at::tensor(indices, at::kLong).to(device);
    // Out of pinned memory, so that the host goes on at once; torch keeps it until the copy is through.
    const at::Tensor pinned =
        at::empty({std::int64_t(indices.size())}, at::TensorOptions(at::kLong).pinned_memory(true));
    std::copy(indices.begin(), indices.end(), pinned.data_ptr<std::int64_t>());
    return pinned.to(device, /*non_blocking=*/true);
}

Rows::Rows(std::vector<RunShape> runs, at::Device device)
    : m_runs(std::move(runs)), m_row(m_runs.size(), -1), m_device(device)
{
}

int Rows::longest() const
{
    int longest = 0;
    for (const RunShape& run : m_runs)
        longest = std::max(longest, run.length);
    return longest;
}

std::int64_t Rows::mixingRowOf(int run, int token) const
{
    while (!joined(run) || token < m_runs[std::size_t(run)].first) {
        if (m_runs[std::size_t(run)].kept)
            return keptRow(run, token);
        run = m_runs[std::size_t(run)].parent;
        assert(run >= 0 && "a run without a parent carries all its tokens");
    }
    return m_row[std::size_t(run)] + token - m_runs[std::size_t(run)].first;
}

std::int64_t Rows::entryAt(int run, int token) const
{
    const auto found = m_entryOf.find(keyOf(run, token));
    return found == m_entryOf.end() ? -1 : found->second;
}

bool Rows::holds(int run, int token) const
{
    return joined(run) ? token >= m_runs[std::size_t(run)].first : m_inTail && entryAt(run, token) >= 0;
}

std::int64_t Rows::rowOf(int run, int token) const
{
    if (!m_inTail)
        return mixingRowOf(run, token);
    while (run >= 0 && !holds(run, token)) {
        if (m_runs[std::size_t(run)].kept)
            return keptRow(run, token);
        run = m_runs[std::size_t(run)].parent;
    }
    assert(run >= 0);
    const std::int64_t row = joined(run) ? mixingRowOf(run, token) : m_size + entryAt(run, token);
    if (m_tail.empty())
        return row;
    const auto found = std::lower_bound(m_tail.begin(), m_tail.end(), row);
    assert(found != m_tail.end() && *found == row && "the wave has put every row into the tail that anybody names");
    return found - m_tail.begin();
}

void Rows::setTail(std::vector<std::int64_t> rows)
{
    assert(std::is_sorted(rows.begin(), rows.end()));
    m_tail = std::move(rows);
}

void Rows::enter(const std::vector<EntryRow>& entries)
{
    m_entrySources.clear();
    for (const EntryRow& entry : entries)
        m_entrySources.push_back(mixingRowOf(entry.run, entry.token));
    m_entries = entries;
    for (std::size_t i = 0; i < entries.size(); ++i)
        m_entryOf[keyOf(entries[i].run, entries[i].token)] = std::int64_t(i);
    if (entries.empty())
        return;
    append(m_size, m_store_XD.index_select(0, indexTensor(m_entrySources, m_device)));
    forget();
}

std::vector<std::int64_t> Rows::entryRows() const
{
    std::vector<std::int64_t> rows(m_entries.size());
    std::iota(rows.begin(), rows.end(), m_size);
    return rows;
}

void Rows::fillEntries(at::Tensor& mixed_XW) const
{
    if (m_entries.empty())
        return;
    if (at::GradMode::is_enabled())
        mixed_XW =
            at::cat({mixed_XW.narrow(0, 0, m_size), mixed_XW.index_select(0, indexTensor(m_entrySources, m_device))});
    else
        mixed_XW.narrow(0, m_size, std::int64_t(m_entries.size()))
            .copy_(mixed_XW.index_select(0, indexTensor(m_entrySources, m_device)));
}

at::Tensor Rows::takeEntries()
{
    if (m_entries.empty())
        return {};
    at::Tensor taken = m_store_XD.narrow(0, m_size, std::int64_t(m_entries.size())).clone();
    m_entries.clear();
    m_entryOf.clear();
    forget();
    return taken;
}

void Rows::enterTail()
{
    m_inTail = true;
}

at::Tensor Rows::tail(const at::Tensor& value_XW) const
{
    return m_tail.empty() ? value_XW : value_XW.index_select(0, indexTensor(m_tail, m_device));
}

void Rows::addToResid(const at::Tensor& o_XD)
{
    const bool all = m_tail.empty() || !m_inTail;
    if (at::GradMode::is_enabled())  // what the blocks before keep for their backward stays as it is
        m_store_XD = all ? resid_XD() + o_XD : resid_XD().index_add(0, indexTensor(m_tail, m_device), o_XD);
    else if (all)
        resid_XD().add_(o_XD);
    else
        m_store_XD.index_add_(0, indexTensor(m_tail, m_device), o_XD);
    m_inTail = false;
}

/// Writes rows behind those that are there.
void Rows::append(std::int64_t from, const at::Tensor& rows_XD)
{
    if (at::GradMode::is_enabled()) {
        m_store_XD = from > 0 ? at::cat({m_store_XD.narrow(0, 0, from), rows_XD}) : rows_XD;
        return;
    }
    const std::int64_t end = from + rows_XD.size(0);
    if (!m_store_XD.defined() || m_store_XD.size(0) < end) {
        std::int64_t room = 0;
        for (const RunShape& run : m_runs)
            room += run.length - run.first;
        const at::Tensor larger = at::empty({std::max(room, end), rows_XD.size(1)}, rows_XD.options());
        if (m_store_XD.defined())
            larger.narrow(0, 0, from).copy_(m_store_XD.narrow(0, 0, from));
        m_store_XD = larger;
    }
    m_store_XD.narrow(0, from, rows_XD.size(0)).copy_(rows_XD);
}

void Rows::join(const std::vector<int>& runs, const at::Tensor& resid_XD)
{
    append(m_size, resid_XD);
    for (const int run : runs) {
        const RunShape& shape = m_runs[std::size_t(run)];
        m_row[std::size_t(run)] = m_size;
        m_size += shape.length - shape.first;
    }
    assert(m_store_XD.size(0) >= m_size);
    rebuild();
}

void Rows::rebuild()
{
    m_segments.clear();
    for (int run = 0; run < runs(); ++run) {
        const RunShape& shape = m_runs[std::size_t(run)];
        if (!joined(run))
            continue;
        const bool starts = shape.first == 0 || shape.parent < 0;
        m_segments.push_back({run, shape.first, shape.length - shape.first, m_row[std::size_t(run)],
                              starts ? -1 : mixingRowOf(shape.parent, shape.first - 1), shape.level});
    }
    forget();
}

void Rows::name(const std::vector<KeptToken>& tokens)
{
    m_keptTokens = tokens;
    for (std::size_t i = 0; i < tokens.size(); ++i)
        m_keptOf.emplace(keyOf(tokens[i].run, tokens[i].token), std::int64_t(i));
}

void Rows::keepInto(KeptRows& kept, const std::vector<KeptToken>& here)
{
    m_keeps = &kept;
    name(here);
}

void Rows::readFrom(const KeptRows& kept, const std::vector<KeptToken>& here)
{
    m_kept = &kept;
    name(here);
}

KeptLayer* Rows::toKeep(int layer) const
{
    const bool wanted = m_keeps && layer >= m_keeps->layout().firstLayer && layer < m_keeps->layout().layers;
    return wanted && !m_keptTokens.empty() ? &m_keeps->layer(layer) : nullptr;
}

const KeptLayer* Rows::kept(int layer) const
{
    return m_kept && !m_keptTokens.empty() ? &m_kept->layer(layer) : nullptr;
}

std::int64_t Rows::keptRow(int run, int token) const
{
    const auto found = m_keptOf.find(keyOf(run, token));
    return found == m_keptOf.end() ? -1 : size() + 1 + found->second;
}

std::vector<std::int64_t> Rows::keptRows(int distance) const
{
    const KeptRows* const all = m_keeps ? m_keeps : m_kept;
    const std::int64_t count = all ? all->layout().within(distance) : 0;
    std::vector<std::int64_t> rows;
    for (std::int64_t i = 0; i < count; ++i)
        rows.push_back(mixingRowOf(m_keptTokens[std::size_t(i)].run, m_keptTokens[std::size_t(i)].token));
    return rows;
}

at::Tensor Rows::withKept(int layer, const at::Tensor& value_XW, at::Tensor KeptLayer::*part, int distance) const
{
    if (KeptLayer* keep = toKeep(layer))
        put(keep->*part, value_XW.index_select(0, indexTensor(keptRows(distance), value_XW.device())));
    const KeptLayer* before = kept(layer);
    if (!before || !(before->*part).defined())
        return value_XW;
    return at::cat({value_XW, at::zeros_like(value_XW.narrow(0, 0, 1)), before->*part});
}

/// What depends on the rows that are there.
void Rows::forget()
{
    m_shifted.clear();
    m_positions.reset();
    m_edited.reset();
    m_keys = {};
}

at::Tensor Rows::positions_X() const
{
    if (m_positions.defined())
        return m_positions;
    std::vector<std::int64_t> positions(std::size_t(size()), 0);
    for (const Segment& s : m_segments)
        for (int i = 0; i < s.count; ++i)
            positions[std::size_t(s.row + i)] = s.first + i;
    for (std::size_t i = 0; i < m_entries.size(); ++i)
        positions[std::size_t(m_size) + i] = m_entries[i].token;
    return m_positions = indexTensor(positions, m_device);
}

at::Tensor Rows::edited_X(const at::TensorOptions& options) const
{
    if (std::ranges::none_of(m_runs, &RunShape::unedited))
        return {};
    if (!m_edited.defined()) {
        std::vector<float> edited(std::size_t(size()), 1.0F);
        const auto mark = [&](int run, std::int64_t row, std::int64_t count) {
            if (m_runs[std::size_t(run)].unedited)
                std::fill_n(edited.begin() + row, count, 0.0F);
        };
        for (const Segment& s : m_segments)
            mark(s.run, s.row, s.count);
        for (std::size_t i = 0; i < m_entries.size(); ++i)
            mark(m_entries[i].run, m_size + std::int64_t(i), 1);
        m_edited = at::tensor(edited).to(options);
    }
    return m_inTail ? tail(m_edited) : m_edited;
}

at::Tensor Rows::shiftedRows_X(int tap) const
{
    const auto back = std::size_t(-tap);
    if (m_shifted.size() <= back)
        m_shifted.resize(back + 1);
    if (m_shifted[back].defined())
        return m_shifted[back];
    std::vector<std::int64_t> rows(std::size_t(size()), size());
    for (const Segment& s : m_segments)
        for (int i = 0; i < s.count; ++i)
            if (s.first + i + tap >= 0)
                rows[std::size_t(s.row + i)] = mixingRowOf(s.run, s.first + i + tap);
    return m_shifted[back] = indexTensor(rows, m_device);
}

const KeyTable& Rows::keyTable() const
{
    if (m_keys.rows.defined())
        return m_keys;
    std::vector<std::int64_t> keys, from, count;
    std::vector<std::int64_t> fromOfRun(m_runs.size(), 0);
    for (const Segment& s : m_segments) {
        const std::int64_t begin = fromOfRun[std::size_t(s.run)] = std::int64_t(keys.size());
        int ancestor = m_runs[std::size_t(s.run)].parent;
        while (ancestor >= 0 && !joined(ancestor) && !m_runs[std::size_t(ancestor)].kept)
            ancestor = m_runs[std::size_t(ancestor)].parent;
        keys.resize(keys.size() + std::size_t(s.first + s.count));
        if (ancestor >= 0 && m_runs[std::size_t(ancestor)].kept)
            for (int token = 0; token < s.first; ++token)
                keys[std::size_t(begin) + std::size_t(token)] = keptRow(ancestor, token);
        else if (ancestor >= 0)
            std::copy_n(keys.begin() + fromOfRun[std::size_t(ancestor)], s.first, keys.begin() + begin);
        std::iota(keys.begin() + begin + s.first, keys.end(), s.row);
    }
    from.resize(std::size_t(m_size));
    count.resize(std::size_t(m_size));
    for (const Segment& s : m_segments)
        for (int i = 0; i < s.count; ++i) {
            from[std::size_t(s.row + i)] = fromOfRun[std::size_t(s.run)];
            count[std::size_t(s.row + i)] = s.first + i + 1;
        }
    m_keys = {indexTensor(keys, m_device), indexTensor(from, m_device), indexTensor(count, m_device)};
    return m_keys;
}

}  // namespace mnemo
