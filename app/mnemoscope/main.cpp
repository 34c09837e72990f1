// SPDX-License-Identifier: GPL-3.0-or-later
// The window. --help, --version, --dump-shortcuts and --render need no display.
#include "app/mnemoscope/dump_keys.h"
#include "app/mnemoscope/render.h"
#include "app/mnemoscope/screenshot.h"
#include "core/io/paths.h"
#include "ui/main_window.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QFileInfo>
#include <QIcon>
#include <QLocale>
#include <QTimer>
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <span>
#include <vector>

namespace {

constexpr const char* version = MNEMO_VERSION;

bool has(std::span<char*> arguments, std::initializer_list<const char*> words)
{
    return std::ranges::any_of(arguments, [&](const char* argument) {
        return std::ranges::any_of(words, [&](const char* word) {
            const std::size_t length = std::strlen(word);
            return std::strncmp(argument, word, length) == 0 && (argument[length] == 0 || argument[length] == '=');
        });
    });
}

void describe(QCommandLineParser& parser)
{
    parser.setApplicationDescription(
        "Shows where a language model keeps a fact.\n"
        "Drawing without a window: mnemoscope --render SESSION -o FILE.png|.svg|.pdf\n"
        "  --pair: two models beside each other and their difference, as the window shows them\n"
        "  --panels 0:h,1:h: runs as panels (a), (b) of one figure; --composed: the figure composed in the session");
    parser.addPositionalArgument("session", "A session (*.mnemo) to open.", "[session]");
    parser.addHelpOption();
    parser.addVersionOption();
    parser.addOption({"config", "Read and keep the settings in this file.", "file"});
    parser.addOption({"safe-mode", "Ignore the settings and the saved layout; keep none."});
    parser.addOption({"dump-shortcuts", "Print every key of the window and what it does."});
    QCommandLineOption screenshot("screenshot", "Save a picture of the window after the first trace, and quit.",
                                  "file");
    screenshot.setFlags(QCommandLineOption::HiddenFromHelp);
    parser.addOption(screenshot);
}

void nameProgram()
{
    QCoreApplication::setApplicationName("mnemoscope");
    QCoreApplication::setApplicationVersion(version);
}

int withoutWindow(int argc, char** argv)
{
    QCoreApplication app(argc, argv);
    nameProgram();
    QCommandLineParser parser;
    describe(parser);
    parser.process(app);  // prints help or version, and ends
    return 0;
}

}  // namespace

int main(int argc, char** argv)
{
    const std::span<char*> arguments(argv + 1, std::size_t(argc > 0 ? argc - 1 : 0));
    if (mnemo::wantsRender(argc, argv)) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
        QApplication app(argc, argv);
        nameProgram();
        return mnemo::render(QCoreApplication::arguments());
    }
    if (has(arguments, {"--dump-shortcuts"})) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
        const QApplication app(argc, argv);
        return mnemo::dumpKeys();
    }
    if (has(arguments, {"-h", "--help", "--help-all", "-v", "--version"}))
        return withoutWindow(argc, argv);

    QApplication app(argc, argv);
    nameProgram();
    QCommandLineParser parser;
    describe(parser);
    parser.process(app);

    const QString data = QString::fromStdString(mnemo::dataDir().string());
    mnemo::applyTheme(mnemo::Theme::System);
    QApplication::setWindowIcon(QIcon(data + "/icons/mnemoscope.svg"));
    QGuiApplication::setDesktopFileName("io.github.mnemoscope.Mnemoscope");

    mnemo::WindowOptions options;
    options.configFile = parser.value("config");
    options.safeMode = parser.isSet("safe-mode");
    options.dataFolder = data;
    options.stateFolder = QString::fromStdString((mnemo::stateDir() / "autosave").string());
    options.engine = mnemo::findEngine();
    if (!parser.positionalArguments().isEmpty())
        options.session = parser.positionalArguments().constFirst();

    mnemo::MainWindow window(options);
    if (parser.isSet("screenshot"))
        mnemo::saveScreenshot(window, parser.value("screenshot"));
    window.show();
    QTimer::singleShot(0, &window, &mnemo::MainWindow::begin);  // the window is there before the engine
    return QApplication::exec();
}
