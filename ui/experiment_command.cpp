// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/experiment_command.h"

#include "ui/fact_form.h"

namespace mnemo {
namespace {

QString textOf(const Json& value)
{
    if (value.is_string())
        return shellQuoted(QString::fromStdString(value.get<std::string>()));
    if (!value.is_array())
        return QString::fromStdString(value.dump());
    QStringList items;
    for (const Json& item : value)
        items << QString::fromStdString(item.get<std::string>());
    return shellQuoted(items.join(QLatin1Char(',')));
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
            words << "--" + flag << textOf(value);
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
