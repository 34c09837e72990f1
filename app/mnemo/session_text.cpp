// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/session_text.h"

#include "app/mnemo/text_table.h"
#include "core/io/session_parts.h"

namespace mnemo {
namespace {

std::string bytesText(double bytes)
{
    return bytes < 1024          ? fixed("%.0f bytes", bytes)
           : bytes < 1024 * 1024 ? fixed("%.1f KiB", bytes / 1024)
                                 : fixed("%.1f MiB", bytes / (1024 * 1024));
}

/// The first line of something: its text, its "text" or "title", or itself.
std::string firstLine(const Json& json)
{
    std::string text = json.is_string() ? json.get<std::string>() : textOf(json, "text");
    if (text.empty())
        text = textOf(json, "title");
    if (text.empty())
        text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
    return text.substr(0, text.find('\n'));
}

/// Nothing where there is no value.
std::string line(std::string name, const std::string& value)
{
    name.resize(12, ' ');
    return value.empty() ? "" : name + value + "\n";
}

/// A heading and indented lines below it; nothing where there are none.
std::string section(const std::string& name, const TextRows& rows)
{
    if (rows.empty())
        return "";
    std::string text = "\n" + name + "\n";
    for (const std::vector<std::string>& row : rows) {
        text += " ";
        for (const std::string& cell : row)
            text += " " + cell;
        text += "\n";
    }
    return text;
}

std::string shortHash(const std::string& hash)
{
    constexpr std::size_t shown = 19;  // "sha256:" and twelve digits
    return hash.size() > shown ? hash.substr(0, shown) + "…" : hash;
}

std::string modelLine(const Json& model)
{
    std::string text = textOf(model, "name");
    if (const std::string architecture = textOf(model, "architecture"); !architecture.empty())
        text += ", " + architecture;
    if (model.contains("layers"))
        text += ", " + model["layers"].dump() + " layers";
    if (const std::string dtype = textOf(model, "dtype"); !dtype.empty())
        text += ", " + dtype;
    return text + ", " + shortHash(textOf(model, "hash"));
}

std::string runTable(const Json& info)
{
    TextRows rows;
    for (const Json& run : info["runs"]) {
        const Json& model = info["models"][run["model"].get<std::size_t>()];
        const double done = run["done"].get<double>();
        rows.push_back({"  " + run["run"].dump() + "  " + run["kind"].get<std::string>(), textOf(model, "name"),
                        done >= 1 ? "complete" : fixed("%.0f % %", 100 * done), bytesText(run["bytes"].get<double>())});
    }
    if (rows.empty())
        return "";
    // Titles are long and of all lengths: behind the table, to the left.
    const std::string table = aligned(rows);
    std::string text = "\nruns\n";
    std::size_t at = 0;
    for (const Json& run : info["runs"]) {
        const std::size_t end = table.find('\n', at);
        text += table.substr(at, end - at) + "  " + firstLine(run["title"]) +
                (run["edits"].empty() ? "" : " (edited)") + "\n";
        at = end + 1;
    }
    return text;
}

std::string entryLine(const Json& entry)
{
    for (const char* key : {"kind", "hash", "name"})
        if (const std::string text = textOf(entry, key); !text.empty()) {
            std::string model = textOf(entry, "model");
            if (const std::string dtype = textOf(entry, "dtype"); !dtype.empty())
                model += ", " + dtype;
            return (entry.contains("run") ? entry["run"].dump() + " " : "") + shortHash(text) +
                   (textOf(entry, "title").empty() ? "" : ": " + firstLine(entry["title"])) +
                   (model.empty() ? "" : " (" + model + ")");
        }
    return firstLine(entry);
}

std::string arrayLine(const Json& array)
{
    std::string text = "      " + array["name"].get<std::string>() + ": ";
    if (array.contains("problem"))
        return text + array["problem"].get<std::string>() + "\n";
    if (array["cells"] != 0)
        text += "numbers that differ: " + array["cells"].dump() + ", by at most " +
                (array["largest"].is_null() ? "a number beside none" : fixed("%.3g", array["largest"].get<double>())) +
                " (" + array["at"].get<std::string>() + ")";
    if (array["states"] != 0)
        text += std::string(array["cells"] != 0 ? "; " : "") + "cells in another state: " + array["states"].dump();
    return text + "\n";
}

std::string runDifference(const Json& entry)
{
    std::string text = "  run " + entry["first"].dump() + " and " + entry["second"].dump() +
                       " differ: " + entry["kind"].get<std::string>() + ", " + firstLine(entry["title"]) + "\n";
    if (entry.contains("titles"))
        text += "      title: " + firstLine(entry["titles"][0]) + " and " + firstLine(entry["titles"][1]) + "\n";
    if (entry.contains("done"))
        text += "      done: " + fixed("%.3g", entry["done"][0].get<double>()) + " and " +
                fixed("%.3g", entry["done"][1].get<double>()) + "\n";
    if (entry.contains("arrays"))
        for (const Json& array : entry["arrays"])
            text += arrayLine(array);
    if (entry.contains("head"))
        text += "      head: " + entry["head"][0].get<std::string>() +
                (entry["head"].size() > 1 ? " and " + std::to_string(entry["head"].size() - 1) + " more places" : "") +
                "\n";
    return text;
}

std::string partDifference(const std::string& name, const Json& part)
{
    std::string text;
    for (const Json& entry : part["only_first"])
        text += "  only in the first: " + entryLine(entry) + "\n";
    for (const Json& entry : part["only_second"])
        text += "  only in the second: " + entryLine(entry) + "\n";
    for (const Json& entry : part["differ"])
        text += name == "runs" ? runDifference(entry) : "  differ: " + entryLine(entry["first"]) + "\n";
    return text.empty() ? "" : name + "\n" + text;
}

}  // namespace

std::string infoText(const Json& info)
{
    std::string text =
        line("title", textOf(info, "title")) + line("licence", textOf(info, "license")) +
        line("file", info["file"].get<std::string>() + ", " +
                         (info["bytes"].is_null() ? "" : bytesText(info["bytes"].get<double>()))) +
        line("written by", "mnemo " + textOf(info, "app") + ", format " + textOf(info, "format_version") +
                               (info["read_only"] == Json(true) ? "; opens read-only" : "")) +
        line("created", textOf(info, "created")) + line("modified", textOf(info, "modified"));
    TextRows models, edits, facts, notes, others;
    for (const Json& model : info["models"])
        models.push_back({modelLine(model)});
    for (const Json& edit : info["edits"])
        edits.push_back({"run " + edit["run"].dump() + ":", textOf(edit, "matrix"), "layer", edit["layer"].dump() + ",",
                         textOf(edit, "subject"), "→", textOf(edit, "target") + ",",
                         edit["on"] == Json(true) ? "on," : "off,", "α", fixed("%g", edit["alpha"].get<double>())});
    for (const Json& fact : info["facts"]) {
        std::string runs;
        for (const Json& run : fact["runs"])
            runs += (runs.empty() ? "" : ", ") + run.dump();
        facts.push_back({firstLine(fact["prompt"]), "|", firstLine(fact["subject"]), "(runs " + runs + ")"});
    }
    for (const Json& fact : info["saved_facts"])
        facts.push_back({firstLine(fact), "(saved)"});
    for (const Json& note : info["notes"])
        notes.push_back({firstLine(note)});
    for (const Json& key : info["other_keys"])
        others.push_back({key.get<std::string>()});
    for (const Json& tensor : info["other_tensors"])
        others.push_back({"tensor", tensor["name"].get<std::string>() + ",", bytesText(tensor["bytes"].get<double>())});
    return text + section("models", models) + runTable(info) + section("edits", edits) + section("facts", facts) +
           section("notes", notes) + section("kept, not known to this program", others);
}

std::string diffText(const Json& difference)
{
    std::string text;
    for (const char* part : {"runs", "edits", "facts", "notes", "tables", "others"})
        text += partDifference(part, difference[part]);
    if (difference["equal"] == Json(true))
        text = "The sessions hold the same.\n";
    return text + "Runs that are the same: " + difference["runs"]["same"].dump() + "\n";
}

std::string validationText(const Json& report)
{
    std::string text;
    for (const Json& file : report["files"]) {
        text += file["file"].get<std::string>() + ": " + (file["valid"] == Json(true) ? "valid" : "not valid") + "\n";
        for (const Json& problem : file["problems"])
            text += "  " + problem.get<std::string>() + "\n";
        for (const Json& remark : file["remarks"])
            text += "  (" + remark.get<std::string>() + ")\n";
    }
    return text;
}

}  // namespace mnemo
