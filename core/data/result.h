// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/json.h"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

enum class CellState : std::uint8_t {
    NotComputed = 0,
    Computed = 1,
    Exact = 2,      ///< cannot matter: equal to the corrupted run by construction, no run was made
    Undefined = 3,  ///< has no value (no partner token, p = p*)
};

constexpr bool hasValue(CellState state)
{
    return state == CellState::Computed || state == CellState::Exact;
}

struct Axis {
    std::string name;                 ///< "layer", "token", "role", …
    std::vector<std::string> labels;  ///< one per index

    int size() const { return static_cast<int>(labels.size()); }
    bool operator==(const Axis&) const = default;
};

/// A named array with named axes, row-major; layers before tokens. Immutable once published.
struct Array {
    std::string name;  ///< "h.p", "o.logp": site, dot, quantity
    std::vector<Axis> axes;
    std::string unit;  ///< "probability", "nats", "rank", "logit", "IE"
    std::vector<double> values;
    std::vector<CellState> states;

    std::size_t size() const { return values.size(); }
    double at(int i, int j) const { return values[std::size_t(i) * std::size_t(axes[1].size()) + std::size_t(j)]; }
    CellState state(int i, int j) const
    {
        return states[std::size_t(i) * std::size_t(axes[1].size()) + std::size_t(j)];
    }
    bool has(int i, int j) const { return hasValue(state(i, j)); }

    static Array make(std::string name, std::vector<Axis> axes, std::string unit);  ///< NaN, NotComputed
};
using ArrayPtr = std::shared_ptr<const Array>;

/// What an experiment found: arrays with named axes, and a JSON head. Grids, lines, bars and tables are views of it.
struct Result {
    std::string kind;  ///< "trace", "predict", …: the experiment's key
    std::string title;
    Json parameters;  ///< as submitted, defaults filled in
    Json model;       ///< name, hash, architecture, layers, dtype, device, tf32
    Json head;        ///< the scalars and tokens of the kind (docs/json.md)
    Json provenance;  ///< program version, torch, threads, seed, seconds, plan statistics
    std::vector<ArrayPtr> arrays;
    double done = 1;  ///< share of the cells that are computed

    ArrayPtr find(std::string_view name) const;  ///< null when absent
};
using ResultPtr = std::shared_ptr<const Result>;

Json toJson(const Result& result);        ///< lossless: the form on the pipe
Result resultFromJson(const Json& json);  ///< @throws Failure BadMessage

}  // namespace mnemo
