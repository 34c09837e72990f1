// SPDX-License-Identifier: GPL-3.0-or-later
// The manual names only what is there: pictures, chapters, menu entries, keys, commands and their flags, files.
#include <QTest>

#include "ui/actions.h"
#include "ui/key_list.h"

#include <QAction>
#include <QDir>
#include <QFile>
#include <QImage>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QProcess>
#include <QRegularExpression>
#include <QSet>

using namespace mnemo;

namespace {

const QString sources = QStringLiteral(MNEMO_SOURCE_DIR);

/// Titles of an entry's menus and its own, joined by " ▸ ", as the manual writes them.
void addEntries(const QMenu& menu, const QString& path, QSet<QString>& entries)
{
    for (const QAction* action : menu.actions()) {
        const QString name = path + QStringLiteral(" ▸ ") + QString(action->text()).remove('&');
        entries.insert(name);
        if (action->menu())
            addEntries(*action->menu(), name, entries);
    }
}

QStringList found(const QString& pattern, const QString& in)
{
    QStringList all;
    QRegularExpressionMatchIterator matches = QRegularExpression(pattern).globalMatch(in);
    while (matches.hasNext())
        all << matches.next().captured(1);
    return all;
}

QString helpOf(const QStringList& command)
{
    QProcess process;
    process.start(QStringLiteral(MNEMO_BIN_DIR "/mnemo"), command + QStringList("--help"));
    process.waitForFinished(60'000);
    return process.exitCode() == 0 ? QString::fromUtf8(process.readAllStandardOutput()) : QString();
}

}  // namespace

class TestManual : public QObject
{
    Q_OBJECT

    QString m_text;

private Q_SLOTS:
    void initTestCase()
    {
        QFile file(sources + "/docs/manual.md");
        QVERIFY(file.open(QIODevice::ReadOnly));
        m_text = QString::fromUtf8(file.readAll());
    }

    void picturesAreThere()
    {
        const QStringList pictures = found(QStringLiteral("!\\[[^\\]]+\\]\\(([^)]+)\\)"), m_text);
        QVERIFY(pictures.size() >= 8);
        for (const QString& picture : pictures) {
            const QString file = sources + "/docs/" + picture;
            QVERIFY2(!QImage(file).isNull(), qPrintable(picture));
            QVERIFY2(QFile(file).size() < 300'000, qPrintable(picture + " is large"));
        }
        for (const QString& file : QDir(sources + "/docs/images").entryList({"manual-*.png"}))
            QVERIFY2(m_text.contains(file), qPrintable(file + " is in no chapter"));
    }

    void linksLeadSomewhere()
    {
        QSet<QString> chapters;
        for (const QString& title : found(QStringLiteral("(?m)^#+ (.+)$"), m_text))
            chapters.insert(title.toLower().remove(QRegularExpression("[^\\w -]")).replace(' ', '-'));
        const QStringList links = found(QStringLiteral("(?<!!)\\[[^\\]]+\\]\\(([^)]+)\\)"), m_text);
        QVERIFY(links.size() > 5);
        for (const QString& link : links)
            QVERIFY2(link.startsWith('#') ? chapters.contains(link.mid(1)) : QFile::exists(sources + "/docs/" + link),
                     qPrintable(link));
    }

    void menuEntriesAreThere()
    {
        QMainWindow window;
        const Actions actions(&window, {});
        QSet<QString> entries;
        for (const QAction* menu : window.menuBar()->actions())
            addEntries(*menu->menu(), QString(menu->text()).remove('&'), entries);
        const QStringList named = found(QStringLiteral("\\*([^*\\n]+ ▸ [^*\\n]+)\\*"), m_text);
        QVERIFY(named.size() > 8);
        for (const QString& entry : named)
            QVERIFY2(entries.contains(entry), qPrintable(entry));
    }

    void keysAreThere()
    {
        QMainWindow window;
        const Actions actions(&window, {});
        const QString keys = keysAsText(allKeys(*window.menuBar()));
        const QStringList named = found(QStringLiteral("<kbd>([^<]+)</kbd>"), m_text);
        QVERIFY(named.size() > 15);
        for (const QString& key : named) {
            const QRegularExpression whole("(?m)(^|[ ,])" + QRegularExpression::escape(key) + "([ ,]|$)");
            QVERIFY2(keys.contains(whole), qPrintable(key));
        }
    }

    void commandsAndTheirFlagsAreThere()
    {
        const QString program = helpOf({});
        QVERIFY(program.contains("reproduce"));
        const QStringList lines = found(QStringLiteral("(?m)^mnemo (.+)$"), m_text);
        QVERIFY(lines.size() >= 5);
        for (const QString& line : lines) {
            QStringList command{line.section(' ', 0, 0)};
            if (command[0] == "session" || command[0] == "models")
                command << line.section(' ', 1, 1);
            const QString help = helpOf(command);
            QVERIFY2(!help.isEmpty(), qPrintable(line));
            for (const QString& flag : found(QStringLiteral("(?:^| )(--?[a-z][a-z-]*)"), line))
                QVERIFY2(QString(help + program).contains(QRegularExpression("[ ,]" + flag + "[ ,\\n]")),
                         qPrintable(flag + " in " + line));
        }
    }
};

QTEST_MAIN(TestManual)
#include "tst_manual.moc"
