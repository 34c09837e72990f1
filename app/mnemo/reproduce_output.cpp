// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/mnemo/reproduce_output.h"

#include "app/mnemo/figure.h"
#include "app/mnemo/lre_text.h"
#include "app/mnemo/output.h"
#include "app/mnemo/text_table.h"
#include "core/data/error.h"
#include "core/io/atomic_file.h"
#include "core/io/utf8.h"

#include <algorithm>
#include <cstdio>

namespace mnemo {
namespace {

bool canDraw()
{
    try {
        findWindowProgram();
        return true;
    } catch (const Failure&) {
        return false;  // an engine without a window: its numbers can be drawn elsewhere
    }
}

/// "47 (0.73) +0.63": layer, share of the depth, change.
std::string jumpText(const std::optional<Jump>& jump, int layers)
{
    if (!jump)
        return "none";
    return std::to_string(jump->layer) + fixed(" (%.2f) ", double(jump->layer) / layers) + fixed("%+.2f", jump->by);
}

std::vector<std::string> rowOf(const CurveComparison& curve, const Comparison& comparison)
{
    const auto atLimit = std::ranges::count(curve.atLimit, true);
    std::vector<std::string> row{curve.array + ": " + curve.column, std::to_string(curve.compared),
                                 std::to_string(atLimit)};
    if (curve.compared > 0)
        row.insert(row.end(),
                   {fixed("%+.3f", curve.largest()), std::to_string(curve.largestLayer), fixed("%.3f", curve.mean)});
    else
        row.insert(row.end(), {"·", "·", "·"});
    row.push_back(curve.correlation ? fixed("%.2f", *curve.correlation) : "·");
    row.push_back(jumpText(curve.ourJump, comparison.layers));
    row.push_back(jumpText(curve.publishedJump, comparison.publishedLayers));
    return row;
}

std::string joined(const std::vector<std::string>& names)
{
    std::string text;
    for (const std::string& name : names)
        text += (text.empty() ? "" : " > ") + name;
    return text;
}

std::string orderText(const CurveOrder& order)
{
    const std::string name = "order of " + order.array + ": ";
    if (order.ours == order.published)
        return name + "as published, " + joined(order.ours) + "\n";
    return name + joined(order.ours) + "\n" + std::string(name.size() - 11, ' ') +
           "published: " + joined(order.published) + "\n";
}

std::string readableText(const Comparison& comparison)
{
    std::string text = comparison.figure + ": " + comparison.model + " (" + std::to_string(comparison.layers) +
                       " layers, " + std::to_string(comparison.facts) + " facts) beside the published " +
                       comparison.publishedModel + " (" + std::to_string(comparison.publishedLayers) + " layers), " +
                       comparison.verdict() + "\n\n";
    TextRows rows{{"curve", "compared", "at limit", "largest", "layer", "mean", "r", "our jump", "published jump"}};
    for (const CurveComparison& curve : comparison.curves)
        rows.push_back(rowOf(curve, comparison));
    text += aligned(rows);
    text +=
        "compared: layers; at limit: layers whose published colour is cut; largest, mean: of ours − published;\n"
        "r: correlation over layers; jump: the largest step from one layer to the next, at layer (share of depth)\n\n";
    for (const CurveOrder& order : comparison.orders)
        text += orderText(order);
    return text;
}

}  // namespace

FigureFolder::FigureFolder(std::filesystem::path folder) : m_path(std::move(folder)), m_draws(canDraw())
{
    std::error_code error;
    std::filesystem::create_directories(m_path, error);
    if (!std::filesystem::is_directory(m_path))
        throw Failure(ErrorCode::WriteFailed,
                      shown(m_path) + " is no folder and cannot be made one" +
                          (error ? ": " + error.message() + "." : std::string(".")),
                      "Choose another folder with -o.");
    checkFolder(m_path / "figure.json");
}

void FigureFolder::write(const Result& result, const std::string& name, std::initializer_list<const char*> extensions)
{
    for (const char* extension : extensions) {
        writeOutput(result, file(name + extension));
        m_written.push_back(name + extension);
    }
}

void FigureFolder::writeNumbers(const Result& result, const std::string& name)
{
    write(result, name, {".json", ".csv", ".mnemo"});
}

void FigureFolder::draw(const Result& result, const std::string& name)
{
    if (m_draws)
        write(result, name, {".svg", ".png", ".pdf"});
}

void FigureFolder::write(const WrittenComparison& comparison, const std::string& name)
{
    writeFileAtomically(file(name + ".json"),
                        comparison.json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
    writeFileAtomically(file(name + ".csv"), comparison.csv);
    m_written.insert(m_written.end(), {name + ".json", name + ".csv"});
}

WrittenComparison written(const Comparison& comparison)
{
    return {toJson(comparison), comparisonCsv(comparison), readableText(comparison), referenceCurves(comparison)};
}

WrittenComparison written(const LreComparison& comparison)
{
    return {toJson(comparison), comparisonCsv(comparison), readableText(comparison), referenceOf(comparison)};
}

}  // namespace mnemo
