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

Json editOfPoint(const Result& evaluation, int series, int layer)
{
    const ArrayPtr scores = evaluation.find("ES");
    if (!scores || scores->axes.size() != 2 || layer >= scores->axes[0].size() || series >= scores->axes[1].size())
        return {};
    Json edit = evaluation.parameters;
    edit["matrix"] = scores->axes[1].labels[std::size_t(series)];
    edit["layer"] = QString::fromStdString(scores->axes[0].labels[std::size_t(layer)]).toInt();
    const Json cases = jsonMember(evaluation.head, "cases");
    if (cases.size() != 1)
        return edit;
    for (const auto& [key, of] : {std::pair("prompt", "prompt"), {"subject", "subject"}, {"target", "target_new"}})
        edit[key] = jsonText(cases[0], of).toStdString();
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
