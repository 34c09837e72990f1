// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/error.h"
#include "core/data/schema.h"

#include <QStringList>
#include <QWidget>
#include <functional>
#include <map>
#include <set>

class QFormLayout;
class QLabel;
class QLineEdit;
class QPlainTextEdit;

namespace mnemo {

class Glossary;

/// Fields for the parameters of an experiment, made from its schema: labels, help and limits stand there. What is wrong
/// is said under its field.
class SchemaForm : public QWidget
{
    Q_OBJECT

public:
    explicit SchemaForm(const ExperimentSchema& schema, QWidget* parent = nullptr);

    void setShown(const std::set<std::string>& keys);  ///< the others have no row, and no part in values()
    void setValues(const Json& values);                ///< keys it does not have are passed over
    Json values() const;                               ///< of the fields that are shown

    void offerFiles(const std::string& key);  ///< a list of texts that is one of files: chosen in a dialog
    void suggest(const std::string& key, const QStringList& items);  ///< a menu beside a list

    void explain(const Glossary& glossary);  ///< adds its definitions to the help of fields that it has words for

    bool check();                          ///< says at each field what is wrong; false when something is
    void showProblem(const Error& error);  ///< at the field that the message names, else above all
    QWidget* field(const std::string& key) const;
    QString problem(const std::string& key) const;  ///< what is said at it; empty key: above all

Q_SIGNALS:
    void changed();
    void problemShown(QWidget* at);  ///< the field, or the words above all

private:
    struct Field {
        ParamSpec spec;
        QWidget* row = nullptr;     ///< the editor, with its buttons
        QWidget* editor = nullptr;  ///< what has the value
        QLabel* problem = nullptr;
        std::function<Json()> get;
        std::function<void(const Json&)> set;
    };

    void add(const ParamSpec& spec);
    void addText(Field& field);
    void addNumber(Field& field);
    void addChoice(Field& field);
    void addList(Field& field);
    QWidget* beside(QWidget* editor, const QString& button, const std::function<void(QWidget*)>& pressed);
    QLabel* makeProblem();
    QString problemOf(const Field& field) const;
    void say(QLabel* place, const QString& text);

    QFormLayout* m_rows;
    QLabel* m_problem;  ///< of no field
    std::map<std::string, Field> m_fields;
    std::set<std::string> m_shown;
    std::map<std::string, QStringList> m_suggestions;
};

}  // namespace mnemo
