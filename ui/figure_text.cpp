// SPDX-License-Identifier: GPL-3.0-or-later
// What a figure says of itself: title, caption, provenance.
#include "ui/figure.h"

#include "core/data/lre_summary.h"
#include "ui/trace_comparison.h"
#include "widgets/chart.h"
#include "widgets/circuit_text.h"
#include "widgets/json_value.h"
#include "widgets/result_series.h"
#include "widgets/token_chips.h"
#include "widgets/trace_rows.h"

#include <QCoreApplication>
#include <algorithm>
#include <cmath>

namespace mnemo {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("mnemo::figure", text);
}

QString digits(double value)
{
    return std::isfinite(value) ? QString::number(value, 'g', 3) : QStringLiteral("–");
}

/// "h: 1 (8 % of depth)"; the share of an average follows from the model.
QString windowText(const Result& result, const std::string& site, int window)
{
    double share = jsonNumber(jsonMember(result.head, "window_share"), site.c_str());
    if (!std::isfinite(share))
        share = window / jsonNumber(result.model, "layers");
    return tr("%1 (%2 % of depth)")
        .arg(window)
        .arg(std::isfinite(share) ? QString::number(share * 100, 'f', 0) : QStringLiteral("?"));
}

QString windowSentence(const Result& result)
{
    QStringList parts;
    const std::map<std::string, int> windows = traceWindows(result);
    for (const Json& name : jsonMember(result.head, "sites")) {
        const std::string site = name.is_string() ? name.get<std::string>() : std::string();
        if (const auto window = windows.find(site); window != windows.end())
            parts << tr("%1: %2").arg(QString::fromStdString(site), windowText(result, site, window->second));
    }
    return parts.isEmpty() ? QString() : tr("Layers restored together: %1. ").arg(parts.join(QStringLiteral(", ")));
}

QString countSentence(const Result& trace)
{
    qint64 all = 0;
    qint64 done = 0;
    for (const ArrayPtr& array : trace.arrays)
        if (array->name.size() > 2 && array->name.compare(array->name.size() - 2, 2, ".p") == 0) {
            all += qint64(array->size());
            done += std::count_if(array->states.begin(), array->states.end(),
                                  [](CellState state) { return state != CellState::NotComputed; });
        }
    QString text = tr("%1 of %2 cells; a dot marks cells that cannot matter").arg(done).arg(all);
    if (done < all)
        text += tr(", hatching those not computed");
    return text + QStringLiteral(". ");
}

/// Of a trace of edits: the same prompt with and without them.
QString editTraceSentence(const Result& trace, Metric metric)
{
    const QString what =
        metric == Metric::IndirectEffect ? tr("Indirect effect (0 unedited, 1 edited)") : metricLabel(metric, trace);
    const bool reversed = jsonText(trace.parameters, "direction") == QLatin1String("corrupt");
    return (reversed ? tr("%1 when a state of the unedited run is put into the edited one")
                     : tr("%1 when a state of the edited run is put into the unedited one"))
               .arg(what) +
           tr(": p edited %1, p unedited %2. ")
               .arg(digits(jsonNumber(trace.head, "p_clean")), digits(jsonNumber(trace.head, "p_corrupt")));
}

QString traceSentences(const Result& trace, Metric metric)
{
    if (jsonFlag(trace.parameters, "unedited"))
        return editTraceSentence(trace, metric) + windowSentence(trace) + countSentence(trace);
    const QString swap = jsonText(trace.parameters, "swap");
    const double noise = jsonNumber(trace.parameters, "noise");
    QString text = metric == Metric::IndirectEffect
                       ? tr("Indirect effect of restoring a state of the clean run")
                       : tr("%1 after restoring a state of the clean run").arg(metricLabel(metric, trace));
    if (jsonText(trace.parameters, "direction") == QLatin1String("corrupt"))
        text = tr("%1 after corrupting a state of the clean run").arg(metricLabel(metric, trace));
    if (!swap.isEmpty())
        text += tr(", corrupted by the subject “%1”").arg(swap);
    else if (noise > 0)
        text += tr(", corrupted by noise of %1 σ on the subject (%2 samples, seed %3)")
                    .arg(digits(noise), jsonText(trace.parameters, "samples"), jsonText(trace.parameters, "seed"));
    text += tr(": p clean %1, p corrupted %2. ")
                .arg(digits(jsonNumber(trace.head, "p_clean")), digits(jsonNumber(trace.head, "p_corrupt")));
    return text + windowSentence(trace) + countSentence(trace);
}

