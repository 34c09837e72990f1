// SPDX-License-Identifier: GPL-3.0-or-later
// The window killed at random moments while notes are written, saved and autosaved: nothing that it said was on disk
// may be missing. No test of its own: tests/long/run.sh starts it.
//   kill_window FOLDER KILLS SEED      prints {"kills","saved","recovered","lost","broken"}; 1 when anything was lost
//   kill_window --child FOLDER FIRST   the window: writes notes numbered from FIRST, one line per thing that is on disk
#include "tests/gui/window_fixture.h"

#include "core/data/random.h"
#include "core/io/session_notes.h"

#include <QApplication>
#include <QDir>
#include <QElapsedTimer>
#include <QProcess>
#include <QTimer>
#include <algorithm>
#include <cstdio>

using namespace mnemo;
using namespace mnemo::test;

namespace {

constexpr int notesEveryMs = 20;
constexpr int savesEveryMs = 350;
constexpr int burstMs = 600;  // of changes, and then none
constexpr int cycleMs = burstMs + SessionKeeper::quietMs + 900;
constexpr int shortestMs = 400;  // a life; long enough for the first window to be there, mostly
constexpr int longestMs = 6000;  // long enough for an autosave

/// The largest number among the notes; 0: none.
int newestNote(const Session& session)
{
    int newest = 0;
    for (const SessionNote& note : sessionNotes(session))
        newest = std::max(newest, QString::fromStdString(note.text).toInt());
    return newest;
}

int runWindow(const QString& folder, int first)
{
    WindowOptions options;
    options.configFile = folder + "/settings.ini";
    options.stateFolder = folder + "/autosave";
    options.dataFolder = MNEMO_BIN_DIR "/../share/mnemoscope";
    options.engine = {"/bin/false", {}};  // no engine: nothing of this is about numbers
    MainWindow window(options);
    const QString file = folder + "/kept.mnemo";
    if (QFile::exists(file) && !window.openSession(file)) {
        std::printf("broken\n");
        return 1;
    }
    QObject::connect(&window.keeper(), &SessionKeeper::saved, [&window, file] {
        // Written before it was said; what was added since may be in it, too.
        std::printf("saved %d\n", newestNote(readSession(file.toStdString())));
        std::fflush(stdout);
    });
    int number = first;
    const bool leaveIt = first % 2 != 0;  // to the autosave, which waits until nothing is changed for a while
    QElapsedTimer time;
    time.start();
    QTimer notes, saves;
    QObject::connect(&notes, &QTimer::timeout, [&] {
        if (!leaveIt || time.elapsed() % cycleMs < burstMs)
            window.notes().add({}, QString::number(++number));
    });
    QObject::connect(&saves, &QTimer::timeout, [&] {
        if (!window.keeper().isSaving())
            window.keeper().save(file);
    });
    window.show();
    notes.start(notesEveryMs);
    if (!leaveIt)
        saves.start(savesEveryMs);
    return QApplication::exec();
}

struct Tally {
    int kills = 0;
    int saved = 0;      ///< lives in which something was said to be saved
    int recovered = 0;  ///< lives that left an autosave
    int lost = 0;
    int broken = 0;
};

/// One life of the window, and what is on disk after it. @return the newest note of all files
int live(const QString& folder, int first, int ms, Tally& tally)
{
    QProcess window;
    window.start(QCoreApplication::applicationFilePath(), {"--child", folder, QString::number(first)});
    window.waitForFinished(ms);
    window.kill();
    window.waitForFinished();
    ++tally.kills;
    int reported = 0;
    for (const QByteArray& line : window.readAllStandardOutput().split('\n')) {
        if (line.startsWith("broken"))
            ++tally.broken;
        if (line.startsWith("saved "))
            reported = line.mid(6).toInt();
    }
    tally.saved += reported > 0;
    int newest = 0;
    const auto read = [&](const std::filesystem::path& file) {
        try {
            newest = std::max(newest, newestNote(readSession(file)));
        } catch (const Failure& failure) {
            std::fprintf(stderr, "%s: %s\n", file.c_str(), failure.error().message.c_str());
            ++tally.broken;
        }
    };
    const QString file = folder + "/kept.mnemo";
    if (QFile::exists(file))
        read(file.toStdString());
    tally.lost += newest < reported;
    const std::vector<LeftBehind> left = leftBehind((folder + "/autosave").toStdString());
    tally.recovered += !left.empty();
    for (const LeftBehind& one : left) {
        read(one.session);
        discard(one);
    }
    return std::max(newest, first);
}

}  // namespace

int main(int argc, char** argv)
{
    qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication app(argc, argv);
    const QStringList words = QCoreApplication::arguments();
    if (words.size() == 4 && words[1] == "--child")
        return runWindow(words[2], words[3].toInt());
    if (words.size() != 4) {
        std::fprintf(stderr, "usage: kill_window FOLDER KILLS SEED\n");
        return 2;
    }
    Random random(std::uint64_t(words[3].toLongLong()));
    Tally tally;
    int newest = 0;
    while (tally.kills < words[2].toInt())
        newest = live(words[1], newest + 1 + (newest + tally.kills) % 2,
                      shortestMs + random.below(longestMs - shortestMs), tally);
    std::printf("{\"kills\": %d, \"saved\": %d, \"recovered\": %d, \"lost\": %d, \"broken\": %d}\n", tally.kills,
                tally.saved, tally.recovered, tally.lost, tally.broken);
    return tally.lost + tally.broken > 0 || tally.saved == 0 || tally.recovered == 0 ? 1 : 0;
}
