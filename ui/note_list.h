// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/json.h"
#include "widgets/cell.h"

#include <QObject>
#include <QString>
#include <vector>

namespace mnemo {

class History;

/// What a note is on: a cell of a map, a trace, another result, or, without any of these, the whole session.
struct NotePlace {
    int trace = 0;   ///< its id
    int result = 0;  ///< id of a result that is no trace
    QString site;    ///< of the cell; empty: none
    Cell cell;
    QString words;  ///< the same to read: "The Space Needle · h, layer 5, ·Needle"

    bool operator==(const NotePlace&) const = default;
};

struct Note {
    int id = 0;
    QString text;     ///< empty: a bookmark
    QString created;  ///< UTC, RFC 3339
    NotePlace place;
    Json other = Json::object();  ///< of a session that a later version wrote

    bool operator==(const Note&) const = default;
};

/// The user's notes and bookmarks, in the order in which they were made. Every change can be undone.
class NoteList : public QObject
{
    Q_OBJECT

public:
    explicit NoteList(History& history, QObject* parent = nullptr);

    const std::vector<Note>& all() const { return m_notes; }
    const Note* find(int id) const;
    int add(const NotePlace& place, const QString& text = {});  ///< @return its id
    void setText(int id, const QString& text);
    void remove(int id);
    void restore(std::vector<Note> notes);  ///< a session's: added; nothing to undo

Q_SIGNALS:
    void changed();

private:
    void change(const QString& what, std::vector<Note> notes, const QString& merge = {});
    void set(std::vector<Note> notes);

    History& m_history;
    std::vector<Note> m_notes;
    int m_nextId = 1;
};

}  // namespace mnemo
