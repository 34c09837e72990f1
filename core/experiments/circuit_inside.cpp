// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <span>

#include "core/data/error.h"
#include "core/experiments/axes.h"
#include "core/experiments/circuit_search.h"
#include "core/experiments/experiments.h"
#include "core/experiments/state_arrays.h"

namespace mnemo {
namespace {

struct InsideParams : CircuitParams {
    int edges = -1;
    double threshold = 1e-4;
};

/// A path through a Mamba block that is patched as one.
struct Part {
    const char* name;
    SiteKind kind;
    std::optional<int> tap = {};
};

/// From the block's end backwards: what the SSM keeps (conv → ssm), the gate (input → skip), then the taps.
const std::vector<Part> parts{{"ssm", SiteKind::State},   {"skip", SiteKind::Z},      {"0", SiteKind::Conv, 0},
                              {"-1", SiteKind::Conv, -1}, {"-2", SiteKind::Conv, -2}, {"-3", SiteKind::Conv, -3}};

struct LayerPart {
    int layer = 0;
    std::size_t part = 0;
};

/// Which parts inside the layers of a circuit are needed: from the output backwards each is given the corrupted run's
/// values, by halves of what is tried together, and what costs less than a threshold stays so. Source: ACDC (Conmy et
/// al. 2023) as Ensign & Garriga-Alonso 2024 use it, Figs 13–16 (METHODS.md §7.8).
class Inside
{
public:
    Inside(const InsideParams& params, const ExperimentContext& context, Reporter& reporter)
        : m_params(params),
          m_reporter(reporter),
          m_layers(context.model.model->info().layers),
          m_search(params, context, reporter)
    {
        Axis names{"part", {}};
        for (const Part& part : parts)
            names.labels.push_back(part.name);
        m_present = Array::make("present", {layerAxis(m_layers), names}, "");
        m_loss = Array::make("loss", {layerAxis(m_layers), names}, "nld");
    }

    Result run()
    {
        try {
            m_search.attribute([] {});
            findEdges();
            m_start = m_now = measure(m_search.train(), {}).normalized;
            for (int layer = m_layers; layer-- > 0;) {
                std::vector<LayerPart> all;
                for (std::size_t part = 0; part < parts.size(); ++part)
                    all.push_back({layer, part});
                tryAll(all);
                m_done = m_layers - layer;
                m_reporter.progress(m_done, m_layers, "layers");
                m_reporter.partial([&] { return snapshot(); });
            }
            m_train = measure(m_search.train(), {});
            m_heldOut = measure(m_search.heldOut(), {});
        } catch (const Cancelled&) {
            if (m_done > 0)
                m_reporter.partial([&] { return snapshot(); });
            throw;
        }
        return snapshot();
    }

private:
    void findEdges()
    {
        m_edges = m_params.edges;
        if (m_edges < 0) {
            m_search.search();
            if (!m_search.found())
                throw Failure(
                    ErrorCode::Usage,
                    "No circuit of the model answers more than " + Json(m_params.wanted).dump() + " of the pairs.",
                    "Choose a lower wanted accuracy, or a number of edges.");
            m_edges = *m_search.found();
        }
        m_edges = std::min(m_edges, int(m_search.circuit().edges.size()));
        m_kept.emplace(firstEdges(m_search.circuit(), m_edges));
    }

    /// The circuit, with what is patched inside layers by now and some more.
    PairMeans measure(const PairRuns& runs, std::span<const LayerPart> more) const
    {
        return runs
            .means(
                runs.all(), 1,
                [&](const PromptPair& pair, std::size_t, RunId corrupt) {
                    std::vector<Patch> patches = patchEdges(m_search.nodes(), *m_kept, true, pair, corrupt);
                    const auto add = [&](const LayerPart& one) {
                        const Part& part = parts[one.part];
                        patches.push_back(fromCorrupt({part.kind, one.layer, part.tap},
                                                      allPositions(std::size_t(pair.tokens())), corrupt));
                    };
                    std::ranges::for_each(m_patched, add);
                    std::ranges::for_each(more, add);
                    return patches;
                },
                m_reporter)
            .front();
    }

    /// Patches all of them if that costs little; else the halves in turn, down to single parts, which then stay.
    void tryAll(std::span<const LayerPart> some)
    {
        const double patched = measure(m_search.train(), some).normalized;
        const double lost = m_now - patched;
        if (lost <= m_params.threshold) {
            m_now = patched;
            for (const LayerPart& one : some) {
                m_patched.push_back(one);
                put(one, 0, 0);
            }
        } else if (some.size() == 1) {
            put(some.front(), 1, lost);
        } else {
            tryAll(some.first(some.size() / 2));
            tryAll(some.subspan(some.size() / 2));
        }
    }

    void put(const LayerPart& one, double present, double lost)
    {
        const std::size_t cell = std::size_t(one.layer) * parts.size() + one.part;
        for (const auto& [array, value] : {std::pair(&m_present, present), std::pair(&m_loss, lost)}) {
            array->values[cell] = value;
            array->states[cell] = CellState::Computed;
        }
    }

    Result snapshot() const
    {
        Result result;
        m_search.describe(result);
        result.title = "Inside the layers of a circuit of " + std::to_string(m_edges) + " edges";
        for (const char* of : {"nodes", "positions", "attributed", "metric", "alphas", "weights", "search"})
            result.head.erase(of);
        result.head["edges"] = m_edges;
        result.head["threshold"] = m_params.threshold;
        result.head["nld_before"] = m_start;
        if (m_train.pairs > 0) {
            result.head["train"] = toJson(m_train);
            result.head["tried_on"] = toJson(m_heldOut);
        }
        result.arrays = {std::make_shared<const Array>(m_present), std::make_shared<const Array>(m_loss)};
        result.done = double(m_done) / double(m_layers);
        return result;
    }

    const InsideParams& m_params;
    Reporter& m_reporter;
    int m_layers;
    CircuitSearch m_search;
    int m_edges = 0;
    std::optional<EdgeSet> m_kept;
    std::vector<LayerPart> m_patched;
    double m_start = 0, m_now = 0;  // nld of the pairs the circuit was found with
    Array m_present, m_loss;
    PairMeans m_train, m_heldOut;
    int m_done = 0;
};

Result runInside(const InsideParams& params, const ExperimentContext& context, Reporter& reporter)
{
    if (context.model.model->info().architecture != "mamba")
        throw Failure(ErrorCode::Usage,
                      "A circuit is looked into inside Mamba's layers only; this model is " +
                          context.model.model->info().architecture + ".",
                      "Use circuit, whose nodes are the attention and the MLP of each layer of a GPT-NeoX.");
    return Inside(params, context, reporter).run();
}

}  // namespace

Experiment circuitInsideExperiment()
{
    auto description = describe<InsideParams>(
        "circuit-inside", "Inside a circuit's layers",
        "Which parts of each Mamba layer a circuit needs: taps of the convolution, what the state keeps, the gate.");
    describeCircuit(description);
    return description
        .param("edges", &InsideParams::edges, "Edges", "Edges of the circuit; -1: as few as answer the wanted share.",
               {.minimum = -1, .maximum = 1e9, .ifUnset = "as few as are enough"})
        .param("threshold", &InsideParams::threshold, "Threshold",
               "What costs no more of the normalised logit difference stays patched.", {.minimum = 0, .maximum = 1})
        .run(runInside);
}

}  // namespace mnemo
