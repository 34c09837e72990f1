// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/json.h"
#include "core/data/metric.h"
#include "ui/glossary.h"

#include <QToolBar>

class QComboBox;
class QLabel;
class QSlider;

namespace mnemo {

class Actions;

QString metricTitle(Metric metric);  ///< "Indirect effect": for lists

/// Model, the one beside it, trace and stop, what the maps show, window and prefix.
class MainToolBar : public QToolBar
{
    Q_OBJECT

public:
    MainToolBar(const Actions& actions, const Glossary& glossary, QWidget* parent = nullptr);

    void setCatalog(const Json& catalog);                     ///< of the engine's answer to initialize
    void setModel(const QString& name, const QString& mark);  ///< mark: "✓", "…", "✗"
    void setModelProblem(const QString& text);
    void setBeside(const QString& name, const QString& mark);  ///< the second model; empty: none
    QString window() const;                                    ///< "auto" or a number
    void setWindow(const QString& window);
    void stepWindow(int by);
    Metric metric() const;
    void setMetric(Metric metric);
    void setPrefix(const QString& prefix);
    const QComboBox& models() const { return *m_model; }
    const QComboBox& besides() const { return *m_beside; }

Q_SIGNALS:
    void modelChosen(const QString& name);
    void besideChosen(const QString& name);  ///< empty: none
    void metricChosen(mnemo::Metric metric);
    void windowChosen();
    void prefixChosen(const QString& prefix);

private:
    void addLabelled(const QString& text, QWidget* widget);
    static void addModel(QComboBox* list, const Json& entry);
    static void choose(QComboBox* list, const QString& name);
    static void showMark(QLabel* label, const QString& mark);

    QComboBox* m_model;
    QLabel* m_mark;
    QComboBox* m_beside;
    QLabel* m_besideMark;
    QComboBox* m_metric;
    QSlider* m_window;
    QLabel* m_windowText;
    QComboBox* m_prefix;
};

}  // namespace mnemo
