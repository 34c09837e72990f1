// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/data/plan.h"

#include "core/data/error.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace mnemo {
namespace {

[[noreturn]] void refuse(const std::string& what)
{
    throw Failure(ErrorCode::Usage, what, "Correct the plan; this is not run.");
}

std::string label(RunId run, const Patch& patch)
{
    return "Run " + std::to_string(run) + ", patch at " + toString(patch.site);
}

void checkPositions(const std::string& where, const std::vector<int>& positions, std::size_t length)
{
    if (positions.empty())
        refuse(where + " names no position.");
    for (std::size_t i = 0; i < positions.size(); ++i) {
        if (positions[i] < 0 || std::size_t(positions[i]) >= length)
            refuse(where + ": position " + std::to_string(positions[i]) + " is outside the " + std::to_string(length) +
                   " tokens.");
        if (i > 0 && positions[i] <= positions[i - 1])
            refuse(where + ": positions are not in ascending order.");
    }
}

void checkOtherRun(const std::string& where, RunId other, RunId self)
{
    if (other < 0 || other >= self)
        refuse(where + " refers to run " + std::to_string(other) + ", which is no earlier run.");
}

void checkParent(const std::string& name, const Run& child, RunId self)
{
    checkOtherRun(name, *child.parent, self);
    if (child.unedited)
        refuse(name + " is to leave edits out, but runs on the weights of its parent.");
}

void checkValue(const std::string& where, const std::shared_ptr<const HostTensor>& value, std::size_t positions)
{
    if (!value || value->shape.empty() || value->shape.size() > 2 ||
        value->size() != std::int64_t(value->values.size()))
        refuse(where + ": the value is not [width] or [positions, width].");
    if (value->shape.size() == 2 && std::size_t(value->shape[0]) != positions)
        refuse(where + ": the value has " + std::to_string(value->shape[0]) + " rows for " + std::to_string(positions) +
               " positions.");
}

void checkPatch(const Plan& plan, RunId run, const Patch& patch)
{
    const std::string where = label(run, patch);
    const std::size_t length = plan.tokensOf(run).size();
    checkPositions(where, patch.positions, length);
    if (const auto* copy = std::get_if<CopyFrom>(&patch.what)) {
        checkOtherRun(where, copy->run, run);
        if (copy->positions.size() != patch.positions.size())
            refuse(where + " copies " + std::to_string(copy->positions.size()) + " positions to " +
                   std::to_string(patch.positions.size()) + ".");
        const auto sourceLength = plan.tokensOf(copy->run).size();
        for (const int pos : copy->positions)
            if (pos < 0 || std::size_t(pos) >= sourceLength)
                refuse(where + ": source position " + std::to_string(pos) + " is outside run " +
                       std::to_string(copy->run) + ".");
    } else if (const auto* set = std::get_if<SetTo>(&patch.what)) {
        checkValue(where, set->value, patch.positions.size());
    } else if (const auto* add = std::get_if<AddTo>(&patch.what)) {
        checkValue(where, add->value, patch.positions.size());
    } else if (const auto* reroute = std::get_if<Reroute>(&patch.what)) {
        checkOtherRun(where, reroute->run, run);
        if (plan.tokensOf(reroute->run).size() != length)
            refuse(where + ": the other run has another length.");
    } else if (const auto* mask = std::get_if<Mask>(&patch.what)) {
        checkPositions(where + " (keys)", mask->keys, length);
    }
}

}  // namespace

std::int64_t HostTensor::size() const
{
    return std::accumulate(shape.begin(), shape.end(), std::int64_t(1), std::multiplies<>());
}

RunId Plan::addRun(std::vector<int> tokens, std::vector<Patch> patches)
{
    runs.push_back({.tokens = std::move(tokens), .patches = std::move(patches)});
    return static_cast<RunId>(runs.size()) - 1;
}

RunId Plan::addRun(RunId parent, std::vector<Patch> patches)
{
    runs.push_back({.parent = parent, .patches = std::move(patches)});
    return static_cast<RunId>(runs.size()) - 1;
}

int Plan::read(Readout readout)
{
    readouts.push_back(std::move(readout));
    return static_cast<int>(readouts.size()) - 1;
}

const std::vector<int>& Plan::tokensOf(RunId run) const
{
    return rootOf(run).tokens;
}

bool Plan::isUnedited(RunId run) const
{
    return rootOf(run).unedited;
}

const Run& Plan::rootOf(RunId run) const
{
    const Run* found = &runs.at(std::size_t(run));
    while (found->parent)
        found = &runs.at(std::size_t(*found->parent));
    return *found;
}

void Plan::check() const
{
    for (RunId run = 0; run < RunId(runs.size()); ++run) {
        const Run& r = runs[std::size_t(run)];
        const std::string name = "Run " + std::to_string(run);
        if (r.parent)
            checkParent(name, r, run);
        else if (r.tokens.empty())
            throw Failure(ErrorCode::EmptyPrompt, "The prompt is empty.", "Type some text.");
        for (const Patch& patch : r.patches)
            checkPatch(*this, run, patch);
    }
    for (const Readout& readout : readouts) {
        if (readout.run < 0 || readout.run >= RunId(runs.size()))
            refuse("A readout names run " + std::to_string(readout.run) + " of " + std::to_string(runs.size()) + ".");
        if (readout.position < 0 || std::size_t(readout.position) >= tokensOf(readout.run).size())
            refuse("A readout of run " + std::to_string(readout.run) + " names position " +
                   std::to_string(readout.position) + ".");
        if (readout.klFrom && (*readout.klFrom < 0 || *readout.klFrom >= RunId(runs.size()) || readout.klPosition < 0 ||
                               std::size_t(readout.klPosition) >= tokensOf(*readout.klFrom).size()))
            refuse("A readout of run " + std::to_string(readout.run) + " compares with a run that does not exist.");
    }
}

}  // namespace mnemo
