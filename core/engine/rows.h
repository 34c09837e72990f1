// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows of the wave, D d_model, B sequences, E d_inner, N d_state, T tokens, H heads, d head width.
#pragma once
#include "core/engine/kept_rows.h"

#include <ATen/core/Tensor.h>
#include <cstdint>
#include <unordered_map>
#include <vector>

namespace mnemo {

/// A run as the wave sees it, by its index in the batch.
struct RunShape {
    int parent = -1;        ///< earlier run of the batch that holds what this one does not carry; −1: none
    int first = 0;          ///< first token that can differ from the parent's
    int length = 0;         ///< tokens in all; it carries `first` … `length` − 1
    int level = 0;          ///< above every run it copies from or descends from
    bool kept = false;      ///< has no rows: what others need of it was kept by an earlier pass
    bool unedited = false;  ///< its rows go through the base weights
};

/// The rows of one run that has joined the wave.
struct Segment {
    int run = 0;
    int first = 0;               ///< token of its first row
    int count = 0;               ///< rows
    std::int64_t row = 0;        ///< its first row
    std::int64_t prefixRow = 0;  ///< row of token first − 1, in another segment or kept; −1: the sequence starts here
    int level = 0;
};

/// A row of a run that joins behind the layer under way, because nothing of it changes there before the tail.
struct EntryRow {
    int run = 0;
    int token = 0;
};

/// Where each row finds the tokens it sees, itself included: for attention.
struct KeyTable {
    at::Tensor rows;     ///< of all runs, one after the other: the row that holds each token, from token 0 on
    at::Tensor from_X;   ///< where the keys of this row's run begin in `rows`
    at::Tensor count_X;  ///< how many of them this row sees
};

/// What a layer remembers of earlier tokens while a text is generated.
struct LayerMemory {
    at::Tensor conv_B3E;   ///< last inputs of the convolution
    at::Tensor state_BEN;  ///< SSM state after the last token
    at::Tensor keys_BTHd, values_BTHd;
};

/// The packed residual stream of all runs that advance together, and where each token of each run is found. A run
/// carries only the tokens from its first patched one on, and only from the layer where it joins; everything else
/// about it is read from its parent's rows of the same layer. One thread.
class Rows
{
public:
    Rows(std::vector<RunShape> runs, at::Device device);

    std::int64_t size() const { return m_size + std::int64_t(m_entries.size()); }
    /// A view of the rows that are there; they change in place when runs join and when a block adds to them.
    at::Tensor resid_XD() const { return m_store_XD.narrow(0, 0, size()); }

    /// Runs that have joined, in the order of the batch: whatever a segment's prefix needs stands before it.
    const std::vector<Segment>& segments() const { return m_segments; }
    const RunShape& run(int run) const { return m_runs[std::size_t(run)]; }
    int runs() const { return static_cast<int>(m_runs.size()); }
    int longest() const;  ///< tokens of the longest run
    bool joined(int run) const { return m_row[std::size_t(run)] >= 0; }

    /// The row where the state of a run at a token stands now, possibly an ancestor's. In the tail: the place among the
    /// tail's rows.
    std::int64_t rowOf(int run, int token) const;
    std::int64_t mixingRowOf(int run, int token) const;  ///< the same before the tail, asked from inside it
    bool holds(int run, int token) const;                ///< the run has a row of its own there

    /// Lets runs join behind the rows that are there. Their residual rows must be given in the same order.
    void join(const std::vector<int>& runs, const at::Tensor& resid_XD);

    // The tail of a block is what comes behind its mixing of tokens: there a row is nobody's business but its own. Two
    // things follow. In the last layer only rows that are read later need it. And a run that is first patched in the
    // tail needs, in that layer, only the rows that are patched; the rest of it is its parent's.
    void setTail(std::vector<std::int64_t> rows);      ///< ascending; empty: all rows
    void enter(const std::vector<EntryRow>& entries);  ///< before a block: appends one row each, the ancestor's
    std::vector<std::int64_t> entryRows() const;
    void fillEntries(at::Tensor& mixed_XW) const;        ///< of what comes out of a mixing, which knows segments only
    void enterTail();                                    ///< by a model file, behind the mixing
    at::Tensor tail(const at::Tensor& value_XW) const;   ///< the tail's rows of a tensor with all rows
    void addToResid(const at::Tensor& o_XD);             ///< in place, of the tail's rows once it is entered; leaves it
    bool tailIsWhole() const { return m_tail.empty(); }  ///< all rows go through the tail
    std::int64_t tailRows() const { return m_tail.empty() ? size() : std::int64_t(m_tail.size()); }
    at::Tensor takeEntries();  ///< behind a block: a copy of their residual rows, in the order of enter()

