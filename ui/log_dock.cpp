// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/log_dock.h"

#include "ui/save_dialog.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QFontDatabase>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QSaveFile>
#include <QToolButton>
#include <QVBoxLayout>

namespace mnemo {
namespace {

constexpr std::size_t mostLines = 5000;

QString levelName(LogLevel level)
{
    switch (level) {
        case LogLevel::Engine:
            return LogDock::tr("engine");
        case LogLevel::Note:
            return LogDock::tr("note");
        case LogLevel::Warning:
            return LogDock::tr("warning");
        case LogLevel::Error:
            return LogDock::tr("error");
    }
    return {};
}

QToolButton* button(const char* name, const QString& text, const QString& help)
{
    auto* made = new QToolButton;
    made->setObjectName(QLatin1String(name));
    made->setText(text);
    made->setToolTip(help);
    return made;
}

}  // namespace

LogDock::LogDock(QWidget* parent)
    : QDockWidget(tr("Log"), parent),
      m_least(new QComboBox),
      m_words(new QLineEdit),
      m_count(new QLabel),
      m_lines(new QPlainTextEdit)
{
    setObjectName("logDock");
    m_least->setObjectName("logLevel");
    m_least->setAccessibleName(tr("Lines to show"));
    m_least->addItem(tr("All"), int(LogLevel::Engine));
    m_least->addItem(tr("Without the engine's"), int(LogLevel::Note));
    m_least->addItem(tr("Warnings and errors"), int(LogLevel::Warning));
    m_least->addItem(tr("Errors"), int(LogLevel::Error));
    m_words->setObjectName("logFilter");
    m_words->setAccessibleName(tr("Lines with these words"));
    m_words->setPlaceholderText(tr("Lines with …"));
    m_words->setClearButtonEnabled(true);
    m_lines->setObjectName("logLines");
    m_lines->setAccessibleName(tr("Log"));
    m_lines->setReadOnly(true);
    m_lines->setMaximumBlockCount(int(mostLines));
    m_lines->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_lines->setPlaceholderText(tr("Nothing to say yet."));
    auto* copy = button("logCopy", tr("Copy"), tr("Copy the lines that are shown"));
    auto* save = button("logSave", tr("Save…"), tr("Save the lines that are shown as a text file"));
    auto* line = new QHBoxLayout;
    line->addWidget(m_least);
    line->addWidget(m_words, 1);
    line->addWidget(m_count);
    line->addWidget(copy);
    line->addWidget(save);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(2, 2, 2, 0);
    column->setSpacing(2);
    column->addLayout(line);
    column->addWidget(m_lines, 1);
    setWidget(content);
    connect(m_least, &QComboBox::currentIndexChanged, this, &LogDock::filter);
    connect(m_words, &QLineEdit::textChanged, this, &LogDock::filter);
    connect(copy, &QToolButton::clicked, this, [this] { QApplication::clipboard()->setText(shown()); });
    connect(save, &QToolButton::clicked, this, &LogDock::saveDialog);
}

QString LogDock::asText(const Line& line)
{
    return QStringLiteral("%1 %2 %3")
        .arg(line.time.toString("HH:mm:ss"), levelName(line.level).leftJustified(7), line.text);
}

bool LogDock::passes(const Line& line) const
{
    return int(line.level) >= m_least->currentData().toInt() &&
           asText(line).contains(m_words->text().trimmed(), Qt::CaseInsensitive);
}

void LogDock::add(LogLevel level, const QString& text)
{
    m_all.push_back({QTime::currentTime(), level, text});
    if (m_all.size() > mostLines)
        m_all.pop_front();
    if (passes(m_all.back()))
        m_lines->appendPlainText(asText(m_all.back()));
    count();
}

void LogDock::filter()
{
    QStringList lines;
    for (const Line& line : m_all)
        if (passes(line))
            lines << asText(line);
    m_lines->setPlainText(lines.join(QLatin1Char('\n')));
    m_lines->moveCursor(QTextCursor::End);
    count();
}

/// Said only where lines are hidden.
void LogDock::count()
{
    const int shown = m_lines->document()->isEmpty() ? 0 : m_lines->blockCount();
    m_count->setText(shown < int(m_all.size()) ? tr("%1 of %2 lines").arg(shown).arg(m_all.size()) : QString());
}

QString LogDock::text() const
{
    QStringList lines;
    for (const Line& line : m_all)
        lines << asText(line);
    return lines.join(QLatin1Char('\n'));
}

QString LogDock::shown() const
{
    return m_lines->toPlainText();
}

bool LogDock::save(const QString& file)
{
    QSaveFile out(file);
    const QByteArray lines = shown().toUtf8() + '\n';
    if (out.open(QIODevice::WriteOnly | QIODevice::Text) && out.write(lines) == lines.size() && out.commit())
        return true;
    Q_EMIT failed({ErrorCode::WriteFailed,
                   tr("The log cannot be written to \"%1\": %2").arg(file, out.errorString()).toStdString(),
                   tr("Choose another folder.").toStdString()});
    return false;
}

void LogDock::saveDialog()
{
    const QString file = askSaveFile(this, tr("Save the log"), "mnemoscope.log", tr("Text (*.log *.txt)"));
    if (!file.isEmpty())
        save(file);
}

}  // namespace mnemo
