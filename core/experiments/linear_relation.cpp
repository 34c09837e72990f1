// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/linear_relation.h"

#include <ATen/ATen.h>

#include <cassert>
#include <limits>
#include <tuple>
#include <utility>

namespace mnemo {

LinearRelation::LinearRelation(int layer, at::Tensor W_DD, at::Tensor b_D)
    : m_layer(layer), m_W_DD(std::move(W_DD)), m_b_D(std::move(b_D))
{
}

void LinearRelation::decompose() const
{
    if (!m_sigma_D.defined())
        std::tie(m_U_DD, m_sigma_D, m_Vt_DD) = at::linalg_svd(m_W_DD, /*full_matrices=*/false);
}

int LinearRelation::rank() const
{
    decompose();
    const double epsilon = m_sigma_D.scalar_type() == at::kDouble ? std::numeric_limits<double>::epsilon()
                                                                  : std::numeric_limits<float>::epsilon();
    const double least = m_sigma_D[0].item<double>() * double(m_sigma_D.size(0)) * epsilon;
    return m_sigma_D.gt(least).sum().item<int>();
}

at::Tensor LinearRelation::mapped(const at::Tensor& h_ND, int rank) const
{
    const at::Tensor exact_ND = h_ND.to(m_W_DD.scalar_type());
    if (rank == 0)
        return exact_ND.matmul(m_W_DD.t());
    decompose();
    const at::Tensor parts_NR = exact_ND.matmul(m_Vt_DD.narrow(0, 0, rank).t()) * m_sigma_D.narrow(0, 0, rank);
    return parts_NR.matmul(m_U_DD.narrow(1, 0, rank).t());
}

at::Tensor LinearRelation::inverse(const at::Tensor& dz_ND, int rank) const
{
    assert(rank > 0 && rank <= this->rank());
    decompose();
    const at::Tensor parts_NR =
        dz_ND.to(m_W_DD.scalar_type()).matmul(m_U_DD.narrow(1, 0, rank)) / m_sigma_D.narrow(0, 0, rank);
    return parts_NR.matmul(m_Vt_DD.narrow(0, 0, rank));
}

std::vector<LinearRelation> estimateLinear(JacobianCache& jacobians, std::span<const JacobianRequest> prompts,
                                           Reporter& reporter, const std::function<void()>& onPrompt)
{
    std::vector<int> layers;
    std::vector<at::Tensor> W, b;
    for (const JacobianRequest& prompt : prompts) {
        std::vector<StateJacobian> found = jacobians.get(prompt, reporter);
        for (std::size_t i = 0; i < found.size(); ++i) {
            StateJacobian& at = found[i];
            const at::Tensor rest_D = at.z_D.to(at.J_DD.scalar_type()) - at.J_DD.mv(at.h_D.to(at.J_DD.scalar_type()));
            if (W.size() == i) {
                layers.push_back(at.layer);
                W.push_back(std::move(at.J_DD));
                b.push_back(rest_D);
            } else {
                W[i].add_(at.J_DD);
                b[i].add_(rest_D);
            }
        }
        onPrompt();
    }
    std::vector<LinearRelation> relations;
    for (std::size_t i = 0; i < W.size(); ++i)
        relations.emplace_back(layers[i], W[i].div_(double(prompts.size())), b[i].div_(double(prompts.size())));
    return relations;
}

}  // namespace mnemo
