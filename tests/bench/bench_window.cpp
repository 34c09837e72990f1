// SPDX-License-Identifier: GPL-3.0-or-later
// How long the user of the window waits: for the first trace, for the next-token bars, for a stop; and what it holds in
// memory. The real window and the real engine; keys are sent to the real widgets.
#include "core/io/session.h"
#include "ui/edit_dock.h"
#include "ui/main_window.h"
#include "ui/paraphrase_dock.h"
#include "widgets/bar_list.h"

#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QElapsedTimer>
#include <QFile>
#include <QLineEdit>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cstdio>
#include <functional>

namespace {

using namespace mnemo;

constexpr int patienceMs = 60'000;
constexpr int repeats = 20;

/// Milliseconds until `done`; the program ends when that takes a minute.
double waitFor(const char* what, const std::function<bool()>& done)
{
    QElapsedTimer timer;
    timer.start();
    while (!done()) {
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents, 1);
        if (timer.elapsed() > patienceMs) {
            std::fprintf(stderr, "bench_window: waited a minute for %s\n", what);
            std::exit(1);
        }
    }
    return double(timer.nsecsElapsed()) / 1e6;
}

double median(std::vector<double> values)
{
    std::ranges::sort(values);
    return values[values.size() / 2];
}

void print(const char* what, const std::vector<double>& values, const char* unit)
{
    std::printf("%-46s median %8.1f %s, largest %8.1f, of %zu\n", what, median(values), unit, std::ranges::max(values),
                values.size());
}

double residentMiB()
{
    QFile status("/proc/self/status");
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const QByteArray& line : status.readAll().split('\n'))
        if (line.startsWith("VmRSS:"))
            return line.mid(6).simplified().split(' ').first().toDouble() / 1024;
    return 0;
}

bool idle(MainWindow& window)
{
    const Trace* trace = window.traces().current();
    return trace && trace->state != JobState::Running;
}

/// From the last key to the bars of the new prompt.
std::vector<double> timeTyping(MainWindow& window)
{
    auto* prompt = window.findChild<QLineEdit*>("promptEdit");
    auto* bars = window.findChild<BarList*>("nextTokens");
    std::vector<double> times;
    for (int i = 0; i < repeats; ++i) {
        prompt->setText(i % 2 ? "Eiffel Tower is located in the city o" : "Trevi Fountain is located in the city o");
        prompt->setCursorPosition(int(prompt->text().size()));
        QTest::qWait(300);
        const int before = bars->tokenId(0);
        QTest::keyClick(prompt, Qt::Key_F);
        times.push_back(waitFor("the bars", [&] { return bars->tokenId(0) != before; }));
    }
    return times;
}

/// From Esc in the middle of a trace until the engine, too, is free for the next job.
std::vector<double> timeStopping(MainWindow& window, std::vector<double>& shown)
{
    window.findChild<QComboBox*>("corruptionCombo")->setCurrentIndex(1);  // ten noise samples: a trace of seconds
    std::vector<double> free;
    for (int i = 0; i < repeats; ++i) {
        QTest::keyClick(&window, Qt::Key_F5);
        waitFor("a first cell", [&] {
            const Trace* trace = window.traces().current();
            return trace && trace->state == JobState::Running && trace->result && trace->result->done > 0.02;
        });
        QElapsedTimer timer;
        timer.start();
        QTest::keyClick(&window, Qt::Key_Escape);
        waitFor("the stop", [&] { return idle(window); });
        shown.push_back(double(timer.nsecsElapsed()) / 1e6);
        bool over = false;
        Job job;
        job.experiment = "predict";
        job.parameters = {{"prompt", "Trevi Fountain is in"}};
        job.jobClass = JobClass::Visible;  // waits behind what still runs
        const JobId ticket = window.engine().submit(job);
        const auto connection = QObject::connect(
            &window.engine(), &EngineClient::jobChanged, &window,
            [&](JobId changed, const Event& event) { over = over || (changed == ticket && isLast(event)); });
        waitFor("the engine", [&] { return over; });
        QObject::disconnect(connection);
        free.push_back(double(timer.nsecsElapsed()) / 1e6);
    }
    return free;
}

