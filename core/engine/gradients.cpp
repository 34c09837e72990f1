// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/gradients.h"

#include <ATen/core/grad_mode.h>
#include <torch/csrc/autograd/function.h>

#include <algorithm>
#include <utility>

namespace mnemo {
namespace {

bool wantsGradient(const at::Tensor& input)
{
    return input.defined() && input.requires_grad();
}

class Operation : public torch::autograd::Node
{
public:
    Operation(const std::vector<at::Tensor>& inputs, Backward backward) : m_backward(std::move(backward))
    {
        for (const at::Tensor& input : inputs) {
            m_wanted.push_back(wantsGradient(input));
            if (input.defined())
                m_versions.emplace_back(input.unsafeGetTensorImpl()->version_counter(), input._version());
        }
    }

    torch::autograd::variable_list apply(torch::autograd::variable_list&& gradients) override
    {
        TORCH_CHECK(m_backward, "the graph has been used and freed: keep it, or run the model again");
        for (const auto& [counter, version] : m_versions)
            TORCH_CHECK(counter.current_version() == version, "an input of ", name(), " has been written to since");
        if (!gradients.front().defined())
            return torch::autograd::variable_list(m_wanted.size());
        const at::NoGradGuard noGrad;
        return m_backward(gradients.front(), m_wanted);
    }

    void release_variables() override { m_backward = nullptr; }
    std::string name() const override { return "mnemo::Operation"; }

private:
    Backward m_backward;
    std::vector<bool> m_wanted;
    std::vector<std::pair<c10::VariableVersion, std::uint32_t>> m_versions;
};

}  // namespace

bool isRecorded(std::initializer_list<at::Tensor> inputs)
{
    return at::GradMode::is_enabled() && std::ranges::any_of(inputs, wantsGradient);
}

bool hasTwin(const at::Tensor& x)
{
    return at::GradMode::is_enabled() && x.is_cpu() &&
           (x.scalar_type() == at::kFloat || x.scalar_type() == at::kDouble);
}

at::Tensor recorded(const std::vector<at::Tensor>& inputs, at::Tensor output, Backward backward)
{
    if (!at::GradMode::is_enabled() || std::ranges::none_of(inputs, wantsGradient))
        return output;
    const std::shared_ptr<Operation> node(new Operation(inputs, std::move(backward)), torch::autograd::deleteNode);
    torch::autograd::edge_list edges;
    for (const at::Tensor& input : inputs)
        edges.push_back(wantsGradient(input) ? torch::autograd::impl::gradient_edge(input) : torch::autograd::Edge());
    node->set_next_edges(std::move(edges));
    at::Tensor result = output.detach();
    torch::autograd::create_gradient_edge(result, node);
    return result;
}

}  // namespace mnemo