/// "Mean over 40 facts that the model knows; left out: 5 unknown. "
QString factsSentence(const Result& result)
{
    const Json counts = jsonMember(result.head, "counts");
    const double used = jsonNumber(counts, "used");
    if (!std::isfinite(used))
        return {};
    if (used == 1)
        return tr("One fact. ");
    QString text = tr("Mean over %1 facts").arg(used);
    QStringList left;
    for (const auto& [key, name] :
         {std::pair("unknown", tr("%1 that the model does not know")),
          std::pair("without_partner", tr("%1 without a partner")),
          std::pair("same_answer", tr("%1 with the partner's answer")), std::pair("weak", tr("%1 with a weak effect"))})
        if (const double count = jsonNumber(counts, key); count > 0)
            left << name.arg(count);
    if (!left.isEmpty())
        text += tr(", left out %1").arg(left.join(QStringLiteral(", ")));
    if (result.done < 1)
        text += tr(", stopped at %1 % of them").arg(std::floor(result.done * 100));
    return text + QStringLiteral(". ");
}

QString referenceSentence(const Result& result, const QString& sign)
{
    const QString title = referenceTitle(result);
    return title.isEmpty() ? QString() : tr("%1: %2. ").arg(sign, title);
}

QString noteSentence(const Result& result)
{
    const QString note = leakNote(result);
    return note.isEmpty() ? note : note + QLatin1Char(' ');
}

QString averageSentences(const Result& result)
{
    QString text =
        tr("Indirect effect of restoring a state of the clean run in the run with another subject, by role of "
           "the token; in brackets, facts that have such tokens. ");
    if (jsonText(result.head, "averaging") == QLatin1String("as-published"))
        text += tr("Averaged as the authors' code does. ");
    text += factsSentence(result) + windowSentence(result);
    return text + tr("Bands are standard errors. ") + referenceSentence(result, tr("Dashed"));
}

QString pathsSentences(const Result& result)
{
    return tr("Indirect effect of restoring h of the clean run at one token behind a layer, while the same token's "
              "severed states are held at their corrupted values in all layers above; later tokens still read that "
              "token. ") +
           factsSentence(result) + tr("Bars end in standard errors. ") + referenceSentence(result, tr("Ticks"));
}

QString knockoutSentences(const Result& result)
{
    const bool masked = jsonText(result.head, "cut").startsWith(QLatin1String("attention"));
    const bool silent = jsonText(result.head, "cut").startsWith(QLatin1String("writes"));
    QString how = silent ? tr("the tokens write nothing into the SSM's state, and their a still reaches the next ones")
                         : tr("a of the tokens is set to its mean over texts");
    if (masked && jsonText(result.parameters, "queries") == QLatin1String("later"))
        how = tr("every later token's attention to the tokens is cut");
    else if (masked)
        how = tr("the prompt's last token's attention to the tokens is cut");
    QString text = tr("Relative change in the answer's probability when %1 in layers around each. ").arg(how);
    if (const double window = jsonNumber(result.head, "window"); window > 0)
        text += tr("Layers cut together: %1. ").arg(windowText(result, {}, int(window)));
    if (!masked && !silent && jsonText(result.parameters, "others") == QLatin1String("clean"))
        text += tr("The other tokens but the last keep the clean run's a. ");
    return text + factsSentence(result) + tr("Bands are standard errors. ") + referenceSentence(result, tr("Dashed")) +
           noteSentence(result);
}

QString lensSentences(const Result& result, Metric metric)
{
    const Metric shown = metric == Metric::Rank || metric == Metric::LogProbability ? metric : Metric::Probability;
    return tr("What the model would say if it ended behind a layer: last norm and unembedding of the residual stream. "
              "In the cells, where there is room, the most probable token; coloured by %1. ")
        .arg(metricLabel(shown, result));
}

QString dlaSentences(const Result& result)
{
    QString text = tr("What each part of the last token's residual stream adds to %1, the last norm's scale held. ")
                       .arg(metricLabel(Metric::LogitDifference, result));
    return text + (result.find("corrupt.parts") ? tr("Ticks: the corrupted run. ") : QString());
}

