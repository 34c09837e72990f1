// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's side of bench_jacobian.py: loads a checkpoint once, then answers each line with one line of JSON.
//
//   bench_jacobian FOLDER DEVICE DTYPE THREADS LAYER POSITION IDS     ids separated by commas
//
//   jacobian ROWS     seconds (and those of the processor) of one ∂z/∂h, and these rows of it
//   differences N     how far J v is from central differences along N random directions, by the largest difference
//   found memory -          most bytes since the program began: of tensors on the GPU, or of the process
#include "core/engine/device.h"
#include "core/engine/free_memory.h"
#include "core/engine/run_with_gradients.h"
#include "core/experiments/jacobian.h"
#include "core/experiments/state_arrays.h"
#include "models/table.h"
#include "tests/bench/bench_main.h"
#include "tests/bench/bench_memory.h"
#include "tests/bench/bench_plan.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Parallel.h>
#include <chrono>
#include <ctime>
#include <iostream>
#include <span>

namespace mnemo::bench {
namespace {

constexpr double relativeStep = 1.0 / 64;  // of |h|: shorter ones drown in float's rounding

class Program
{
public:
    Program(const ExperimentContext& context, JacobianRequest request)
        : m_context(context), m_request(std::move(request))
    {
    }

    Json answer(const std::string& what, const std::string& of)
    {
        if (what == "jacobian")
            return jacobian(readNumbers(of));
        if (what == "differences")
            return differences(std::stoi(of));
        return {{"bytes", mostMemory(m_context.model.model->options().device())}};
    }

private:
    StateJacobian compute() { return stateJacobians(m_context, m_request, m_reporter).front(); }

    Json jacobian(const std::vector<int>& rows)
    {
        const auto begin = std::chrono::steady_clock::now();
        const std::clock_t worked = std::clock();
        const StateJacobian found = compute();
        const double largest = found.J_DD.abs().max().item<double>();  // waits for the device
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
        const double processor = double(std::clock() - worked) / CLOCKS_PER_SEC;
        Json values = Json::array();
        for (const int row : rows) {
            const at::Tensor row_D = found.J_DD[row].cpu().to(at::kFloat);
            values.push_back(std::vector<float>(row_D.data_ptr<float>(), row_D.data_ptr<float>() + row_D.numel()));
        }
        return {{"seconds", seconds.count()}, {"processor", processor}, {"largest", largest}, {"rows", values}};
    }

    Json differences(int count)
    {
        const StateJacobian found = compute();
        const at::Tensor h_D = found.h_D.cpu().to(at::kDouble);
        const at::Tensor drawn_KD = at::randn({count, h_D.numel()}, at::detail::createCPUGenerator(1), at::kDouble);
        const at::Tensor steps_KD =
            (drawn_KD / drawn_KD.norm(2, 1, true) * h_D.norm() * relativeStep).to(at::kFloat).contiguous();
        Plan plan;
        const RunId bare = plan.addRun(m_request.ids);
        for (const at::Tensor& step_D : at::cat({steps_KD, -steps_KD}).unbind()) {
            auto step = std::make_shared<HostTensor>(HostTensor{{step_D.numel()}, {}});
            step->values.assign(step_D.data_ptr<float>(), step_D.data_ptr<float>() + step_D.numel());
            const Site site = residualBehind(m_request.layers.front());
            const RunId run = plan.addRun(bare, {{site, {m_request.position}, AddTo{step}}});
            readStates(plan, run, {SiteKind::Final, 0, {}}, {int(m_request.ids.size()) - 1});
        }
        const std::vector<at::Tensor> ends =
            runWithGradients(*m_context.model.model, m_context.edits, plan, {}, m_reporter);
        const std::vector<at::Tensor> halves = at::stack(ends).cpu().to(at::kDouble).chunk(2);
        const at::Tensor measured_KD = (halves[0] - halves[1]) / 2;
        const at::Tensor linear_KD = at::matmul(steps_KD.to(at::kDouble), found.J_DD.cpu().to(at::kDouble).t());
        const double apart = (measured_KD - linear_KD).abs().max().item<double>();
        const double largest = measured_KD.abs().max().item<double>();
        return {{"relative", apart / largest}, {"largest", largest}, {"end", found.z_D.abs().max().item<double>()}};
    }

    const ExperimentContext& m_context;
    JacobianRequest m_request;
    SilentReporter m_reporter;
};

int serve(std::span<char*> arguments)
{
    if (arguments.size() != 8) {
        std::cerr << "usage: bench_jacobian FOLDER DEVICE DTYPE THREADS LAYER POSITION IDS\n";
        return 2;
    }
    keepFreedMemory();
    at::set_num_threads(std::stoi(arguments[4]));
    SilentReporter reporter;
    const LoadedModel model =
        loadCheckpoint(arguments[1], {.device = arguments[2], .dtype = arguments[3]}, builtInArchitectures(), reporter);
    const ExperimentContext context{model, {}, memoryBudget(0, model.model->options().device())};
    Program program(context, {readNumbers(arguments[7]), std::stoi(arguments[6]), {std::stoi(arguments[5])}});
    std::cout << "ready" << std::endl;
    for (std::string what, of; std::cin >> what >> of;)
        std::cout << program.answer(what, of).dump() << std::endl;
    return 0;
}

}  // namespace
}  // namespace mnemo::bench

int main(int count, char** arguments)
{
    return mnemo::bench::run(count, arguments, mnemo::bench::serve);
}
