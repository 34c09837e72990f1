// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/result.h"

#include <QDockWidget>

namespace mnemo {

class BlockDiagram;
class Glossary;

/// The picture of a block of the model in front: what the maps' sites are, and a way to choose among them.
class BlockDock : public QDockWidget
{
    Q_OBJECT

public:
    BlockDock(const Glossary& glossary, QWidget* parent = nullptr);

    void setTrace(const ResultPtr& trace);     ///< null leaves the picture, with nothing to choose
    void setCurrentSite(const QString& site);  ///< emits nothing
    void setPaths(const ResultPtr& paths);     ///< of the trace's model, whose bars are shown; null: none
    void setCurrentLayer(int layer);           ///< of these bars; −1: none is chosen

Q_SIGNALS:
    void siteChosen(const QString& site);

private:
    void showLosses();

    BlockDiagram* m_diagram;  ///< owned by Qt's parent
    QString m_architecture;
    ResultPtr m_paths;
    int m_layer = -1;
};

}  // namespace mnemo
