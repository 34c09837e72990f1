// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/schema.h"
#include "ui/fact_form.h"

#include <QDialog>
#include <set>

class QLabel;
class QRadioButton;
class QScrollArea;

namespace mnemo {

class SchemaForm;

/// What one asks of an experiment: a form made from its schema, over the fact in the prompt or over a set of facts
/// where it can do both. The prompt's own parameters are the prompt panel's, and only named here.
class ExperimentDialog : public QDialog
{
    Q_OBJECT

public:
    /// @param form what the prompt panel says
    ExperimentDialog(const ExperimentSchema& schema, const FactForm& form, QWidget* parent = nullptr);

    void setModel(const QString& name) { m_model = name; }
    void suggest(const char* key, const QStringList& items);  ///< for a list of the form
    void setValues(const Json& parameters);  ///< of an earlier run; with a prompt: over the fact in the prompt
    void setOverFacts(bool many);
    void setFactsNote(const QString& note);  ///< said where it runs over a set of facts
    void setBeside(const QString& model);    ///< a second model, which is asked the same over a set of facts
    void showProblem(const Error& error);

    Json parameters() const;  ///< only what is asked
    QString command() const;
    SchemaForm* fields() const { return m_fields; }

Q_SIGNALS:
    void runRequested(const mnemo::Json& parameters);  ///< who takes them closes the form

private:
    void layOut(const QString& help);
    void showFields();
    bool overFacts() const;
    bool corrupts() const;
    void run();
    void copyCommand();

    ExperimentSchema m_schema;
    FactForm m_form;
    QString m_model;
    std::set<std::string> m_promptKeys;  ///< what the prompt panel says, as far as the experiment asks it
    std::set<std::string> m_factKeys;    ///< what only a set of facts needs
    QRadioButton* m_one;
    QRadioButton* m_many;
    QLabel* m_prompt;
    QLabel* m_note;
    QLabel* m_both;
    SchemaForm* m_fields;
    QScrollArea* m_scroll;  ///< of the fields
};

}  // namespace mnemo
