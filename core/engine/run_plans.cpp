// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/run_plans.h"

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <string>
#include <thread>

#include "core/data/error.h"

namespace mnemo {
namespace {

/// What a plan hears of the others: whether all is to stop. Only the calling thread speaks with the caller.
class SharedStop : public Reporter
{
public:
    SharedStop(const std::atomic<bool>& stop, Reporter* caller, std::vector<std::string>& notes)
        : m_stop(stop), m_caller(caller), m_notes(notes)
    {
    }

    void checkStop() override
    {
        if (m_stop)
            throw Cancelled{};
        if (m_caller)
            m_caller->checkStop();
    }
    void progress(std::int64_t, std::int64_t, const std::string&) override {}
    void partial(const std::function<Result()>&) override {}
    void note(const std::string& line) override { m_notes.push_back(line); }

private:
    const std::atomic<bool>& m_stop;
    Reporter* m_caller;
    std::vector<std::string>& m_notes;
};

}  // namespace

int plansTogether(const LanguageModel& model)
{
    return model.options().device().is_cpu() ? at::get_num_threads() : 1;
}

std::vector<PlanResult> runPlans(const LanguageModel& model, const Edits& edits, std::span<const Plan> plans,
                                 Reporter& reporter, const RunOptions& options)
{
    const int workers = std::min(plansTogether(model), int(plans.size()));
    RunOptions own = options;
    own.sink = nullptr;
    own.progress = nullptr;
    own.memoryBytes = options.memoryBytes / std::max(1, workers);
    std::vector<PlanResult> results(plans.size());
    std::atomic<bool> stop = false;
    std::exception_ptr first;  // written by whoever turns `stop`
    std::vector<std::vector<std::string>> notes(static_cast<std::size_t>(workers));
    const std::thread::id caller = std::this_thread::get_id();
    const auto work = [&](std::size_t worker) {
        // A job that runs inside the stop check of another has no threads of its own: then all workers are the caller.
        SharedStop with(stop, std::this_thread::get_id() == caller ? &reporter : nullptr, notes[worker]);
        try {
            for (std::size_t i = worker; i < plans.size(); i += std::size_t(workers))
                results[i] = runPlan(model, edits, plans[i], with, own);
        } catch (...) {
            if (!stop.exchange(true))
                first = std::current_exception();
        }
    };
    if (workers == 1)
        work(0);  // the threads are the products' own
    else if (workers > 1)
        at::parallel_for(0, workers, 1, [&](std::int64_t begin, std::int64_t end) {
            for (std::int64_t worker = begin; worker < end; ++worker)
                work(std::size_t(worker));
        });
    for (const std::vector<std::string>& lines : notes)
        for (const std::string& line : lines)
            reporter.note(line);
    if (first)
        std::rethrow_exception(first);
    return results;
}

}  // namespace mnemo
