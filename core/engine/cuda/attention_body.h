// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows, H heads, d head width.
#pragma once
#include "core/engine/cuda/lanes.h"
#include "core/engine/kernels/attention_kernel.h"

namespace mnemo::cuda {

/// One head of one query row, by all lanes. Keys pass in tiles of one key per lane, and what was summed so far shrinks
/// when a tile brings a larger logit (Milakov & Gimelshein 2018, online softmax): any number of keys, no scratch
/// memory. Each lane then owns every lanes-th entry of the output.
template <class Group, typename T>
class Attend
{
public:
    MNEMO_BODY Attend(const Group& group, const AttentionArgs<T>& args, std::int64_t row, std::int64_t head)
        : m_group(group),
          m_args(args),
          m_offset(head * args.headStride),
          m_q(args.q + row * args.rowStride + m_offset),
          m_keyRows(args.keyRows + args.keysFrom_X[row]),
          m_keys(args.keys_X[row]),
          m_out(args.out_XHd + (row * args.heads + head) * args.width)
    {
    }

    MNEMO_BODY void run() const
    {
        for (std::int64_t i = m_group.lane(); i < m_args.width; i += m_group.lanes())
            m_out[i] = 0;
        T most = T(-INFINITY), sum = 0;
        for (std::int64_t tile = 0; tile < m_keys; tile += m_group.lanes()) {
            const T own = logitOfOwnKey(tile);
            const T inTile = m_group.max(own), next = inTile > most ? inTile : most;
            const T share = std::exp(own - next), kept = std::exp(most - next);
            sum = sum * kept + m_group.sum(share);
            addValues(tile, share, kept);
            most = next;
        }
        for (std::int64_t i = m_group.lane(); i < m_args.width && m_keys > 0; i += m_group.lanes())
            m_out[i] /= sum;
    }

private:
    MNEMO_BODY std::int64_t placeOf(std::int64_t key) const { return m_keyRows[key] * m_args.rowStride + m_offset; }

    MNEMO_BODY int keysFrom(std::int64_t tile) const
    {
        const std::int64_t left = m_keys - tile;
        return left < m_group.lanes() ? int(left) : m_group.lanes();
    }

    /// q · k / √d of the key of this lane; −∞ behind the last. All lanes share each product, so that they read entries
    /// beside each other.
    MNEMO_BODY T logitOfOwnKey(std::int64_t tile) const
    {
        const int keys = keysFrom(tile);
        T own = T(-INFINITY);
        for (int key = 0; key < keys; ++key) {
            const T* const k = m_args.k + placeOf(tile + key);
            T sum = 0;
            for (std::int64_t i = m_group.lane(); i < m_args.width; i += m_group.lanes())
                sum += m_q[i] * k[i];
            const T product = m_group.sum(sum);
            own = key == m_group.lane() ? product / std::sqrt(T(m_args.width)) : own;
        }
        return own;
    }

    /// out = kept · out + Σ share · v over the keys of one tile. All lanes take every turn, as `from` demands.
    MNEMO_BODY void addValues(std::int64_t tile, T share, T kept) const
    {
        const int keys = keysFrom(tile);
        for (std::int64_t first = 0; first < m_args.width; first += m_group.lanes()) {
            const std::int64_t i = first + m_group.lane();
            const bool inside = i < m_args.width;
            T sum = inside ? kept * m_out[i] : T(0);
            for (int key = 0; key < keys; ++key) {
                const T weight = m_group.from(share, key);
                if (inside)
                    sum += weight * m_args.v[placeOf(tile + key) + i];
            }
            if (inside)
                m_out[i] = sum;
        }
    }

    const Group& m_group;
    const AttentionArgs<T>& m_args;
    const std::int64_t m_offset;
    const T* const m_q;
    const std::int64_t* const m_keyRows;
    const std::int64_t m_keys;
    T* const m_out;
};

}  // namespace mnemo::cuda
