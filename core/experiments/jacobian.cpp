// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/jacobian.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <memory>
#include <set>

#include "core/data/error.h"
#include "core/engine/repeated_plan.h"
#include "core/experiments/fact_runs.h"
#include "core/experiments/state_arrays.h"

namespace mnemo {
namespace {

constexpr std::int64_t cpuRows = 512, gpuRows = 16384;  // of one pass backward: enough to keep the device busy

void check(const JacobianRequest& request, int layers)
{
    if (request.position < 0 || request.position >= int(request.ids.size()))
        throw Failure(ErrorCode::Usage,
                      "There is no token " + std::to_string(request.position) + " in a prompt of " +
                          std::to_string(request.ids.size()) + ".",
                      "Name a token of the prompt.");
    for (const int layer : request.layers)
        if (layer < embeddingLayer || layer >= layers)
            throw Failure(ErrorCode::Usage,
                          "The layer " + std::to_string(layer) + " is none of a model with " + std::to_string(layers) +
                              " layers.",
                          "Name a layer from 0 to " + std::to_string(layers - 1) + ", or the embedding.");
}

/// The plan of a prompt, and of copies of it that zeros are added to behind each layer.
class CopiesPlan
{
public:
    CopiesPlan(const JacobianRequest& request, std::int64_t width, std::int64_t copies)
        : m_request(request), m_width(width), m_bare(m_plan.addRun(request.ids))
    {
        for (const int layer : request.layers)
            m_states.push_back(readStates(m_plan, m_bare, residualBehind(layer), {request.position}));
        m_end = readStates(m_plan, m_bare, {SiteKind::Final, 0, {}}, {last()});
        for (std::int64_t i = 0; i < copies; ++i)
            addCopy();
    }

    const Plan& plan() const { return m_plan; }

    std::set<const HostTensor*> parameters() const
    {
        std::set<const HostTensor*> all;
        for (const auto& copy : m_zeros)
            for (const auto& zeros : copy)
                all.insert(zeros.get());
        return all;
    }

    /// @param zeros_LKD per layer, leaves
    PlanParameters valuesOf(const std::vector<at::Tensor>& zeros_LKD) const
    {
        PlanParameters values;
        for (std::size_t layer = 0; layer < zeros_LKD.size(); ++layer) {
            const std::vector<at::Tensor> rows = zeros_LKD[layer].unbind();
            for (std::size_t copy = 0; copy < m_zeros.size(); ++copy)
                values[m_zeros[copy][layer].get()] = rows[copy];
        }
        return values;
    }

    at::Tensor h_D(const std::vector<at::Tensor>& readouts, std::size_t layer) const
    {
        return readouts[std::size_t(m_states[layer])];
    }
    at::Tensor z_D(const std::vector<at::Tensor>& readouts) const { return readouts[std::size_t(m_end)]; }
    at::Tensor ends_KD(const std::vector<at::Tensor>& readouts) const
    {
        std::vector<at::Tensor> ends;
        for (const int readout : m_ends)
            ends.push_back(readouts[std::size_t(readout)]);
        return at::stack(ends);
    }

private:
    int last() const { return int(m_request.ids.size()) - 1; }

    void addCopy()
    {
        std::vector<Patch> patches;
        std::vector<std::shared_ptr<const HostTensor>>& zeros = m_zeros.emplace_back();
        for (const int layer : m_request.layers) {
            zeros.push_back(std::make_shared<const HostTensor>(
                HostTensor{{m_width}, std::vector<float>(std::size_t(m_width), 0.0f)}));
            patches.push_back({residualBehind(layer), {m_request.position}, AddTo{zeros.back()}});
        }
        const RunId copy = m_plan.addRun(m_bare, std::move(patches));
        m_ends.push_back(readStates(m_plan, copy, {SiteKind::Final, 0, {}}, {last()}));
    }

    const JacobianRequest& m_request;
    std::int64_t m_width;
    Plan m_plan;
    RunId m_bare;
    std::vector<int> m_states, m_ends;  // readouts: per layer of the prompt; per copy
    int m_end = 0;
    std::vector<std::vector<std::shared_ptr<const HostTensor>>> m_zeros;  // [copy][layer]
};

/// How many copies are recorded together: what fills the device, or fits into the memory.
std::int64_t copiesFor(const ExperimentContext& context, const JacobianRequest& request)
{
    const LanguageModel& model = *context.model.model;
    const auto tokens = std::int64_t(request.ids.size()) - request.position;
    const std::int64_t depth = model.info().layers - request.layers.front();
    const std::int64_t bytes = tokens * depth * activationBytesPerRow(model, Plan());
    const std::int64_t rows = model.options().device().is_cpu() ? cpuRows : gpuRows;
    return std::clamp<std::int64_t>(std::min(rows / tokens, context.memoryBytes / bytes), 1, model.info().dModel);
}

}  // namespace

Site residualBehind(int layer)
{
    return layer == embeddingLayer ? Site{SiteKind::Embed, 0, {}} : Site{SiteKind::H, layer, {}};
}

std::vector<StateJacobian> stateJacobians(const ExperimentContext& context, const JacobianRequest& request,
                                          Reporter& reporter)
{
    const LanguageModel& model = *context.model.model;
    check(request, model.info().layers);
    if (request.layers.empty())
        return {};
    const std::int64_t width = model.info().dModel, copies = copiesFor(context, request);
    const CopiesPlan plan(request, width, copies);
    const RepeatedPlan repeated(model, context.edits, plan.plan(), plan.parameters(), reporter, runOptions(context));
    const at::TensorOptions here = model.options();

    std::vector<StateJacobian> found;
    for (std::size_t i = 0; i < request.layers.size(); ++i)
        found.push_back({request.layers[i],
                         at::zeros({width, width},
                                   here.dtype(at::promote_types(at::kFloat, at::typeMetaToScalarType(here.dtype())))),
                         plan.h_D(repeated.known(), i).to(here.device()),
                         plan.z_D(repeated.known()).to(here.device())});

    std::vector<at::Tensor> zeros_LKD;
    for (std::size_t i = 0; i < request.layers.size(); ++i)
        zeros_LKD.push_back(at::zeros({copies, width}, here).set_requires_grad(true));
    const at::Tensor ends_KD = plan.ends_KD(repeated.run(plan.valuesOf(zeros_LKD), reporter));
    for (std::int64_t row = 0; row < width; row += copies) {
        reporter.checkStop();
        const std::int64_t count = std::min(copies, width - row);
        const at::Tensor wanted_KD = at::zeros_like(ends_KD);
        wanted_KD.narrow(1, row, count).diagonal().fill_(1);
        const std::vector<at::Tensor> rows =
            torch::autograd::grad({ends_KD}, zeros_LKD, {wanted_KD}, /*retain_graph=*/row + copies < width,
                                  /*create_graph=*/false, /*allow_unused=*/true);
        for (std::size_t i = 0; i < rows.size(); ++i)
            if (rows[i].defined())  // nothing of the end hangs on a state that nobody looks at
                found[i].J_DD.narrow(0, row, count).copy_(rows[i].narrow(0, 0, count));
    }
    return found;
}

int jacobianLayersTogether(const ExperimentContext& context)
{
    const std::int64_t width = context.model.model->info().dModel;
    const std::int64_t bytes = 4 * width * width * std::int64_t(sizeof(float));  // with factors of what is made of it
    return int(std::clamp<std::int64_t>(context.memoryBytes / bytes, 1, 1000));
}

}  // namespace mnemo
