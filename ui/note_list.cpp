// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/note_list.h"

#include "ui/history.h"

#include <QDateTime>
#include <algorithm>
#include <utility>

namespace mnemo {

NoteList::NoteList(History& history, QObject* parent) : QObject(parent), m_history(history) {}

const Note* NoteList::find(int id) const
{
    const auto it = std::ranges::find(m_notes, id, &Note::id);
    return it == m_notes.end() ? nullptr : &*it;
}

int NoteList::add(const NotePlace& place, const QString& text)
{
    std::vector<Note> notes = m_notes;
    Note note;
    note.id = m_nextId++;
    note.text = text;
    note.created = QDateTime::currentDateTimeUtc().toString(Qt::ISODate);
    note.place = place;
    notes.push_back(std::move(note));
    change(tr("note"), std::move(notes));
    return m_notes.back().id;
}

void NoteList::setText(int id, const QString& text)
{
    std::vector<Note> notes = m_notes;
    const auto note = std::ranges::find(notes, id, &Note::id);
    if (note == notes.end() || note->text == text)
        return;
    note->text = text;
    change(tr("write a note"), std::move(notes), QStringLiteral("note %1").arg(id));
}

void NoteList::remove(int id)
{
    std::vector<Note> notes = m_notes;
    if (std::erase_if(notes, [id](const Note& note) { return note.id == id; }) > 0)
        change(tr("delete a note"), std::move(notes));
}

void NoteList::restore(std::vector<Note> notes)
{
    std::vector<Note> all = m_notes;
    for (Note& note : notes) {
        note.id = m_nextId++;
        all.push_back(std::move(note));
    }
    set(std::move(all));
}

void NoteList::change(const QString& what, std::vector<Note> notes, const QString& merge)
{
    const auto step = [this](const std::vector<Note>& to) { return [this, to] { set(to); }; };
    m_history.add(what, step(m_notes), step(notes), merge);
    set(std::move(notes));
}

void NoteList::set(std::vector<Note> notes)
{
    m_notes = std::move(notes);
    Q_EMIT changed();
}

}  // namespace mnemo
