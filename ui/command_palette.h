// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "ui/palette_ranking.h"

#include <QFrame>
#include <QPointer>

class QLabel;
class QLineEdit;
class QListWidget;

namespace mnemo {

/// A line to type in and what fits it, over the window that it belongs to. Used by keys alone: letters filter, arrows
/// choose, Enter does it, Esc closes; so does going elsewhere. What was done last comes first the next time.
class CommandPalette : public QFrame
{
    Q_OBJECT

public:
    explicit CommandPalette(QWidget* window);

    void open(std::vector<PaletteEntry> entries);
    void dismiss();
    QStringList recent() const { return m_recent; }  ///< ids, the newest first
    void setRecent(const QStringList& ids) { m_recent = ids; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void filter();
    void describe();
    void runCurrent();
    void place();
    bool onKey(int key);

    QLineEdit* m_line;
    QListWidget* m_list;
    QLabel* m_help;
    std::vector<PaletteEntry> m_entries;
    QStringList m_recent;
    QPointer<QWidget> m_focusBefore;
};

}  // namespace mnemo