/// From a switch between base and edited weights to the answers of a table of 30 rows. The trace is made again as well.
std::vector<double> timeTable(MainWindow& window)
{
    const auto trigger = [&](const char* action) { window.findChild<QAction*>(action)->trigger(); };
    window.findChild<QComboBox*>("corruptionCombo")->setCurrentIndex(0);
    trigger("action_trace");
    trigger("action_editFact");
    auto* dock = window.findChild<EditDock*>("editDock");
    window.findChild<QLineEdit*>("editTarget")->setText("Rome");
    window.findChild<QPushButton*>("editRun")->click();
    waitFor("an edit", [&] { return dock->result() != nullptr; });
    trigger("action_applyEdit");
    trigger("action_paraphrases");
    auto* paraphrases = window.findChild<ParaphraseDock*>("paraphraseDock");
    auto* own = window.findChild<QLineEdit*>("paraphraseOwn");
    for (int i = 0; paraphrases->table().rowCount() < 30; ++i) {
        own->setText(QStringLiteral("Sentence %1 is about a palace in the city of").arg(i));
        QTest::keyClick(own, Qt::Key_Return);
    }
    const auto answered = [&] {
        return std::ranges::all_of(paraphrases->table().rows(),
                                   [](const ParaphraseRow& row) { return row.after && !row.stale; });
    };
    waitFor("the table", answered);
    std::vector<double> times;
    for (int i = 0; i < repeats; ++i) {
        QTest::qWait(500);
        trigger("action_showBase");
        times.push_back(waitFor("the rows", answered));
    }
    return times;
}

/// A session of `runs` traces, each with arrays and a subject of its own.
Session longSession(const Result& trace, int runs)
{
    Session session;
    for (int run = 0; run < runs; ++run) {
        Result one = trace;
        one.parameters["subject"] = "Subject " + std::to_string(run);
        for (ArrayPtr& array : one.arrays) {
            Array own = *array;
            for (double& value : own.values)
                value *= 1 - run / 1000.0;
            array = std::make_shared<const Array>(std::move(own));
        }
        session.results.push_back(std::make_shared<const Result>(std::move(one)));
    }
    return session;
}

/// From the file's name to the last run painted.
std::vector<double> timeOpening(const WindowOptions& options, const Result& trace)
{
    const QTemporaryDir folder;
    const QString file = folder.filePath("long.mnemo");
    constexpr int runs = 100;
    writeSession(longSession(trace, runs), file.toStdString());
    std::vector<double> times;
    for (int i = 0; i < repeats / 4; ++i) {
        MainWindow window(options);
        window.show();
        QTest::qWait(200);
        QElapsedTimer timer;
        timer.start();
        if (!window.openSession(file) || window.traces().all().size() != runs) {
            std::fprintf(stderr, "bench_window: the session did not open\n");
            std::exit(1);
        }
        window.repaint();
        QCoreApplication::processEvents();
        times.push_back(double(timer.nsecsElapsed()) / 1e6);
    }
    return times;
}

}  // namespace

int main(int argc, char** argv)
{
    QElapsedTimer sinceStart;
    sinceStart.start();
    QApplication app(argc, argv);
    WindowOptions options;
    options.safeMode = true;
    options.dataFolder = MNEMO_BENCH_DATA;
    options.engine = {MNEMO_BENCH_ENGINE, {"serve", "--stdio"}};
    applyTheme(Theme::Light);
    MainWindow window(options);
    window.show();
    QTimer::singleShot(0, &window, &MainWindow::begin);
    waitFor("the first trace", [&] { return idle(window); });
    std::printf("%-46s %8.0f ms\n", "from main() to the traced fact", double(sinceStart.elapsed()));
    print("from the last key to the bars", timeTyping(window), "ms");
    std::vector<double> shown;
    const std::vector<double> free = timeStopping(window, shown);
    print("from Esc to the stopped state in the window", shown, "ms");
    print("from Esc to the end of the engine's next job", free, "ms");
    print("from a switch of weights to 30 paraphrases", timeTable(window), "ms");
    std::printf("%-46s %8.0f MiB\n", "resident memory of the window", residentMiB());
    print("from a file of 100 runs to the last one shown", timeOpening(options, *window.traces().current()->result),
          "ms");
    return 0;
}
