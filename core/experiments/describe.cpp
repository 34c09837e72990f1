// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/describe.h"

#include "core/experiments/editable.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <torch/headeronly/version.h>
#include <chrono>

namespace mnemo {
namespace {

using Clock = std::chrono::steady_clock;

/// Snapshots carry the same stamp as the final result.
class StampingReporter : public Reporter
{
public:
    StampingReporter(Reporter& inner, std::function<void(Result&)> stamp) : m_inner(inner), m_stamp(std::move(stamp)) {}

    void checkStop() override { m_inner.checkStop(); }
    void progress(std::int64_t done, std::int64_t total, const std::string& unit) override
    {
        m_inner.progress(done, total, unit);
    }
    void partial(const std::function<Result()>& make) override
    {
        m_inner.partial([&] {
            Result result = make();
            m_stamp(result);
            return result;
        });
    }
    void note(const std::string& line) override { m_inner.note(line); }

private:
    Reporter& m_inner;
    std::function<void(Result&)> m_stamp;
};

}  // namespace

Result runStamped(const std::string& kind, const Json& params, const ExperimentContext& context, Reporter& reporter,
                  const std::function<Result(Reporter&)>& body)
{
    const Clock::time_point start = Clock::now();
    const Json model = context.model.describe();
    const auto stamp = [&](Result& result) {
        result.kind = kind;
        result.parameters = params;
        result.model = model;
        Json provenance{{"mnemo", MNEMO_VERSION},
                        {"torch", TORCH_VERSION},
                        {"threads", at::get_num_threads()},
                        {"edits", editsJson(context.edits)},
                        {"seconds", std::chrono::duration<double>(Clock::now() - start).count()}};
        if (result.provenance.is_object())
            provenance.update(result.provenance);
        result.provenance = std::move(provenance);
    };
    StampingReporter stamping(reporter, stamp);
    const at::AutoGradMode own(true);  // it may run nested, at a stop check of a job that records nothing
    Result result = body(stamping);
    stamp(result);
    return result;
}

std::vector<std::pair<std::string, Prefix>> prefixWords()
{
    std::vector<std::pair<std::string, Prefix>> words;
    for (const Prefix prefix : {Prefix::None, Prefix::Eos, Prefix::EosSpace})
        words.emplace_back(prefixName(prefix), prefix);
    return words;
}

}  // namespace mnemo
