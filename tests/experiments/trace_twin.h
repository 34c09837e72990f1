// SPDX-License-Identifier: GPL-3.0-or-later
// The causal trace once more, one whole run per cell, straight from METHODS.md §2 with the slow reference.
#pragma once
#include "core/experiments/noise.h"
#include "tests/experiments/tiny_loaded.h"

#include <algorithm>
#include <map>
#include <memory>
#include <vector>

namespace mnemo::test {

struct TwinScore {
    double p = 0;
    double logp = 0;
    double rank = 0;
    double kl = 0;
};

class TraceTwin
{
public:
    /// @param trace taken are its tokens, pairing, target and sigma; every number is computed anew
    TraceTwin(const TinyModel& model, const Result& trace) : TraceTwin(model, trace, model) {}

    /// @param model its matrices hold the edits
    /// @param unedited the weights of the corrupted run, where the trace leaves edits out there
    TraceTwin(const TinyModel& model, const Result& trace, const TinyModel& unedited)
        : m_model(model), m_unedited(unedited), m_head(trace.head), m_params(trace.parameters)
    {
        m_answer = m_params.at("target_mode") == "sequence" ? m_head.at("target").at("ids").get<std::vector<int>>()
                                                            : std::vector<int>{m_head.at("target").at("id").get<int>()};
        m_clean = m_plan.addRun(withAnswer(idsOf(m_head.at("tokens"))));
        if (!m_head.contains("sigma")) {
            m_corrupt.push_back(m_plan.addRun(withAnswer(idsOf(m_head.at("corrupt_tokens")))));
            m_plan.runs.back().unedited = m_params.at("unedited").get<bool>();
        } else {
            for (int sample = 0; sample < m_params.at("samples").get<int>(); ++sample)
                m_corrupt.push_back(m_plan.addRun(m_clean, {noisePatch(sample)}));
        }
    }

    TwinScore clean() { return score(m_clean, lastClean()); }
    TwinScore corrupt()
    {
        return meanOf([this](std::size_t i) { return score(m_corrupt[i], lastCorrupt()); });
    }

    /// The cell's patched run, whatever the trace says about it. The token must have a partner.
    TwinScore cell(SiteKind site, int window, int layer, int pos, int layers)
    {
        const bool restore = m_params.at("direction") == "restore";
        const int partner = m_head.at("partner").at(std::size_t(pos)).get<int>();
        return meanOf([&](std::size_t i) {
            std::vector<Patch> patches;
            for (int l = layer - window / 2; l <= layer - window / 2 + window - 1; ++l)
                if (l >= 0 && l < layers && restore)
                    patches.push_back({{site, l, {}}, {partner}, SetTo{state(m_clean, {site, l, {}}, pos)}});
                else if (l >= 0 && l < layers)
                    patches.push_back({{site, l, {}}, {pos}, SetTo{state(m_corrupt[i], {site, l, {}}, partner)}});
            const RunId run = m_plan.addRun(restore ? m_corrupt[i] : m_clean, patches);
            return score(run, restore ? lastCorrupt() : lastClean());
        });
    }

private:
    int lastClean() const { return int(m_head.at("tokens").size()) - 1; }
    int lastCorrupt() const { return int(m_head.at("corrupt_tokens").size()) - 1; }

    std::vector<int> withAnswer(std::vector<int> ids) const
    {
        ids.insert(ids.end(), m_answer.begin(), m_answer.end() - 1);
        return ids;
    }

    Patch noisePatch(int sample) const
    {
        const int first = m_head.at("subject")[0].get<int>();
        const int end = m_head.at("subject")[1].get<int>();
        Patch patch{{SiteKind::Embed, 0, {}}, {}, AddTo{}};
        HostTensor value{{end - first, m_model.config.hiddenSize}, {}};
        for (int pos = first; pos < end; ++pos) {
            patch.positions.push_back(pos);
            for (int d = 0; d < m_model.config.hiddenSize; ++d)
                value.values.push_back(float(
                    double(float(normalNumber(m_params.at("seed").get<std::uint64_t>(), sample, pos - first, d))) *
                    m_head.at("sigma").get<double>()));
        }
        patch.what = AddTo{std::make_shared<const HostTensor>(std::move(value))};
        return patch;
    }

    /// One state of an unpatched run, evaluated once: copying is setting what the other run has.
    std::shared_ptr<const HostTensor> state(RunId run, const Site& site, int pos)
    {
        const auto found = m_unpatched.find(run);
        const ReferenceRun& reference =
            found != m_unpatched.end()
                ? found->second
                : m_unpatched.emplace(run, referenceRun(m_model, m_plan, run, m_unedited)).first->second;
        const at::Tensor row_W = reference.states_TW.at(site).select(0, pos).flatten().contiguous();
        const double* values = row_W.const_data_ptr<double>();
        return std::make_shared<const HostTensor>(HostTensor{{row_W.numel()}, {values, values + row_W.numel()}});
    }

    TwinScore score(RunId run, int last)
    {
        const ReferenceRun reference = referenceRun(m_model, m_plan, run, m_unedited);
        const std::vector<double> first = logProbabilities(reference, last);
        if (m_cleanRow.empty())
            m_cleanRow = logProbabilities(referenceRun(m_model, m_plan, m_clean, m_unedited), lastClean());
        const std::vector<double>& clean = m_cleanRow;
        TwinScore result;
        for (std::size_t k = 0; k < m_answer.size(); ++k)
            result.logp += logProbabilities(reference, last + int(k))[std::size_t(m_answer[k])];
        result.p = std::exp(result.logp);
        for (std::size_t v = 0; v < first.size(); ++v) {
            result.rank += first[v] > first[std::size_t(m_answer[0])] ? 1 : 0;
            result.kl += std::exp(clean[v]) * (clean[v] - first[v]);
        }
        return result;
    }

    template <class Make>
    TwinScore meanOf(const Make& make)
    {
        TwinScore sum;
        const double n = double(m_corrupt.size());
        for (std::size_t i = 0; i < m_corrupt.size(); ++i) {
            const TwinScore one = make(i);
            sum.p += one.p / n;
            sum.logp += one.logp / n;
            sum.rank += one.rank / n;
            sum.kl += one.kl / n;
        }
        return sum;
    }

    const TinyModel& m_model;
    const TinyModel& m_unedited;
    Json m_head;
    Json m_params;
    std::vector<int> m_answer;
    Plan m_plan;
    std::vector<double> m_cleanRow;
    std::map<RunId, ReferenceRun> m_unpatched;
    RunId m_clean = 0;
    std::vector<RunId> m_corrupt;
};

}  // namespace mnemo::test
