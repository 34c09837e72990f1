// SPDX-License-Identifier: GPL-3.0-or-later
// What a checkpoint must show before it ships (DEFAULT-MODELS.md §8), as plain values. Any thread.
#pragma once
#include "core/data/json.h"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace mnemo {

inline constexpr double notMeasured = std::numeric_limits<double>::quiet_NaN();

/// One number and what is wanted of it.
struct Gate {
    std::string name;
    double value = notMeasured;
    std::optional<double> bound;  ///< none: the number is shown and wants nothing
    bool atLeast = true;          ///< the bound is the least value, otherwise the greatest
    std::string note;
    int decimals = 3;

    /// Without a bound always; a value that could not be measured never meets one.
    bool passed() const { return !bound || (atLeast ? value >= *bound : value <= *bound); }
};

Gate atLeast(std::string name, double value, double bound, std::string note = {});
Gate atMost(std::string name, double value, double bound, std::string note = {});
Gate shown(std::string name, double value, std::string note = {});
Gate counted(Gate gate);  ///< a whole number: printed without decimals

/// A mean over facts or sentences for each layer.
struct Curve {
    std::string name;
    std::vector<double> layers;
    int samples = 0;  ///< what the mean is over
};

/// Share of a relation's facts that are right, in [0, 1].
struct RelationScore {
    std::string name;
    int facts = 0;
    double trained = 0;
    double heldOut = notMeasured;  ///< NaN for a relation without held-out templates
};

struct GateReport {
    std::string model;
    std::string hash;
    std::string architecture;
    std::uint64_t seed = 0;
    std::vector<Gate> gates;
    std::vector<RelationScore> relations;
    std::vector<Curve> curves;

    bool passed() const;
};

std::string plainText(const GateReport& report);  ///< aligned columns, for a terminal
std::string markdown(const GateReport& report);   ///< the same as tables, for a model card

/// {"schema":"mnemo.gates/1","model","hash","architecture","seed","passed","gates":[…],"relations":[…],"curves":[…]}
Json toJson(const GateReport& report);

}  // namespace mnemo
