// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/experiments/mean_states.h"

#include <algorithm>
#include <cmath>

#include "core/data/error.h"
#include "core/experiments/fact_runs.h"
#include "core/experiments/state_arrays.h"
#include "core/experiments/texts.h"
#include "core/io/paths.h"
#include "core/io/safetensors.h"
#include "core/io/sha256.h"

namespace mnemo {
namespace {

constexpr std::size_t mostTexts = 128;
constexpr std::size_t mostTokens = 128;
constexpr std::int64_t statesTogether = std::int64_t(64) << 20;  // bytes of states that are read in one plan

/// Sums over the tokens of texts, per layer.
class Means
{
public:
    Means(const ExperimentContext& context, SiteKind site)
        : m_context(context),
          m_site(site),
          m_width(widthOf(*context.model.model, site)),
          m_layers(context.model.model->info().layers),
          m_sums(std::size_t(m_layers), std::vector<double>(std::size_t(m_width), 0.0))
    {
    }

    void add(const std::vector<std::vector<int>>& texts, Reporter& reporter)
    {
        const std::int64_t perToken = std::int64_t(m_width) * m_layers * std::int64_t(sizeof(float));
        for (std::size_t begin = 0; begin < texts.size();) {
            std::size_t end = begin;
            for (std::int64_t bytes = 0; end < texts.size() && (end == begin || bytes < statesTogether); ++end)
                bytes += perToken * std::int64_t(texts[end].size());
            addTogether({texts.begin() + std::ptrdiff_t(begin), texts.begin() + std::ptrdiff_t(end)}, reporter);
            begin = end;
            reporter.progress(std::int64_t(begin), std::int64_t(texts.size()), "texts");
        }
    }

    LayerMeans means() const
    {
        LayerMeans means;
        for (const std::vector<double>& sum : m_sums) {
            HostTensor mean{{m_width}, {}};
            for (const double entry : sum)
                mean.values.push_back(float(entry / double(m_texts)));
            means.push_back(std::make_shared<const HostTensor>(std::move(mean)));
        }
        return means;
    }

private:
    void addTogether(const std::vector<std::vector<int>>& texts, Reporter& reporter)
    {
        Plan plan;
        for (const std::vector<int>& ids : texts) {
            const RunId run = plan.addRun(ids);
            for (int layer = 0; layer < m_layers; ++layer)
                readStates(plan, run, {m_site, layer, {}}, allPositions(ids.size()));
        }
        const PlanResult result =
            runPlan(*m_context.model.model, m_context.edits, plan, reporter, runOptions(m_context));
        auto value = result.values.begin();
        for (const std::vector<int>& ids : texts) {
            for (int layer = 0; layer < m_layers; ++layer)
                for (std::size_t token = 0; token < ids.size(); ++token, ++value)
                    for (int i = 0; i < m_width; ++i)
                        m_sums[std::size_t(layer)][std::size_t(i)] +=
                            double(value->state[std::size_t(i)]) / double(ids.size());
            ++m_texts;
        }
    }

    const ExperimentContext& m_context;
    SiteKind m_site;
    int m_width;
    int m_layers;
    std::vector<std::vector<double>> m_sums;
    std::size_t m_texts = 0;
};

/// Where the means of this model, site and texts are kept; the name says all they depend on.
std::filesystem::path cacheFile(const ExperimentContext& context, SiteKind site,
                                const std::vector<std::vector<int>>& texts)
{
    return cacheDir() / "means" / (hashOfTexts(context, std::string(siteName(site)), texts) + ".safetensors");
}

std::string checksum(const LayerMeans& means)
{
    Sha256 hash;
    for (const auto& mean : means)
        hash.add(std::as_bytes(std::span(mean->values)));
    return hash.hex();
}

std::optional<LayerMeans> readCache(const std::filesystem::path& path, int layers, int width)
try {
    const SafetensorsFile file(path);
    LayerMeans means;
    for (int layer = 0; layer < layers; ++layer) {
        const TensorView* const found = file.find("mean." + std::to_string(layer));
        if (!found || found->shape != std::vector<std::int64_t>{width})
            return std::nullopt;
        means.push_back(std::make_shared<const HostTensor>(HostTensor{found->shape, toFloats(*found)}));
    }
    const auto sum = file.metadata().find("sha256");
    return sum != file.metadata().end() && sum->second == checksum(means) ? std::optional(means) : std::nullopt;
} catch (const Failure&) {
    return std::nullopt;
}

void writeCache(const std::filesystem::path& path, const LayerMeans& means, Reporter& reporter)
try {
    std::error_code ignored;
    std::filesystem::create_directories(path.parent_path(), ignored);
    std::vector<TensorView> tensors;
    for (std::size_t layer = 0; layer < means.size(); ++layer)
        tensors.push_back({"mean." + std::to_string(layer), Dtype::F32, means[layer]->shape,
                           std::as_bytes(std::span(means[layer]->values))});
    writeSafetensors(path, std::move(tensors), {{"format", "mnemo.means"}, {"sha256", checksum(means)}});
} catch (const Failure& failure) {
    reporter.note("Means are not kept for later: " + failure.error().message);
}

}  // namespace

LayerMeans meanStates(const ExperimentContext& context, SiteKind site, const std::vector<std::string>& texts,
                      Reporter& reporter)
{
    const int width = widthOf(*context.model.model, site);
    std::vector<std::vector<int>> ids;
    for (std::size_t i = 0; i < std::min(texts.size(), mostTexts); ++i) {
        std::vector<int> all = firstTokens(context, texts[i], mostTokens);
        if (!all.empty())
            ids.push_back(std::move(all));
    }
    const bool cached = mayBeKept(context);
    const std::filesystem::path path = cached ? cacheFile(context, site, ids) : std::filesystem::path();
    if (cached)
        if (std::optional<LayerMeans> known = readCache(path, context.model.model->info().layers, width))
            return *known;
    Means means(context, site);
    means.add(ids, reporter);
    LayerMeans found = means.means();
    if (cached)
        writeCache(path, found, reporter);
    return found;
}

}  // namespace mnemo
