// SPDX-License-Identifier: GPL-3.0-or-later
// What experiments over facts have found, fact by fact, in a file that a later run goes on from.
#pragma once
#include "core/data/error.h"
#include "core/experiments/fact_choice.h"
#include "core/io/record_log.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mnemo {

/// To be described last.
template <class Params>
void describeRecords(Description<Params>& description)
{
    description.param("records", &FactChoiceParams::records, "Records",
                      "A .jsonl that every fact is appended to, and that a later run goes on from.");
}

/// The first line of an experiment's records: what their numbers depend on, whichever facts are wanted.
/// @param more what this experiment's depend on besides model, weights and prefix
Json recordsHeader(const std::string& experiment, const FactChoiceParams& params, const ExperimentContext& context,
                   const Json& more);

/// Damaged: a record is not one of `what`.
Failure notARecord(const std::string& what);

/// What is known of facts, by fact. A Record has the fact (ChosenFact::toJson) as `fact`, and toJson(). Facts whose
/// runs share a plan are run again together when one of them is not known: what else is in a plan can change last
/// digits, and so what was interrupted ends with the numbers of a run in one piece.
template <class Record>
class FactRecords
{
public:
    /// Takes those of the file, which is made where it is missing. @param file empty: nothing is kept
    /// @param read makes a record of its JSON @throws Failure as RecordLog, and what `read` throws, naming the line
    FactRecords(const std::filesystem::path& file, const Json& header, const std::function<Record(const Json&)>& read)
    {
        if (file.empty())
            return;
        m_log = std::make_unique<RecordLog>(file, header);
        m_log->forEach([&](const Json& json) { remember(read(json)); });
    }

    /// What is known of facts whose runs share a plan, in their order. @param run adds all of it; called unless all are
    /// known
    template <class Run, class Take>
    void forEach(std::span<const ChosenFact> facts, const Run& run, const Take& take)
    {
        if (!std::ranges::all_of(facts, [this](const ChosenFact& fact) { return knows(fact); }))
            run();
        for (const ChosenFact& fact : facts)
            take(of(fact));
    }

    /// On the disk when it returns; nothing when its fact is known. @throws Failure WriteFailed
    void addNew(Record record)
    {
        if (m_known.contains(record.fact.dump()))
            return;
        if (m_log)
            m_log->append(record.toJson());
        remember(std::move(record));
    }

private:
    bool knows(const ChosenFact& fact) const { return m_known.contains(fact.toJson().dump()); }
    const Record& of(const ChosenFact& fact) const { return m_known.at(fact.toJson().dump()); }

    void remember(Record record)
    {
        const std::string fact = record.fact.dump();
        m_known.insert_or_assign(fact, std::move(record));
    }

    std::unique_ptr<RecordLog> m_log;
    std::map<std::string, Record> m_known;
};

/// What the patched runs of one fact say of its target, as paths and knock-outs keep it: raw probabilities.
struct FactCurves {
    Json fact;           ///< ChosenFact::toJson
    std::string target;  ///< text of the scored token
    double pClean = 0;
    std::optional<double> pCorrupt;                ///< none where nothing is corrupted
    std::map<std::string, std::vector<double>> p;  ///< by curve, of one size in all facts; NaN where there is no run

    Json summary() const;  ///< without p: what the result's list of facts says of it
    Json toJson() const;

    /// @param like has the curves and their sizes, and p_corrupt or not @throws Failure Damaged when it has others
    static FactCurves fromJson(const Json& json, const FactCurves& like);
};

/// The fact's own numbers; no curves yet.
FactCurves curvesOf(const ChosenFact& fact, const ExperimentContext& context, bool corrupted);

}  // namespace mnemo
