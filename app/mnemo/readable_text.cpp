// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/array_text.h"
#include "app/mnemo/circuit_text.h"
#include "app/mnemo/evaluation_text.h"
#include "app/mnemo/lre_text.h"
#include "app/mnemo/pairs_text.h"
#include "app/mnemo/run.h"
#include "app/mnemo/text_table.h"
#include "core/data/metric.h"
#include "core/data/prompt.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace mnemo {
namespace {

template <typename... Values>
std::string format(const char* pattern, Values... values)
{
    char buffer[160];
    std::snprintf(buffer, sizeof buffer, pattern, values...);
    return buffer;
}

double number(const Json& json, const char* key)
{
    return json.contains(key) && json[key].is_number() ? json[key].get<double>() : 0.0;
}

/// Cut or filled with spaces to a number of characters (not bytes).
std::string column(std::string text, int width)
{
    while (codePoints(text) > width) {
        while (!text.empty() && (text.back() & 0xC0) == 0x80)
            text.pop_back();
        text.pop_back();
    }
    return text + std::string(std::size_t(width - codePoints(text)), ' ');
}

std::string topTable(const Json& top)
{
    std::string text = "           p         logit  token\n";
    for (const Json& token : top)
        text += format("%12.9f  %12.6f  ", number(token, "p"), number(token, "logit")) + quoted(token) + "\n";
    return text;
}

std::string scoreLine(const char* name, const Json& score)
{
    return column(name, 12) + format("p %.9f  log p %.6f  rank %.0f  logit %.6f\n", number(score, "p"),
                                     number(score, "logp"), number(score, "rank"), number(score, "logit"));
}

/// Target, and clean and corrupted scores: what trace and patch have in common.
std::string factText(const Json& head)
{
    std::string text;
    if (head.contains("target"))
        text += "target " + quoted(head["target"]);
    if (head.contains("foil") && head["foil"].is_object())
        text += "  foil " + quoted(head["foil"]);
    text += "\n";
    for (const char* run : {"clean", "corrupt", "patched"})
        if (head.contains(run))
            text += scoreLine(run, head[run]);
    if (head.contains("sigma"))
        text += format("sigma %.9g\n", number(head, "sigma"));
    if (head.contains("effect_defined") && !head["effect_defined"].get<bool>())
        text += "Clean and corrupted runs agree: the indirect effect is not defined.\n";
    if (head.contains("ie") && std::isfinite(number(head, "ie")))
        text += format("indirect effect %.9f\n", number(head, "ie"));
    return text;
}

std::string mapText(const Result& trace, const std::string& site)
{
    const Array map = traceMetric(trace, site, Metric::IndirectEffect);
    std::string text = "\n" + site + ": indirect effect";
    if (trace.head.contains("windows") && trace.head["windows"].contains(site))
        text += ", window " + trace.head["windows"][site].dump();
    if (trace.head.contains("window_share") && trace.head["window_share"].contains(site))
        text += format(" (%.2f of the depth)", number(trace.head["window_share"], site.c_str()));
    text += "\nlayer";
    for (const std::string& label : map.axes[1].labels)
        text += " " + column(label.substr(label.find_first_not_of(' ') == 1 ? 1 : 0), 7);
    for (int layer = 0; layer < map.axes[0].size(); ++layer) {
        text += "\n" + format("%5d", layer);
        for (int token = 0; token < map.axes[1].size(); ++token)
            text += map.has(layer, token) ? format(" %7.4f", fourDigits(map.at(layer, token))) : "       ·";
    }
    return text + "\n";
}

std::string countsText(const std::string& what, const Json& counts)
{
    std::string text;
    for (const auto& [key, count] : counts.items())
        text += (text.empty() ? what + ": " : ", ") + key + " " + count.dump();
    return text + "\n";
}

bool isTable(const Array& array)
{
    return array.axes.size() == 2 &&
           std::ranges::any_of(std::initializer_list<std::string_view>{".ie", "change", ".attention"},
                               [&](std::string_view end) { return array.name.ends_with(end); });
}

std::string arrayLine(const Array& array)
{
    std::string text = array.name + ":";
    for (const Axis& axis : array.axes)
        text += " " + axis.name + " " + std::to_string(axis.size());
    return text + "\n";
}

/// Before and after, and what the edit was made of.
std::string editText(const Json& head)
{
    std::string text = head["matrix"].get<std::string>() + " in layer " + head["layer"].dump() + ", subject token " +
                       std::to_string(head["subject"][1].get<int>() - 1) + "\n";
    for (const char* run : {"before", "after"})
        if (head.contains(run))
            text += "\n" + std::string(run) + " the edit: the new object has" +
                    format(" p %.6f, rank %.0f\n", number(head[run], "p"), number(head[run], "rank")) +
                    topTable(head[run]["top"]);
    text += format("\n%.0f steps of the search\n", number(head, "steps"));
    if (!head.contains("after"))
        return text;
    const Json& norms = head["norms"];
    text += format("‖v0‖ %.4f  ‖v* − v0‖ %.4f%s  uᵀk %.4f  ‖Λ‖ %.4f\n", number(norms, "v0"), number(norms, "change"),
                   head["clamped"].get<bool>() ? " (the clamp)" : "", number(head, "key_projection"),
                   number(norms, "lambda"));
    const Json& statistics = head["statistics"];
    if (statistics.is_null())
        return text + "covariance: identity (not ROME's definition)\n";
    return text + format("covariance: %.0f tokens of text, %.1f per input\n", number(statistics, "tokens"),
                         number(statistics, "tokens") / number(statistics, "inputs"));
}

std::string statisticsText(const Json& head)
{
    return format("%.0f tokens, %.0f inputs (%.1f tokens per input), rank %.0f\n", number(head, "tokens"),
                  number(head, "inputs"), number(head, "tokens") / number(head, "inputs"), number(head, "rank")) +
           format("mean square %.6g, the largest direction has %.1f %% of it all\n", number(head, "mean_square"),
                  100 * number(head, "largest_share")) +
           "kept as " + head["hash"].get<std::string>() + "\n";
}

std::string objectCell(const Json& said, const char* which)
{
    const Json& p = said[std::string("p_") + which];
    return p.is_null() ? std::string(10, ' ') : format("%10.6f", p.get<double>());
}

/// Two lines for each prompt: without and with the edits.
std::string promptsText(const Json& rows)
{
    std::string text;
    for (const Json& row : rows) {
        text += "\n" + row["prompt"].get<std::string>() + "\n           p(old)    p(new)  says\n";
        for (const char* run : {"before", "after"})
            text += column(run, 7) + objectCell(row[run], "old") + objectCell(row[run], "new") + "  " +
                    quoted(row[run]["top"]) +
                    (row[run].contains("continuation") ? "  …" + row[run]["continuation"].get<std::string>() : "") +
                    "\n";
    }
    return text;
}

std::string continuationsText(const Json& continuations)
{
    std::string text;
    for (const Json& one : continuations)
        text += "…" + one["text"].get<std::string>() + "\n";
    return text;
}

}  // namespace

