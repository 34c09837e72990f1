// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/block_dock.h"

#include "ui/glossary.h"
#include "widgets/block_diagram.h"
#include "widgets/json_value.h"

#include <utility>

namespace mnemo {

BlockDock::BlockDock(const Glossary& glossary, QWidget* parent)
    : QDockWidget(tr("Block"), parent), m_diagram(new BlockDiagram(this))
{
    setObjectName("blockDock");
    setWidget(m_diagram);
    for (const char* site : {"h", "a", "c", "s", "g", "o", "attn", "mlp_act", "mlp"})
        m_diagram->setHelp(QString::fromLatin1(site), glossary.text(QString::fromLatin1(site)));
    connect(m_diagram, &BlockDiagram::siteChosen, this, &BlockDock::siteChosen);
}

void BlockDock::setTrace(const ResultPtr& trace)
{
    QStringList sites;
    if (trace) {
        const QString architecture = jsonText(trace->model, "architecture");
        if (architecture != m_architecture)
            m_diagram->setArchitecture(m_architecture = architecture);
        for (const Json& site : jsonMember(trace->head, "sites"))
            if (site.is_string())
                sites << QString::fromStdString(site.get<std::string>());
    }
    m_diagram->setSites(sites);
}

void BlockDock::setCurrentSite(const QString& site)
{
    m_diagram->setCurrentSite(site);
}

void BlockDock::setPaths(const ResultPtr& paths)
{
    if (std::exchange(m_paths, paths) != paths)
        showLosses();
}

void BlockDock::setCurrentLayer(int layer)
{
    if (std::exchange(m_layer, layer) != layer)
        showLosses();
}

void BlockDock::showLosses()
{
    if (!m_paths)
        m_diagram->setLosses({}, {});
    else if (m_layer < 0)
        m_diagram->setLosses({},
                             tr("Choose a cell: what h of its layer loses when a path is severed is shown below the "
                                "states."));
    else
        m_diagram->setLosses(
            pathLosses(*m_paths, m_layer),
            tr("h of layer %1: IE lost by severing (%2)").arg(m_layer).arg(QString::fromStdString(m_paths->title)));
}

}  // namespace mnemo
