// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/notes_dock.h"

#include "ui/note_list.h"
#include "ui/why_not.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace mnemo {
namespace {

/// The first line, or that it is a bookmark; and what it is on.
QString itemText(const Note& note)
{
    const QString line = note.text.section(QLatin1Char('\n'), 0, 0).trimmed();
    const QString what = line.isEmpty() ? NotesDock::tr("★ bookmark") : line;
    return note.place.words.isEmpty() ? what : QStringLiteral("%1\n%2").arg(what, note.place.words);
}

}  // namespace

NotesDock::NotesDock(NoteList& notes, QWidget* parent)
    : QDockWidget(tr("Notes"), parent),
      m_notes(notes),
      m_pages(new QStackedWidget),
      m_list(new QListWidget),
      m_text(new QPlainTextEdit),
      m_show(new QPushButton(tr("&Go to"))),
      m_remove(new QPushButton(tr("&Delete")))
{
    setObjectName("notesDock");
    auto* both = new QSplitter(Qt::Vertical);
    both->setObjectName("notesSplitter");
    both->addWidget(m_list);
    both->addWidget(makeText());
    both->setStretchFactor(0, 3);
    both->setStretchFactor(1, 2);
    auto* empty =
        new QLabel(tr("No notes yet. “New note” puts one on what you are looking at: a cell, a trace, another "
                      "result. They are saved with the session."));
    empty->setAlignment(Qt::AlignCenter);
    empty->setWordWrap(true);
    m_pages->addWidget(empty);
    m_pages->addWidget(both);
    auto* fresh = new QPushButton(tr("&New note"));
    fresh->setObjectName("newNote");
    fresh->setToolTip(tr("A note on the cell, the trace or the result that is looked at"));
    auto* buttons = new QHBoxLayout;
    for (QPushButton* button : {fresh, m_show, m_remove})
        buttons->addWidget(button);
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(6, 4, 6, 4);
    column->setSpacing(4);
    column->addWidget(m_pages, 1);
    column->addLayout(buttons);
    setWidget(page);

    m_list->setObjectName("noteList");
    m_list->setAccessibleName(tr("Notes"));
    m_list->setWordWrap(true);
    m_list->setAlternatingRowColors(true);
    m_list->setToolTip(tr("Double click: go to what the note is on"));
    m_show->setObjectName("showNote");
    m_remove->setObjectName("removeNote");
    connect(fresh, &QPushButton::clicked, this, &NotesDock::newRequested);
    connect(m_show, &QPushButton::clicked, this, [this] { Q_EMIT showRequested(current()); });
    connect(m_remove, &QPushButton::clicked, this, [this] { m_notes.remove(current()); });
    connect(m_list, &QListWidget::itemActivated, this, [this] { Q_EMIT showRequested(current()); });
    connect(m_list, &QListWidget::currentRowChanged, this, &NotesDock::showCurrent);
    connect(m_text, &QPlainTextEdit::textChanged, this, [this] { m_notes.setText(current(), m_text->toPlainText()); });
    connect(&m_notes, &NoteList::changed, this, &NotesDock::refresh);
    refresh();
}

QWidget* NotesDock::makeText()
{
    m_text->setObjectName("noteText");
    m_text->setAccessibleName(tr("Text of the note"));
    m_text->setPlaceholderText(tr("What is to be remembered. Empty: a bookmark."));
    m_text->setUndoRedoEnabled(false);  // the window's history has every step
    m_text->setTabChangesFocus(true);
    return m_text;
}

void NotesDock::open(int id)
{
    for (int row = 0; row < m_list->count(); ++row)
        if (m_list->item(row)->data(Qt::UserRole).toInt() == id)
            m_list->setCurrentRow(row);
    m_text->setFocus();
}

int NotesDock::current() const
{
    const QListWidgetItem* item = m_list->currentItem();
    return item ? item->data(Qt::UserRole).toInt() : 0;
}

/// The list as it is now; the chosen one stays chosen.
void NotesDock::refresh()
{
    const int chosen = current();
    {
        const QSignalBlocker quiet(m_list);
        m_list->clear();
        for (const Note& note : m_notes.all()) {
            auto* item = new QListWidgetItem(itemText(note), m_list);
            item->setData(Qt::UserRole, note.id);
            if (note.id == chosen)
                m_list->setCurrentItem(item);
        }
        if (!m_list->currentItem() && m_list->count() > 0)
            m_list->setCurrentRow(m_list->count() - 1);
    }
    m_pages->setCurrentIndex(m_list->count() > 0 ? 1 : 0);
    showCurrent();
}

void NotesDock::showCurrent()
{
    const Note* note = m_notes.find(current());
    const QString text = note ? note->text : QString();
    if (m_text->toPlainText() != text) {  // else the cursor stays where it is typed
        const QSignalBlocker quiet(m_text);
        m_text->setPlainText(text);
    }
    m_text->setEnabled(note != nullptr);
    const QString none = note ? QString() : tr("No note is chosen in the list.");
    const bool isSomewhere = note && (note->place.trace != 0 || note->place.result != 0);
    setWhyNot(m_remove, none);
    setWhyNot(m_show, note && !isSomewhere ? tr("The note is on the whole session.") : none);
}

}  // namespace mnemo