QString attentionSentences(const Result& result)
{
    const bool hidden = jsonText(result.model, "architecture") == QLatin1String("mamba");
    const bool weights = !hidden || jsonText(result.parameters, "of") == QLatin1String("weight");
    const bool norm = jsonText(result.parameters, "over") != QLatin1String("mean");
    return (weights ? tr("With what weight each token reads the tokens before it and itself, ")
                    : tr("What each token's SSM output has of the tokens before it and itself, ")) +
           (norm ? tr("the length of the vector over all %1. ") : tr("the mean over all %1. "))
               .arg(hidden ? tr("channels") : tr("heads")) +
           tr("Each map has its own scale. ") + noteSentence(result);
}

QString evaluationSentences(const Result& result)
{
    QString text =
        tr("Percent of edited facts, by layer and matrix of the edit: the new object is the more probable one "
           "in the edited sentence (efficacy) and in others about the subject (paraphrases), the old one in "
           "sentences about other subjects (neighbours); score: their harmonic mean. ");
    if (const double used = jsonNumber(jsonMember(result.head, "counts"), "used"); std::isfinite(used))
        text += used == 1 ? tr("One fact. ") : tr("%1 facts. ").arg(used);
    if (result.find("S.low"))
        text += tr("Bands are 95 % intervals. ");
    if (const QString profile = profileNote(result); !profile.isEmpty())
        text += profile + QLatin1Char(' ');
    return text + referenceSentence(result, tr("Dashed"));
}

QString lreSentences(const Result& result)
{
    const LreChoice choice = lreChoiceOf(result);
    const ArrayPtr recall = result.find("recall.1"), causality = result.find("causality");
    QString text =
        tr("Each relation as one affine map z ≈ β W h + b from the state h at the subject's last token, behind "
           "each layer, to the end z of the network; W is the mean Jacobian of %1 facts. ")
            .arg(jsonNumber(result.head, "n"));
    text += choice.top == 1 ? tr("Faithfulness: the map's first choice is the object")
                            : tr("Recall at %1: the object is among the map's first choices").arg(choice.top);
    text += choice.strict ? tr(" (its first token), ") : tr(" (a beginning of it), ");
    text +=
        tr("of test facts that the model knows; causality: the model says another fact's object when h is moved by "
           "the inverse of W of rank ρ. ");
    if (recall && causality && recall->axes.size() == 4 && causality->axes.size() == 4)
        text += tr("β: %1, ρ: %2, mean and standard deviation of %3 trials; red: random choice. ")
                    .arg(choice.beta ? QString::fromStdString(recall->axes[3].labels[std::size_t(*choice.beta)])
                                     : tr("each trial's best"),
                         choice.rank ? QString::fromStdString(causality->axes[3].labels[std::size_t(*choice.rank)])
                                     : tr("each trial's best"))
                    .arg(recall->axes[0].size());
    text += tr("Curves over layers, the embedding first: blue, faithfulness; orange, causality. ");
    return text + referenceSentence(result, tr("Grey and dashed"));
}

/// How many pairs of prompts, of what.
QString pairsSentence(const Result& result)
{
    const Json pairs = jsonMember(result.head, "pairs");
    return tr("%1 pairs of %2. ").arg(jsonText(pairs, "count"), jsonText(pairs, "source"));
}

QString ioiSentences(const Result& result)
{
    return tr("Clean and corrupted prompts. Maps: 1 − nld when the input of a layer at one token is the corrupted "
              "run's "
              "(0: as the clean run, 1: as the corrupted one), nld the normalised logit difference. Layers: what is "
              "left when a layer adds nothing, alone or after those before it, the clean run marked. Cross-talk: the "
              "share of the smallest circuits that have a layer whose tokens must mix. ") +
           pairsSentence(result);
}

QString ioiLayerSentences(const Result& result)
{
    return tr("Layer %1. Convolution: 1 − nld when only the term of one tap is the corrupted run's, at one token. "
              "Cosines: of what tokens write into the SSM's state and of the states after tokens, mean of %2 clean "
              "prompts. ")
               .arg(jsonText(result.head, "layer"), jsonText(result.head, "cosine_prompts")) +
           pairsSentence(result);
}

