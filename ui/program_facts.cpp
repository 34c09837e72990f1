// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/program_facts.h"

#include "core/io/paths.h"
#include "widgets/json_value.h"

#include <QCoreApplication>
#include <QDir>
#include <QSysInfo>

namespace mnemo {
namespace {

struct About {
    Q_DECLARE_TR_FUNCTIONS(ProgramFacts)
};

QString shownPath(const QString& path)
{
    return QDir::toNativeSeparators(QDir::cleanPath(path));
}

QString shownPath(const std::filesystem::path& path)
{
    return shownPath(QString::fromStdString(path.string()));
}

QString devicesOf(const Json& engine)
{
    QStringList names;
    for (const Json devices = jsonMember(engine, "devices"); const Json& device : devices)
        if (device.is_string())
            names << QString::fromStdString(device.get<std::string>());
    const double threads = jsonNumber(engine, "threads");
    return About::tr("%1; %2 threads").arg(names.join(QStringLiteral(", "))).arg(int(threads));
}

void addEngine(std::vector<ProgramFact>& facts, const Json& engine)
{
    if (engine.is_null()) {
        facts.push_back({About::tr("Engine"), About::tr("not running")});
        return;
    }
    const Json server = jsonMember(engine, "server");
    facts.push_back({About::tr("Engine"), jsonText(server, "version")});
    facts.push_back({About::tr("LibTorch"), jsonText(server, "torch")});
    facts.push_back({About::tr("Devices"), devicesOf(engine)});
    const QString why = jsonText(engine, "cuda_problem");
    const bool found = jsonMember(engine, "devices").size() > 1;  // beside the CPU
    facts.push_back({About::tr("CUDA"), found ? About::tr("ready") : why.isEmpty() ? About::tr("no device") : why});
}

void addModel(std::vector<ProgramFact>& facts, const Json& model, const QString& name)
{
    if (model.is_null()) {
        facts.push_back({About::tr("Model"), About::tr("none is loaded")});
        return;
    }
    facts.push_back(
        {About::tr("Model"), About::tr("%1 (%2, %3 layers, %4 on %5)")
                                 .arg(name, jsonText(model, "architecture"))
                                 .arg(jsonText(model, "layers"), jsonText(model, "dtype"), jsonText(model, "device"))});
    facts.push_back({About::tr("Its weights"), jsonText(model, "hash")});
}

}  // namespace

std::vector<ProgramFact> programFacts(const Json& engine, const Json& model, const QString& modelName,
                                      const QString& settingsFile, const QString& dataFolder)
{
    std::vector<ProgramFact> facts{{About::tr("Mnemoscope"), QCoreApplication::applicationVersion()},
                                   {About::tr("Qt"), QString::fromLatin1(qVersion())}};
    addEngine(facts, engine);
    addModel(facts, model, modelName);
    facts.push_back({About::tr("System"),
                     QStringLiteral("%1, %2").arg(QSysInfo::prettyProductName(), QSysInfo::currentCpuArchitecture())});
    facts.push_back({About::tr("Settings"), settingsFile.isEmpty() ? About::tr("none are read or kept (safe mode)")
                                                                   : shownPath(settingsFile)});
    facts.push_back({About::tr("Program's data"), shownPath(dataFolder)});
    facts.push_back({About::tr("Unsaved work"), shownPath(stateDir())});
    facts.push_back({About::tr("Cache"), shownPath(cacheDir())});
    facts.push_back({About::tr("Models' cache"), shownPath(hubCacheDir())});
    return facts;
}

QString asText(const std::vector<ProgramFact>& facts)
{
    QString text;
    for (const ProgramFact& fact : facts)
        text += fact.what + QStringLiteral(": ") + fact.value + QLatin1Char('\n');
    return text;
}

}  // namespace mnemo