std::string readableText(const Result& result)
{
    const Json& head = result.head;
    std::string text = result.model.value("name", std::string()) + ": " + result.title + "\n";
    if (result.kind == "trace" || result.kind == "patch")
        text += factText(head);
    const bool overFacts = head.contains("counts");
    if (overFacts)
        text += countsText(result.kind == "evaluate" ? "cases" : "facts", head["counts"]);
    for (const char* key : {"top", "top_patched"})
        if (head.contains(key) && result.kind != "ioi-believe")
            text += topTable(head[key]);
    if (result.kind == "predict" && head.contains("target"))
        text += scoreLine("target", head["target"]);
    if (result.kind == "rome")
        return text + editText(head) + (result.done < 1 ? "stopped: the edit is not made\n" : "");
    if (result.kind == "stats")
        return text + statisticsText(head);
    if (result.kind == "prompts")
        return text + promptsText(head["rows"]);
    if (result.kind == "generate")
        return text + continuationsText(head["continuations"]);
    if (result.kind == "lre-fact")
        return text + lreFactText(result);
    if (result.kind == "trace")
        for (const Json& site : head.at("sites"))
            text += mapText(result, site.get<std::string>());
    else if (result.kind == "evaluate")
        text += evaluationText(result);
    else if (result.kind == "lre")
        text += lreText(result);
    else if (result.kind == "ioi")
        text += ioiText(result);
    else if (result.kind == "ioi-layer")
        text += ioiLayerText(result);
    else if (result.kind == "ioi-names")
        text += ioiNamesText(result);
    else if (result.kind == "ioi-believe")
        text += ioiBelieveText(result);
    else if (result.kind == "circuit")
        text += circuitText(result);
    else if (result.kind == "circuit-inside")
        text += circuitInsideText(result);
    else
        for (const ArrayPtr& array : result.arrays)
            text += isTable(*array) ? arrayTable(*array) : overFacts ? "" : arrayLine(*array);
    if (result.done < 1)
        text += format("stopped: %.0f %% of the %s\n", result.done * 100,
                       result.kind == "evaluate"         ? "edits"
                       : overFacts                       ? "facts"
                       : result.kind == "attention"      ? "layers"
                       : result.kind == "lre"            ? "trials"
                       : result.kind == "ioi"            ? "parts"
                       : result.kind == "ioi-layer"      ? "prompts"
                       : result.kind == "ioi-names"      ? "sentences"
                       : result.kind == "circuit"        ? "pairs"
                       : result.kind == "circuit-inside" ? "layers"
                                                         : "cells");
    return text;
}

}  // namespace mnemo
