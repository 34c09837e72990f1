// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/prompt.h"
#include "ui/fact_form.h"
#include "ui/glossary.h"

#include <QWidget>
#include <array>

class QCheckBox;
class QComboBox;
class QGridLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace mnemo {

class TokenChips;

/// Prompt, subject and swap, with the tokens of both runs. Says what was typed; knows no engine.
class PromptPanel : public QWidget
{
    Q_OBJECT

public:
    explicit PromptPanel(const Glossary& glossary, QWidget* parent = nullptr);

    FactForm form() const;
    void setForm(const FactForm& form);  ///< emits formChanged once
    void setSwap(const QString& swap);   ///< nothing else of the form is touched
    void setKnownSubjects(const QStringList& subjects);
    void setTarget(int id, const QString& text);
    void setFoil(int id, const QString& text);
    void setContextLength(int tokens);  ///< longest prompt of the model; 0: no limit
    void forgetIds();                   ///< another vocabulary: answers are known by their text only

    void setClean(const Prompt& prompt, TokenSpan subject);
    void setCorrupt(const Prompt& prompt, TokenSpan subject);
    void setPrefix(const QString& prefix);
    void setSwaps(const QStringList& sameLength);   ///< suggestions of the list
    void setNote(const QString& text);              ///< "not trained for": a mark beside the prompt
    void setFormError(const QString& text);         ///< below the fields; empty hides it
    void setLengthsDiffer(const QString& message);  ///< red chips; empty: they do not
    void setAlignOffered(bool offered);
    void setCurrentToken(int pos);
    QString formError() const;

    void focusPrompt();

public Q_SLOTS:
    void guess();

Q_SIGNALS:
    void formChanged();
    void traceRequested();  ///< Enter in a field
    void tokenClicked(int pos);
    void typed();       ///< the user wrote in a field
    void swapChosen();  ///< by the user: typed, or taken from the list

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;  ///< undo and redo are the window's, for all fields

private:
    enum class Corruption { Swap, Noise, Unedited };

    QLineEdit* field(const QString& name, const QString& label, const QString& help);
    void layOut();
    void explain(const Glossary& glossary);
    void onPromptEdited();
    void onSubjectEdited();
    void markSubject(int first, int end);
    void changed();
    Corruption corruption() const;

    QLineEdit* m_prompt;
    QLineEdit* m_subject;
    QComboBox* m_swap;
    QComboBox* m_corruption;
    QComboBox* m_direction;
    QLineEdit* m_target;
    QLineEdit* m_foil;
    QCheckBox* m_align;
    QPushButton* m_guess;
    QLabel* m_note;
    QLabel* m_error;
    TokenChips* m_cleanChips;
    TokenChips* m_corruptChips;
    QLabel* m_corruptLabel;
    QStringList m_known;
    QString m_prefix = QStringLiteral("none");
    Prompt m_clean;
    int m_contextLength = 0;
    int m_targetId = -1;
    int m_foilId = -1;
    bool m_subjectTyped = false;
    bool m_setting = false;
};

}  // namespace mnemo
