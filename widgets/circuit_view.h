// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/circuit_choice.h"
#include "widgets/view_table.h"

#include <functional>
#include <optional>

class QCheckBox;
class QComboBox;
class QLabel;
class QMenu;
class QStackedWidget;
class QTabBar;
class QToolButton;

namespace mnemo {

class AxisSlider;
class ChartPanel;
class GraphView;

/// A circuit by the number of its edges: as a graph, as a matrix, and what circuits of more or fewer edges do. What is
/// chosen goes with the result into figures and files. Writes no files: it asks for that.
class CircuitView : public ResultView
{
    Q_OBJECT

public:
    explicit CircuitView(QWidget* parent = nullptr);

    void setResult(ResultPtr result) override;
    Json choice() const override;

    const CircuitChoice& chosen() const { return m_choice; }
    void setChoice(const CircuitChoice& choice);

    GraphView* graph() const { return m_graph; }
    ChartPanel* panel() const { return m_panel; }  ///< matrix and curves
    QTabBar* pages() const { return m_pages; }
    AxisSlider* edges() const { return m_edges; }
    QLabel* measures() const { return m_measures; }

private:
    QWidget* makeControls();
    QWidget* makeMatrixControls();
    void addExports();
    void change(const std::function<void(CircuitChoice&)>& edit);
    void look();
    void showChoice();
    void refresh();
    void fillNodes();

    ResultPtr m_result;
    CircuitChoice m_choice;
    std::optional<ShownCircuit> m_shown;  ///< of both
    std::vector<int> m_steps;
    QTabBar* m_pages;
    AxisSlider* m_edges;
    QLabel* m_measures;
    QLabel* m_pointed;  ///< the block or edge under the mouse or the keys
    QCheckBox* m_onPaths;
    QCheckBox* m_merged;
    QToolButton* m_nodes;
    QMenu* m_nodesMenu;
    QToolButton* m_export;
    QWidget* m_matrixControls;
    QComboBox* m_values;
    QComboBox* m_clamp;
    QStackedWidget* m_stack;
    GraphView* m_graph;
    ChartPanel* m_panel;
    QLabel* m_nothing;
};

}  // namespace mnemo
