// SPDX-License-Identifier: GPL-3.0-or-later
// What many edits come to: by layer and matrix, beside no edit at all.
#pragma once
#include "core/data/edit.h"
#include "core/data/result.h"
#include "core/experiments/edit_scores.h"

#include <string>
#include <vector>

namespace mnemo {

class Evaluation
{
public:
    Evaluation(std::vector<int> layers, std::vector<std::string> matrices);

    const std::vector<EditPlace>& places() const { return m_places; }  ///< by layer, then matrix

    void addBefore(const CaseMeasures& measures) { m_floor.add(measures); }
    void add(const EditPlace& place, const CaseMeasures& measures);

    /// ES, PS, NS, S, then what else was measured of any case, and `n`, the cases: [layer, matrix]. Undefined where no
    /// case has a value. @param intervals also .low and .high of the first four, by the seed
    std::vector<ArrayPtr> arrays(bool intervals, std::uint64_t seed) const;

    /// Without an edit, over the same cases: {"ES", …, "S"}; null for what was not measured.
    Json floor() const;

private:
    template <class Number>
    ArrayPtr array(const std::string& name, const std::string& unit, const Number& number) const;
    void addIntervals(std::vector<ArrayPtr>& arrays, std::uint64_t seed) const;
    bool isMeasured(Measure measure) const;

    std::vector<Axis> m_axes;
    std::vector<EditPlace> m_places;
    std::vector<MeasureMeans> m_means;  ///< one per place
    MeasureMeans m_floor;
};

/// {"ES", …}: null where there is nothing to count.
Json toJson(const CaseMeasures& measures);

}  // namespace mnemo
