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
QStringList MainWindow::commandsOf(const ExperimentSchema& schema, const Json& parameters) const
{
    if (!runsOnBoth(schema, parameters))
        return {asCommand(schema, parameters, m_modelName)};
    return {asCommand(schema, parametersBeside(m_engine, parameters, false), m_modelName),
            asCommand(schema, parametersBeside(m_engine, parameters, true), m_besideName)};
}

/// As the result was made, and the one whose curves stand beside its own.
QStringList MainWindow::commandsOf(int result) const
{
    const ResultEntry* entry = m_results.find(result);
    QStringList lines;
    for (const ResultEntry* one : {entry, entry ? m_results.find(entry->beside) : nullptr})
        if (const auto schema = one ? schemaOf(m_engine.info(), one->experiment) : std::nullopt)
            lines << asCommand(*schema, one->parameters,
                               m_modelSources.value(QString::fromStdString(one->model), one->modelName));
    return lines;
}

/// As F5 would trace the prompt: a line for each model.
QStringList MainWindow::traceCommands() const
{
    const FactForm form = m_prompt->form();
    const auto line = [this](const FactForm& asked, const QString& model, const Json& sites) {
        const QString command = asCommand(asked, model, m_toolBar->window());
        return sites.is_null()
                   ? command
                   : command + " --sites " +
                         shellQuoted(QString::fromStdString(joinTexts(sites.get<std::vector<std::string>>())));
    };
    const Json &mine = m_engine.model(), &other = m_engine.besideModel();
    QStringList lines{line(form, m_modelName, sitesBeside(m_engine.info(), mine, other))};
    if (!m_engine.besideHash().empty())
        lines << line(withoutIds(form), m_besideName, sitesBeside(m_engine.info(), other, mine));
    return lines;
}

void MainWindow::copyCommand()
{
    const int result = m_tabs->resultInFront();
    copyLines(result != 0 ? commandsOf(result) : traceCommands());
}

void MainWindow::copyLines(const QStringList& commands)
{
    QApplication::clipboard()->setText(commands.join(QLatin1Char('\n')));
    m_message->show(MessageBar::Kind::Information, "copy",
                    commands.size() > 1 ? tr("The commands are on the clipboard, one for each model.")
                                        : tr("The command is on the clipboard."));
}

}  // namespace mnemo
