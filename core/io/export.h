// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/json.h"
#include "core/data/plan.h"
#include "core/data/result.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mnemo {

/// The JSON of a result that scripts read: "mnemo.trace/1", "mnemo.predict/1", … (docs/json.md). Maps are rows of
/// layers, columns of clean tokens; null where a cell is not computed or undefined.
/// @throws Failure BadMessage when the head lacks what the kind must have
Json exportJson(const Result& result);

/// "not_computed", "computed", "exact", "undefined": the words of JSON and CSV.
std::string_view cellStateName(CellState state);

/// Long format. A trace has one line per site, layer and token: site, window, layer, token, text, p, logp, rank, ie,
/// state; other kinds one per value of an array: array, unit, the label on every axis, value, state. Opens with '#'
/// lines of provenance; quoting as in RFC 4180; empty where JSON has null.
/// @throws Failure Usage for kinds whose extensions do not name it
std::string exportCsv(const Result& result);

/// p of every cell, [sites, layers, tokens] in the order of the head's sites; NaN where there is none. Traces only.
/// @throws Failure Usage for other kinds
HostTensor exportProbabilities(const Result& trace);

/// The values of an array; NaN where a cell has none.
HostTensor toTensor(const Array& array);

/// Every array as float32 tensor under its own name: states as other tools read them.
/// @param file ends in .safetensors
void exportTensors(const Result& result, const std::filesystem::path& file);

/// Two-axis array "logits" of a predict result, [tokens, vocabulary]. @throws Failure NotFound when it has none
HostTensor exportLogits(const Result& predict);

/// The extensions exportFile knows for a kind: ".json" for all, ".csv" for traces and experiments over facts, ".npy"
/// for traces, ".safetensors" for states and for edits (edit_file.h), ".dot" and ".graphml" for circuits
/// (circuit_file.h).
std::vector<std::string> exportExtensions(std::string_view kind);

/// Writes the form that the file's extension names, whole or not at all.
/// @throws Failure Usage naming the known extensions, WriteFailed naming the folder
void exportFile(const Result& result, const std::filesystem::path& file);

}  // namespace mnemo
