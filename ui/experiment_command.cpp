// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/experiment_command.h"

#include "ui/fact_form.h"

namespace mnemo {
namespace {

QString quotedText(const std::string& text)
{
    return shellQuoted(QString::fromStdString(text));
}

/// What stands behind the flag, once or for each time that it is given.
QStringList valuesOf(const ParamSpec& spec, const Json& value)
{
    if (value.is_string())
        return {quotedText(value.get<std::string>())};
    if (!value.is_array())
        return {QString::fromStdString(value.dump())};
    const auto texts = value.get<std::vector<std::string>>();
    if (takesSeveral(spec))
        return {quotedText(joinTexts(texts))};
    QStringList each;
    for (const std::string& text : texts)
        each << quotedText(text);
    return each;
}

}  // namespace

QString asCommand(const ExperimentSchema& schema, const Json& parameters, const QString& model)
{
    QStringList words{"mnemo", QString::fromStdString(schema.key), "-m", shellQuoted(model)};
    for (const ParamSpec& spec : schema.params) {
        const Json value = parameters.value(spec.key, spec.defaultValue);
        if (value == spec.defaultValue)
            continue;
        const QString flag = QString::fromStdString(spec.key).replace(QLatin1Char('_'), QLatin1Char('-'));
        if (spec.type == ParamType::Bool)
            words << (value == true ? "--" : "--no-") + flag;
        else
            for (const QString& text : valuesOf(spec, value))
                words << "--" + flag << text;
    }
    return words.join(QLatin1Char(' '));
}

std::optional<ExperimentSchema> schemaOf(const Json& engineInfo, const std::string& key)
{
    if (engineInfo.is_object())
        for (const Json& schema : engineInfo.value("experiments", Json::array()))
            if (schema.value("key", "") == key)
                return schemaFromJson(schema);
    return std::nullopt;
}

}  // namespace mnemo
