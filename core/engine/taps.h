// SPDX-License-Identifier: GPL-3.0-or-later
// Letters: X packed rows of the wave, W entries of a site per token, I inputs and O outputs of a matrix.
#pragma once
#include "core/data/plan.h"
#include "core/data/site.h"
#include "core/engine/edits.h"
#include "core/engine/matrix.h"
#include "core/engine/rows.h"

#include <ATen/core/Tensor.h>
#include <deque>
#include <functional>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

namespace mnemo {

class KnownProducts;

/// One patch of one run of the batch, its own or inherited from an ancestor.
struct PatchOp {
    int run = 0;
    int level = 0;  ///< of the run: what it copies from has a lower one
    int order = 0;  ///< among the patches of this run at this site
    bool own = false;
    const Patch* patch = nullptr;
    int source = -1;         ///< run of the batch that CopyFrom and Reroute name
    std::vector<int> picks;  ///< indices into patch->positions that this run carries
    at::Tensor detour_PD;    ///< Reroute: Σᵢ (xᵢ of the source − xᵢ of this pass), filled on the way
};

/// A state that a readout asks for.
struct StateRead {
    int run = 0;
    int position = 0;
    int readout = 0;
};

/// Everything that happens at one site.
struct SiteWork {
    std::vector<PatchOp*> ops;  ///< by level, then order
    std::vector<StateRead> reads;
    std::vector<PatchOp*> detours;  ///< Reroutes that have this site among their sources
};

/// One change of one row of a site that only exists inside a primitive (write and state of the scan).
struct RowOp {
    std::int64_t row = 0;
    std::int64_t source = -1;  ///< row to copy from; −1: use `value_W`
    bool add = false;
    at::Tensor value_W;
};

/// What the hidden attention gives from `keys` to token `query` of a run, [E]: what Mask subtracts from s.
using MaskTerm = std::function<at::Tensor(int run, int query, const std::vector<int>& keys)>;

/// Receives the states that were asked for, flattened, in the order they are met.
using StateSink = std::function<void(int readout, const at::Tensor& value_W)>;

/// The identity that a model file puts around each of its states: it applies the patches of the rows concerned and
/// reads out what was asked for. Also applies the rank-one edits beside the matrices. One thread, one batch.
/// embed, h and final belong to the residual stream and are tapped by the wave itself, not by model files.
class Taps
{
public:
    Taps(const Rows& rows, const Edits& edits, std::function<void()> checkStop);

    /// The value with all patches of this site applied: in place where the caller gives it away.
    /// @param mask needed where Mask is possible (s)
    at::Tensor operator()(const Site& site, at::Tensor value_XW, const MaskTerm& mask = {});

    /// y = W x + b, with the edits of this matrix beside it; in blocks of rows, so that a stop is heard soon. Products
    /// in the type of W, result in the type of x.
    /// @param name once in a block: what is known of a product from an earlier batch is found by it
    /// @param x_XI all rows, or those of the tail
    /// @param bias_O in the type of x, or undefined
    at::Tensor linear(std::string_view name, int layer, const at::Tensor& x_XI, const Matrix& matrix,
                      const at::Tensor& bias_O = {});

    bool active(const Site& site) const { return m_work.contains(site); }
    std::vector<std::int64_t> touchedRows(int layer) const;  ///< rows that anything at a site of this layer names
    void checkStop() const { m_checkStop(); }

    // For primitives.
    std::vector<RowOp> rowOps(const Site& site, const at::TensorOptions& options) const;
    std::vector<std::int64_t> readRows(const Site& site) const;  ///< in the order of the reads
    void deliver(const Site& site, const std::vector<at::Tensor>& values) const;
    /// Keys each row must not see: (row, keys) of the Masks at the pattern site.
    std::vector<std::pair<std::int64_t, std::vector<int>>> maskedKeys(const Site& site) const;

    // For the wave.
    void reuse(KnownProducts* known) { m_known = known; }
    std::int64_t takeReusedFlops() { return std::exchange(m_reusedFlops, 0); }  ///< of products not computed again
    PatchOp& addOp(PatchOp op);
    void addRead(const Site& site, StateRead read) { m_work[site].reads.push_back(read); }
    /// Tensors that are taken instead of what the host holds, of the type and on the device of the states.
    void setValues(const std::map<const HostTensor*, at::Tensor>& values) { m_values = values; }
    void setSink(StateSink sink) { m_sink = std::move(sink); }
    void sort();  ///< after the last addOp
    /// Patches of runs of one level, in place. @param joining runs that just joined have their parent's patches already
    void applyLevel(const Site& site, at::Tensor& value_XW, int level, const std::vector<int>& joining);
    void readOut(const Site& site, const at::Tensor& value_XW);

private:
    void applyGroup(at::Tensor& value_XW, const std::vector<PatchOp*>& ops, const MaskTerm& mask);
    at::Tensor product(const std::string& key, int layer, const at::Tensor& x_XI, const Matrix& matrix,
                       const at::Tensor& bias_O);
    /// Entries that SetTo or AddTo gives to one of its positions.
    at::Tensor valueOf(const Patch& patch, int pick, const at::TensorOptions& options) const;
    at::Tensor hostValue(const PatchOp& op, int pick, const at::Tensor& like_XW) const;

    const Rows& m_rows;
    const Edits& m_edits;
    std::function<void()> m_checkStop;
    std::map<Site, SiteWork> m_work;
    std::deque<PatchOp> m_ops;                                 // addresses stay
    mutable std::map<const HostTensor*, at::Tensor> m_values;  // on the device, made when first needed
    StateSink m_sink;
    KnownProducts* m_known = nullptr;
    std::int64_t m_reusedFlops = 0;
};

}  // namespace mnemo
