// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once
#include "core/data/error.h"

#include <QDockWidget>
#include <QTime>
#include <deque>

class QComboBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;

namespace mnemo {

enum class LogLevel { Engine, Note, Warning, Error };  ///< Engine: what its process prints on stderr

/// Lines with time and level: what the window has to say in passing, and what the engine prints. Can be filtered,
/// copied and saved; the oldest go when there are too many.
class LogDock : public QDockWidget
{
    Q_OBJECT

public:
    explicit LogDock(QWidget* parent = nullptr);

    void add(LogLevel level, const QString& text);
    QString text() const;            ///< every line there is
    QString shown() const;           ///< those that the filter lets through
    bool save(const QString& file);  ///< what is shown; says by failed() why it could not

Q_SIGNALS:
    void failed(const mnemo::Error& error);

private:
    struct Line {
        QTime time;
        LogLevel level;
        QString text;
    };

    bool passes(const Line& line) const;
    void filter();
    void count();
    void saveDialog();
    static QString asText(const Line& line);

    std::deque<Line> m_all;
    QComboBox* m_least;
    QLineEdit* m_words;
    QLabel* m_count;
    QPlainTextEdit* m_lines;
};

}  // namespace mnemo
