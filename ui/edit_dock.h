// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/event.h"
#include "ui/edit_form.h"
#include "ui/edit_stack.h"

#include <QDockWidget>

class QPushButton;

namespace mnemo {

class EditPreview;
class EditStackView;

/// Where a fact is edited: the request, the search for it, and the edits that there are. What was searched last is
/// applied, as long as the request stands as it was.
class EditDock : public QDockWidget
{
    Q_OBJECT

public:
    EditDock(EditStack& stack, std::vector<Preset> presets, QWidget* parent = nullptr);

    EditForm* form() const { return m_form; }
    EditPreview* preview() const { return m_preview; }
    EditStackView* stack() const { return m_view; }

    void setRunning();                             ///< a search was begun with the form's parameters
    void setResult(const ResultPtr& result);       ///< it found an edit
    void setEnded(const QString& why);             ///< it did not; the form stays as it is
    ResultPtr result() const { return m_result; }  ///< what can be applied; null: nothing

Q_SIGNALS:
    void previewRequested();
    void stopRequested();
    void applyRequested();
    void copyRequested();  ///< what was found, as a command

private:
    QWidget* makeButtons();
    void showButtons();

    EditForm* m_form;
    EditPreview* m_preview;
    EditStackView* m_view;
    QPushButton* m_run;
    QPushButton* m_stop;
    QPushButton* m_copy;
    QPushButton* m_apply;
    ResultPtr m_result;
    bool m_running = false;
};

}  // namespace mnemo
