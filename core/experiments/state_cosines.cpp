// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/state_cosines.h"

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <algorithm>
#include <functional>
#include <limits>

#include "core/experiments/fact_runs.h"
#include "core/experiments/state_arrays.h"

namespace mnemo {
namespace {

constexpr std::int64_t rowsAtOnce = 8;
constexpr std::int64_t entriesAtOnce = 1 << 22;  // for each thread, between two looks for a stop

/// A readout for each token, as rows.
at::Tensor rowsOf(std::span<ReadoutValue> tokens)
{
    const std::int64_t width = std::int64_t(tokens.front().state.size());
    at::Tensor rows_TW = at::empty({std::int64_t(tokens.size()), width}, at::kDouble);
    double* row = rows_TW.mutable_data_ptr<double>();
    for (ReadoutValue& token : tokens) {
        std::ranges::copy(token.state, row);
        row += width;
        token.state = {};
    }
    return rows_TW;
}

at::Tensor lengthsOf(const at::Tensor& rows_XW)
{
    return at::linalg_vector_norm(rows_XW, 2, at::IntArrayRef{1});
}

/// NaN where one of the two has no length. @param lengths both, multiplied
at::Tensor cosinesOf(const at::Tensor& products, const at::Tensor& lengths)
{
    return at::where(lengths > 0, products / lengths, std::numeric_limits<double>::quiet_NaN());
}

std::vector<double> numbersOf(const at::Tensor& cosines_TT)
{
    const at::Tensor whole_TT = cosines_TT.contiguous();
    return {whole_TT.const_data_ptr<double>(), whole_TT.const_data_ptr<double>() + whole_TT.numel()};
}

/// Some rows are one thread's; all threads are done with theirs before the next ones begin.
class Cosines
{
public:
    Cosines(const LayerStates& states, const at::Tensor& a_EN, Reporter& reporter)
        : m_states(states),
          m_a_EN(a_EN),
          m_reporter(reporter),
          m_tokens(states.writes_TW.size(0)),
          m_rowsTogether(rowsAtOnce * at::get_num_threads()),
          m_ofWrites_T(lengthsOf(states.writes_TW)),
          m_ofStates_T(lengthsOf(states.states_TW))
    {
    }

    StateCosines all()
    {
        for (std::int64_t first = 0; first < m_tokens; first += m_rowsTogether) {
            together(first, [&](std::int64_t row) {
                some(m_writeState_TT, row)
                    .copy_(cosinesOf(at::mm(some(m_states.writes_TW, row), m_states.states_TW.t()),
                                     at::outer(some(m_ofWrites_T, row), m_ofStates_T)));
            });
            together(first,
                     [&](std::int64_t row) { withEachOther(row, m_states.writes_TW, m_ofWrites_T, m_writeWrite_TT); });
            together(first,
                     [&](std::int64_t row) { withEachOther(row, m_states.states_TW, m_ofStates_T, m_stateState_TT); });
            propagate(first);
        }
        return {numbersOf(m_writeState_TT), numbersOf(m_writeWrite_TT), numbersOf(m_stateState_TT),
                numbersOf(m_propagatedState_TT)};
    }

private:
    static at::Tensor some(const at::Tensor& rows, std::int64_t row) { return rows.slice(0, row, row + rowsAtOnce); }

    at::Tensor nothing() const
    {
        return at::full({m_tokens, m_tokens}, std::numeric_limits<double>::quiet_NaN(), at::kDouble);
    }

    /// @param work for rows from this one on
    void together(std::int64_t first, const std::function<void(std::int64_t row)>& work) const
    {
        m_reporter.checkStop();
        const std::int64_t rows = std::min(m_rowsTogether, m_tokens - first);
        at::parallel_for(0, (rows + rowsAtOnce - 1) / rowsAtOnce, 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t part = begin; part < end; ++part)
                work(first + part * rowsAtOnce);
        });
    }

    /// What lies under the diagonal is what lies above it.
    static void withEachOther(std::int64_t row, const at::Tensor& rows_TW, const at::Tensor& lengths_T,
                              const at::Tensor& cosines_TT)
    {
        const at::Tensor cosines_RX = cosinesOf(at::mm(some(rows_TW, row), rows_TW.slice(0, row).t()),
                                                at::outer(some(lengths_T, row), lengths_T.slice(0, row)));
        some(cosines_TT, row).slice(1, row).copy_(cosines_RX);
        some(cosines_TT.t(), row).slice(1, row).copy_(cosines_RX);
    }

    /// What is left of some writes goes through the steps together: exp(Δ A) is computed once for all of them.
    void propagate(std::int64_t first)
    {
        at::Tensor left_XW = at::zeros_like(m_states.writes_TW.slice(0, first, first + m_rowsTogether));
        const std::int64_t steps = 1 + entriesAtOnce / (rowsAtOnce * left_XW.size(1));
        for (std::int64_t begin = first; begin < m_tokens; begin += steps)
            together(first, [&](std::int64_t row) {
                const at::Tensor left_RW = some(left_XW, row - first);
                for (std::int64_t j = std::max(begin, row); j < std::min(begin + steps, m_tokens); ++j)
                    step(row, j, left_RW);
            });
    }

    /// @param left_RW of the rows that were written before j; else 0
    void step(std::int64_t row, std::int64_t j, const at::Tensor& left_RW) const
    {
        if (j > row)
            left_RW.mul_((m_states.steps_TE[j].unsqueeze(1) * m_a_EN).exp_().flatten());
        if (j - row < left_RW.size(0))
            left_RW[j - row].copy_(m_states.writes_TW[j]);
        some(m_propagatedState_TT.select(1, j), row)
            .copy_(cosinesOf(at::mv(left_RW, m_states.states_TW[j]), lengthsOf(left_RW) * m_ofStates_T[j]));
    }

    const LayerStates& m_states;
    const at::Tensor& m_a_EN;
    Reporter& m_reporter;
    std::int64_t m_tokens, m_rowsTogether;
    at::Tensor m_ofWrites_T, m_ofStates_T;  // lengths
    at::Tensor m_writeState_TT = nothing(), m_writeWrite_TT = nothing(), m_stateState_TT = nothing(),
               m_propagatedState_TT = nothing();
};

}  // namespace

LayerStates readLayerStates(const std::vector<int>& ids, int layer, const ExperimentContext& context,
                            Reporter& reporter)
{
    Plan plan;
    const RunId run = plan.addRun(ids);
    const std::vector<int> positions = allPositions(ids.size());
    for (const SiteKind kind : {SiteKind::Write, SiteKind::State, SiteKind::Delta})
        readStates(plan, run, {kind, layer, {}}, positions);
    PlanResult ran = runPlan(*context.model.model, context.edits, plan, reporter, runOptions(context));
    const std::span<ReadoutValue> values(ran.values);
    const auto site = [&](std::size_t which) { return rowsOf(values.subspan(which * ids.size(), ids.size())); };
    return {site(0), site(1), site(2)};
}

StateCosines stateCosines(const LayerStates& states, const at::Tensor& a_EN, Reporter& reporter)
{
    return Cosines(states, a_EN, reporter).all();
}

}  // namespace mnemo
