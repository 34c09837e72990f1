// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/schema.h"
#include "core/io/presets.h"
#include "ui/edit_request.h"

#include <QWidget>

class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;
class QToolButton;

namespace mnemo {

class Glossary;
class SchemaForm;

/// What an edit is to do: the fact, its new object, where, and how it is searched. Takes prompt and subject from the
/// prompt panel until they are typed here.
class EditForm : public QWidget
{
    Q_OBJECT

public:
    explicit EditForm(std::vector<Preset> presets, QWidget* parent = nullptr);

    void setSchema(const ExperimentSchema& schema);  ///< of the experiment "rome"; a second one changes nothing
    void explain(const Glossary& glossary);          ///< outlives it: what the fields of the search mean
    void setModel(const Json& model);                ///< its matrices, layers and presets; null: none
    void follow(const FactForm& prompt);
    void setParameters(const Json& parameters);  ///< of an edit
    void setPlace(const Json& parameters);       ///< its matrix, layer and search alone: the fact stays
    void setTargetNote(const TargetNote& note);
    void setLayer(int layer);

    Json parameters() const;
    QString target() const;
    std::string matrix() const;
    FactForm fact() const;  ///< prompt, subject and prefix
    bool check();           ///< false when something cannot be asked: said there, and focused
    void showProblem(const Error& error);
    void focusTarget();

Q_SIGNALS:
    void changed();  ///< what the model is to be asked before the edit: object, prompt or prefix
    void suggestRequested();
    void previewRequested();

private:
    void makeFields();
    QLineEdit* addLine(const char* name, const QString& label, const QString& help);
    void addPlace();
    void addSearch();
    void offerPresets(const std::string& model);
    void choosePreset();
    const Preset* offered(int index) const;
    Json searched(const Preset& preset) const;
    void showPreset();
    void followAgain();

    std::vector<Preset> m_presets;
    Json m_defaults = Json::object();  ///< of what any preset may set, so that one leaves nothing of another
    QFormLayout* m_rows;
    QLineEdit* m_prompt = nullptr;
    QLineEdit* m_subject = nullptr;
    QToolButton* m_again;  ///< take prompt and subject from the panel again
    QLineEdit* m_target = nullptr;
    QLabel* m_note;
    QComboBox* m_matrix;
    QSpinBox* m_layer;
    QPushButton* m_suggest;
    QComboBox* m_preset;
    QToolButton* m_more;
    SchemaForm* m_search = nullptr;  ///< null until the schema is known
    const Glossary* m_glossary = nullptr;
    FactForm m_panel;  ///< what the prompt panel says
    bool m_follows = true;
    QString m_prefix = QStringLiteral("none");
};

}  // namespace mnemo
