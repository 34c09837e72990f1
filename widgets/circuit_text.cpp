// SPDX-License-Identifier: GPL-3.0-or-later
#include "widgets/circuit_text.h"

#include "core/data/error.h"
#include "widgets/json_value.h"
#include "widgets/number_text.h"

#include <QCoreApplication>
#include <cmath>

namespace mnemo {
namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("mnemo::circuit", text);
}

/// "faithfulness 0.97, accuracy 0.94"; empty where neither was measured.
QString pairText(double faithfulness, double accuracy)
{
    QStringList parts;
    if (std::isfinite(faithfulness))
        parts << tr("faithfulness %1").arg(shareText(faithfulness));
    if (std::isfinite(accuracy))
        parts << tr("accuracy %1").arg(shareText(accuracy));
    return parts.join(QStringLiteral(", "));
}

}  // namespace

QString circuitExtent(const ShownCircuit& shown, const CircuitChoice& choice)
{
    const auto kept = shown.kept.edges.size(), drawn = shown.circuit.edges.size();
    QString text = tr("%1 of %2 edges kept").arg(kept).arg(shown.whole.edges.size());
    if (shown.found)
        text += tr(" (as many as the search found to be enough)");
    if (drawn == kept)
        return text;
    QStringList why;
    if (choice.onPaths)
        why << tr("on paths from embed to output");
    if (shown.hidden == 1)
        why << tr("without 1 hidden node");
    else if (shown.hidden > 1)
        why << tr("without %1 hidden nodes").arg(shown.hidden);
    return text + tr("; %1 drawn: those %2").arg(QString::number(drawn), why.join(QStringLiteral(", ")));
}

QString circuitMeasuresText(const ShownCircuit& shown)
{
    if (!shown.measure)
        return tr("What a circuit of so many edges does was not measured.");
    const CircuitMeasure& measure = *shown.measure;
    QStringList parts;
    if (const QString held = pairText(measure.faithfulness, measure.accuracy); !held.isEmpty())
        parts << tr("Held out: %1").arg(held);
    if (const QString train = pairText(measure.trainFaithfulness, measure.trainAccuracy); !train.isEmpty())
        parts << tr("train: %1").arg(train);
    if (std::isfinite(measure.completeness()))
        parts << tr("completeness %1").arg(shareText(measure.completeness()));
    return parts.join(QStringLiteral("; "));
}

QString circuitNote(const ShownCircuit& shown, const CircuitChoice& choice)
{
    return circuitExtent(shown, choice) + QLatin1Char('\n') + circuitMeasuresText(shown);
}

QString circuitSentences(const Result& result)
{
    QString text =
        tr("Edges between blocks, ranked by edge attribution patching; those that are not kept carry what they "
           "carry in the corrupted run. ");
    try {
        const CircuitChoice choice = circuitChoiceOf(result);
        const ShownCircuit shown = shownCircuit(result, choice);
        text += circuitExtent(shown, choice) + QStringLiteral(". ") + circuitMeasuresText(shown);
        text += text.endsWith(QLatin1Char('.')) ? QStringLiteral(" ") : QStringLiteral(". ");
        if (!choice.hidden.empty() && shown.hidden > 0) {
            QStringList names;
            for (const std::string& name : choice.hidden)
                names << QString::fromStdString(name);
            text += tr("Hidden, and part of what was measured: %1. ").arg(names.join(QStringLiteral(", ")));
        }
    } catch (const Failure&) {  // nothing is attributed yet
    }
    return text + tr("Red: patching the edge lowers the metric (attribution below 0); blue: raises it; wider is "
                     "stronger. Faithfulness: normalised logit difference, 1 as the whole model; completeness: the "
                     "share of it that goes when only these edges are patched. ");
}

}  // namespace mnemo
