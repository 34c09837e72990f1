// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/edit_dock.h"

#include "ui/edit_preview.h"
#include "ui/edit_stack_view.h"
#include "ui/why_not.h"

#include <QHBoxLayout>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

namespace mnemo {
namespace {

constexpr int narrowest = 380;  // pixels: the line of the matrix, and a scroll bar

}  // namespace

EditDock::EditDock(EditStack& stack, std::vector<Preset> presets, QWidget* parent)
    : QDockWidget(tr("Edit a fact"), parent),
      m_form(new EditForm(std::move(presets))),
      m_preview(new EditPreview),
      m_view(new EditStackView(stack)),
      m_run(new QPushButton(tr("Pre&view"))),
      m_stop(new QPushButton(tr("S&top"))),
      m_copy(new QPushButton(tr("As co&mmand"))),
      m_apply(new QPushButton(tr("A&pply")))
{
    setObjectName("editDock");
    auto* request = new QWidget;
    auto* above = new QVBoxLayout(request);
    above->setContentsMargins(0, 0, 4, 0);
    above->addWidget(m_form);
    above->addWidget(makeButtons());
    above->addWidget(m_preview);
    above->addStretch();
    auto* scrolled = new QScrollArea;
    scrolled->setWidgetResizable(true);
    scrolled->setFrameShape(QFrame::NoFrame);
    scrolled->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scrolled->setWidget(request);
    auto* page = new QWidget;
    page->setMinimumWidth(narrowest);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(6, 4, 6, 4);
    column->addWidget(scrolled, 1);
    column->addWidget(m_view);
    setWidget(page);
    connect(m_form, &EditForm::previewRequested, this, &EditDock::previewRequested);
    showButtons();
}

QWidget* EditDock::makeButtons()
{
    m_run->setObjectName("editRun");
    m_run->setToolTip(tr("Search for the edit, and show what it would do; nothing is changed yet"));
    m_stop->setObjectName("editStop");
    m_stop->setToolTip(tr("End the search (Esc)"));
    m_copy->setObjectName("editCopy");
    m_copy->setToolTip(tr("Copy the line of a terminal that finds the same edit"));
    m_apply->setObjectName("editApply");
    m_apply->setToolTip(tr("Switch the edit on that was found (Ctrl+Enter)"));
    auto* buttons = new QWidget;
    auto* line = new QHBoxLayout(buttons);
    line->setContentsMargins(0, 0, 0, 0);
    line->addWidget(m_run);
    line->addWidget(m_stop);
    line->addStretch();
    line->addWidget(m_copy);
    line->addWidget(m_apply);
    connect(m_run, &QPushButton::clicked, this, &EditDock::previewRequested);
    connect(m_stop, &QPushButton::clicked, this, &EditDock::stopRequested);
    connect(m_copy, &QPushButton::clicked, this, &EditDock::copyRequested);
    connect(m_apply, &QPushButton::clicked, this, &EditDock::applyRequested);
    return buttons;
}

void EditDock::setRunning()
{
    m_result = nullptr;
    m_running = true;
    m_preview->begin();
    showButtons();
}

void EditDock::setResult(const ResultPtr& result)
{
    m_result = result;
    m_running = false;
    m_preview->setSearch(*result);
    showButtons();
}

void EditDock::setEnded(const QString& why)
{
    m_running = false;
    m_preview->end(why);
    showButtons();
}

void EditDock::showButtons()
{
    setWhyNot(m_run, m_running ? tr("The search is under way.") : QString());
    setWhyNot(m_stop, m_running ? QString() : tr("No search is under way."));
    for (QWidget* button : std::initializer_list<QWidget*>{m_copy, m_apply})
        setWhyNot(button, m_result ? QString() : tr("No edit was found yet: press Preview first."));
}

}  // namespace mnemo
