// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include <QDockWidget>

class QListWidget;
class QPlainTextEdit;
class QPushButton;
class QStackedWidget;

namespace mnemo {

class NoteList;

/// Notes and bookmarks: a list, and the text of the one that is chosen.
class NotesDock : public QDockWidget
{
    Q_OBJECT

public:
    explicit NotesDock(NoteList& notes, QWidget* parent = nullptr);

    void open(int id);    ///< chosen, to be written
    int current() const;  ///< id; 0: none is chosen

Q_SIGNALS:
    void newRequested();         ///< on what is looked at
    void showRequested(int id);  ///< what the note is on

private:
    QWidget* makeText();
    void refresh();
    void showCurrent();

    NoteList& m_notes;
    QStackedWidget* m_pages;
    QListWidget* m_list;
    QPlainTextEdit* m_text;
    QPushButton* m_show;
    QPushButton* m_remove;
};

}  // namespace mnemo