    at::Tensor positions_X() const;  ///< token position of each row
    /// 1 where edits apply, 0 on rows of unedited runs; of the rows that go through a matrix now, the tail's in the
    /// tail. Undefined where edits apply to all.
    at::Tensor edited_X(const at::TensorOptions& options) const;
    at::Tensor shiftedRows_X(int tap) const;  ///< row of the token |tap| before; size() where there is none
    const KeyTable& keyTable() const;         ///< of the rows of runs that have joined

    // Runs that are computed once for many passes (RepeatedPlan). The first pass keeps what others will need of their
    // rows; in later ones kept rows have numbers behind the rows that are there and a place that stands for nothing.
    void keepInto(KeptRows& kept, const std::vector<KeptToken>& here);
    void readFrom(const KeptRows& kept, const std::vector<KeptToken>& here);
    KeptLayer* toKeep(int layer) const;      ///< null when nothing is to be kept of it
    const KeptLayer* kept(int layer) const;  ///< null when nothing was
    void put(at::Tensor& place, const at::Tensor& value) const { m_keeps->put(place, value); }
    /// Rows of the kept tokens that are at most so far before a run that begins behind them.
    std::vector<std::int64_t> keptRows(int distance) const;
    bool isHere(std::int64_t row) const { return row >= 0 && row < size(); }
    std::int64_t keptIndex(std::int64_t row) const { return row - size() - 1; }  ///< negative for a row that is there
    /// What of a tensor of all rows others will need is kept of this layer, or what was kept of it is put where the
    /// numbers of kept rows say; itself where neither is done. @param distance tokens that are looked back at
    at::Tensor withKept(int layer, const at::Tensor& value_XW, at::Tensor KeptLayer::*part, int distance) const;

    /// Generation: sequences of one length whose earlier tokens are in a memory, one entry per layer.
    void remember(std::vector<LayerMemory>* memory) { m_memory = memory; }
    LayerMemory* memory(int layer) const { return m_memory ? &(*m_memory)[std::size_t(layer)] : nullptr; }

private:
    void append(std::int64_t from, const at::Tensor& rows_XD);
    void rebuild();
    void forget();
    std::int64_t entryAt(int run, int token) const;  ///< index into m_entries, −1
    std::int64_t keptRow(int run, int token) const;  ///< −1: nobody needs it
    void name(const std::vector<KeptToken>& tokens);

    std::vector<RunShape> m_runs;
    std::vector<std::int64_t> m_row;  // first row of each run, −1 before it joins
    std::vector<Segment> m_segments;
    std::int64_t m_size = 0;
    at::Tensor m_store_XD;  // room for all rows that will ever be there
    at::Device m_device;
    std::vector<EntryRow> m_entries;                           // behind the rows of the runs that have joined
    std::unordered_map<std::int64_t, std::int64_t> m_entryOf;  // run and token -> index
    std::vector<std::int64_t> m_entrySources;
    std::vector<std::int64_t> m_tail;  // empty: all rows
    bool m_inTail = false;
    std::vector<LayerMemory>* m_memory = nullptr;
    KeptRows* m_keeps = nullptr;
    const KeptRows* m_kept = nullptr;
    std::vector<KeptToken> m_keptTokens;
    std::unordered_map<std::int64_t, std::int64_t> m_keptOf;  // run and token -> index
    mutable std::vector<at::Tensor> m_shifted;                // by −tap; made when asked for, dropped when runs join
    mutable at::Tensor m_positions;
    mutable at::Tensor m_edited;
    mutable KeyTable m_keys;
};

at::Tensor indexTensor(const std::vector<std::int64_t>& indices, at::Device device);

}  // namespace mnemo