QString ioiNamesSentences(const Result& result)
{
    return tr("Layer %1, at the token after a name: the SSM's input is replaced by its average after another name, or "
              "moved by the difference of two averages; rows, the slot that is overwritten; columns, the slot of the "
              "averages. Share of the sentences that are then answered by the new names. Averages over %2 sentences. ")
        .arg(jsonText(result.head, "layer"), jsonText(result.head, "sentences"));
}

QString circuitInsideSentences(const Result& result)
{
    return tr("A circuit of %1 edges, its layers taken apart from the last one backwards: taps of the convolution, "
              "what "
              "the state keeps (ssm) and the gate (skip) that cost more than %2 of the normalised logit difference "
              "when "
              "they are the corrupted run's. ")
               .arg(jsonText(result.head, "edges"), jsonText(result.head, "threshold")) +
           pairsSentence(result);
}

QString sentences(const Result& result, Metric metric)
{
    if (result.kind == "ioi")
        return ioiSentences(result);
    if (result.kind == "ioi-layer")
        return ioiLayerSentences(result);
    if (result.kind == "ioi-names")
        return ioiNamesSentences(result);
    if (result.kind == "circuit")
        return circuitSentences(result);
    if (result.kind == "circuit-inside")
        return circuitInsideSentences(result);
    if (result.kind == "lre")
        return lreSentences(result);
    if (result.kind == "evaluate")
        return evaluationSentences(result);
    if (result.kind == "average")
        return averageSentences(result);
    if (result.kind == "paths")
        return pathsSentences(result);
    if (result.kind == "knockout")
        return knockoutSentences(result);
    if (result.kind == "lens")
        return lensSentences(result, metric);
    if (result.kind == "attention")
        return attentionSentences(result);
    return result.kind == "dla" ? dlaSentences(result) : traceSentences(result, metric);
}

QString traceTitle(const Result& trace)
{
    QString prompt = jsonText(trace.parameters, "prompt");
    prompt.replace(QStringLiteral("{}"), jsonText(trace.parameters, "subject"));
    const QString target = shownToken(jsonText(jsonMember(trace.head, "target"), "text").toStdString());
    return target.isEmpty() ? prompt : prompt + QStringLiteral(" → ") + target;
}

/// "Model mnemo-mamba, 9f3c…, f32, cpu"
QString modelText(const Result& result)
{
    QString text = tr("Model %1").arg(jsonText(result.model, "name"));
    for (const char* key : {"hash", "dtype", "device"})
        if (const QString value = jsonText(result.model, key); !value.isEmpty())
            text += QStringLiteral(", ") + value.left(12);
    return jsonFlag(result.model, "tf32") ? text + tr(", products in TF32") : text;
}

}  // namespace

QString figureTitle(const Result& result)
{
    return result.kind == "trace" ? traceTitle(result) : QString::fromStdString(result.title);
}

QString figureSentences(const Result& result, const FigureOptions& options)
{
    const QString text = sentences(result, options.metric) + modelText(result);
    if (!options.beside)
        return text;
    const TraceComparison pair = compareTraces(result, *options.beside, options.metric, options.oneScale);
    return tr("Left, %1: %2. Middle, %3: %4%5. Right: left − middle, %6")
        .arg(pair.names[TraceComparison::A], text, pair.names[TraceComparison::B],
             sentences(*options.beside, options.metric), modelText(*options.beside), pair.note);
}

QString softwareName(const Result& result)
{
    return QStringLiteral("Mnemoscope %1").arg(jsonText(result.provenance, "mnemo")).trimmed();
}

QString figureCaption(const Result& result, const FigureOptions& options)
{
    return figureSentences(result, options) + QStringLiteral(". ") + softwareName(result) + QLatin1Char('.');
}

Json figureProvenance(const Result& result, const FigureOptions& options)
{
    Json json{{"schema", "mnemo.figure/1"},
              {"experiment", result.kind},
              {"parameters", result.parameters},
              {"model", result.model},
              {"metric", metricName(options.metric)},
              {"provenance", result.provenance},
              {"done", result.done}};
    for (const char* key : {"target", "foil", "windows", "window_share", "window", "counts", "p_clean", "p_corrupt",
                            "sigma", "samples", "reference", "choice"})
        if (result.head.is_object() && result.head.contains(key))
            json["result"][key] = result.head[key];
    if (options.beside) {
        FigureOptions alone = options;
        alone.beside = nullptr;
        json["beside"] = figureProvenance(*options.beside, alone);
    }
    return json;
}

}  // namespace mnemo
