// SPDX-License-Identifier: GPL-3.0-or-later
// MainWindow: what it shows and runs, on the command line.
#include "ui/experiment_command.h"
#include "ui/main_window.h"
#include "ui/message_bar.h"
#include "ui/prompt_panel.h"
#include "ui/sites_beside.h"
#include "ui/tool_bar.h"
#include "ui/trace_tabs.h"

#include <QApplication>
#include <QClipboard>

namespace mnemo {

/// As runExperiment() would run it: a line for each model.
std::vector<Command> MainWindow::commandsOf(const ExperimentSchema& schema, const Json& parameters) const
{
    const auto command = [&](const Json& asked, const QString& model, const std::string& hash) {
        return withEdits(asCommand(schema, asked, model), m_engine.activeEdits(hash), m_edits);
    };
    if (!runsOnBoth(schema, parameters))
        return {command(parameters, m_modelName, m_engine.modelHash())};
    return {command(parametersBeside(m_engine, parameters, false), m_modelName, m_engine.modelHash()),
            command(parametersBeside(m_engine, parameters, true), m_besideName, m_engine.besideHash())};
}

/// As the result was made, and the one whose curves stand beside its own.
std::vector<Command> MainWindow::commandsOf(int result) const
{
    const ResultEntry* entry = m_results.find(result);
    std::vector<Command> commands;
    for (const ResultEntry* one : {entry, entry ? m_results.find(entry->beside) : nullptr})
        if (const auto schema = one ? schemaOf(m_engine.info(), one->experiment) : std::nullopt) {
            const QString model = m_modelSources.value(QString::fromStdString(one->model), one->modelName);
            commands.push_back(withEdits(asCommand(*schema, one->parameters, model), one->edits, m_edits));
        }
    return commands;
}

/// As F5 would trace the prompt: a line for each model.
std::vector<Command> MainWindow::traceCommands() const
{
    const FactForm form = m_prompt->form();
    const auto command = [this](const FactForm& asked, const QString& model, const std::string& hash,
                                const Json& sites) {
        QString line = asCommand(asked, model, m_toolBar->window());
        if (!sites.is_null())
            line += " --sites " + shellQuoted(QString::fromStdString(joinTexts(sites.get<std::vector<std::string>>())));
        return withEdits(line, m_engine.activeEdits(hash), m_edits);
    };
    const Json &mine = m_engine.model(), &other = m_engine.besideModel();
    std::vector<Command> commands{
        command(form, m_modelName, m_engine.modelHash(), sitesBeside(m_engine.info(), mine, other))};
    if (!m_engine.besideHash().empty())
        commands.push_back(
            command(withoutIds(form), m_besideName, m_engine.besideHash(), sitesBeside(m_engine.info(), other, mine)));
    return commands;
}

void MainWindow::copyCommand()
{
    const int result = m_tabs->resultInFront();
    copyCommands(result != 0 ? commandsOf(result) : traceCommands());
}

void MainWindow::copyCommands(const std::vector<Command>& commands)
{
    QStringList lines;
    int unnamed = 0;
    for (const Command& command : commands) {
        lines << command.line;
        unnamed += command.unnamed;
    }
    QApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
    QString text = lines.size() > 1 ? tr("The commands are on the clipboard, one for each model.")
                                    : tr("The command is on the clipboard.");
    if (unnamed > 0)
        text += tr(" Without %1 that no file is known of. — Save the delta, and copy the command again.")
                    .arg(editsText(unnamed));
    m_message->show(MessageBar::Kind::Information, "copy", text);
}

}  // namespace mnemo
