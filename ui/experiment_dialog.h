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

/// What one asks of an experiment: a form made from its schema, over the fact in the prompt, over a set of facts, or
/// over those that are offered, as far as it can do so. The prompt's own parameters are the prompt panel's, and only
/// named here.
class ExperimentDialog : public QDialog
{
    Q_OBJECT

public:
    /// @param form what the prompt panel says
    ExperimentDialog(const ExperimentSchema& schema, const FactForm& form, QWidget* parent = nullptr);

    void suggest(const char* key, const QStringList& items);  ///< for a list of the form
    void setValues(const Json& parameters);  ///< of an earlier run; with a prompt: over the fact in the prompt
    void setOverFacts(bool many);
    void offerFacts(const QString& name, const Json& parameters);  ///< chosen elsewhere; these say which they are
    void setOverOffered();
    void setBoth(const QString& first, const QString& second);  ///< models that are asked the same over facts
    void showProblem(const Error& error);

    Json parameters() const;  ///< only what is asked
    SchemaForm* fields() const { return m_fields; }

Q_SIGNALS:
    void runRequested(const mnemo::Json& parameters);  ///< who takes them closes the form
    void copyRequested(const mnemo::Json& parameters);

private:
    void layOut(const QString& help);
    void showFields();
    int wantedHeight() const;
    void reveal(QWidget* field);  ///< with what is said at it: taller if need be, else scrolled
    bool overFacts() const;
    bool corrupts() const;
    void run();

    ExperimentSchema m_schema;
    FactForm m_form;
    std::set<std::string> m_promptKeys;  ///< what the prompt panel says, as far as the experiment asks it
    std::set<std::string> m_factKeys;    ///< what only a set of facts needs
    QRadioButton* m_one;
    QRadioButton* m_many;
    QRadioButton* m_offered;
    Json m_offer = Json::object();  ///< the parameters that say which facts are offered
    QLabel* m_prompt;
    QLabel* m_note;
    QLabel* m_both;
    SchemaForm* m_fields;
    QScrollArea* m_scroll;  ///< of the fields
};

}  // namespace mnemo
