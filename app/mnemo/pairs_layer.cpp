// SPDX-License-Identifier: GPL-3.0-or-later
// Inside a layer of a Mamba: its convolution, its states, the names it holds.
#include "app/mnemo/array_text.h"
#include "app/mnemo/pairs_text.h"
#include "app/mnemo/run.h"
#include "app/mnemo/text_table.h"

namespace mnemo {
namespace {

std::string layerText(const Json& head)
{
    return "layer " + head.at("layer").dump() +
           (head.at("layer_found").get<bool>() ? ", where the difference costs most" : "");
}

std::string tableOf(const Result& result, const std::string& name, const std::string& heading)
{
    const ArrayPtr array = result.find(name);
    return array ? arrayTable(*array, heading) : std::string();
}

}  // namespace

std::string ioiLayerText(const Result& result)
{
    const Json& groups = result.head.at("pairs").at("groups");
    std::string text = pairsLine(result.head) + layerText(result.head) + "\n";
    text += tableOf(result, "taps", "1 - nld when one term of the convolution is the corrupted run's, by tap:");
    for (std::size_t i = 0; i < groups.size(); ++i)
        text += tableOf(result, "taps." + std::to_string(i + 1), groups[i].at("label").get<std::string>() + ":");
    for (const auto& [name, heading] :
         {std::pair("write_state", "what a token writes (down) with the state after a token"),
          std::pair("propagated_state", "what is left of it (down) with the state after a token"),
          std::pair("write_write", "what two tokens write"), std::pair("state_state", "the states after two tokens")})
        text += tableOf(result, std::string("cosine.") + name, std::string("cosine of ") + heading + ":");
    return text;
}

std::string ioiNamesText(const Result& result)
{
    const Json& head = result.head;
    const ArrayPtr tests = result.find("tests");
    std::string text = layerText(head) + "\naverages of " + head.at("names").dump() + " names over " +
                       head.at("sentences").dump() + " sentences of " +
                       head.at("pairs").at("source").get<std::string>() + ", " + head.at("behind_a_mean")[0].dump() +
                       " to " + head.at("behind_a_mean")[1].dump() + " behind each\nsentences per row:";
    for (std::size_t i = 0; i < tests->size(); ++i)
        text += " " + tests->axes[0].labels[i] + " " + fixed("%.0f", tests->values[i]);
    return text + "\n" +
           tableOf(result, "replace",
                   "share of tests in which the average, put in the name's place, acts as the name:") +
           tableOf(result, "add", "the same when it is added, and that of the name that stood there taken away:");
}

std::string ioiBelieveText(const Result& result)
{
    const Json& head = result.head;
    std::string text = "slot " + head.at("slot").dump() + ": " + head.at("name").get<std::string>() + " becomes " +
                       head.at("believe").get<std::string>() + " at token " + head.at("position").dump() +
                       ", strength " + fixed("%g", head.at("alpha").get<double>()) + ", " + layerText(head) + "\n\n";
    TextRows names{{"name", "p before", "p after"}};
    for (const Json& one : head.at("candidates"))
        names.push_back({one.at("name").get<std::string>(), fixed("%.6f", one.at("before").get<double>()),
                         fixed("%.6f", one.at("after").get<double>())});
    TextRows tops{{"before", "p", "after", "p"}};
    for (std::size_t i = 0; i < head.at("top").size(); ++i)
        tops.push_back({quoted(head["top"][i]), fixed("%.6f", head["top"][i].at("p").get<double>()),
                        quoted(head.at("top_patched")[i]),
                        fixed("%.6f", head["top_patched"][i].at("p").get<double>())});
    return text + aligned(names) + "\n" + aligned(tops);
}

void addIoiLayer(CLI::App& app, CommandLine& line)
{
    addRunCommand(*app.add_subcommand("ioi-layer", "Inside a Mamba layer: convolution taps, writes and states"), line,
                  "ioi-layer");
}

void addIoiNames(CLI::App& app, CommandLine& line)
{
    addRunCommand(*app.add_subcommand("ioi-names", "Names that a Mamba layer reads, overwritten by averages"), line,
                  "ioi-names");
}

void addIoiBelieve(CLI::App& app, CommandLine& line)
{
    addRunCommand(*app.add_subcommand("ioi-believe", "Make a Mamba believe that another name stood in a prompt"), line,
                  "ioi-believe");
}

}  // namespace mnemo
