// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/gui/window_fixture.h"

#include "ui/message_bar.h"
#include "ui/trace_tabs.h"
#include "widgets/heatmap_grid.h"

#include <QApplication>
#include <QComboBox>
#include <QDropEvent>
#include <QFile>
#include <QLineEdit>
#include <QMimeData>
#include <QProcess>
#include <QStandardPaths>
#include <bit>
#include <cmath>
#include <limits>

namespace mnemo::test {

WindowFixture::WindowFixture()
{
    QStandardPaths::setTestModeEnabled(true);
}

std::unique_ptr<MainWindow> WindowFixture::open(const QString& configFile) const
{
    return open(configFile, {});
}

std::unique_ptr<MainWindow> WindowFixture::openKeeping() const
{
    return open({}, stateFolder());
}

std::unique_ptr<MainWindow> WindowFixture::open(const QString& configFile, const QString& stateFolder) const
{
    WindowOptions options;
    options.stateFolder = stateFolder;
    options.configFile = configFile.isEmpty() ? path("settings.ini") : configFile;
    options.dataFolder = MNEMO_BIN_DIR "/../share/mnemoscope";
    options.engine = {MNEMO_BIN_DIR "/mnemo", {"serve", "--stdio"}};
    auto window = std::make_unique<MainWindow>(options);
    window->show();
    window->begin();
    return window;
}

Json WindowFixture::documentOf(const QString& line) const
{
    const QString file = path("of-a-command.json");
    QFile::remove(file);
    QProcess shell;
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert("PATH", QStringLiteral(MNEMO_BIN_DIR ":") + environment.value("PATH"));
    shell.setProcessEnvironment(environment);
    shell.start("/bin/sh", {"-c", QStringLiteral("%1 -o %2").arg(line, shellQuoted(file))});
    QFile written(file);
    if (shell.waitForFinished(2 * patienceMs) && shell.exitCode() == 0 && written.open(QIODevice::ReadOnly))
        return Json::parse(written.readAll().toStdString());
    qWarning("%s: %s", qPrintable(line), shell.readAllStandardError().constData());
    return {};
}

void type(QWidget* field, const QString& text)
{
    field->setFocus();
    QTest::keyClick(field, Qt::Key_A, Qt::ControlModifier);
    QTest::keyClick(field, Qt::Key_Delete);
    QTest::keyClicks(field, text);
}

void typeFact(MainWindow& window, const QString& prompt, const QString& subject, const QString& swap)
{
    type(child<QLineEdit>(window, "promptEdit"), prompt);
    type(child<QLineEdit>(window, "subjectEdit"), subject);
    type(child<QComboBox>(window, "swapCombo")->lineEdit(), swap);
}

Heatmap* map(const MainWindow& window, const std::string& site)
{
    const HeatmapGrid* maps = window.findChild<TraceTabs*>("traceTabs")->currentMaps();
    return maps ? maps->map(site) : nullptr;
}

void clickCell(const MainWindow& window, const std::string& site, Cell cell)
{
    Heatmap* heatmap = map(window, site);
    QVERIFY(heatmap);
    QTest::mouseClick(heatmap, Qt::LeftButton, {}, heatmap->cellRect(cell).center().toPoint());
}

bool drop(MainWindow& window, const QString& file)
{
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(file)});
    QDragEnterEvent enters({300, 300}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(&window, &enters);
    QDropEvent event({300, 300}, Qt::CopyAction, &data, Qt::LeftButton, {});
    QApplication::sendEvent(&window, &event);
    return enters.isAccepted();
}

const Trace* finished(MainWindow& window)
{
    const Trace* trace = window.traces().current();
    return trace && trace->state == JobState::Finished && trace->result ? trace : nullptr;
}

double value(const Trace& trace, const std::string& array, int layer, int pos)
{
    const ArrayPtr found = trace.result ? trace.result->find(array) : nullptr;
    return found && found->has(layer, pos) ? found->at(layer, pos) : std::numeric_limits<double>::quiet_NaN();
}

QString message(const MainWindow& window)
{
    return child<MessageBar>(window, "messageBar")->text();
}

QString difference(const Result& a, const Result& b)
{
    const auto bits = [](double value) { return std::isnan(value) ? 0 : std::bit_cast<std::uint64_t>(value); };
    if (a.arrays.empty() || a.arrays.size() != b.arrays.size())
        return QStringLiteral("%1 and %2 arrays").arg(a.arrays.size()).arg(b.arrays.size());
    for (const ArrayPtr& one : a.arrays) {
        const ArrayPtr other = b.find(one->name);
        const QString name = QString::fromStdString(one->name);
        if (!other || other->axes != one->axes || other->unit != one->unit || other->states != one->states)
            return name + ": axes, unit or states";
        for (std::size_t i = 0; i < one->size(); ++i)
            if (bits(one->values[i]) != bits(other->values[i]))
                return QStringLiteral("%1[%2]: %3 and %4")
                    .arg(name)
                    .arg(i)
                    .arg(one->values[i], 0, 'g', 17)
                    .arg(other->values[i], 0, 'g', 17);
    }
    return {};
}

QString difference(const Json& a, const Json& b, const QString& where)
{
    if (a.is_number() && b.is_number())
        return std::abs(a.get<double>() - b.get<double>()) < 1e-5
                   ? QString()
                   : QStringLiteral("%1: %2 and %3").arg(where).arg(a.get<double>()).arg(b.get<double>());
    if (a.type() != b.type() || a.size() != b.size() || !a.is_structured())
        return a == b ? QString() : QString::fromStdString(where.toStdString() + ": " + a.dump() + " and " + b.dump());
    const Json one = a.flatten(), other = b.flatten();
    for (const auto& [path, value] : one.items())
        if (!path.starts_with("/provenance"))
            if (const QString found = difference(value, other.value(path, Json()), QString::fromStdString(path));
                !found.isEmpty())
                return found;
    return {};
}

}  // namespace mnemo::test
