// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/edit_request.h"

#include "core/data/causal_profile.h"
#include "core/data/metric.h"
#include "widgets/json_value.h"
#include "widgets/token_chips.h"

#include <QObject>
#include <QStringList>

namespace mnemo {
namespace {

constexpr int manyTokens = 5;

/// The search's parameters, at one place.
Json editAt(const Result& evaluation, const EditPlace& place)
{
    Json edit = evaluation.parameters;
    edit["matrix"] = place.matrix;
    edit["layer"] = place.layer;
    return edit;
}

}  // namespace

std::optional<int> suggestedLayer(const Result& trace, const std::string& matrix)
{
    const std::string site = siteOfMatrix(matrix);
    const int last = jsonSpan(trace.head, "subject").end - 1;
    if (site.empty() || last < 0 || !trace.find(site + ".p"))
        return std::nullopt;
    const Array effects = traceMetric(trace, site, Metric::IndirectEffect);
    std::optional<int> best;
    for (int layer = 0; layer < effects.axes[0].size(); ++layer)
        if (effects.has(layer, last) && (!best || effects.at(layer, last) > effects.at(*best, last)))
            best = layer;
    return best;
}

std::vector<EditPlace> placesOf(const Result& evaluation)
{
    std::vector<EditPlace> places;
    const ArrayPtr scores = evaluation.find("ES");
    if (!scores || scores->axes.size() != 2)
        return places;
    for (const std::string& layer : scores->axes[0].labels)
        for (const std::string& matrix : scores->axes[1].labels)
            places.push_back({matrix, QString::fromStdString(layer).toInt()});
    return places;
}

std::optional<EditPlace> bestPlace(const Result& evaluation)
{
    const std::vector<EditPlace> places = placesOf(evaluation);
    if (places.empty())
        return std::nullopt;
    const ArrayPtr scores = evaluation.find("S");
    std::size_t best = 0;
    for (std::size_t i = 1; scores && scores->values.size() == places.size() && i < places.size(); ++i)
        if (scores->states[i] == CellState::Computed &&
            (scores->states[best] != CellState::Computed || scores->values[i] > scores->values[best]))
            best = i;
    return places[best];
}

Json editOfPoint(const Result& evaluation, int series, int layer)
{
    const ArrayPtr scores = evaluation.find("ES");
    if (!scores || scores->axes.size() != 2 || layer >= scores->axes[0].size() || series >= scores->axes[1].size())
        return {};
    const EditPlace place = placesOf(evaluation)[std::size_t(layer * scores->axes[1].size() + series)];
    return jsonMember(evaluation.head, "cases").size() == 1 ? editOfCase(evaluation, place, 0)
                                                            : editAt(evaluation, place);
}

Json editOfCase(const Result& evaluation, const EditPlace& place, int index)
{
    const Json cases = jsonMember(evaluation.head, "cases");
    if (!cases.is_array() || index < 0 || std::size_t(index) >= cases.size())
        return {};
    Json edit = editAt(evaluation, place);
    for (const auto& [key, of] : {std::pair("prompt", "prompt"), {"subject", "subject"}, {"target", "target_new"}})
        edit[key] = jsonText(cases[std::size_t(index)], of).toStdString();
    return edit;
}

TargetNote noteOfTarget(const QString& typed, const Prompt& tokens, const QString& answer)
{
    if (typed.trimmed().isEmpty())
        return {};
    QStringList texts;
    for (int i = tokens.prefixTokens; i < tokens.size(); ++i)
        texts << shownToken(tokens.tokens[std::size_t(i)].text);
    if (texts.isEmpty())
        return {};
    if (texts.size() == 1 && texts.first() == answer)
        return {QObject::tr("The model already answers %1 here: there is nothing to change.").arg(answer), true};
    QString text = texts.size() == 1 ? QObject::tr("1 token: %1").arg(texts.first())
                                     : QObject::tr("%1 tokens: %2").arg(texts.size()).arg(texts.join(u' '));
    if (!typed.startsWith(QLatin1Char(' ')))
        text += QObject::tr(" (a space is put before it)");
    if (texts.size() >= manyTokens)
        text += QObject::tr(". Many tokens: an edit of fewer is surer.");
    return {text, false};
}

}  // namespace mnemo
