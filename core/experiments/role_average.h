// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"
#include "core/data/roles.h"
#include "core/experiments/curve_means.h"
#include "core/experiments/fact_choice.h"
#include "core/experiments/trace_plan.h"

#include <string>
#include <vector>

namespace mnemo {

/// The trace of one fact, as averages and their records keep it: raw probabilities of the target.
struct FactMaps {
    Json fact;  ///< ChosenFact::toJson
    TokenSpan subject;
    int tokens = 0;  ///< of the prompt
    double pClean = 0;
    double pCorrupt = 0;
    std::vector<std::string> sites;
    std::vector<std::vector<double>> p;  ///< per site [layer, token]

    Json toJson() const;

    /// Per site the layer where the effect at the subject's last token is largest.
    std::vector<int> peaks() const;

    /// @throws Failure Damaged when it is none of these sites' [layers, token]
    static FactMaps fromJson(const Json& json, const std::vector<std::string>& sites, int layers);
};

/// Reads the maps of a trace that asked for the target alone.
FactMaps readMaps(const ChosenFact& fact, const TraceLayout& layout, const std::vector<TraceCell>& cells,
                  const PlanResult& result);

/// How effects of many facts become one: Eq. 7 of each fact, averaged over the facts that have such tokens; or as the
/// authors' code does (METHODS.md §2.6): p* is not subtracted, roles without tokens count 0 or make the row blank, and
/// a one-token subject's last but one token is the one before it.
enum class Averaging { Eq7, AsPublished };

/// Averages of indirect effects by role and layer, while facts come in.
class RoleAverage
{
public:
    RoleAverage(Averaging averaging, std::vector<std::string> sites, int layers);

    void add(const FactMaps& fact);
    int facts() const { return m_facts; }

    /// Per site: "h.ie" [layer, role], "h.se" (standard error of the mean over facts), "h.n" (facts in the row), and
    /// [layer] "h.peaks": how many facts' peaks() are there. With o, s and g
    /// also "difference.ie", IE_o − (IE_s + IE_g) (§2.7).
    std::vector<ArrayPtr> arrays() const;

private:
    struct SiteSums {
        CurveMeans effects;         ///< [layer, role]
        std::vector<bool> blank;    ///< as published: cells that a fact without such tokens has spoilt
        std::vector<double> peaks;  ///< [layer]
    };

    struct Effect {
        enum Kind { Value, Left, Blank } kind = Left;
        double value = 0;
    };

    Effect effect(const FactMaps& fact, std::size_t site, int layer, Role role) const;
    std::vector<int> publishedTokens(const FactMaps& fact, Role role) const;

    Averaging m_averaging;
    std::vector<std::string> m_sites;
    int m_layers = 0;
    int m_facts = 0;
    std::vector<SiteSums> m_sums;
};

}  // namespace mnemo
