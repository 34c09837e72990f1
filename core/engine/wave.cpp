// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/wave.h"

#include <ATen/ATen.h>

#include <algorithm>

#include "core/engine/known_products.h"

namespace mnemo {

Wave::Wave(const PlanWork& work, const Batch& batch)
    : m_work(work),
      m_batch(batch),
      m_rows(shapes(), work.model.options().device()),
      m_taps(m_rows, work.edits, work.checkStop)
{
    useKept();
    addPatches();
    addReads();
    if (work.recording)
        m_taps.setValues(work.recording->parameters);
}

std::vector<RunShape> Wave::shapes()
{
    std::vector<RunShape> shapes;
    for (const RunId id : m_batch.runs) {
        const RunLayout& layout = m_work.layouts[std::size_t(id)];
        m_local[id] = static_cast<int>(shapes.size());
        const bool kept = isKept(id);
        const std::optional<RunId> parent = m_work.plan.runs[std::size_t(id)].parent;
        shapes.push_back({parent && !kept ? m_local.at(*parent) : -1, layout.first, layout.length, layout.level, kept,
                          m_work.plan.isUnedited(id)});
        m_levels = std::max(m_levels, layout.level + 1);
    }
    return shapes;
}

void Wave::useKept()
{
    const KeptRows* const all = m_work.keeps ? m_work.keeps : m_work.kept;
    if (!all)
        return;
    std::vector<KeptToken> here;
    for (const KeptToken& token : all->layout().tokens)
        here.push_back({m_local.at(token.run), token.token});
    if (m_work.keeps)
        m_rows.keepInto(*m_work.keeps, here);
    else
        m_rows.readFrom(*m_work.kept, here);
}

void Wave::addPatches()
{
    for (const RunId id : m_batch.runs) {
        const RunLayout& layout = m_work.layouts[std::size_t(id)];
        if (!layout.joins || isKept(id))
            continue;
        std::map<Site, int> order;
        for (std::size_t i = 0; i < layout.patches.size(); ++i) {
            PatchOp op;
            op.patch = layout.patches[i];
            op.run = m_local.at(id);
            op.level = layout.level;
            op.order = order[op.patch->site]++;
            op.own = i >= layout.ownFrom;
            if (const RunId source = sourceOf(*op.patch); source >= 0)
                op.source = m_local.at(source);
            for (int pick = 0; pick < int(op.patch->positions.size()); ++pick)
                if (op.patch->positions[std::size_t(pick)] >= layout.first)
                    op.picks.push_back(pick);
            if (!op.picks.empty())
                m_taps.addOp(std::move(op));
        }
    }
    m_taps.sort();
}

void Wave::addReads()
{
    for (const int readout : m_batch.readouts) {
        const Readout& wanted = m_work.plan.readouts[std::size_t(readout)];
        if (wanted.state)
            m_taps.addRead(*wanted.state, {m_local.at(wanted.run), wanted.position, readout});
    }
    m_taps.setSink([this](int readout, const at::Tensor& value_W) {
        if (m_work.recording) {
            m_work.recording->readouts[std::size_t(readout)] = value_W;
            return;
        }
        const at::Tensor value = value_W.to(at::kFloat).contiguous();
        ReadoutValue& answer = m_work.result.values[std::size_t(readout)];
        answer.state.assign(value.data_ptr<float>(), value.data_ptr<float>() + value.numel());
        answer.computed = true;
    });
}

at::Tensor Wave::joiningRows(const std::vector<int>& runs)
{
    std::vector<at::Tensor> known;  // rows that are there, then what an earlier pass has kept for these runs
    std::int64_t behind = m_rows.size();
    if (behind > 0)
        known.push_back(m_rows.resid_XD());
    std::vector<std::int64_t> from, ids;
    for (const int run : runs) {
        const RunShape& shape = m_rows.run(run);
        const RunId id = m_batch.runs[std::size_t(run)];
        const std::vector<int>& tokens = m_work.plan.tokensOf(id);
        for (int token = shape.first; token < shape.length; ++token) {
            if (shape.parent < 0) {
                ids.push_back(tokens[std::size_t(token)]);
                continue;
            }
            const std::int64_t row = m_rows.rowOf(shape.parent, token);
            from.push_back(m_rows.isHere(row) ? row : behind + token - shape.first);
        }
        if (const at::Tensor kept_JD = m_work.kept ? m_work.kept->joining_JD(id) : at::Tensor(); kept_JD.defined()) {
            known.push_back(kept_JD);
            behind += kept_JD.size(0);
        }
    }
    const at::Device device = m_work.model.options().device();
    std::vector<at::Tensor> parts;
    if (!ids.empty())
        parts.push_back(m_work.model.embed(indexTensor(ids, device)));
    if (!from.empty())
        parts.push_back(
            (known.size() == 1 ? known.front() : at::cat(known)).index_select(0, indexTensor(from, device)));
    at::Tensor joining_XD = at::cat(parts);
    putEntries(runs, joining_XD);
    return joining_XD;
}

/// Rows that the layer before has computed for these runs already.
void Wave::putEntries(const std::vector<int>& runs, at::Tensor& joining_XD) const
{
    std::vector<std::int64_t> to, from;
    std::int64_t begin = 0;
    for (const int run : runs) {
        const RunShape& shape = m_rows.run(run);
        for (std::size_t i = 0; i < m_entries.size(); ++i)
            if (m_entries[i].run == run) {
                to.push_back(begin + m_entries[i].token - shape.first);
                from.push_back(std::int64_t(i));
            }
        begin += shape.length - shape.first;
    }
    const at::Device device = joining_XD.device();
    if (!to.empty())
        joining_XD.index_copy_(0, indexTensor(to, device), m_entered_ND.index_select(0, indexTensor(from, device)));
}

/// Patched rows of the runs that join behind this layer.
std::vector<EntryRow> Wave::entriesOf(int layer) const
{
    std::vector<EntryRow> entries;
    for (int run = 0; run < m_rows.runs(); ++run) {
        const RunLayout& layout = m_work.layouts[std::size_t(m_batch.runs[std::size_t(run)])];
        if (layout.entryLayer != layer)
            continue;
        for (const int position : layout.entryTokens)
            entries.push_back({run, position});
    }
    return entries;
}

/// Runs that start here join, level by level, since a run's rows may come from one that joins at the same place.
void Wave::joinAt(int stage, const Site& site)
{
    for (int level = 0; level < m_levels; ++level) {
        std::vector<int> roots, joining;
        for (int run = 0; run < m_rows.runs(); ++run) {
            const RunLayout& layout = m_work.layouts[std::size_t(m_batch.runs[std::size_t(run)])];
            if (layout.joins && !m_rows.run(run).kept && layout.stage == stage && layout.level == level)
                (m_rows.run(run).parent < 0 ? roots : joining).push_back(run);
        }
        if (!roots.empty())
            m_rows.join(roots, joiningRows(roots));
        if (!joining.empty())
            m_rows.join(joining, joiningRows(joining));
        if (m_rows.size() == 0)
            continue;
        at::Tensor resid_XD = m_rows.resid_XD();
        m_taps.applyLevel(site, resid_XD, level, joining);
    }
    if (m_rows.size() == 0)  // whoever would be read has not joined
        return;
    m_taps.readOut(site, m_rows.resid_XD());
    keepJoining(stage);
}

/// Rows of a run that is computed once, from the first token on of one that is computed again.
std::vector<std::int64_t> Wave::rowsFor(const KeptJoin& join) const
{
    std::vector<std::int64_t> rows;
    for (int token = join.first; token < join.length; ++token)
        rows.push_back(m_rows.rowOf(m_local.at(join.from), token));
    return rows;
}

void Wave::keepJoining(int stage)
{
    if (!m_work.keeps)
        return;
    for (const KeptJoin& join : m_work.keeps->layout().joins)
        if (join.stage == stage)
            m_work.keeps->put(
                m_work.keeps->joining_JD(join.run),
                m_rows.resid_XD().index_select(0, indexTensor(rowsFor(join), m_work.model.options().device())));
}

/// Rows whose state behind the last layer anybody reads or copies.
std::vector<std::int64_t> Wave::rowsOfTheEnd() const
{
    std::vector<std::int64_t> rows = m_taps.touchedRows(m_work.model.info().layers - 1);
    for (const int readout : m_batch.readouts) {
        const Readout& wanted = m_work.plan.readouts[std::size_t(readout)];
        if (wanted.state)
            continue;
        rows.push_back(m_rows.rowOf(m_local.at(wanted.run), wanted.position));
        if (wanted.klFrom)
            rows.push_back(m_rows.rowOf(m_local.at(*wanted.klFrom), wanted.klPosition));
    }
    if (m_work.keeps)
        for (const KeptJoin& join : m_work.keeps->layout().joins)
            if (join.stage == m_work.model.info().layers) {
                const std::vector<std::int64_t> joining = rowsFor(join);
                rows.insert(rows.end(), joining.begin(), joining.end());
            }
    std::erase_if(rows, [this](std::int64_t row) { return !m_rows.isHere(row); });
    const std::vector<std::int64_t> entries = m_rows.entryRows();
    rows.insert(rows.end(), entries.begin(), entries.end());
    std::sort(rows.begin(), rows.end());
    rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
    return rows;
}

/// A run that patched ones start from: a prompt of its own, or one with other embeddings, as a noise sample.
bool Wave::isBase(RunId id) const
{
    const Run& run = m_work.plan.runs[std::size_t(id)];
    if (!run.parent)
        return m_work.layouts[std::size_t(id)].level == 0;
    return isBase(*run.parent) && std::ranges::all_of(run.patches, [](const Patch& patch) {
               return patch.site.kind == SiteKind::Embed &&
                      (std::holds_alternative<SetTo>(patch.what) || std::holds_alternative<AddTo>(patch.what));
           });
}

/// The first rows are those of base runs, which are the same in every batch that has them.
void Wave::reuseProducts()
{
    if (!m_work.known)
        return;
    std::vector<RunId> leading;
    std::int64_t rows = 0;
    std::vector<Segment> inOrder = m_rows.segments();
    std::ranges::sort(inOrder, {}, &Segment::row);
    for (const Segment& segment : inOrder) {
        const RunId id = m_batch.runs[std::size_t(segment.run)];
        if (!isBase(id))
            break;
        leading.push_back(id);
        rows += segment.count;
    }
    m_work.known->begin(leading, rows);
    m_taps.reuse(m_work.known);
}

void Wave::run()
{
    PlanStats& stats = m_work.result.stats;
    const int layers = m_work.model.info().layers;
    const int wanted =
        std::max(layersWanted(m_work.plan, m_batch.readouts, layers), m_work.keeps ? m_work.keeps->layout().layers : 0);
    joinAt(0, {SiteKind::Embed, 0});
    reuseProducts();
    for (int layer = 0; layer < wanted; ++layer) {
        m_work.checkStop();
        if (m_rows.size() == 0) {  // of runs that go on from kept ones, none has joined yet
            joinAt(layer + 1, {SiteKind::H, layer});
            continue;
        }
        m_entries = entriesOf(layer);
        m_rows.enter(m_entries);
        if (layer == layers - 1)
            m_rows.setTail(rowsOfTheEnd());
        const BlockFlops flops = m_work.model.flopsPerRow();
        const std::int64_t before = stats.rowsPerLayer[std::size_t(layer)];
        stats.rowsPerLayer[std::size_t(layer)] += m_rows.size();
        stats.tailRows += m_rows.tailRows();
        stats.flops += std::int64_t(flops.mixing) * m_rows.size() + std::int64_t(flops.tail) * m_rows.tailRows();
        for (const Segment& segment : m_rows.segments())
            if (m_rows.run(segment.run).parent < 0)
                stats.baseRows += segment.count;
        m_work.model.block(layer, m_rows, m_taps);
        stats.flops -= m_taps.takeReusedFlops();
        m_entered_ND = m_rows.takeEntries();
        m_work.layerDone(stats.rowsPerLayer[std::size_t(layer)] - before);
        joinAt(layer + 1, {SiteKind::H, layer});
    }
    if (wanted == layers)
        readTheEnd();
}

void Wave::readTheEnd()
{
    const at::Tensor final_XD = m_taps({SiteKind::Final, 0}, m_rows.resid_XD());
    std::vector<int> head;
    for (const int readout : m_batch.readouts)
        if (!m_work.plan.readouts[std::size_t(readout)].state)
            head.push_back(readout);
    if (m_work.recording)
        return recordLogits(head, final_XD);
    readHead(
        m_work, head, [this](RunId run, int position) { return m_rows.rowOf(m_local.at(run), position); }, final_XD);
}

void Wave::recordLogits(const std::vector<int>& readouts, const at::Tensor& final_XD) const
{
    if (readouts.empty())
        return;
    std::vector<std::int64_t> rows;
    for (const int readout : readouts) {
        const Readout& wanted = m_work.plan.readouts[std::size_t(readout)];
        rows.push_back(m_rows.rowOf(m_local.at(wanted.run), wanted.position));
    }
    const at::Tensor read_RD = final_XD.index_select(0, indexTensor(rows, final_XD.device()));
    const std::vector<at::Tensor> logits = m_work.model.unembed(read_RD, m_work.checkStop).unbind();
    for (std::size_t i = 0; i < readouts.size(); ++i)
        m_work.recording->readouts[std::size_t(readouts[i])] = logits[i];
}

}  // namespace mnemo
