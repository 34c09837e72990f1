// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/fact_form.h"

#include "widgets/json_value.h"

#include <QObject>
#include <QRegularExpression>

namespace mnemo {
namespace {

const QString hole = QStringLiteral("{}");

QString fill(const FactForm& form, const QString& subject)
{
    QString text = form.prompt;
    if (text.contains(hole))
        return text.replace(hole, subject);
    const int at = form.subject.isEmpty() ? -1 : int(text.lastIndexOf(form.subject));
    return at < 0 ? text : text.replace(at, form.subject.size(), subject);
}

QString text(const Json& json, const char* key)
{
    const auto it = json.find(key);
    return it != json.end() && it->is_string() ? QString::fromStdString(it->get<std::string>()) : QString();
}

Error failure(ErrorCode code, const QString& message, const QString& hint)
{
    return {code, message.toStdString(), hint.toStdString()};
}

}  // namespace

QString shellQuoted(QString text)
{
    return QLatin1Char('\'') + text.replace(QLatin1Char('\''), QStringLiteral("'\\''")) + QLatin1Char('\'');
}

QString cleanText(const FactForm& form)
{
    return fill(form, form.subject);
}

QString corruptText(const FactForm& form)
{
    return form.swap.isEmpty() || !form.swaps() ? cleanText(form) : fill(form, form.swap);
}

QString promptTemplate(const FactForm& form)
{
    const bool there = form.prompt.contains(hole) || (!form.subject.isEmpty() && form.prompt.contains(form.subject));
    return there ? fill(form, hole) : QString();
}

int subjectBegin(const FactForm& form)
{
    if (form.subject.isEmpty())
        return -1;
    const QString text = cleanText(form);
    int at = int(text.lastIndexOf(form.subject));
    const int place = int(form.prompt.lastIndexOf(hole));
    if (place >= 0)  // several {} may stand before it, each longer or shorter than the subject
        at = place + int(form.prompt.left(place).count(hole)) * int(form.subject.size() - hole.size());
    return at < 0 ? -1 : int(text.left(at).toUcs4().size());
}

std::optional<Error> checkForm(const FactForm& form)
{
    if (form.prompt.trimmed().isEmpty())
        return failure(ErrorCode::EmptyPrompt, QObject::tr("There is no prompt."),
                       QObject::tr("Type a prompt that ends just before the answer."));
    if (form.subject.trimmed().isEmpty())
        return failure(ErrorCode::SubjectNotInPrompt, QObject::tr("There is no subject."),
                       QObject::tr("Select it with the mouse over the tokens, or press Guess."));
    if (!form.prompt.contains(hole)) {
        const auto times = form.prompt.count(form.subject);
        if (times == 0)
            return failure(ErrorCode::SubjectNotInPrompt,
                           QObject::tr("Subject not found — “%1” does not occur in the prompt.").arg(form.subject),
                           QObject::tr("Select it with the mouse over the tokens, or press Guess."));
        if (times > 1)
            return failure(ErrorCode::Usage,
                           QObject::tr("“%1” occurs %2 times in the prompt.").arg(form.subject).arg(times),
                           QObject::tr("Write {} in the place of the subject that is meant."));
    }
    if (form.swaps() && form.swap.trimmed().isEmpty())
        return failure(ErrorCode::Usage, QObject::tr("There is no other subject to swap in."),
                       QObject::tr("Choose a swap from the list, or corrupt with noise instead."));
    if (form.swaps() && form.swap == form.subject)
        return failure(ErrorCode::EffectUndefined,
                       QObject::tr("Subject and swap are the same (“%1”): nothing would change.").arg(form.swap),
                       QObject::tr("Choose another swap."));
    return std::nullopt;
}

Json factParameters(const FactForm& form)
{
    Json json{{"prompt", form.prompt.toStdString()},
              {"subject", form.subject.toStdString()},
              {"prefix", form.prefix.toStdString()},
              {"direction", form.direction.toStdString()}};
    if (form.noise > 0) {
        json["noise"] = form.noise;
    } else if (form.unedited) {
        json["unedited"] = true;
    } else {
        json["swap"] = form.swap.toStdString();
        json["align"] = form.alignRight ? "right" : "exact";
    }
    if (form.targetId >= 0)
        json["target_id"] = form.targetId;
    else if (!form.target.isEmpty())
        json["target"] = form.target.toStdString();
    if (form.foilId >= 0)
        json["foil_id"] = form.foilId;
    else if (!form.foil.isEmpty())
        json["foil"] = form.foil.toStdString();
    return json;
}

FactForm formFromParameters(const Json& parameters)
{
    FactForm form;
    form.prompt = text(parameters, "prompt");
    form.subject = text(parameters, "subject");
    form.swap = text(parameters, "swap");
    form.target = text(parameters, "target");
    form.foil = text(parameters, "foil");
    const auto number = [&](const char* key, double otherwise) {
        const auto it = parameters.find(key);
        return it != parameters.end() && it->is_number() ? it->get<double>() : otherwise;
    };
    form.targetId = int(number("target_id", -1));
    form.foilId = int(number("foil_id", -1));
    form.noise = number("noise", 0);
    form.unedited = jsonFlag(parameters, "unedited");
    form.alignRight = text(parameters, "align") == QLatin1String("right");
    if (const QString prefix = text(parameters, "prefix"); !prefix.isEmpty())
        form.prefix = prefix;
    if (const QString direction = text(parameters, "direction"); !direction.isEmpty())
        form.direction = direction;
    return form;
}

QString asCommand(const FactForm& form, const QString& model, const QString& window)
{
    QStringList words{
        "mnemo", "trace", "-m", shellQuoted(model), "-p", shellQuoted(form.prompt), "-s", shellQuoted(form.subject)};
    if (form.noise > 0)
        words << "--noise" << QString::number(form.noise);
    else if (form.unedited)
        words << "--unedited";
    else
        words << "--swap" << shellQuoted(form.swap);
    if (form.swaps() && form.alignRight)
        words << "--align"
              << "right";
    if (form.targetId >= 0)
        words << "--target-id" << QString::number(form.targetId);
    else if (!form.target.isEmpty())
        words << "--target" << shellQuoted(form.target);
    if (form.foilId >= 0)
        words << "--foil-id" << QString::number(form.foilId);
    else if (!form.foil.isEmpty())
        words << "--foil" << shellQuoted(form.foil);
    if (form.prefix != QLatin1String("none"))
        words << "--prefix" << form.prefix;
    if (form.direction != QLatin1String("restore"))
        words << "--direction" << form.direction;
    words << "--window" << window;
    return words.join(QLatin1Char(' '));
}

QString guessSubject(const QString& prompt, const QStringList& known)
{
    QString best;
    for (const QString& subject : known) {
        if (subject.size() <= best.size())
            continue;
        const QRegularExpression whole(QStringLiteral("(?<![\\p{L}\\p{N}])") + QRegularExpression::escape(subject) +
                                       QStringLiteral("(?![\\p{L}\\p{N}])"));
        if (prompt.contains(subject) && prompt.contains(whole))
            best = subject;
    }
    if (!best.isEmpty())
        return best;
    // Capitalised words, with the small words that join them ("Statue of Liberty"); "The" alone is no name.
    static const QRegularExpression span(QStringLiteral(
        "\\p{Lu}[\\p{L}\\p{N}'’.-]*(?: (?:(?:of|the|de|la|von|van|di|del|and) )*\\p{Lu}[\\p{L}\\p{N}'’.-]*)*"));
    auto matches = span.globalMatch(prompt);
    while (matches.hasNext()) {
        QString found = matches.next().captured();
        static const QRegularExpression opener(QStringLiteral("^(The|A|An|In|On|At|It|This|That|What|Who)(?: |$)"));
        found.remove(opener);
        if (!found.isEmpty())
            best = found;
    }
    return best;
}

QStringList spaceWarnings(const QString& text)
{
    QStringList warnings;
    if (text.endsWith(QLatin1Char(' ')))
        warnings << QObject::tr("The prompt ends with a space; most answers begin with one. Remove it.");
    if (text.startsWith(QLatin1Char(' ')))
        warnings << QObject::tr("The prompt begins with a space.");
    if (text.contains(QStringLiteral("  ")))
        warnings << QObject::tr("Two spaces stand in a row.");
    return warnings;
}

}  // namespace mnemo
