// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/random_plan.h"

#include <algorithm>
#include <numeric>

namespace mnemo::test {
namespace {

class Planner
{
public:
    Planner(const LanguageModel& model, std::mt19937& random) : m_model(model), m_random(random) {}

    Plan plan(int runs)
    {
        for (int i = 0; i < 3; ++i)
            m_plan.addRun(randomTokens(m_model, m_random, i < 2 ? 6 : 7), {});
        for (int i = 3; i < runs; ++i) {
            const RunId parent = below(i);
            std::vector<Patch> patches;
            const int count = below(4) == 0 ? 3 : 1 + below(2);
            for (int p = 0; p < count; ++p)
                patches.push_back(patch(i, length(parent)));
            m_plan.addRun(parent, patches);
        }
        for (RunId run = 0; run < RunId(m_plan.runs.size()); ++run)
            read(run);
        return m_plan;
    }

private:
    int below(int limit) { return int(m_random() % std::uint32_t(limit)); }
    int length(RunId run) const { return int(m_plan.tokensOf(run).size()); }

    std::vector<int> somePositions(int length)
    {
        std::vector<int> all(std::size_t(length), 0);
        std::iota(all.begin(), all.end(), 0);
        std::shuffle(all.begin(), all.end(), m_random);
        all.resize(std::size_t(1 + below(2)));
        std::sort(all.begin(), all.end());
        return all;
    }

    Patch patch(RunId run, int tokens)
    {
        const std::vector<SiteInfo> sites = m_model.sites();
        const SiteInfo info = sites[std::size_t(below(int(sites.size())))];
        const int layers = m_model.info().layers;
        Patch patch{{info.kind, isPerLayer(info.kind) ? below(layers) : 0}, somePositions(tokens), SetTo{}};
        if (info.kind == SiteKind::Conv && below(2))
            patch.site.tap = -below(4);
        const std::int64_t width = info.kind == SiteKind::Pattern ? info.width * tokens : info.width;
        const auto count = std::int64_t(patch.positions.size());
        const auto value =
            randomValue(m_random, below(2) ? std::vector<std::int64_t>{width} : std::vector{count, width});
        const int kind = below(5);
        if (kind == 0)
            patch.what = SetTo{value};
        else if (kind == 1)
            patch.what = AddTo{value};
        else if (kind == 2 && (info.kind == SiteKind::S || info.kind == SiteKind::Pattern))
            patch.what = Mask{somePositions(tokens)};
        else if (kind <= 3 && (info.kind == SiteKind::BlockIn || info.kind == SiteKind::AttnIn ||
                               info.kind == SiteKind::MlpIn || info.kind == SiteKind::Final))
            patch.what = reroute(run, patch.site, tokens);
        else
            patch.what = copy(run, patch, tokens);
        return patch;
    }

    Reroute reroute(RunId run, const Site& end, int tokens)
    {
        Reroute reroute{{{SiteKind::Embed, 0}}, sameLength(run, tokens), below(2) ? 1.0 : 0.3};
        const int below_ = end.kind == SiteKind::Final ? m_model.info().layers : end.layer;
        for (int layer = 0; layer < below_; ++layer)
            if (below(2))
                reroute.sources.push_back({sourceKind(), layer});
        return reroute;
    }

    SiteKind sourceKind()
    {
        std::vector<SiteKind> kinds;
        for (const SiteKind kind : {SiteKind::O, SiteKind::H, SiteKind::Attn, SiteKind::Mlp})
            if (siteWidth(m_model, kind) > 0)
                kinds.push_back(kind);
        return kinds[std::size_t(below(int(kinds.size())))];
    }

    RunId sameLength(RunId run, int tokens)
    {
        std::vector<RunId> fitting;
        for (RunId other = 0; other < run; ++other)
            if (length(other) == tokens)
                fitting.push_back(other);
        return fitting[std::size_t(below(int(fitting.size())))];
    }

    CopyFrom copy(RunId run, const Patch& patch, int tokens)
    {
        CopyFrom copy{patch.site.kind == SiteKind::Pattern ? sameLength(run, tokens) : below(run), {}};
        for (std::size_t i = 0; i < patch.positions.size(); ++i)
            copy.positions.push_back(below(length(copy.run)));
        return copy;
    }

    void read(RunId run)
    {
        const int last = length(run) - 1;
        Readout logits;
        logits.run = run;
        logits.position = below(4) ? last : below(last + 1);
        logits.tokens = {below(m_model.info().vocabRows), below(m_model.info().vocabRows)};
        logits.topK = 3;
        logits.klFrom = below(run + 1);
        logits.klPosition = length(*logits.klFrom) - 1;
        logits.allLogits = true;
        m_plan.read(logits);
        Readout state;
        state.run = run;
        state.position = below(last + 1);
        const std::vector<SiteInfo> sites = m_model.sites();
        const SiteKind kind = sites[std::size_t(below(int(sites.size())))].kind;
        state.state = Site{kind, isPerLayer(kind) ? below(m_model.info().layers) : 0};
        m_plan.read(state);
    }

    const LanguageModel& m_model;
    std::mt19937& m_random;
    Plan m_plan;
};

}  // namespace

std::shared_ptr<const HostTensor> randomValue(std::mt19937& random, std::vector<std::int64_t> shape)
{
    auto value = std::make_shared<HostTensor>();
    value->shape = std::move(shape);
    std::normal_distribution<float> normal(0, 0.5F);
    for (std::int64_t i = 0; i < value->size(); ++i)
        value->values.push_back(normal(random));
    return value;
}

std::vector<int> randomTokens(const LanguageModel& model, std::mt19937& random, int length)
{
    std::vector<int> tokens;
    for (int i = 0; i < length; ++i)
        tokens.push_back(int(random() % std::uint32_t(model.info().vocabRows)));
    return tokens;
}

Plan randomPlan(const LanguageModel& model, std::mt19937& random, int runs)
{
    return Planner(model, random).plan(runs);
}

}  // namespace mnemo::test
